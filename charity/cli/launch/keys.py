"""The secrets of this installation: made once, kept in files only their owner reads."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

KEY_BYTES = 32


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _origin() -> str:
    return f"circle.local/{secrets.token_hex(4)}"


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _random,
    "DATA_KEY": _random,
    "LOG_KEY": _random,
    "LOG_ORIGIN": _origin,
}


def ensure_keys(instance: Path) -> list[str]:
    """Make what is neither in the environment nor in the instance folder; give the names of what was made."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [name for name, make in MAKERS.items() if not os.environ.get(name) and _make(instance, name, make)]


def _make(instance: Path, name: str, make: Callable[[], str]) -> bool:
    path = instance / name.lower()
    if path.exists():
        path.chmod(0o600)
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(make() + "\n")
    try:
        os.link(draft, path)  # of two first starts at once, the first one's key stands
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
