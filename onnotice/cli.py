"""The command line: one function a verb. Errors are one sentence on standard error, exit 2 for usage, 1 for failure."""

from __future__ import annotations

import os
import sys

import typer

from monitor.errors import ConfigurationError, OnNoticeError, UsageError
from onnotice import __version__
from onnotice.commands import keeping, reading, telling, watching

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


for _module in (watching, reading, telling, keeping):
    for _name, _command in _module.COMMANDS.items():
        app.command(_name)(_command)


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
    try:
        app()
    except (UsageError, ConfigurationError) as error:
        typer.echo(f"onnotice: {error}", err=True)
        sys.exit(2)
    except OnNoticeError as error:
        typer.echo(f"onnotice: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of a pipe has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        typer.echo("onnotice: stopped; nothing that was seen is lost", err=True)
        sys.exit(130)
