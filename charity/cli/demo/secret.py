"""The one password of all people of the demonstration: drawn once for each installation, readable by its owner."""

import os
import secrets
from pathlib import Path

FILE = "demo_password"
# No sign that is mistaken for another one when read aloud or typed on a phone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_PARTS, _LENGTH = 3, 4


def find_password(instance: Path) -> str | None:
    """Give the password of this installation's demonstration; None when there is none."""
    path = instance / FILE
    return path.read_text("utf-8").strip() if path.exists() else None


def ensure_password(instance: Path) -> str:
    """Give the password, drawing it at the first time."""
    known = find_password(instance)
    if known:
        return known
    word = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(_PARTS))
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(instance / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(word + "\n")
    return word
