"""The site that is polled: pages of 5 to 60 KB in a process of its own, of which some change, some make noise, some
answer "not modified".

Of 100 pages 20 print something anew at every request (a stamp of when they were generated, a counter, a token), and 30
others have validators and keep to them. An edit touches a few lines: a figure in a table, a sentence of a paragraph, an
item of a list. Everything but the noise follows from a page's number and how often it was edited.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count
from types import TracebackType
from typing import Any, Self

SMALLEST, LARGEST = 5_000, 60_000
"""Bytes of a page."""
CHANGED, NOISY, VALIDATED = 0.02, 0.20, 0.30
"""Shares of the pages: edited before a poll, of noise, with validators."""
LARGE = "/large"
"""One page of as many bytes as its query says, of which every hundredth line is another at every edit."""

_WORDS = 2_500
_SENTENCES = 6_000
_SYLLABLES = "an bor cil cou de der di el fen ing ive lo ment min nan or pub re ro ses sher sta ta ter ti tion"


class Site:
    """The running site, from outside."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.root = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def urls(self, pages: int) -> list[str]:
        """The addresses of the first so many pages."""
        return [self.url(number) for number in range(pages)]

    def url(self, number: int) -> str:
        """The address of one page."""
        return f"{self.root}/page/{number}"

    def edit(self, numbers: Sequence[int]) -> None:
        """Touch a few lines of each of these pages."""
        self._ask("/edit", list(numbers))

    def weight(self, numbers: Sequence[int]) -> int:
        """Bytes of these pages as they stand, without their noise."""
        return int(self._ask("/weight", list(numbers)))

    def _ask(self, path: str, said: object) -> Any:
        request = urllib.request.Request(self.root + path, json.dumps(said).encode())
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())


def chosen(pages: int, poll: int) -> list[int]:
    """The pages that are edited before a poll: others each time, noisy ones and those with validators among them."""
    return sorted(random.Random(f"edits of poll {poll}").sample(range(pages), max(1, round(pages * CHANGED))))


def is_noisy(number: int) -> bool:
    """Whether a page prints something anew at every request."""
    return number % 100 * 37 % 100 < NOISY * 100


def has_validators(number: int) -> bool:
    """Whether a page answers "not modified"; never a noisy one."""
    return NOISY * 100 <= number % 100 * 37 % 100 < (NOISY + VALIDATED) * 100


def page(number: int, edition: int) -> bytes:
    """A page after so many edits, without its noise."""
    chance = random.Random(number)
    size = chance.randrange(SMALLEST + 500, LARGEST - 500)
    rows = [[f"Item {row + 1}", chance.choice(_words()), f"{chance.randrange(10**6):,}"] for row in range(size // 1000)]
    links = [f'<li><a href="/page/{number}#{n}">{chance.choice(_words())} {n}</a></li>' for n in range(size // 1500)]
    paragraphs: list[list[str]] = []
    left = size - 62 * len(rows) - 45 * len(links) - 900
    while left > 0 or not paragraphs:
        paragraphs.append(chance.choices(_sentences(), k=chance.randrange(2, 7)))
        left -= sum(map(len, paragraphs[-1])) + len(paragraphs[-1]) + 8
    for turn in range(edition):
        _edit(random.Random(f"{number} {turn}"), turn, rows, paragraphs)
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    prose = "".join(f"<p>{' '.join(sentences)}</p>\n" for sentences in paragraphs)
    return (
        f"<!DOCTYPE html>\n<html><head><title>Notice {number}</title>\n<style>{_STYLE}</style></head>\n<body><nav><ul>"
        f"{''.join(links)}</ul></nav>\n<main><h1>Notice {number}</h1>\n{prose}<table>\n{table}</table>\n</main>"
        f"<footer><p>Office of the clerk</p></footer></body></html>\n"
    ).encode()


_STYLE = "".join(f".block-{n}{{margin:{n}px}}" for n in range(20))


def _edit(chance: random.Random, turn: int, rows: list[list[str]], paragraphs: list[list[str]]) -> None:
    """A figure, a sentence, and every other time a paragraph of its own."""
    chance.choice(rows)[2] = f"{chance.randrange(10**6, 10**7):,}"
    sentences = chance.choice(paragraphs)
    sentences[chance.randrange(len(sentences))] = f"Amended, {turn + 1}: {chance.choice(_sentences())}"
    if turn % 2:
        paragraphs.insert(chance.randrange(len(paragraphs)), [f"Resolution {turn + 1}:", chance.choice(_sentences())])


@cache
def _words() -> list[str]:
    chance = random.Random("words")
    syllables = _SYLLABLES.split()
    return ["".join(chance.choices(syllables, k=chance.choice((1, 1, 2, 2, 3, 4)))) for _ in range(_WORDS)]


@cache
def _sentences() -> list[str]:
    chance = random.Random("sentences")
    return [" ".join(chance.choices(_words(), k=chance.randrange(6, 20))).capitalize() + "." for _ in range(_SENTENCES)]


def large_page(size: int, edition: int) -> bytes:
    """A page of about so many bytes; two hundred of its lines are others at every edit."""
    chance = random.Random(size)
    lines: list[str] = []
    left = size
    while left > 0:
        lines.append(chance.choice(_sentences()))
        left -= len(lines[-1]) + 8
    if edition:
        for place in range(0, len(lines), max(1, len(lines) // 200)):
            lines[place] = f"Amended {edition}: {lines[place]}"
    prose = "".join(f"<p>{line}</p>\n" for line in lines)
    return f"<!DOCTYPE html><title>A long page</title><main><h1>A long page</h1>\n{prose}</main>".encode()


def _noise(number: int, request: int) -> bytes:
    now = datetime.now(UTC)
    kinds = (
        f"<p>Page generated: {now:%Y-%m-%d %H:%M:%S} UTC, in 0.{request % 900 + 100} s</p>",
        f"<p>Visitors: {120_000 + request:,}</p>",
        f"<p>Request ID: {hashlib.md5(str(request).encode()).hexdigest()}</p>",
    )
    hidden = f'<input type="hidden" name="csrf_token" value="{hashlib.md5(str(now).encode()).hexdigest()}">'
    return f"{kinds[number % 3]}{hidden}".encode()


async def _serve() -> None:
    from aiohttp import web

    editions: Counter[int] = Counter()
    requests = count(1)

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        tag = f'"{number}-{editions[number]}"'
        if has_validators(number) and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        body = page(number, editions[number])
        if is_noisy(number):
            body = body.replace(b"</footer>", _noise(number, next(requests)) + b"</footer>")
        headers = {"ETag": tag} if has_validators(number) else {}
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)

    async def large(request: web.Request) -> web.Response:
        body = large_page(int(request.query["bytes"]), editions[-1])
        return web.Response(body=body, content_type="text/html", charset="utf-8")

    async def edit(request: web.Request) -> web.Response:
        editions.update(json.loads(await request.read()))
        return web.json_response(len(editions))

    async def weight(request: web.Request) -> web.Response:
        return web.json_response(sum(len(page(n, editions[n])) for n in json.loads(await request.read())))

    application = web.Application()
    application.router.add_get("/page/{number}", answer)
    application.router.add_get(LARGE, large)
    application.router.add_post("/edit", edit)
    application.router.add_post("/weight", weight)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _sentences()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
