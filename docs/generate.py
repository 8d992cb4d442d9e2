"""Writes the reference pages from the program itself, or with --check says which of them are not true any more."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from scrapy.settings import Settings as ScrapySettings
from scrapy.spiderloader import SpiderLoader
from typer.testing import CliRunner

from monitor import errors
from monitor.types import ChangeKind, VerdictKind
from onnotice.cli import app
from onnotice.config import (
    HeartbeatSettings,
    MailSettings,
    MetricsSettings,
    Settings,
    SubscriptionSettings,
    WebSettings,
)
from scrapers import sources
from scrapers.extraction import extractors
from scrapers.parameters import PageParameters, Parameters
from scrapers.spiders.base import WatchSpider
from storage.schema import describe, describe_view_columns, describe_views

REFERENCE = Path(__file__).parent / "reference"
CAPTURES = Path(__file__).parent / "captures.toml"
MADE = "<!-- Written by docs/generate.py; `make docs` writes it anew. -->\n"
WIDTH = 100

FORWARDED = "scrapy"
"""Its help is Scrapy's own, which changes with Scrapy."""

STANZA_WORDS: Mapping[str, str] = {
    "cadence": "How often it is looked at: `15m`, `1h`, `1d`; not oftener than every ten seconds.",
    "cadence_shortest": "How often it may be looked at in the hours in which its news usually comes, which it learns"
    " by itself. Without this key it never is oftener than `cadence`.",
    "cadence_longest": "How seldom it may be looked at while nothing new comes. Without this key it never is more"
    " seldom than `cadence`.",
    "cron": 'In place of a cadence, five fields by the clocks of `timezone`: `"0 9 * * mon-fri"`.',
    "hours": 'In which alone it is looked at: `"weekdays 06:00-20:00"`, or a list; by the clocks of `timezone` or of a'
    ' zone named behind: `"mon,thu 18:00-02:00 America/Denver"`.',
    "jitter": "Each look is put off by a chance share of this.",
    "full_look_every": "How old a full look may be before the server is not asked for a 304 any more.",
    "news_every": "How often its publisher usually has news (`1d`, `2w`), holidays and recesses aside: its silence is"
    " measured against it until its own history says more. Leave it out where news comes as it comes.",
    "validators_lie": "`true` where its ETag and Last-Modified are not to be relied on: every look is a full one.",
    "parameters": "The spider's own settings, a table `[source.parameters]`.",
}
"""Keys of a stanza that are not columns of the archive under the same name; the other sentences are the archive's."""

CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.LIST_PUBLISHED: "A list appeared, or a new edition of one (a weekly report), told against the last.",
    ChangeKind.DOCUMENT_PUBLISHED: "A page or document appeared that was not there before.",
    ChangeKind.RECORD_ADDED: "Somebody or something is new: a listed jurisdiction, a release, an agenda item.",
    ChangeKind.RECORD_REMOVED: "A record is gone from a list that was complete without it.",
    ChangeKind.RECORD_AMENDED: "Fields of a record read otherwise; each is told before and after.",
    ChangeKind.RECORD_RENAMED: "The same record under a corrected name; no removal, no addition.",
    ChangeKind.PAGE_CHANGED: "What a reader reads on a page differs, machines' stamps and counters left aside.",
    ChangeKind.PAGE_WITHDRAWN: "A page is not there any more, confirmed by several looks.",
    ChangeKind.PAGE_RETURNED: "A withdrawn page is there again.",
    ChangeKind.PAGE_MOVED: "A page answers from another address.",
    ChangeKind.SOURCE_BLOCKED: "A bot wall or a refusal answers in the source's place.",
    ChangeKind.SOURCE_BROKEN: "Nothing, or a field less, can be read where there was something, or nobody answers.",
    ChangeKind.SOURCE_MOVED: "All that it needs is gone, or leads to another site; confirmed by several looks.",
    ChangeKind.SOURCE_SILENT: "It is seen, and nothing new has come for far longer than ever before.",
    ChangeKind.SOURCE_RECOVERED: "It is seen again, with how long it was not; or a silent one has news again.",
}

VERDICTS: Mapping[VerdictKind, str] = {
    VerdictKind.CREDIBLE: "The page itself: its body may be compared.",
    VerdictKind.UNCHANGED: "The server says 304, or sent the same bytes as before.",
    VerdictKind.BLOCKED: "A challenge, a refusal or a sign-in page, whatever its status.",
    VerdictKind.EMPTY: "An answer without anything to read.",
    VerdictKind.TRUNCATED: "A body that was cut off.",
    VerdictKind.SHRUNKEN: "So much is missing at once that it is looked at again before it is believed.",
    VerdictKind.GONE: "404, 410, a soft 404, or a redirect to a front page.",
    VerdictKind.MOVED: "The page itself, under another address.",
    VerdictKind.UNREACHABLE: "No answer, or a server's failure: we cannot see, which says nothing about the page.",
}


def cli() -> str:
    """Every command with its arguments and options, as the program describes itself."""
    parts = ["# The command line", MADE, _help()]
    for command in app.registered_commands:
        assert command.name is not None
        parts.append(f"## onnotice {command.name}\n")
        if command.name == FORWARDED:
            parts.append(f"{inspect.getdoc(command.callback)} `onnotice scrapy list` names the spiders.\n")
        else:
            parts.append(_help(command.name))
    for group in app.registered_groups:
        assert group.name is not None
        assert group.typer_instance is not None
        parts += [f"## onnotice {group.name}\n", _help(group.name)]
        for command in group.typer_instance.registered_commands:
            assert command.name is not None
            parts += [f"### onnotice {group.name} {command.name}\n", _help(group.name, command.name)]
    return "\n".join(parts)


def _help(*arguments: str) -> str:
    shown = CliRunner().invoke(
        app, [*arguments, "--help"], prog_name="onnotice", terminal_width=WIDTH, env={"COLUMNS": str(WIDTH)}
    )
    assert shown.exit_code == 0, shown.output
    return f"```text\n{shown.output.strip()}\n```\n"


def settings() -> str:
    """Every key of onnotice.toml with its default."""
    parts = ["# Settings: onnotice.toml", MADE, "Unknown keys are refused. Secrets come from the environment.\n"]
    for heading, model in (
        ("At the top", Settings),
        ("`[mail]`", MailSettings),
        ("`[web]`", WebSettings),
        ("`[heartbeat]`", HeartbeatSettings),
        ("`[metrics]`", MetricsSettings),
        ("`[[subscription]]`", SubscriptionSettings),
    ):
        parts += _table(heading, ((name, _default(field), field.description) for name, field in _fields(model)))
    known = {**describe()["sources"].columns, **STANZA_WORDS}
    stanza = ((name, _default(field), known[name]) for name, field in _fields(sources._model()))
    parts += _table("`[[source]]`", stanza)
    parts.append("What a stanza's `[source.parameters]` may say depends on its spider. Of every spider:\n")
    parts += _table("", _documented(Parameters, without=BaseModel))
    for name, model in sorted(_models_of_spiders().items()):
        parts += _table(f"Parameters of `{name}`", _documented(model, without=Parameters))
    for extractor in extractors():
        if model := getattr(extractor, "PARAMETERS", None):
            heading = f'Parameters of `page` with `extract = "{extractor.NAME}"`'
            parts += _table(heading, _documented(model, without=PageParameters))
    return "\n".join(parts)


def _models_of_spiders() -> Mapping[str, type[BaseModel]]:
    """The parameters of each spider that has some of its own."""
    return {name: spider.parameters for name, spider in _spiders().items() if "parameters" in vars(spider)}


def _spiders() -> Mapping[str, type[WatchSpider]]:
    loader = SpiderLoader.from_settings(ScrapySettings({"SPIDER_MODULES": ["scrapers.spiders"]}))
    spiders = {name: loader.load(name) for name in loader.list()}
    return {name: spider for name, spider in spiders.items() if issubclass(spider, WatchSpider)}


def _table(heading: str, rows: Iterator[tuple[str, str, str | None]]) -> list[str]:
    title = [f"## {heading}\n"] if heading else []
    lines = [f"| `{name}` | {default} | {(meaning or '').replace('|', '/')} |" for name, default, meaning in rows]
    return [*title, "| key | default | meaning |", "|---|---|---|", *lines, ""]


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    yield from model.model_fields.items()


def _documented(model: type[BaseModel], without: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """A model's own parameters; the sentence below a group of them is that of each in the group."""
    meanings: dict[str, str] = {}
    for owner in reversed(model.__mro__[: model.__mro__.index(without)]):
        meanings |= _meanings_in(owner)
    for name, field in _fields(model):
        if name not in without.model_fields:
            yield name, _default(field), meanings.get(name, "")


def _meanings_in(model: type) -> Mapping[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    meanings: dict[str, str] = {}
    group: list[str] = []
    for statement in body.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            group.append(statement.target.id)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            meanings |= dict.fromkeys(group, " ".join(str(statement.value.value).split()))
            group = []
    return meanings


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    assert value is not PydanticUndefined
    if isinstance(value, BaseModel):
        return "see below"
    if value is None:
        return "none"
    written = _duration(value) if isinstance(value, timedelta) else value
    if isinstance(value, date):
        written = value.isoformat()
    # What stands here may be copied into the file: of these values TOML and JSON write all alike.
    return f"`{json.dumps(written)}`"


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    unit, length = next(pair for pair in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % pair[1] == 0)
    return f"{seconds // length}{unit}"


def source_page() -> str:
    """What is shipped, which platforms a stanza can name, and the captures that the readers were tried on."""
    parts = ["# Sources", MADE, "What comes with On Notice. A new home watches those marked ●; the others by name:"]
    parts.append(
        "`watch = [...]` in `onnotice.toml`. What a server does is said above its stanza in `scrapers/catalog/`.\n"
    )
    parts += ["## Shipped\n", "| source | what | whose | spider | looked at |", "|---|---|---|---|---|"]
    at_first, hearsay = set(sources.watched_from_the_start()), set(sources.never_seen())
    for source in sources.shipped().values():
        mark = f"{'● ' * (source.slug in at_first)}{'○ ' * (source.slug in hearsay)}"
        chosen = source.parameters.get("extract")
        read = f"{source.spider}, `{chosen}`" if chosen else source.spider
        whose = source.jurisdiction or source.publisher
        cells = (f"{mark}`{source.slug}`", f"[{source.title}]({source.url})", whose, read, _duration(source.cadence))
        parts.append(f"| {' | '.join(cells)} |")
    parts.append(
        "\n○ No copy of that page was found anywhere: the address is hearsay. Where nothing is there, the source is"
        " told as unreachable at its third run; correct it by a stanza of the same slug."
    )
    parts.append("\n## Spiders that a stanza can name\n")
    parts += ["| spider | what it watches |", "|---|---|"]
    named = {source.spider for source in sources.shipped().values()}
    for name, spider in sorted(_spiders().items()):
        if name in named or name not in sources.shipped():
            first = inspect.cleandoc(inspect.getmodule(spider).__doc__ or "").partition("\n\n")[0]
            parts.append(f"| `{name}` | {' '.join(first.split())} |")
    captures = tomllib.loads(CAPTURES.read_text(encoding="utf-8"))
    parts += ["\n## Tried on real captures\n", "Nothing here was run against a live site before its release. The"]
    parts += ["readers were run over these captures, and what came out was read row by row.\n"]
    parts += ["| capture | reader | what was found, or why it is not read |", "|---|---|---|"]
    for capture in captures["capture"]:
        readers = ", ".join(f"`{name}`" for name in (capture.get("reader"), *capture.get("also", ())) if name)
        parts.append(f"| {capture['files']} | {readers or '—'} | {capture.get('found') or capture['why']} |")
    unseen = ", ".join(f"`{name}`" for name in captures["unseen"]["readers"])
    parts.append(f"\nOf no capture at hand, written from descriptions and tried on imitations: {unseen}.")
    return "\n".join(parts)


def schema() -> str:
    """Every table, view and column of the archive, a sentence each."""
    parts = [
        "# The archive",
        MADE,
        "One SQLite file, `archive.sqlite`, in WAL mode. Times are ISO 8601 text in UTC.",
        "Ask the views first: they are made for it. Open the file read-only while something polls.\n",
        "## Views\n",
        "| view | what it answers |",
        "|---|---|",
        *(f"| `{view}` | {sentence} |" for view, sentence in describe_views().items()),
        "",
    ]
    for view, columns in describe_view_columns().items():
        parts += _columns(view, describe_views()[view], columns)
    for table, described in describe().items():
        parts += _columns(table, described.sentence, described.columns)
    return "\n".join(parts)


def _columns(name: str, sentence: str, columns: Mapping[str, str]) -> list[str]:
    rows = [f"| `{column}` | {meaning} |" for column, meaning in columns.items()]
    return [f"## {name}\n", f"{sentence}\n", "| column | meaning |", "|---|---|", *rows, ""]


def error_page() -> str:
    """The tree of errors, and what each one means."""
    first, _, tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")
    parts = ["# Errors", MADE, first + "\n", "```text", tree, "```\n"]
    for name, error in inspect.getmembers(errors, inspect.isclass):
        parts += [f"## {name}\n", f"{inspect.getdoc(error)}\n"]
    return "\n".join(parts)


def words() -> str:
    """The closed vocabularies: kinds of change, verdicts."""
    parts = ["# Words", MADE, "Kinds of change and verdicts, as commands, mails and the archive spell them."]
    parts += ["What they stand for is explained in [the design](../explanation/design.md).\n"]
    parts += ["## Kinds of change\n", "| kind | when |", "|---|---|"]
    parts += [f"| `{kind}` | {CHANGES[kind]} |" for kind in ChangeKind]
    parts += [
        '\nThe kinds that begin with `source_` are about our own eyes, not about the watched: `kinds = ["health"]`'
    ]
    parts += ['in a subscription asks for them, `"news"` for all others.\n']
    parts += ["## Verdicts\n", "| verdict | what was seen |", "|---|---|"]
    return "\n".join([*parts, *(f"| `{kind}` | {VERDICTS[kind]} |" for kind in VerdictKind), ""])


PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli,
    "settings.md": settings,
    "sources.md": source_page,
    "schema.md": schema,
    "errors.md": error_page,
    "words.md": words,
}


def stale() -> tuple[Path, ...]:
    """The pages that are not what the program says now, and those that nobody writes any more."""
    differing = [
        REFERENCE / name
        for name, page in PAGES.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text(encoding="utf-8") != _text(page)
    ]
    return (*differing, *(path for path in sorted(REFERENCE.glob("*.md")) if path.name not in PAGES))


def _text(page: Callable[[], str]) -> str:
    return page().rstrip() + "\n"


def main() -> int:
    """Exit code 1 with --check when a page is not what the program says now."""
    if "--check" not in sys.argv:
        REFERENCE.mkdir(exist_ok=True)
        for name, page in PAGES.items():
            (REFERENCE / name).write_text(_text(page), encoding="utf-8")
        return 0
    untrue = stale()
    for path in untrue:
        print(f"docs/reference/{path.name} is not true any more: run `make docs` and read what changed")
    return 1 if untrue else 0


if __name__ == "__main__":
    sys.exit(main())
