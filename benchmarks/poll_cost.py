"""What a poll of many pages costs: CPU seconds of the whole command, against urlwatch on the same pages.

    python benchmarks/poll_cost.py [--pages 1000] [--validators] [--urlwatch PATH]

PATH is the program of an urlwatch that was installed somewhere of its own; without it that column is left out. Pages
of about 20 KB are served by a process of their own, so that only the monitor's CPU counts: user and system time of the
command and its children, from `getrusage`. Both programs find their bytecode compiled, in a cache of the benchmark's
own: what an installed program finds. Fails when the changes kept are not exactly the edits made.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ONNOTICE = [str(Path(sys.executable).with_name("onnotice"))]
EDITS = 10

SERVER = """
import asyncio, hashlib, random, sys
from aiohttp import web
EDITED = set()
VALIDATORS = sys.argv[1] == "1"
WORDS = "council budget hearing ordinance minutes sheriff detainer report county resolution motion public".split()
def text_of(number):
    chance = random.Random(number)
    prose = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60))}.</p>" for _ in range(26))
    rows = "".join(f"<tr><td>Item {n}</td><td>{chance.randrange(10**6):,}</td></tr>" for n in range(60))
    links = "".join(f'<li><a href="/docs/{n}.pdf">{chance.choice(WORDS)} {n}</a></li>' for n in range(40))
    figure = 206 + (number in EDITED)
    return (f"<!DOCTYPE html><html><head><title>Notice {number}</title><style>{'.a{}' * 200}</style></head><body>"
        f"<nav><ul>{links}</ul></nav><main><h1>Notice {number}</h1><p>Detainers declined: {figure}</p>{prose}"
        f"<table>{rows}</table></main><script>{'var a=1;' * 150}</script></body></html>").encode()
PAGES = {}
async def page(request):
    number = int(request.match_info["number"])
    body = PAGES.get(number) or PAGES.setdefault(number, text_of(number))
    tag = '"' + hashlib.md5(body).hexdigest() + '"'
    if VALIDATORS and request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    headers = {"ETag": tag} if VALIDATORS else {}
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)
async def edit(request):
    EDITED.update(map(int, request.query["pages"].split(",")) if request.query["pages"] else ())
    PAGES.clear()
    return web.Response(text=str(len(text_of(0))))
async def main():
    application = web.Application()
    application.router.add_get("/page/{number}", page)
    application.router.add_get("/edit", edit)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@dataclass(frozen=True)
class Cost:
    """Of one command, in seconds."""

    cpu: float
    wall: float


def measured(command: list[str], folder: Path) -> Cost:
    """Run a command to its end. Raises CalledProcessError when it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "HOME": str(folder)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - began)


def ours(folder: Path, base: str, urls: list[str], edited: list[int]) -> list[tuple[str, Cost]]:
    """The first poll with `init`, the second, and one after the edits."""
    warm_up(folder, urls[0])
    listed = folder / "urls.txt"
    listed.write_text("".join(f"{url}\n" for url in urls))
    home = folder / "home"
    poll = [*ONNOTICE, "--home", str(home), "poll"]
    init = measured([*ONNOTICE, "init", str(home), "--import", str(listed)], folder)
    first = measured(poll, folder)
    second = measured(poll, folder)
    edit(base, edited)
    third = measured(poll, folder)
    told = subprocess.run(
        [*ONNOTICE, "--home", str(home), "changes", "--run", "last", "--json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    found = sorted(json.loads(line)["url"] for line in told)
    if found != sorted(urls[number] for number in edited):
        sys.exit(f"The changes are not the edits: {found}")
    return [
        ("init and first poll", Cost(init.cpu + first.cpu, init.wall + first.wall)),
        ("second poll", second),
        (f"poll with {len(edited)} edits", third),
    ]


def warm_up(folder: Path, url: str) -> None:
    """Let the interpreter compile what a poll imports."""
    listed, home = folder / "one.txt", folder / "warm"
    listed.write_text(f"{url}\n")
    measured([*ONNOTICE, "init", str(home), "--import", str(listed)], folder)
    measured([*ONNOTICE, "--home", str(home), "poll"], folder)


def theirs(program: str, folder: Path, base: str, urls: list[str], edited: list[int]) -> list[Cost]:
    """The same three rounds of urlwatch, as it comes: no filters, report on standard output."""
    jobs, config, hooks, cache = (folder / name for name in ("urls.yaml", "urlwatch.yaml", "hooks.py", "cache.db"))
    jobs.write_text("\n---\n".join(f"name: p{number}\nurl: {url}" for number, url in enumerate(urls)) + "\n")
    config.write_text("report:\n  stdout:\n    enabled: true\n    color: false\n  text:\n    details: true\n")
    hooks.write_text("")
    one = folder / "one.yaml"
    one.write_text(f"name: p\nurl: {urls[0]}\n")
    command = [program, "--urls", str(jobs), "--config", str(config), "--hooks", str(hooks), "--cache", str(cache)]
    measured([program, "--urls", str(one), *command[3:-1], str(folder / "warm.db")], folder)
    costs = [measured(command, folder), measured(command, folder)]
    edit(base, edited)
    return [*costs, measured(command, folder)]


def edit(base: str, numbers: list[int]) -> int:
    """One digit on each of these pages. Returns the bytes of a page."""
    with urllib.request.urlopen(f"{base}/edit?pages={','.join(map(str, numbers))}") as answer:
        return int(answer.read())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--validators", action="store_true", help="the server gives ETags and answers 304")
    parser.add_argument("--urlwatch", default="", metavar="PATH", help="the program to compare with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(int(options.validators))], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        try:
            base = f"http://127.0.0.1:{int(server.stdout.readline())}"
            urls = [f"{base}/page/{number}" for number in range(options.pages)]
            numbers = [number * options.pages // (2 * EDITS) for number in range(2 * EDITS)]
            size = edit(base, [])
            rows = ours(Path(name), base, urls, numbers[::2])
            compared = theirs(options.urlwatch, Path(name), base, urls, numbers[1::2]) if options.urlwatch else []
        finally:
            server.kill()
            server.wait()
    print(f"{options.pages:,} pages of {size:,} bytes, validators {'on' if options.validators else 'off'}; CPU seconds")
    print(f"{'':24}{'onnotice':>10}{'urlwatch':>10}{'ratio':>8}   wall")
    for place, (what, cost) in enumerate(rows):
        other = compared[place] if compared else None
        beside = f"{other.cpu:10.2f}{cost.cpu / other.cpu:8.2f}" if other else f"{'-':>10}{'-':>8}"
        walls = f"{cost.wall:.1f}" + (f" / {other.wall:.1f}" if other else "")
        print(f"{what:24}{cost.cpu:10.2f}{beside}   {walls}")


if __name__ == "__main__":
    main()
