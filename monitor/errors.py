"""The errors of On Notice. A message is one sentence that says what to do next; a traceback is a bug.

OnNoticeError
├── ConfigurationError      onnotice.toml or a catalog stanza cannot be used
├── UsageError              a command was given something it cannot work with
├── ArchiveError            the archive cannot be opened, or is not what it should be
│   ├── ArchiveBusy         another process writes to this archive
│   ├── ArchiveTooNew       written by a later version of On Notice
│   ├── TookTooLong         a reading was ended because it had no end in sight
│   ├── DiskFull            there is no room to go on, or soon will be none
│   ├── BodyErased          a body went by a rule of the settings; its digest stays
│   └── EvidenceDamaged     a stored body does not match its digest
├── FetchError              no request may be made, or none succeeded
│   └── AddressRefused      the address is private, link-local or loopback and no source names it
├── ExtractionError         a body was believed, and nothing could be read out of it
└── DeliveryError           an alert was not accepted
    ├── RecipientRefused    for good: this recipient will not be tried again
    ├── MessageTooLarge     for its size: a smaller one may pass
    └── MessageRefused      for what it says or how it is made: a plainer one may pass
"""

from __future__ import annotations


class OnNoticeError(Exception):
    """Root of every error that is meant for a person's eyes."""


class ConfigurationError(OnNoticeError):
    """Raised while reading onnotice.toml or a catalog stanza, before anything is fetched."""


class UsageError(OnNoticeError):
    """Raised for a command line or an input file that cannot be worked with. Exit code 2."""


class ArchiveError(OnNoticeError):
    """Raised by `storage` when the archive cannot be opened, or is not what it should be."""


class ArchiveBusy(ArchiveError):
    """Raised when another process writes to this archive. Nothing was lost; run again when it has ended."""


class ArchiveTooNew(ArchiveError):
    """Raised when the archive was written by a later version. Upgrade On Notice; the file is untouched."""


class TookTooLong(ArchiveError):
    """Raised when a reading was given so much time and no more. Ask for less: fewer words, a shorter period."""


class DiskFull(ArchiveError):
    """Raised when the disk is full, or nearly so, before work begins. Nothing was lost; make room and run again."""


class BodyErased(ArchiveError):
    """Raised for a body that the operator had erased, by a rule of the settings. What it said is in no version."""


class EvidenceDamaged(ArchiveError):
    """Raised when a stored body does not match its digest. Restore the file from a backup; nothing is repaired."""


class FetchError(OnNoticeError):
    """Raised when no request may be made, or none succeeded. Kept as a visit, never as content."""


class AddressRefused(FetchError):
    """Raised before a connection to a private, link-local or loopback address that no source names."""


class ExtractionError(OnNoticeError):
    """Raised by an extractor when a believed body holds nothing that it can read. Told as `source_broken`."""


class DeliveryError(OnNoticeError):
    """Raised by a transport when an alert was not accepted. Tried again with back-off."""


class RecipientRefused(DeliveryError):
    """Raised when the server refuses a recipient for good (SMTP 5xx on RCPT). Not tried again."""


class MessageTooLarge(DeliveryError):
    """Raised when the server refuses a message for its size (SMTP 552, 523). Made smaller and tried again.

    `most` is what the server says that it takes, in bytes; None where it does not say.
    """

    def __init__(self, sentence: str, most: int | None = None) -> None:
        super().__init__(sentence)
        self.most = most


class MessageRefused(DeliveryError):
    """Raised when the server refuses a message for its content (SMTP 5xx on DATA). Made plainer and tried again."""
