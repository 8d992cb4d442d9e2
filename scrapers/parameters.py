"""What a stanza may say under `[source.parameters]`: what every spider takes, and how a mistake there is said."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from monitor.errors import ConfigurationError
from monitor.selection import pieces_of, steps_of
from monitor.types import Source


class Parameters(BaseModel):
    """The common part; a spider's own parameters derive from it and are named in its attribute `parameters`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay: float = 0.0
    """Seconds between requests to this host, where the source wants more than the gate's one."""
    robots: bool = False
    """Whether robots.txt is obeyed on this machine's own addresses too."""
    render: bool = False
    """Whether a browser shows the source's own pages before they are read; documents they link to are read as they
    are. Takes the extra `render`, and fifty to a hundred times as long."""
    render_wait: str = ""
    """CSS selector of what has to be there before a rendered page is read; empty: until it stops loading."""

    @classmethod
    def of(cls, source: Source) -> Self:
        """A source's parameters. Raises ConfigurationError: one sentence that names what is wrong."""
        try:
            return cls.model_validate(dict(source.parameters))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in problem["loc"])
            if problem["type"] == "extra_forbidden":
                known = ", ".join(sorted(cls.model_fields))
                said = f"parameters.{name} is none of this spider's; those are {known}."
            elif problem["type"] == "value_error":
                said = f"parameters.{name}: {problem['ctx']['error']}."
            else:
                said = f"parameters.{name} cannot be used ({problem['msg'].lower()}); correct it in its stanza."
            raise ConfigurationError(f"{source.slug}: {said}") from error


class PageParameters(Parameters):
    """What a page watch may say. An extractor that a stanza can choose adds its own: see `scrapers.extraction`."""

    urls: tuple[str, ...] = ()
    """Further pages of the same source."""
    follow: bool = False
    """Look at the documents too that the pages link to."""
    extract: str = ""
    """The extractor that reads the source's own pages; empty for the text that a reader reads."""
    include: tuple[str, ...] = Field(default=(), max_length=100)
    """CSS selectors: only these parts of the source's own pages are compared. Elements by name, `#id`, `.class` and
    `[attribute="value"]`, one inside the other; several as a list."""
    exclude: tuple[str, ...] = Field(default=(), max_length=100)
    """CSS selectors: these parts are not compared."""
    ignore_lines: tuple[str, ...] = Field(default=(), max_length=100)
    """Patterns: a line that is like one of them is not compared. `*` stands for any text: `Visitors: *`."""

    @field_validator("include", "exclude")
    @classmethod
    def _selectors(cls, selectors: tuple[str, ...]) -> tuple[str, ...]:
        for selector in selectors:
            steps_of(selector)
        return selectors

    @field_validator("ignore_lines")
    @classmethod
    def _patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            pieces_of(pattern)
        return patterns
