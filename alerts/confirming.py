"""The letter that asks a recipient whether a subscription made by somebody else is wanted. Plain text, one link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Final

from alerts.wording import cut, harmless

_POLICY: Final = SMTP.clone(cte_type="7bit")

_TEXT: Final = """\
{by} has subscribed {address} to news from On Notice, which watches what governments publish and tells what changed. The subscription is called “{name}”:

{about}

If you want it, open this page and press the button there. The link is good for {days} days.

{link}

If you do not, there is nothing to do: without your answer nothing is sent to you.
"""  # noqa: E501  lines of a letter are as long as its reader's window


def confirmation(
    recipient: str,
    sender: str,
    *,
    by: str,
    name: str,
    about: Sequence[tuple[str, str]],
    link: str,
    days: int,
    now: datetime,
) -> EmailMessage:
    """The letter to a recipient whose address `monitor.mailboxes.is_writable`.

    `by` and `name` are what a user typed: they stand in the text, shortened, and in no header.
    """
    _, address = parseaddr(recipient)
    local, _, domain = address.rpartition("@")
    told = [f"  {label}: {cut(harmless(text), 300)}" for label, text in about]
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = "Please confirm that you want news from On Notice"
    message["From"] = sender
    message["To"] = Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")
    message["Date"] = now.astimezone(UTC)
    message["Message-ID"] = f"<{sha256(f'{link}{now.isoformat()}'.encode()).hexdigest()[:32]}@onnotice.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        _TEXT.format(
            by=cut(harmless(by), 80),
            address=address,
            name=cut(harmless(name), 80),
            about="\n".join(told),
            link=link,
            days=days,
        )
    )
    return message
