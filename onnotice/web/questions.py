"""Asks recipients by mail whether they want a subscription that somebody made for them: not often, and not many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts.confirming import confirmation
from monitor.errors import OnNoticeError
from monitor.mailboxes import mailbox
from onnotice.subscribing import described
from onnotice.telling import transport_of
from onnotice.unsubscribing import CONFIRM_WITHIN, Place, confirm_link
from onnotice.web.attempts import Attempts, Limit

if TYPE_CHECKING:
    from onnotice.config import SubscriptionSettings
    from onnotice.web.site import Site
    from storage import Archive


class Questions:
    """Counts what each user asked, and what each recipient was asked: nobody's mailbox is filled from here."""

    def __init__(self) -> None:
        self._by_user = Attempts(Limit(50, timedelta(days=1)))
        self._of_recipient = Attempts(Limit(5, timedelta(days=1)))

    def may_ask(self, user: str, recipient: str, now: datetime) -> bool:
        """Whether another question may be asked; it counts where it may."""
        return not (self._by_user.take(user, now) or self._of_recipient.take(mailbox(recipient), now))


def ask(
    site: Site, archive: Archive, settings: SubscriptionSettings, recipients: Iterable[str], by: str, now: datetime
) -> tuple[str, ...]:
    """Ask these recipients. Returns a sentence for each who could not be asked."""
    return asyncio.run(_ask(site, archive, settings, tuple(recipients), by, now))


async def _ask(
    site: Site, archive: Archive, settings: SubscriptionSettings, recipients: tuple[str, ...], by: str, now: datetime
) -> tuple[str, ...]:
    problems = []
    told = site.settings_now()
    transport = transport_of(told, site.home)
    try:
        for recipient in recipients:
            if not site.questions.may_ask(by, recipient, now):
                problems.append(f"{recipient} was not asked: too much has been asked today; try again tomorrow.")
                continue
            place = Place(settings.name, recipient)
            letter = confirmation(
                recipient,
                told.mail.sender,
                by=by,
                name=settings.name,
                about=described(settings),
                link=confirm_link(site.address, site.home.secret, place, now),
                days=CONFIRM_WITHIN.days,
                now=now,
            )
            # Kept before it is sent: a link that arrives must be good, whatever happens meanwhile.
            archive.ask_recipient(settings.name, recipient, now)
            try:
                await transport.send(letter, recipient)
            except OnNoticeError as error:
                problems.append(f"{recipient} could not be asked: {error}")
    finally:
        await transport.close()
    return tuple(problems)
