"""A small SMTP server on the loopback for the demonstration: every message becomes a file one can open."""

import itertools
import os
import signal
from pathlib import Path
from time import time_ns


class Mailbox:
    """Keeps what arrives; aiosmtpd calls it by the names of SMTP's commands."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count(1)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 (its name there)
        """Store one message as .eml, readable by its owner only."""
        content: bytes = getattr(envelope, "content", b"") or b""
        path = self._folder / f"{time_ns()}-{next(self._number)}.eml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(content)
        return "250 kept"


def receive(folder: Path, *, port: int) -> None:
    """Receive mail on the loopback until told to stop."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 (only the demonstration receives mail)

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    controller = Controller(Mailbox(folder), hostname="127.0.0.1", port=port, ready_timeout=10)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()
