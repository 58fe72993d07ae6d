"""Pictures of papers with names on them: one size, encrypted before they reach the store."""

import base64
import secrets

from charity.adapters.crypto import seal, unseal
from charity.adapters.photos import Upload, decode, paper_of, read_bounded
from charity.adapters.storage import Store, is_no_room
from charity.domain.errors import Busy


def draw(upload: Upload) -> bytes:
    """Check a picture and draw it anew; Invalid says why it was refused."""
    return paper_of(decode(read_bounded(upload)))


def put_sealed(drawn: bytes, store: Store) -> str:
    """Keep a drawn picture sealed, and give its key; the same picture put twice has two keys and goes one by one."""
    key = secrets.token_hex(16)
    try:
        store.put(_name(key), seal(base64.b64encode(drawn).decode(), place=_place(key)))
    except OSError as error:
        if is_no_room(error):
            raise Busy("no-room") from error
        raise
    return key


def open_sealed(key: str, store: Store) -> bytes:
    """Give a sealed picture as WebP; FileNotFoundError when there is none."""
    return base64.b64decode(unseal(store.get(_name(key)), place=_place(key)))


def forget_sealed(key: str, store: Store) -> None:
    """Remove a sealed picture."""
    store.delete(_name(key))


def _name(key: str) -> str:
    return f"{key}-sealed.bin"


def _place(key: str) -> str:
    return f"sealed_pictures:{key}"
