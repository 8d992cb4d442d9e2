"""Transports: a real SMTP server on loopback that accepts, refuses, stalls and drops; and a folder."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.attempt import attempt
from alerts.rendering import Form, render
from alerts.transports import ByRecipient, Folder, ServerUnavailable, Smtp
from monitor.errors import ConfigurationError, DeliveryError, MessageRefused, MessageTooLarge, RecipientRefused
from monitor.types import Alert, AlertState

TO = "analyst@newsroom.example"
AT = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)


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
        ({"data": "554 5.7.1 Looks like spam"}, MessageRefused),
        ({"data": "523 Message too long"}, MessageTooLarge),
        ({"data": "554 5.3.4 Too big for us"}, MessageTooLarge),
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


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by Apprise 2.2 on Python 3.11 and 3.12
async def test_each_recipient_by_its_own_transport(tmp_path: Path) -> None:
    """A mail address goes to the mail transport, a URL to Apprise, whatever it makes of it."""
    both = ByRecipient(Folder(tmp_path))
    await both.send(mail(1), TO)
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(RecipientRefused, match=r"nosuchservice://…[0-9a-f]{8}” is no address that Apprise knows"):
        await both.send(mail(2), "nosuchservice://token")
    assert len(list(tmp_path.iterdir())) == 1


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


# Smaller and plainer ----------------------------------------------------------------------------------------------


@dataclass
class Written:
    """Writes the mails of one alert, and keeps their sizes and forms."""

    limit: int = 100_000
    asked: list[tuple[Form, int]] = field(default_factory=list)

    def write(self, alert: Alert, form: Form, limit: int) -> EmailMessage:
        made = render(alert, "On Notice <notice@newsroom.example>", form=form, limit=limit)
        self.asked.append((form, len(made.as_bytes())))
        return made


@pytest.fixture
def long_alert(make_stored: Callable[..., Any], make_alert: Callable[..., Alert]) -> Alert:
    """Forty stories, each of forty changed lines: some hundred kilobytes, if anybody lets it."""
    lines = [f"Section {number} of the ordinance is amended as follows." for number in range(40)]
    hunks = [[[line], [line.replace("amended", "repealed")]] for line in lines]
    return make_alert(*(make_stored(number, details={"hunks": hunks}) for number in range(1, 41)))


@pytest.mark.parametrize("most", [60_000, 12_000, 5_000])
async def test_a_server_that_says_what_it_takes_gets_no_more(
    serve: Serve, smtp: MakeSmtp, long_alert: Alert, most: int
) -> None:
    """By the SIZE of its greeting: the fullest mail that fits is sent, at the second try and not after many."""
    postmaster, written = Postmaster(), Written()
    port = serve(postmaster, data_size_limit=most)
    made = await attempt(long_alert, written, smtp(port), TO, AT)
    assert (made.state, len(written.asked)) == (AlertState.SENT, 2)
    assert "shorter mail" in made.detail
    (envelope,) = postmaster.accepted
    assert most // 2 < len(bytes(envelope.content or b"")) <= most


async def test_a_server_that_takes_hardly_anything_gets_that(serve: Serve, smtp: MakeSmtp, long_alert: Alert) -> None:
    """Shorter, then the text alone, then the subject with the way to the rest: sent, and never dropped."""
    postmaster, written = Postmaster(), Written()
    made = await attempt(long_alert, written, smtp(serve(postmaster, data_size_limit=1_400)), TO, AT)
    assert made.state is AlertState.SENT
    assert [form for form, _ in written.asked] == [Form.FULL, Form.FULL, Form.TEXT, Form.BARE]
    (envelope,) = postmaster.accepted
    arrived = message_from_bytes(bytes(envelope.content or b""), policy=default)
    assert arrived["Subject"].startswith("40 changes on Denver City Council")
    assert "onnotice changes --since 2017-03-27T19:03:00Z" in arrived.get_content()


@pytest.mark.parametrize("refusal", ["552 5.3.4 Too big", "523 Too long"])
async def test_a_size_refused_after_the_data_is_made_smaller(
    serve: Serve, smtp: MakeSmtp, long_alert: Alert, refusal: str
) -> None:
    """A server without SIZE says it when it has read all; each try is at most a third of the one before."""
    postmaster, written = Postmaster(), Written()

    def judge(server: Server) -> None:
        size = len(bytes(server.envelope.content or b"")) if server.envelope else 0
        postmaster.data = "250 OK" if size < 9_000 else refusal

    postmaster.before_data = judge
    made = await attempt(long_alert, written, smtp(serve(postmaster, data_size_limit=None)), TO, AT)
    assert made.state is AlertState.SENT
    sizes = [size for _, size in written.asked]
    assert sizes == sorted(sizes, reverse=True)
    assert len(postmaster.accepted) == 1


async def test_content_refused_after_the_data_is_made_plainer(serve: Serve, smtp: MakeSmtp, long_alert: Alert) -> None:
    """A filter that takes no HTML gets the text, in the same round and over the same connection."""
    postmaster, written = Postmaster(), Written()

    def judge(server: Server) -> None:
        html = b"text/html" in bytes(server.envelope.content or b"") if server.envelope else False
        postmaster.data = "554 5.7.1 No HTML here" if html else "250 OK"

    postmaster.before_data = judge
    made = await attempt(long_alert, written, smtp(serve(postmaster)), TO, AT)
    assert made.state is AlertState.SENT
    assert made.detail.startswith("Sent as the text alone: The server refused the mail (554 5.7.1 No HTML here)")
    assert [form for form, _ in written.asked] == [Form.FULL, Form.TEXT]
    assert postmaster.connections == 1
