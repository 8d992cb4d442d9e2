"""The command line: one function a verb. Errors are one sentence on standard error, exit 2 for usage, 1 for failure."""

from __future__ import annotations

import io
import os
import sys

import typer
from typer.exceptions import Abort, TyperException

from monitor.errors import (
    ArchiveBusy,
    ArchiveError,
    ConfigurationError,
    DiskFull,
    EvidenceDamaged,
    OnNoticeError,
    UsageError,
)
from onnotice import __version__
from onnotice.commands import (
    adding,
    backing_up,
    explaining,
    exporting,
    ignoring,
    keeping,
    money,
    places,
    proving,
    reading,
    rereading,
    serving,
    subscribing,
    telling,
    users,
    watching,
)

_FAILED, _CANNOT_WORK, _INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="onnotice",
    help="Watch what governments publish, keep every version, and be told what changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    home: str = typer.Option(
        "", "--home", metavar="DIR", help="The folder with onnotice.toml and the archive [env: ONNOTICE_HOME]."
    ),
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    context.obj = home
    if version:
        typer.echo(f"onnotice {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise UsageError("No command was given; `onnotice --help` lists them.")


_MODULES = (
    watching, adding, reading, explaining, ignoring, places, money, exporting, proving, subscribing, telling,
    serving, rereading, keeping, backing_up,
)  # fmt: skip

for _module in _MODULES:
    for _name, _command in _module.COMMANDS.items():
        app.command(_name)(_command)

app.add_typer(users.app, name="users")


@app.command(
    "scrapy", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def scrapy_command(context: typer.Context) -> None:
    """Run Scrapy's own command line on the project's spiders, from anywhere."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "scrapers.settings")
    from scrapy.cmdline import execute

    execute(["scrapy", *context.args])


def main() -> None:
    """Entry point of `onnotice`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_status())


def _status() -> int:
    """Run the command that was typed. Returns the exit code; whatever went wrong has been said by then."""
    try:
        status = int(app(standalone_mode=False) or 0)
        sys.stdout.flush()
    except TyperException as error:
        return _mistyped(error)
    except (OnNoticeError, OSError) as error:
        return _reader_has_gone() if isinstance(error, BrokenPipeError) else _said(error)
    except Abort:
        return _stopped()
    except SystemExit as leaving:
        # Typer turns a closed pipe into an exit of its own.
        if isinstance(leaving.__context__, BrokenPipeError):
            return _reader_has_gone()
        raise
    return _stopped() if status == _INTERRUPTED else status


def _said(error: OnNoticeError | OSError) -> int:
    """Say what went wrong. What another try may find mended is a failure; the rest needs a person first."""
    from onnotice.printing import harmless

    if isinstance(error, OSError):
        where = f"{error.filename} cannot be used" if error.filename else "The system refused"
        sentence = f"{where} ({error.strerror or error}); check that it is there, and its rights, and run again."
    else:
        sentence = str(error)
    typer.echo(f"onnotice: {harmless(sentence)}", err=True)
    again = isinstance(error, ArchiveBusy | DiskFull | EvidenceDamaged)
    needs_a_person = isinstance(error, UsageError | ConfigurationError | ArchiveError) and not again
    return _CANNOT_WORK if needs_a_person else _FAILED


def _mistyped(error: TyperException) -> int:
    """A command line that Typer could not take apart, as one sentence instead of its three lines."""
    from onnotice.printing import harmless

    message = error.format_message()
    if message.startswith("Usage:"):
        typer.echo(message, err=True)
        return _CANNOT_WORK
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "onnotice"
    typer.echo(f"onnotice: {harmless(message).rstrip('.')}; `{command} --help` says what may stand there.", err=True)
    return _CANNOT_WORK


def _stopped() -> int:
    typer.echo("onnotice: stopped; nothing that was seen is lost", err=True)
    return _INTERRUPTED


def _reader_has_gone() -> int:
    """The reader of a pipe has seen enough, as `head` does. What is still buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0
