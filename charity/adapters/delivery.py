"""What mail and SMS share: one way to send, one way to fail, and two twins that only write down."""

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from charity.adapters.clock import now

UNSEEN = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


class DeliveryFailed(Exception):
    """A message did not leave; `permanent` says whether trying again is useless. It never carries the address."""

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was handed over."""

    to: str
    subject: str
    body: str


class Messenger(Protocol):
    """Carry a message to one person."""

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Hand the message over, or raise DeliveryFailed."""
        ...


class NullMessenger:
    """The null twin: collects what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Remember the message."""
        self.sent.append(Message(to, subject, body))

    def clear(self) -> None:
        """Forget everything sent so far."""
        self.sent.clear()


class FolderMessenger:
    """Writes each message as a JSON file, for a developer to read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, to: str, subject: str = "", body: str = "") -> None:
        """Write the message into the folder."""
        text = json.dumps({"to": to, "subject": subject, "body": body}, ensure_ascii=False, indent=1)
        write_message(self._folder, text.encode(), suffix=".json")


def write_message(folder: Path, data: bytes, *, suffix: str) -> Path:
    """Write one message as a file of its own that only the owner reads, named so that names sort by time."""
    name = f"{now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}{suffix}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise DeliveryFailed("folder-not-writable") from error
    return folder / name


def one_line(text: str) -> str:
    """Put a text on one line, so that nothing in it can start another header."""
    return UNSEEN.sub(" ", text).strip()
