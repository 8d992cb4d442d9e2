"""The bundle that shows one change to whoever does not trust us, to be kept."""

from __future__ import annotations

from onnotice.evidence.bundle import bundle_of
from onnotice.web.answers import Answer, File, NotThere
from onnotice.web.attempts import TooManyAttempts
from onnotice.web.forms import Caller
from storage import Archive


def evidence(archive: Archive, caller: Caller) -> Answer:
    """`/change/NUMBER/evidence`. Raises UsageError where no visit shows the change, and TooManyAttempts."""
    number = caller.asked.number()
    if archive.change(number) is None:
        raise NotThere(f"There is no change {number}.")
    if wait := caller.site.bundles.take(caller.signed_in.name, caller.asked.now):
        raise TooManyAttempts(wait)
    name = f"onnotice-change-{number}"
    return File(bundle_of(archive, number).zipped(name), f"{name}.zip", "application/zip")
