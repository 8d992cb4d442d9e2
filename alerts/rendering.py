"""Makes an alert a mail: headers that carry only what they should, a text and an HTML part, a size that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import getaddresses, parseaddr
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from re import sub
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from alerts.asides import Aside
from alerts.blocks import GENEROUS, MODERATE, TIGHT, Detail
from alerts.letter import Letter, Letterhead, subject, write
from alerts.plain import bare_text_of, text_of
from alerts.story import Group, bursts
from alerts.wording import harmless, web_address
from monitor.addresses import is_service
from monitor.errors import ConfigurationError, RecipientRefused
from monitor.types import Alert

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

SMALLEST_LIMIT: Final = 4_000
"""Bytes below which nothing smaller can be written: the counts alone."""


class Form(Enum):
    """How much of a mail there is: less where a server refuses more."""

    FULL = "full"
    """A text and an HTML part."""
    TEXT = "text"
    """The text part alone."""
    BARE = "bare"
    """What happened, and the way to the rest."""


_MOST_IN_FULL: Final = 25
"""Nobody reads a twenty-sixth story in one mail; the rest are named in a line each."""

_MOST_BRIEF: Final = 100
_LEAST_IN_FULL: Final = 3
"""Stories for whose sake fewer others are named: the weightiest are what the mail is for."""


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header of identifiers and addresses in angle brackets. The standard folding would turn a long one into an
    encoded word, which no mail program reads as an address."""

    max_count = 1

    def fold(self, *, policy: Policy[Any]) -> str:
        """One line, as it is: `_LONGEST_ADDRESS` keeps it under the 998 characters of RFC 5322."""
        return f"{self.name}: {self}{policy.linesep}"


def _header_factory() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "list-id", "references", "in-reply-to"):
        registry.map_to_type(name, _Verbatim)
    return registry


_LONGEST_ADDRESS: Final = 600
"""Two of them, and a subject, stand in one line of a header."""

_POLICY: Final = SMTP.clone(cte_type="7bit", header_factory=_header_factory())
"""Bodies in quoted-printable or base64: the size is known before a server says what it can take."""

_DOMAIN: Final = "onnotice.invalid"
"""Reserved (RFC 2606), so that identifiers made here can never be somebody's address."""


def render(
    alert: Alert,
    sender: str,
    home: str = "",
    *,
    form: Form = Form.FULL,
    limit: int = 100_000,
    zones: Mapping[str, str] | None = None,
    reply_to: str = "",
    address: str = "",
    unsubscribe: str = "",
    asides: Mapping[int, Sequence[Aside]] | None = None,
    sight: str = "",
) -> EmailMessage:
    """The alert as a mail of at most `limit` bytes, or the smallest there is.

    The same alert gives the same bytes. `home` is the archive's folder, named in the footer; `address` is where its
    pages are served, and mails lead there. `zones` gives each source's time zone by slug, `asides` what else is known
    about a change by the change's id; both are optional. `sight` says in a digest how well the sources were seen.
    `unsubscribe` is the https: address of one click (RFC 8058), beside which `reply_to` is one to leave by mail. Raises
    RecipientRefused when the recipient is no mail address (services are left to their transport), ConfigurationError
    when the sender or `reply_to` is none.
    """
    ways = [way for way in (_one_click(unsubscribe), _by_mail(reply_to, alert)) if way]
    head = Letterhead(home, web_address(address), ways[0] if ways else "", zones, asides, sight)
    groups = bursts(alert.changes)
    headers = _headed(alert, sender, groups, ways)
    if reply_to:
        headers["Reply-To"] = _address(reply_to, ConfigurationError, "reply_to")
    return _Fitting(alert, groups, head, headers, limit, form).message()


@dataclass(frozen=True, slots=True)
class _Fitted:
    count: int
    message: EmailMessage


class _Fitting:
    """Finds the fullest letter that stays under the limit."""

    def __init__(
        self, alert: Alert, groups: list[Group], head: Letterhead, headers: EmailMessage, limit: int, form: Form
    ) -> None:
        self._alert, self._groups, self._head = alert, groups, head
        self._headers, self._limit, self._form = headers, limit, form

    def message(self) -> EmailMessage:
        if self._form is Form.BARE:
            return self._with(1, 0, TIGHT)
        most = min(len(self._groups), _MOST_IN_FULL)
        for detail in (GENEROUS, MODERATE, TIGHT):
            message = self._with(most, _MOST_BRIEF, detail)
            if self._fits(message):
                return message
        for brief in (_MOST_BRIEF, 30, 10, 0):
            full = self._most(most, partial(self._with, brief=brief, detail=TIGHT))
            if full and (full.count >= _LEAST_IN_FULL or not brief):
                return full.message
        named = self._most(_MOST_BRIEF, lambda count: self._with(0, count, TIGHT))
        return named.message if named else self._with(0, 0, TIGHT)

    def _most(self, upper: int, attempt: Callable[[int], EmailMessage]) -> _Fitted | None:
        """The message of the highest count from 1 to `upper` that fits; more of anything is never smaller."""
        best, low, high = None, 1, upper
        while low <= high:
            middle = (low + high) // 2
            message = attempt(middle)
            if self._fits(message):
                best, low = _Fitted(middle, message), middle + 1
            else:
                high = middle - 1
        return best

    def _fits(self, message: EmailMessage) -> bool:
        return len(message.as_bytes()) <= self._limit

    def _with(self, full: int, brief: int, detail: Detail) -> EmailMessage:
        letter = write(self._alert, self._groups, full=full, brief=brief, detail=detail, head=self._head)
        message = EmailMessage(policy=_POLICY)
        for name, content in self._headers.items():
            message[name] = content
        if self._form is not Form.FULL:
            message.set_content(text_of(letter) if self._form is Form.TEXT else bare_text_of(letter))
            return message
        message.set_content(text_of(letter))
        message.add_alternative(html_of(letter, message["Subject"]), subtype="html")
        # "=_" cannot occur in either encoding of a body, and the same alert gives the same boundary.
        message.set_boundary(f"=_{sha256(self._alert.message_id.encode()).hexdigest()[:32]}")
        return message


def html_of(letter: Letter, title: str) -> str:
    """The letter as one HTML document with its styles inlined; nothing in it is loaded from anywhere."""
    page = _environment().get_template("letter.html.jinja").render(letter=letter, title=title)
    return _inliner().inline(page)


def thread_of(alert: Alert) -> str:
    """The Message-ID that mails about one page, one source or one digest hang under, for ever the same."""
    places = {(stored.change.source, stored.change.url) for stored in alert.changes}
    sources = {source for source, _ in places}
    if len(places) == 1:
        about = "\n".join(places.pop())
    elif len(sources) == 1:
        about = sources.pop()
    else:
        about = f"\n\n{alert.subscription}"
    return f"<thread-{sha256(about.encode('utf-8', 'replace')).hexdigest()[:24]}@{_DOMAIN}>"


def _headed(alert: Alert, sender: str, groups: list[Group], ways: Sequence[str]) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = _header_text(subject(alert, groups))
    message["From"] = _address(sender, ConfigurationError, "the sender of alerts")
    if is_service(alert.recipient):
        message["To"] = "undisclosed-recipients:;"
    else:
        message["To"] = _address(alert.recipient, RecipientRefused, "this recipient")
    # Not created_at: a weekly digest is begun days before it is mailed, and would sort among last week's mail.
    message["Date"] = alert.due_at.astimezone(UTC)
    message["Message-ID"] = _header_text(alert.message_id)
    thread = thread_of(alert)
    message["In-Reply-To"] = thread
    message["References"] = thread
    slug = sub(r"[^a-z0-9]+", "-", alert.subscription.casefold()).strip("-") or "alerts"
    message["List-Id"] = f"On Notice <{slug[:60]}.{_DOMAIN}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "list"
    if ways:
        message["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in ways)
    if any(way.startswith("https:") for way in ways):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _header_text(text: str) -> str:
    """Harmless, and never taken for an encoded word, whose decoded form could hold anything."""
    return harmless(text).replace("=?", "= ?")


def _address(written: str, refusal: type[ConfigurationError | RecipientRefused], what: str) -> Address:
    (name, spec), *others = getaddresses([written]) or [("", "")]
    local, at, domain = spec.rpartition("@")
    try:
        if others or not at or harmless(written) != written.strip() or not local.isascii():
            raise ValueError(written)
        return Address(_header_text(name), addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, HeaderParseError, IndexError) as error:
        shown = harmless(written)[:100]
        raise refusal(f"“{shown}” is no mail address; correct {what} in onnotice.toml.") from error


def _one_click(address: str) -> str:
    """The https: address, when it is one and fits into a line; else empty."""
    return web_address(address) if address.startswith("https:") and len(address) <= _LONGEST_ADDRESS else ""


def _by_mail(reply_to: str, alert: Alert) -> str:
    mail = parseaddr(reply_to)[1]
    if "@" not in mail or any(character in mail for character in "<>, ?&%"):
        return ""
    return f"mailto:{mail}?subject={quote(f'unsubscribe {harmless(alert.subscription)[:80]}')}"


@cache
def _environment() -> Environment:
    """Made for the first mail: most polls send none."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner  # noqa: PLC0415

    return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=False)
