"""Writes the reference pages from the program itself, or with --check says which of them are not true any more."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor import errors
from monitor.types import ChangeKind, VerdictKind
from onnotice.cli import app
from onnotice.config import MailSettings, Settings, SubscriptionSettings
from scrapers.sources import SourceStanza
from storage.schema import describe, describe_views

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Written by docs/generate.py; `make docs` writes it anew. -->\n"


def cli() -> str:
    """Every command with its arguments and options, as the program describes itself."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group)
    parts = ["# The command line", MADE, _command_help(group, "onnotice")]
    for name, command in group.commands.items():
        if name != "scrapy":
            parts += [f"## onnotice {name}", _command_help(command, f"onnotice {name}")]
    return "\n".join(parts)


def _command_help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, max_content_width=110, terminal_width=110)
    return f"```text\n{command.get_help(context).strip()}\n```\n"


def settings() -> str:
    """Every key of onnotice.toml with its default."""
    parts = ["# Settings: onnotice.toml", MADE, "Unknown keys are refused. Secrets come from the environment.\n"]
    for heading, model in (
        ("At the top", Settings),
        ("[mail]", MailSettings),
        ("[[subscription]]", SubscriptionSettings),
        ("[[source]]", SourceStanza),
    ):
        parts += [f"## {heading}\n", "| key | default | meaning |", "|---|---|---|", *_rows(model), ""]
    return "\n".join(parts)


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"| `{name}` | {_default(field)} | {(field.description or '').replace('|', '/')} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "see below"
    return f"`{value!r}`" if not isinstance(value, str) else f'`"{value}"`'


def schema() -> str:
    """Every table, view and column of the archive, a sentence each."""
    parts = ["# The archive", MADE, "One SQLite file, `archive.sqlite`. Times are ISO 8601 text in UTC.\n"]
    for table, described in describe().items():
        parts += [f"## {table}\n", f"{described.sentence}\n", "| column | meaning |", "|---|---|"]
        parts += [f"| `{column}` | {sentence} |" for column, sentence in described.columns.items()] + [""]
    parts.append("# Views\n")
    for view, sentence in describe_views().items():
        parts += [f"## {view}\n", f"{sentence}\n"]
    return "\n".join(parts)


def error_page() -> str:
    """The tree of errors, and what each one means."""
    tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")
    parts = ["# Errors", MADE, tree[0] + "\n", "```text", inspect.cleandoc(tree[2]), "```\n"]
    for name, error in inspect.getmembers(errors, inspect.isclass):
        parts += [f"## {name}\n", f"{inspect.getdoc(error)}\n"]
    return "\n".join(parts)


def words() -> str:
    """The closed vocabularies: kinds of change, verdicts."""
    parts = ["# Words", MADE, "The words of the product are defined in `monitor/types.py`.\n", "## Kinds of change\n"]
    parts += [f"- `{kind}`" + (" (about our own eyes)" if kind.about_our_eyes else "") for kind in ChangeKind]
    return "\n".join([*parts, "\n## Verdicts\n", *(f"- `{kind}`" for kind in VerdictKind), ""])


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli,
    "settings.md": settings,
    "schema.md": schema,
    "errors.md": error_page,
    "words.md": words,
}


def main() -> int:
    """Exit code 1 with --check when a page is not what the program says now."""
    stale = []
    for name, page in PAGES.items():
        path, text = REFERENCE / name, page().rstrip() + "\n"
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
        else:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(Path.cwd())} is not true any more: run `make docs` and read what changed")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
