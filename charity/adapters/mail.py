"""E-mail by MAIL_URL: SMTP, a folder of .eml files, or the null twin that collects."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from charity.adapters.clock import now
from charity.adapters.delivery import DeliveryFailed, Messenger, NullMessenger, one_line, write_message
from charity.adapters.settings import Settings

__all__ = ["DeliveryFailed", "FolderMailer", "NullMailer", "SmtpMailer", "compose", "mailer", "open_mailer"]

TIMEOUT: Final = 10.0
SENDER_NAME: Final = "同心圆 N+1"
MAX_SUBJECT: Final = 180
ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,64}@[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: str


class SmtpMailer:
    """Hands each letter to an SMTP server, one connection per letter."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Send one plain-text letter, or raise DeliveryFailed."""
        letter = compose(self._sender, to, subject, body)
        try:
            self._hand_over(letter, to)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise DeliveryFailed("mail-recipient-refused", permanent=all(code >= 500 for code in codes)) from None
        except smtplib.SMTPNotSupportedError:
            raise DeliveryFailed("mail-not-supported") from None
        except smtplib.SMTPAuthenticationError:
            raise DeliveryFailed("mail-sign-in-refused") from None
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed("mail-refused", permanent=500 <= error.smtp_code < 600) from None
        except (OSError, smtplib.SMTPException):
            raise DeliveryFailed("mail-server-unreachable") from None

    def _hand_over(self, letter: EmailMessage, to: str) -> None:
        smtp = self._connect()
        try:
            smtp.send_message(letter, from_addr=self._sender, to_addrs=[to])
        finally:
            # The letter is taken by now: a clumsy goodbye must not have it sent twice.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        trust = ssl.create_default_context()
        if server.implicit_tls:
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trust)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            self._secure(smtp, trust)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _secure(self, smtp: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        smtp.ehlo_or_helo_if_needed()
        server = self._server
        if server.implicit_tls or server.starttls == "off":
            return
        if server.starttls == "required" or smtp.has_extn("starttls"):
            smtp.starttls(context=trust)


class FolderMailer:
    """Writes each letter as an .eml file that any mail program opens."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Write one letter into the folder."""
        write_message(self._folder, compose(self._sender, to, subject, body).as_bytes(), suffix=".eml")


class NullMailer(NullMessenger):
    """The null twin: refuses what SMTP would refuse, and collects the rest."""

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Remember the letter."""
        compose("no-reply@localhost", to, subject, body)
        super().send(to, subject, body)


def open_mailer(url: str) -> Messenger:
    """Open the mailer of a MAIL_URL.

    `smtp://user:password@host:port`, `smtps://...`, `file:///folder` or `null:`, each with `?from=address`. Plain smtp
    is encrypted when the server offers it; `?starttls=required` insists (so does a password), `off` forbids.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    sender = _sender(options.get("from") or f"no-reply@{parts.hostname or 'localhost'}")
    if parts.scheme == "null":
        return NullMailer()
    if parts.scheme == "file" and parts.path:
        return FolderMailer(Path(unquote(parts.path)), sender)
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        tls = parts.scheme == "smtps"
        server = SmtpServer(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=tls,
            starttls=options.get("starttls") or ("required" if parts.username else "offered"),
        )
        return SmtpMailer(server, sender)
    raise ValueError("MAIL_URL must begin with smtp://, smtps://, file:/// or null:")


def mailer(settings: Settings) -> Messenger:
    """Give this process's mailer; the null twin keeps what it collected from call to call."""
    return _opened(settings.mail_url)


def compose(sender: str, to: str, subject: str, body: str) -> EmailMessage:
    """Build a plain-text letter in UTF-8; a recipient that is not exactly one address is refused."""
    if not ADDRESS.fullmatch(to):
        raise DeliveryFailed("mail-address-malformed", permanent=True)
    letter = EmailMessage(policy=SMTP_POLICY)
    try:
        letter["From"] = Address(display_name=SENDER_NAME, addr_spec=sender)
        letter["To"] = Address(addr_spec=to)
    except Exception:  # The parser of addresses raises many kinds; each means that nobody lives there.
        raise DeliveryFailed("mail-address-malformed", permanent=True) from None
    letter["Subject"] = one_line(subject)[:MAX_SUBJECT]
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # Holiday answers and other robots stay silent.
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body, cte="base64" if not body.isascii() else "quoted-printable")
    return letter


@cache
def _opened(url: str) -> Messenger:
    return open_mailer(url)


def _sender(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise ValueError("MAIL_URL: ?from= is not an address")
    return address
