"""Text messages by SMS_URL: an HTTPS gateway, a folder of files for developers, or the null twin that collects."""

import json
import re
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from charity.adapters.delivery import DeliveryFailed, FolderMessenger, Messenger, NullMessenger
from charity.adapters.settings import Settings

TIMEOUT: Final = 10.0
NUMBER: Final = re.compile(r"\+?[0-9]{5,15}")


class SmsGateway:
    """Posts `{"to", "text"}` as JSON to an operator's gateway, with a bearer token."""

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._token = token

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Send one text message (a phone shows no subject), or raise DeliveryFailed."""
        check_number(to)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        data = json.dumps({"to": to, "text": body}, ensure_ascii=False).encode()
        request = urllib.request.Request(self._address, data=data, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                answer.read(1024)
        except urllib.error.HTTPError as error:
            error.close()
            raise DeliveryFailed("sms-refused", permanent=error.code in {400, 404, 410, 422}) from None
        except OSError:
            raise DeliveryFailed("sms-gateway-unreachable") from None


class FolderSms(FolderMessenger):
    """Writes each text message as a file, for a developer to read."""

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Write one text message into the folder."""
        check_number(to)
        super().send(to, subject, body)


class NullSms(NullMessenger):
    """The null twin: refuses what a gateway would refuse, and collects the rest."""

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Remember the text message."""
        check_number(to)
        super().send(to, subject, body)


def open_sms(url: str) -> Messenger:
    """Open the sender of an SMS_URL: `https://TOKEN@host/path`, `file:///folder` or `null:`."""
    parts = urlsplit(url)
    if parts.scheme == "null":
        return NullSms()
    if parts.scheme == "file" and parts.path:
        return FolderSms(Path(unquote(parts.path)))
    near = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts.hostname and parts.username and (parts.scheme == "https" or (parts.scheme == "http" and near)):
        place = parts.netloc.rpartition("@")[2]
        return SmsGateway(
            urlunsplit((parts.scheme, place, parts.path or "/", parts.query, "")), unquote(parts.username)
        )
    raise ValueError("SMS_URL must be https://TOKEN@host/path, file:///folder or null:")


def texter(settings: Settings) -> Messenger:
    """Give this process's sender of text messages; the null twin keeps what it collected from call to call."""
    return _opened(settings.sms_url)


def check_number(number: str) -> None:
    """Refuse what is not a phone number."""
    if not NUMBER.fullmatch(number):
        raise DeliveryFailed("sms-number-malformed", permanent=True)


@cache
def _opened(url: str) -> Messenger:
    return open_sms(url)
