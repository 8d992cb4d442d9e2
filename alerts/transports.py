"""Carries a mail away: into a folder, to an SMTP server, or to a chat service by Apprise."""

from __future__ import annotations

import logging
import os
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from re import search, sub
from tempfile import NamedTemporaryFile
from typing import Any, Final, Literal, Protocol

import aiosmtplib

from alerts.wording import cut, harmless
from monitor.addresses import is_service, name_of
from monitor.errors import ConfigurationError, DeliveryError, MessageRefused, MessageTooLarge, RecipientRefused

Security = Literal["none", "starttls", "tls"]

_MAILBOX_FULL: Final = r"\b[45]\.2\.2\b"
"""RFC 3463: the mailbox is full. Servers say it with 552 too, which otherwise means that the message is too large."""


_TOO_LARGE: Final = frozenset({552, 523})
"""RFC 5321 has 552; 523 is what some servers say (RFC 1870 only knows the former)."""

_LARGE: Final = r"\b5\.(?:2\.3|3\.4)\b"
"""RFC 3463: longer than the mailbox, or the system, takes."""


class ServerUnavailable(DeliveryError):
    """The server itself cannot be used now: not reached, not trusted, or it refuses us. True for every recipient."""


class Transport(Protocol):
    """Takes one mail for one recipient, or raises DeliveryError: RecipientRefused, MessageTooLarge, ServerUnavailable
    where it knows better."""

    @property
    def name(self) -> str:
        """What the ledger of deliveries calls it."""

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Return only when the mail was accepted."""

    async def check(self) -> str:
        """Whether a mail would be taken, as a sentence. Sends nothing. Raises DeliveryError."""

    async def close(self) -> None:
        """Let go of what is kept open between mails of a batch; sending again opens it again."""


class Folder:
    """Writes one .eml file a mail. The same Message-ID is the same file, so that a repeat leaves no double."""

    name = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Write beside and rename, so that nobody ever reads half a mail. Raises DeliveryError when it cannot."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._write(self._path / _file_name(message, recipient), message.as_bytes())
        except OSError as error:
            raise ServerUnavailable(
                f"The mail could not be written to {self._path} ({error.strerror}); make room or correct the folder."
            ) from error

    async def check(self) -> str:
        """Make the folder, and try to write there. Raises ServerUnavailable."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._path, prefix=".", suffix=".part"):
                return f"Mails are written to {self._path}, which can be written to."
        except OSError as error:
            raise ServerUnavailable(
                f"Mails cannot be written to {self._path} ({error.strerror}); make room or correct the folder."
            ) from error

    async def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, target: Path, content: bytes) -> None:
        with NamedTemporaryFile(dir=self._path, prefix=".", suffix=".part", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).chmod(0o644)
                Path(part.name).replace(target)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise


def _file_name(message: EmailMessage, recipient: str) -> str:
    written = parsedate_to_datetime(str(message["Date"]))
    safe = sub(r"[^A-Za-z0-9@._-]+", "-", recipient).strip(".-")[:60] or "recipient"
    identity = sha256(f"{message['Message-ID']}\n{recipient}".encode("utf-8", "replace")).hexdigest()[:12]
    return f"{written:%Y%m%dT%H%M%SZ}-{safe}-{identity}.eml"


class Smtp:
    """Sends by SMTP: one connection for a batch, certificates always verified, a lost connection opened once again.

    `security` is "starttls" (required, never opportunistic), "tls" (from the first byte) or "none". `timeout` is in
    seconds, for every step. `certificates` names a PEM file to trust instead of the system's.
    """

    name = "smtp"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: Security = "starttls",
        username: str = "",
        password: str = "",
        timeout: float = 30.0,
        certificates: Path | None = None,
    ) -> None:
        if username and security == "none" and host not in ("127.0.0.1", "::1", "localhost"):
            raise ConfigurationError(
                f'A password would travel to {host} in the clear; set security = "starttls" or "tls" in onnotice.toml.'
            )
        self._server = f"{host}:{port}"
        self._host, self._port, self._security = host, port, security
        self._username, self._password = username, password
        self._timeout, self._certificates = timeout, certificates
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Return when the server said 250 to the data. Every error of SMTP becomes a DeliveryError that says what
        to do; a connection that was lost in mid-send is one too, for nobody knows what the server has."""
        if "@" not in recipient or harmless(recipient) != recipient:
            raise RecipientRefused(f"“{harmless(recipient)}” is no mail address; correct it in onnotice.toml.")
        client = await self._connected()
        most = _most_of(client)
        if most is not None and len(message.as_bytes()) > most:
            raise MessageTooLarge(f"{self._server} takes {most:,} bytes at most; a smaller mail is sent.", most)
        try:
            await client.send_message(message, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_recipient(error.recipients[0].code, error.recipients[0].message, recipient) from error
        except aiosmtplib.SMTPDataError as error:
            raise _of_data(error.code, error.message) from error
        except aiosmtplib.SMTPSenderRefused as error:
            raise _of_sender(error.code, error.message, error.sender) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            await self._drop()
            raise DeliveryError(
                f"The connection to {self._server} was lost while sending ({_said(error)}); it will be tried again."
            ) from error
        except ValueError as error:
            raise RecipientRefused(
                f"“{harmless(recipient)}” cannot be sent to by SMTP ({_said(error)}); correct it in onnotice.toml."
            ) from error

    async def check(self) -> str:
        """Connect, and log in where a user is named. Raises ServerUnavailable."""
        await self._connected()
        await self.close()
        return f"{self._server} takes our mail" + (f" as {self._username}." if self._username else ".")

    async def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """The connection of this batch. One that was kept and does not answer NOOP is replaced: a server that tired
        of waiting is no reason to defer a mail."""
        if self._client is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.noop()
                return self._client
            await self._drop()
        client = self._new_client()
        try:
            await client.connect()
            if self._username:
                await client.login(self._username, self._password)
            elif client.is_ehlo_or_helo_needed:
                with suppress(aiosmtplib.SMTPHeloError):  # one that knows HELO alone is greeted so, and takes any size
                    await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise ServerUnavailable(self._why_not(error)) from error
        self._client = client
        return client

    def _new_client(self) -> aiosmtplib.SMTP:
        encrypted = self._security != "none"
        context = ssl.create_default_context(cafile=self._certificates) if encrypted else None
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout,
            use_tls=self._security == "tls",
            start_tls=self._security == "starttls",
            tls_context=context,
        )

    def _why_not(self, error: Exception) -> str:
        said = _said(error)
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return f"{self._server} refused the user name or password ({said}); correct them in onnotice.toml."
        if isinstance(error, aiosmtplib.SMTPNotSupported) or "STARTTLS" in said:
            return (
                f"{self._server} does not offer what onnotice.toml asks for ({said}); check security, port and login."
            )
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError) or "certificate" in said:
            return f"The certificate of {self._server} is not trusted ({said}); check the host name and the server."
        return f"{self._server} cannot be reached ({said}); check host, port and network, it will be tried again."


def _most_of(client: aiosmtplib.SMTP) -> int | None:
    """What the server says that it takes (RFC 1870), in bytes; None where it does not say, and for its 0, "any"."""
    said = client.esmtp_extensions.get("size", "").strip()
    return int(said) if said.isascii() and said.isdigit() and int(said) else None


def _of_recipient(code: int, said: str, recipient: str) -> DeliveryError:
    shown = f"{code} {_quoted(said)}"
    # 552 to RCPT is to be read as 452, insufficient storage (RFC 5321, 4.5.3.1.10).
    if code < 500 or code == 552 or search(_MAILBOX_FULL, said):
        return DeliveryError(f"The server cannot take mail for {recipient} now ({shown}); it will be tried again.")
    return RecipientRefused(f"The server refuses mail for {recipient} ({shown}); correct the address in onnotice.toml.")


def _of_data(code: int, said: str) -> DeliveryError:
    shown = f"{code} {_quoted(said)}"
    full = search(_MAILBOX_FULL, said)
    if not full and (code in _TOO_LARGE or search(_LARGE, said)):
        return MessageTooLarge(f"The server finds the mail too large ({shown}); a smaller one is sent.")
    if not full and code >= 500:
        return MessageRefused(f"The server refused the mail ({shown}); ask its operator why, it will be tried again.")
    return DeliveryError(f"The server could not take the mail ({shown}); it will be tried again.")


def _of_sender(code: int, said: str, sender: str) -> DeliveryError:
    shown = f"{code} {_quoted(said)}"
    # With the SIZE extension a size is refused at MAIL, before any data (RFC 1870, 6.1).
    if code in _TOO_LARGE:
        return MessageTooLarge(f"The server finds the mail too large ({shown}); a smaller one is sent.")
    if code >= 500:
        return ServerUnavailable(
            f"The server does not let {sender} send ({shown}); correct the sender or the login in onnotice.toml."
        )
    return ServerUnavailable(f"The server takes no mail now ({shown}); it will be tried again.")


def _said(error: Exception) -> str:
    return _quoted(str(getattr(error, "message", "") or error) or type(error).__name__)


def _quoted(said: str) -> str:
    return cut(harmless(said), 200).rstrip(".") or "no reason given"


class Apprise:
    """Tells a chat service, or whatever else Apprise reaches, by the recipient's URL. Needs the extra "apprise".

    Such a URL holds the passwords. It is in no error and no log: what Apprise and the libraries under it would write
    there is turned off, since they name paths that are secrets.
    """

    name = "apprise"

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Send the subject and the text part. Raises RecipientRefused for a URL that Apprise does not know."""
        try:
            apprise: Any = import_module("apprise")  # an extra: absent from most installations
        except ImportError as error:
            raise ServerUnavailable(
                "Alerts to chat services need Apprise; install it with: pip install 'onnotice[apprise]'."
            ) from error
        for library in ("apprise", "urllib3", "requests"):
            logging.getLogger(library).setLevel(logging.CRITICAL + 1)
        service = apprise.Apprise()
        body = message.get_body(("plain",))
        try:
            known = service.add(recipient)
            told = known and await service.async_notify(
                title=str(message["Subject"]), body=body.get_content() if body else "", body_format="text"
            )
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises may quote the URL
            raise DeliveryError(
                f"The service {name_of(recipient)} could not be told ({type(error).__name__}); tried again later."
            ) from None
        if not known:
            raise RecipientRefused(f"“{name_of(recipient)}” is no address that Apprise knows; correct it.")
        if not told:
            raise DeliveryError(f"The service {name_of(recipient)} did not take the alert; tried again later.")

    async def close(self) -> None:
        """Nothing is kept open."""


class ByRecipient:
    """Sends mail addresses by one transport, and chat services by Apprise."""

    def __init__(self, mail: Transport) -> None:
        self._mail, self._chat = mail, Apprise()

    @property
    def name(self) -> str:
        """That of the mail transport, which carries most."""
        return self._mail.name

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Send by the transport that this recipient's address is for."""
        await (self._chat if is_service(recipient) else self._mail).send(message, recipient)

    async def check(self) -> str:
        """Whether a mail would be taken. No service is asked: most could only be by telling it something."""
        return await self._mail.check()

    async def close(self) -> None:
        """Let go of both."""
        await self._mail.close()
        await self._chat.close()
