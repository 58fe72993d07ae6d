import socket
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from charity.adapters import mail
from charity.adapters.delivery import DeliveryFailed, Message


class Inbox:
    """A small real SMTP server's memory."""

    def __init__(self, refuse: str = "") -> None:
        self.letters = []
        self.refuse = refuse

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such person"
        if address.startswith("full"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refuse:
            return self.refuse
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve():
    running = []

    def start(inbox: Inbox, **options) -> str:
        controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        return f"127.0.0.1:{controller.port}"

    yield start
    for controller in running:
        controller.stop()


def code_of(mailer, to="someone@example.org", subject="s", body="b") -> tuple[str, bool]:
    with pytest.raises(DeliveryFailed) as caught:
        mailer.send(to, subject, body)
    assert "example.org" not in str(caught.value)
    return caught.value.code, caught.value.permanent


def test_a_chinese_letter_arrives_whole(serve):
    inbox = Inbox()
    body = "您认领的心愿已送达。\n请查看：https://example.org/p/1\n" + "长" * 2000
    mail.open_mailer(f"smtp://{serve(inbox)}?from=post@example.org").send(
        "someone@example.org", "心愿达成：运动鞋", body
    )
    sender, to, content = inbox.letters[0]
    letter = message_from_bytes(content, policy=default)
    assert (sender, to) == ("post@example.org", ["someone@example.org"])
    assert letter["Subject"] == "心愿达成：运动鞋"
    assert letter["From"].addresses[0].display_name == "同心圆 N+1"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == body
    assert all(len(line) < 999 for line in content.split(b"\r\n"))


@pytest.mark.parametrize(
    "subject", ["hello\r\nBcc: all@example.org", "hello\nX: y", "a\u2028Bcc: b@example.org", "a\x85b\x0bc"]
)
def test_a_subject_starts_no_other_header(serve, subject):
    inbox = Inbox()
    mail.open_mailer(f"smtp://{serve(inbox)}").send("someone@example.org", subject, "b")
    _, to, content = inbox.letters[0]
    letter = message_from_bytes(content, policy=default)
    assert to == ["someone@example.org"]
    assert letter["Bcc"] is None
    assert letter["X"] is None


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b@c",
        "a@example.org,b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "A <a@example.org>",
        "a b@example.org",
    ],
)
@pytest.mark.parametrize("url", ["null:", "smtp://127.0.0.1:9"])
def test_a_recipient_is_exactly_one_address(to, url):
    assert code_of(mail.open_mailer(url), to) == ("mail-address-malformed", True)


def test_failures_say_whether_to_try_again(serve):
    good, place = Inbox(), ""
    place = serve(good)
    assert code_of(mail.open_mailer(f"smtp://{place}"), "nobody@example.org") == ("mail-recipient-refused", True)
    assert code_of(mail.open_mailer(f"smtp://{place}"), "full@example.org") == ("mail-recipient-refused", False)
    assert code_of(mail.open_mailer(f"smtp://{serve(Inbox('451 later'))}")) == ("mail-refused", False)
    assert code_of(mail.open_mailer(f"smtp://{serve(Inbox('554 spam'))}")) == ("mail-refused", True)
    assert code_of(mail.open_mailer(f"smtp://127.0.0.1:{free_port()}")) == ("mail-server-unreachable", False)
    assert good.letters == []


def test_a_password_is_never_said_in_the_clear(serve):
    said = []

    def authenticate(server, session, envelope, mechanism, data):
        said.append(data)
        return AuthResult(success=True)

    place = serve(Inbox(), authenticator=authenticate, auth_require_tls=False)
    assert code_of(mail.open_mailer(f"smtp://user:p%40ss@{place}")) == ("mail-not-supported", False)
    assert said == []
    mail.open_mailer(f"smtp://user:p%40ss@{place}?starttls=off").send("someone@example.org", "s", "b")
    assert said[0].password == b"p@ss"


def test_a_silent_server_does_not_hold_the_worker(monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert code_of(mail.open_mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}")) == (
            "mail-server-unreachable",
            False,
        )


def test_a_folder_gets_letters_that_mail_programs_open(tmp_path: Path):
    mailer = mail.open_mailer(f"file://{tmp_path}/out?from=post@example.org")
    mailer.send("someone@example.org", "你好", "正文")
    [file] = (tmp_path / "out").glob("*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert letter["Subject"] == "你好"
    assert letter.get_content().strip() == "正文"
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_null_twin_collects():
    mailer = mail.open_mailer("null:")
    assert isinstance(mailer, mail.NullMailer)
    mailer.send("someone@example.org", "s", "b")
    assert mailer.sent == [Message("someone@example.org", "s", "b")]
    mailer.clear()
    assert mailer.sent == []


@pytest.mark.parametrize("url", ["", "http://example.org", "smtp://", "file:", "smtp://h?from=not-an-address"])
def test_bad_urls_are_refused(url):
    with pytest.raises(ValueError, match="MAIL_URL"):
        mail.open_mailer(url)


def test_a_process_has_one_mailer_and_one_texter():
    from types import SimpleNamespace

    from charity.adapters.sms import texter

    settings = SimpleNamespace(mail_url="null:?from=one@example.org", sms_url="null:")
    mail.mailer(settings).send(to="someone@example.org", subject="s", body="b")
    texter(settings).send(to="13800000000", body="b")
    assert len(mail.mailer(settings).sent) == 1
    assert texter(settings).sent.pop().body == "b"
