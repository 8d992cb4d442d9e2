"""Reads onnotice.toml: what is watched, who is told, how mail leaves. Unknown keys are refused with one sentence."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from alerts.wording import web_address
from monitor.addresses import name_of
from monitor.errors import ConfigurationError
from monitor.types import ChangeKind, Rhythm, Source, Subscription
from scrapers.sources import duration, shipped, source_from_stanza

if TYPE_CHECKING:
    from onnotice.home import Home

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailSettings(_Strict):
    """How alerts leave: a folder of .eml files, or an SMTP server. Passwords come from the environment only."""

    transport: Literal["folder", "smtp"] = Field("folder", description="`folder` writes .eml files, `smtp` sends.")
    folder: str = Field("mails", description="Where .eml files are written, relative to the home.")
    sender: str = Field("On Notice <onnotice@localhost>", description="The From of every mail.")
    reply_to: str = Field(
        "",
        description="Address for answers and for leaving a subscription by mail; empty: the sender's, and no leaving.",
    )
    host: str = Field("localhost", description="SMTP server.")
    port: int = Field(587, ge=1, le=65535, description="SMTP port: 587 with STARTTLS, 465 with implicit TLS.")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is protected.")
    username: str = Field("", description="SMTP user; empty for none.")
    password_env: str = Field(
        "ONNOTICE_SMTP_PASSWORD", description="Name of the environment variable that holds the SMTP password."
    )
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds to wait for the SMTP server.")


def _usual_mail() -> MailSettings:
    return MailSettings.model_validate({})


class WebSettings(_Strict):
    """Where the web pages are served, so that mails and feeds can link to them, and who reads them."""

    address: str = Field(
        "", description="Public address of the pages, such as `https://watch.example.org`; empty links nowhere."
    )
    readers: Literal["anyone", "signed in"] = Field(
        "anyone", description="Who may read: `anyone` who reaches the server, or who is `signed in`."
    )
    proxy_user_header: str = Field(
        "", description="Header by which a proxy says who is signed in, such as `X-Remote-User`; empty believes none."
    )
    proxies: list[str] = Field(
        default_factory=lambda: ["127.0.0.1", "::1"],
        description="Addresses or networks of the proxies in front, whose headers are believed; others' never are.",
    )

    @field_validator("proxy_user_header")
    @classmethod
    def _header(cls, name: str) -> str:
        if name and not re.fullmatch(r"[Xx]-[A-Za-z0-9-]{1,60}|[Rr]emote-[Uu]ser", name):
            raise ValueError(f"{name!r} is no header for a user's name; write X-Remote-User, or another that begins so")
        return name

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: list[str]) -> list[str]:
        for proxy in proxies:
            try:
                ip_network(proxy, strict=False)
            except ValueError:
                raise ValueError(
                    f"{proxy!r} is no address of a machine or network; write 127.0.0.1 or 10.0.0.0/8"
                ) from None
        return proxies

    @field_validator("address")
    @classmethod
    def _web_address(cls, address: str) -> str:
        if address and (web_address(address) != address or "?" in address or "#" in address):
            raise ValueError(f"{address!r} is no plain http: or https: address")
        return address


class ProofSettings(_Strict):
    """Who witnesses, from outside, that what is kept was there by a certain time."""

    authority: str = Field(
        "", description="Address of a time-stamping authority (RFC 3161), asked once a day by `run`; empty asks none."
    )
    certificates: str = Field(
        "", description="PEM file with the root certificates that vouch for the authority, relative to the home."
    )

    @field_validator("authority")
    @classmethod
    def _web_address(cls, address: str) -> str:
        if address and web_address(address) != address:
            raise ValueError(f"{address!r} is no plain http: or https: address")
        return address


class KeepSettings(_Strict):
    """Room on the disk, and what may be erased to make some: nothing, unless it is said here."""

    noise_bodies: str = Field(
        "",
        description="How long bodies are kept that differ from a known version in noise alone, such as `90d`; for"
        " `onnotice tidy`. Empty keeps all. Visits and digests always stay.",
    )

    free_mb: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="Megabytes that stay free on the home's disk: with less nothing is asked for.",
    )

    @field_validator("noise_bodies")
    @classmethod
    def _long_enough(cls, text: str) -> str:
        if text and duration(text) < timedelta(days=7):
            raise ValueError(f"{text!r} is too short; a week, `7d`, is the least")
        return text

    @property
    def noise_age(self) -> timedelta | None:
        """The same as a length of time; None where all bodies are kept."""
        return duration(self.noise_bodies) if self.noise_bodies else None

    @property
    def floor(self) -> int:
        """The same in bytes."""
        return self.free_mb * 1_000_000


def _usual_keep() -> KeepSettings:
    return KeepSettings.model_validate({})


def _usual_proof() -> ProofSettings:
    return ProofSettings.model_validate({})


def _usual_web() -> WebSettings:
    return WebSettings.model_validate({})


class HeartbeatSettings(_Strict):
    """Signs of life, for whoever watches the watcher."""

    url: str = Field("", description="Asked every few minutes while all is well; healthchecks.io's form.")
    url_env: str = Field(
        "ONNOTICE_HEARTBEAT_URL", description="Name of the environment variable that holds the URL in its place."
    )
    minutes: float = Field(5.0, ge=1, le=1440, description="Between two signs of life to the URL.")
    file: str = Field("heartbeat", description="Written at every beat, relative to the home; empty for none.")

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and web_address(url) != url:
            raise ValueError("it is no http: or https: address")
        return url


def _usual_heartbeat() -> HeartbeatSettings:
    return HeartbeatSettings.model_validate({})


class MetricsSettings(_Strict):
    """Figures for Prometheus."""

    port: int = Field(0, ge=0, le=65535, description="Of this machine alone, where `run` serves them; 0 for none.")
    file: str = Field(
        "", description="Written after every poll, relative to the home, for node_exporter's textfile collector."
    )


def _usual_metrics() -> MetricsSettings:
    return MetricsSettings.model_validate({})


class SubscriptionSettings(_Strict):
    """Who wants to know what, and how often. An empty filter lets everything through."""

    name: str = Field(min_length=1, max_length=80, description="Unique name; the archive remembers it.")
    recipients: list[str] = Field(min_length=1, description="Mail addresses, or Apprise URLs of chat services.")
    sources: list[str] = Field(default_factory=list, description="Slugs; `*` matches any characters.")
    kinds: list[str] = Field(
        default_factory=lambda: ["news"], description="`news`, `health`, or kinds of change by name."
    )
    jurisdictions: list[str] = Field(default_factory=list, description="Places as printed, with their state.")
    words: list[str] = Field(default_factory=list, description="Any of these words or phrases; `not X` excludes.")
    minimum_significance: float = Field(0.3, ge=0, le=1, description="Changes that weigh less are not mailed.")
    rhythm: Rhythm = Field(Rhythm.AT_ONCE, description="`at once`, `hourly`, `daily` or `weekly`.")
    hour: int = Field(7, ge=0, le=23, description="Hour of daily and weekly mails.")
    weekday: Weekday = Field("mon", description="Day of weekly mails.")
    timezone: str = Field("UTC", description="IANA time zone of `hour` and of the quiet hours.")
    quiet_from: time | None = Field(None, description='Nothing is sent from this time on: `"22:00"`.')
    quiet_until: time | None = Field(None, description='When what had to wait is sent: `"07:00"`.')
    most_per_hour: int = Field(
        0, ge=0, le=1000, description="Mails to one recipient within an hour, beyond which they become one; 0: any."
    )

    @field_validator("quiet_from", "quiet_until", mode="before")
    @classmethod
    def _clock(cls, clock: object) -> object:
        if not (isinstance(clock, time) or (isinstance(clock, str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}", clock))):
            raise ValueError(f'{clock!r} is no time of day; write it as "22:00"')
        return clock

    @model_validator(mode="after")
    def _both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours need both quiet_from and quiet_until")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError("quiet hours that end when they begin would be never or always; leave them out")
        return self

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, kinds: list[str]) -> list[str]:
        allowed = {"news", "health", *(kind.value for kind in ChangeKind)}
        for kind in kinds:
            if kind not in allowed:
                raise ValueError(f"{kind!r} is no kind of change; use news, health, or one of {', '.join(ChangeKind)}")
        return kinds

    @field_validator("recipients")
    @classmethod
    def _addresses(cls, recipients: list[str]) -> list[str]:
        for recipient in recipients:
            if any(character in recipient for character in "\r\n\0") or (
                "@" not in recipient and "://" not in recipient
            ):
                raise ValueError(f"{name_of(recipient)!r} is neither a mail address nor an Apprise URL")
        return recipients

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no IANA time zone; write for example America/Denver")
        return name

    def subscription(self) -> Subscription:
        """The same as the rest of the program knows it."""
        return Subscription(
            name=self.name,
            recipients=tuple(self.recipients),
            sources=tuple(self.sources),
            kinds=tuple(self.kinds),
            jurisdictions=tuple(self.jurisdictions),
            words=tuple(self.words),
            minimum_significance=self.minimum_significance,
            rhythm=self.rhythm,
            hour=self.hour,
            weekday=self.weekday,
            timezone=self.timezone,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            most_per_hour=self.most_per_hour,
        )


class Settings(_Strict):
    """All of onnotice.toml."""

    contact: str = Field(
        "", description="A URL or address that the User-Agent names, so that a webmaster can reach you."
    )
    watch: list[str] = Field(default_factory=list, description="Slugs of shipped sources to watch.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("WARNING", description="What is logged.")
    log_format: Literal["console", "json"] = Field("console", description="Lines for people, or JSON for machines.")
    confirm_minutes: float = Field(10.0, ge=0, le=1440, description="Distance between looks that confirm a collapse.")
    confirm_looks: int = Field(3, ge=1, le=20, description="Looks that must see a collapse before it is told.")
    mail: MailSettings = Field(default_factory=_usual_mail, description="How alerts leave.")
    web: WebSettings = Field(default_factory=_usual_web, description="Where the web pages are served.")
    keep: KeepSettings = Field(default_factory=_usual_keep, description="How much room there is for what is kept.")
    proof: ProofSettings = Field(default_factory=_usual_proof, description="Who witnesses what is kept.")
    heartbeat: HeartbeatSettings = Field(default_factory=_usual_heartbeat, description="Signs of life.")
    metrics: MetricsSettings = Field(default_factory=_usual_metrics, description="Figures for Prometheus.")
    subscription: list[SubscriptionSettings] = Field(default_factory=list, description="Who is told what.")
    source: list[dict[str, Any]] = Field(default_factory=list, description="Sources of your own; see the stanza form.")

    @field_validator("contact")
    @classmethod
    def _one_line(cls, contact: str) -> str:
        if not contact.isprintable():
            raise ValueError("the contact must be one printable line")
        return contact

    def sources(self, where: str) -> tuple[Source, ...]:
        """The sources watched: shipped ones named in `watch`, and the file's own stanzas.

        Raises ConfigurationError for a slug that is unknown or used twice.
        """
        catalog = shipped() if self.watch else {}
        watched: dict[str, Source] = {}
        for slug in self.watch:
            if slug not in catalog:
                known = ", ".join(sorted(catalog))
                raise ConfigurationError(f"{where}: there is no shipped source {slug!r}; `watch` may name {known}.")
            watched[slug] = catalog[slug]
        for stanza in self.source:
            source = source_from_stanza(stanza, where)
            if source.slug in watched:
                raise ConfigurationError(f"{where}: two sources are called {source.slug!r}; rename one of them.")
            watched[source.slug] = source
        return tuple(watched.values())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Every subscription. Names are unique: see `read_settings`."""
        return tuple(settings.subscription() for settings in self.subscription)

    def smtp_password(self) -> str:
        """From the environment, never from a file, never logged."""
        return os.environ.get(self.mail.password_env, "") if self.mail.username else ""

    def heartbeat_url(self) -> str:
        """From the environment, else from the file; it is as good as a password, and never logged."""
        return os.environ.get(self.heartbeat.url_env, "") or self.heartbeat.url


def read_settings(home: Home) -> Settings:
    """Settings of a home. Raises ConfigurationError with one sentence that names the file, the key and the remedy."""
    return settings_from(_parsed(home.settings), str(home.settings))


def settings_from(values: Mapping[str, Any], where: str) -> Settings:
    """Settings from parsed TOML. Raises ConfigurationError."""
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{where}: {problem_of(error)}") from None
    names = [subscription.name for subscription in settings.subscription]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"{where}: two subscriptions are called {name!r}; rename one of them.")
    return settings


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}; correct that line.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or error}); it must be a text file in UTF-8."
        ) from None


def problem_of(error: ValidationError) -> str:
    """The first thing that is wrong, in a sentence that names the key and the remedy."""
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"]) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{key} is no setting; see docs/reference/settings.md for those there are."
    if problem["type"] == "missing":
        return f"{key} is missing; add it."
    if problem["type"] == "value_error":
        return f"{key}: {problem['ctx']['error']}."
    # What stands in a subscription is never repeated whole: the URLs of its recipients may be passwords.
    if problem["loc"][0] == "subscription" and len(problem["loc"]) < 3:
        return f"{key} should be a table of its own, under [[subscription]]; correct it."
    if "recipients" in problem["loc"]:
        return f"{key} should be a list of mail addresses and Apprise URLs, each in quotes; correct it."
    said = problem["msg"].lower().removeprefix("input should be ").rstrip(".")
    return f"{key} is {problem['input']!r:.80}, and should be {said}; correct it."
