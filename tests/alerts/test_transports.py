"""Transports: a real SMTP server on loopback that accepts, refuses, stalls and drops; and a folder."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.rendering import render
from alerts.transports import Apprise, ByRecipient, Folder, ServerUnavailable, Smtp
from monitor.errors import ConfigurationError, DeliveryError, MessageTooLarge, RecipientRefused
from monitor.types import Alert

TO = "analyst@newsroom.example"


class Postmaster:
    """Handles each command as the test says, and keeps what was accepted."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.connections = 0
        self.rcpt: dict[str, str] = {}
        self.data = "250 OK"
        self.mail = "250 OK"
        self.before_data: Callable[[Server], None] | None = None

    async def handle_EHLO(
        self, server: Server, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail.startswith("250"):
            envelope.mail_from = address
        return self.mail

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        if self.before_data:
            self.before_data(server)
        if self.data.startswith("250"):
            self.accepted.append(envelope)
        return self.data


def drop(server: Server) -> None:
    """The line goes dead after the data, before any answer."""
    assert server.transport is not None
    server.transport.abort()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-made certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def _authenticate(server: Server, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(b"notice", b"secret")
    return AuthResult(success=good, handled=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Starts a server with the given post master; returns its port."""
    running: list[Controller] = []

    def start(postmaster: Postmaster, **options: Any) -> int:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        controller = Controller(postmaster, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
async def smtp() -> AsyncIterator[Callable[..., Smtp]]:
    """Makes a transport to a port on this machine, closed at the end."""
    made: list[Smtp] = []

    def make(port: int, **options: Any) -> Smtp:
        transport = Smtp("127.0.0.1", port, **{"security": "none", "timeout": 5.0, **options})
        made.append(transport)
        return transport

    yield make
    for transport in made:
        await transport.close()


def mail(number: int = 1, **headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    for name, content in {
        "From": "On Notice <notice@newsroom.example>",
        "To": TO,
        "Subject": f"Alert {number}",
        "Date": "Mon, 27 Mar 2017 19:02:00 +0000",
        "Message-ID": f"<alert-{number}@onnotice.invalid>",
        **headers,
    }.items():
        message[name] = content
    message.set_content("Boulder County is new on the list.\n.\nA line with a dot alone is no end.\n")
    return message


Serve = Callable[..., int]
MakeSmtp = Callable[..., Smtp]


async def test_a_batch_uses_one_connection(serve: Serve, smtp: MakeSmtp) -> None:
    """Several mails go over one connection, and arrive whole, with a lone dot in their text."""
    postmaster = Postmaster()
    transport = smtp(serve(postmaster))
    for number in range(3):
        await transport.send(mail(number), TO)
    assert postmaster.connections == 1
    subjects = [message_from_bytes(bytes(one.content or b""))["Subject"] for one in postmaster.accepted]
    assert subjects == ["Alert 0", "Alert 1", "Alert 2"]
    assert b"\r\n..\r\n" not in bytes(postmaster.accepted[0].content or b"")
    assert b"\r\n.\r\n" in bytes(postmaster.accepted[0].content or b"")
    assert postmaster.accepted[0].rcpt_tos == [TO]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server does not count implicit TLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_and_signed_in(
    serve: Serve, smtp: MakeSmtp, certificate: tuple[Path, Path], security: str
) -> None:
    """STARTTLS and TLS from the first byte, with a user name and password, against a trusted certificate."""
    postmaster, context = Postmaster(), server_context(certificate)
    options: dict[str, Any] = (
        {"tls_context": context, "require_starttls": True} if security == "starttls" else {"ssl_context": context}
    )
    port = serve(
        postmaster, authenticator=_authenticate, auth_required=True, auth_require_tls=security == "starttls", **options
    )
    transport = smtp(port, security=security, username="notice", password="secret", certificates=certificate[0])
    await transport.send(mail(), TO)
    assert len(postmaster.accepted) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_untrusted_certificate_is_refused(
    serve: Serve, smtp: MakeSmtp, certificate: tuple[Path, Path], security: str
) -> None:
    """A certificate that nobody vouches for gets no mail and no password, and the sentence says so."""
    postmaster, context = Postmaster(), server_context(certificate)
    port = serve(postmaster, **({"tls_context": context} if security == "starttls" else {"ssl_context": context}))
    with pytest.raises(ServerUnavailable, match="certificate"):
        await smtp(port, security=security).send(mail(), TO)
    assert postmaster.accepted == []


async def test_starttls_is_never_optional(serve: Serve, smtp: MakeSmtp) -> None:
    """A server that does not offer STARTTLS is not spoken to in the clear."""
    postmaster = Postmaster()
    with pytest.raises(ServerUnavailable, match="does not offer what"):
        await smtp(serve(postmaster), security="starttls").send(mail(), TO)
    assert postmaster.accepted == []


async def test_a_wrong_password_is_said(serve: Serve, smtp: MakeSmtp, certificate: tuple[Path, Path]) -> None:
    """The operator reads that the login is wrong, not a protocol dump."""
    port = serve(Postmaster(), authenticator=_authenticate, tls_context=server_context(certificate))
    transport = smtp(port, security="starttls", username="notice", password="wrong", certificates=certificate[0])
    with pytest.raises(ServerUnavailable, match="refused the user name or password"):
        await transport.send(mail(), TO)


def test_no_password_in_the_clear() -> None:
    """A password for another machine without encryption is a mistake in the settings, found before any connection."""
    with pytest.raises(ConfigurationError, match="in the clear"):
        Smtp("mail.newsroom.example", 25, security="none", username="notice", password="secret")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"rcpt": {TO: "550 5.1.1 No such user"}}, RecipientRefused),
        ({"rcpt": {TO: "450 4.2.0 Greylisted, come back"}}, DeliveryError),
        ({"rcpt": {TO: "552 5.2.2 Mailbox full"}}, DeliveryError),
        ({"rcpt": {TO: "552 5.3.1 No storage"}}, DeliveryError),
        ({"data": "552 5.3.4 Message too big"}, MessageTooLarge),
        ({"data": "552 5.2.2 Over quota"}, DeliveryError),
        ({"data": "451 4.3.0 Try again"}, DeliveryError),
        ({"data": "554 5.7.1 Looks like spam"}, DeliveryError),
        ({"mail": "552 5.3.4 Size exceeds limit"}, MessageTooLarge),
        ({"mail": "550 5.7.1 Not allowed to send"}, ServerUnavailable),
        ({"mail": "421 4.7.0 Too many"}, ServerUnavailable),
    ],
)
async def test_refusals(serve: Serve, smtp: MakeSmtp, answers: dict[str, Any], expected: type[DeliveryError]) -> None:
    """Each refusal is exactly the error that decides what happens next, and quotes the server."""
    postmaster = Postmaster()
    for name, answer in answers.items():
        setattr(postmaster, name, answer)
    said = next(iter(answers.values()))
    text = said if isinstance(said, str) else said[TO]
    with pytest.raises(DeliveryError) as refused:
        await smtp(serve(postmaster)).send(mail(), TO)
    assert type(refused.value) is expected
    assert text[:3] in str(refused.value)
    assert text.split(" ", 2)[2] in str(refused.value)


async def test_a_refused_recipient_leaves_the_connection_usable(serve: Serve, smtp: MakeSmtp) -> None:
    """One bad address blocks nobody: the next mail goes over the same connection."""
    postmaster = Postmaster()
    postmaster.rcpt = {"gone@newsroom.example": "550 No such user"}
    transport = smtp(serve(postmaster))
    with pytest.raises(RecipientRefused):
        await transport.send(mail(1), "gone@newsroom.example")
    await transport.send(mail(2), TO)
    assert len(postmaster.accepted) == 1
    assert postmaster.connections == 1


async def test_the_size_that_a_server_announces_is_kept_to(serve: Serve, smtp: MakeSmtp) -> None:
    """A server with a SIZE limit says 552 before the data, and that is a mail to make smaller."""
    port = serve(Postmaster(), data_size_limit=200)
    with pytest.raises(MessageTooLarge):
        await smtp(port).send(mail(), TO)


async def test_dropped_in_mid_send_then_again(serve: Serve, smtp: MakeSmtp) -> None:
    """A connection lost during the data is an error, for nobody knows what arrived; the next mail connects anew."""
    postmaster = Postmaster()
    postmaster.before_data = drop
    transport = smtp(serve(postmaster))
    with pytest.raises(DeliveryError, match="lost while sending"):
        await transport.send(mail(1), TO)
    postmaster.before_data = None
    await transport.send(mail(2), TO)
    assert postmaster.connections == 2


async def test_a_server_that_hung_up_between_mails_is_called_again(serve: Serve, smtp: MakeSmtp) -> None:
    """A kept connection that the server closed meanwhile costs no mail."""
    postmaster = Postmaster()
    transport = smtp(serve(postmaster))
    await transport.send(mail(1), TO)
    assert transport._client is not None
    assert transport._client.transport is not None
    transport._client.transport.abort()
    await transport.send(mail(2), TO)
    assert len(postmaster.accepted) == 2


async def test_nobody_listens(smtp: MakeSmtp) -> None:
    """No server at all is said with its address, and is no fault of the recipient's."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        with pytest.raises(ServerUnavailable, match=f"127.0.0.1:{port} cannot be reached"):
            await smtp(port).send(mail(), TO)


async def test_a_server_that_says_nothing_times_out(smtp: MakeSmtp) -> None:
    """A server that accepts the connection and stays silent is given up after the time-out."""
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ServerUnavailable, match="cannot be reached"):
            await smtp(silent.getsockname()[1], timeout=0.1).send(mail(), TO)


@pytest.mark.parametrize("recipient", ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example>\n<c@d.example", ""])
async def test_a_recipient_cannot_carry_commands(serve: Serve, smtp: MakeSmtp, recipient: str) -> None:
    """A line break in an address never reaches the server as a command."""
    postmaster = Postmaster()
    with pytest.raises(DeliveryError):
        await smtp(serve(postmaster)).send(mail(), recipient)
    assert postmaster.accepted == []


# A folder ---------------------------------------------------------------------------------------------------------


async def test_a_folder_of_mails(tmp_path: Path) -> None:
    """One readable .eml a mail, named by time and recipient; a repeat of the same mail is the same file."""
    folder = Folder(tmp_path / "mail")
    await folder.send(mail(1), TO)
    await folder.send(mail(2), TO)
    await folder.send(mail(1, Subject="Alert 1, again"), TO)
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(file.name.startswith(f"20170327T190200Z-{TO}-") and file.suffix == ".eml" for file in files)
    assert {message_from_bytes(file.read_bytes())["Subject"] for file in files} == {"Alert 1, again", "Alert 2"}


async def test_a_folder_name_holds_no_path(tmp_path: Path) -> None:
    """A recipient that looks like a path stays a file name."""
    await Folder(tmp_path).send(mail(), "../../etc/passwd")
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("20170327T190200Z-etc-passwd-")


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is a file is said in a sentence, and no part is left behind."""
    (tmp_path / "mail").write_text("not a folder")
    with pytest.raises(ServerUnavailable, match="could not be written"):
        await Folder(tmp_path / "mail").send(mail(), TO)


async def test_a_half_written_mail_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in mid-write leaves no .eml and no remains."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("alerts.transports.os.fsync", full)
    with pytest.raises(ServerUnavailable, match="No space left"):
        await Folder(tmp_path).send(mail(), TO)
    assert list(tmp_path.iterdir()) == []


# Apprise ----------------------------------------------------------------------------------------------------------


async def test_apprise_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra a chat recipient is told how to get it."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ServerUnavailable, match=r"pip install 'onnotice\[apprise\]'"):
        await Apprise().send(mail(), "slack://token-a/token-b")


@pytest.mark.parametrize(
    ("known", "told", "expected"), [(True, True, None), (True, False, DeliveryError), (False, True, RecipientRefused)]
)
async def test_apprise_tells_subject_and_text(
    monkeypatch: pytest.MonkeyPatch, known: bool, told: bool, expected: type[DeliveryError] | None
) -> None:
    """A chat service gets the subject and the text part; the secret in its URL is never in an error."""
    said: list[dict[str, str]] = []

    class Service:
        def add(self, url: str) -> bool:
            return known

        async def async_notify(self, **message: str) -> bool:
            said.append(message)
            return told

    stand_in = ModuleType("apprise")
    stand_in.Apprise = Service  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "apprise", stand_in)
    if expected is None:
        await Apprise().send(mail(), "slack://secret/token")
        assert said[0]["title"] == "Alert 1"
        assert "Boulder County is new" in said[0]["body"]
    else:
        with pytest.raises(expected) as refused:
            await Apprise().send(mail(), "slack://secret/token")
        assert type(refused.value) is expected
        assert "secret" not in str(refused.value)


async def test_each_recipient_by_its_own_transport(tmp_path: Path) -> None:
    """A mail address goes to the mail transport, a URL to the chat transport."""
    both = ByRecipient(Folder(tmp_path / "mail"), Folder(tmp_path / "chat"))
    await both.send(mail(1), TO)
    await both.send(mail(2), "slack://token")
    assert len(list((tmp_path / "mail").iterdir())) == len(list((tmp_path / "chat").iterdir())) == 1


async def test_a_rendered_mail_arrives_as_it_was_made(serve: Serve, smtp: MakeSmtp, examples: dict[str, Alert]) -> None:
    """Headers, threads, long addresses and letters beyond ASCII come through the wire unchanged."""
    postmaster = Postmaster()
    leave = f"https://notice.newsroom.example/leave?token={'0123456789abcdef' * 12}"
    made = render(examples["digest"], "Schlagzeilen für alle <notice@newsroom.example>", unsubscribe=leave)
    await smtp(serve(postmaster)).send(made, TO)
    (envelope,) = postmaster.accepted
    arrived = message_from_bytes(bytes(envelope.content or b""), policy=default)
    assert envelope.mail_from == "notice@newsroom.example"
    assert {name: str(value) for name, value in arrived.items()} == {name: str(value) for name, value in made.items()}
    assert f"List-Unsubscribe: <{leave}>\r\n".encode() in bytes(envelope.content or b"")
    for kind in ("plain", "html"):
        sent, received = made.get_body((kind,)), arrived.get_body((kind,))
        assert sent is not None
        assert received is not None
        assert received.get_content().splitlines() == sent.get_content().splitlines()
