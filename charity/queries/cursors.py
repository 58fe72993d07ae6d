"""Reading a cursor that came back in an address: its parts are checked before they reach the database."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from datetime import datetime

from charity.adapters.crypto import Unreadable, seal, unseal
from charity.domain.errors import Invalid

LARGEST = 2**62


def hide_number(number: int, *, place: str) -> str:
    """Write a row's number so that nobody can count with it; the place says in which list of whom it holds."""
    return urlsafe_b64encode(seal(str(number), place=place)).decode().rstrip("=")


def find_hidden_number(text: str, *, place: str) -> int | None:
    """Read a hidden number of this very list; None for anything else."""
    if not text.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return int(unseal(sealed, place=place))
    except (BinasciiError, ValueError, Unreadable):
        return None


def read_moment(text: str) -> datetime:
    """Read a moment with its zone; Invalid for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("cursor-unreadable", field="cursor") from None
    if moment.tzinfo is None:
        raise Invalid("cursor-unreadable", field="cursor")
    return moment


def write_deadline(due: datetime | None, number: int) -> str:
    """Write the place of a row in a list by deadline; rows without one stand last."""
    return f"{'' if due is None else due.isoformat()}~{number}"


def read_deadline(text: str) -> tuple[datetime | None, int]:
    """Read a place in a list by deadline; Invalid for anything else."""
    due, _, number = text.partition("~")
    return (read_moment(due) if due else None), read_number(number)


def read_number(text: str) -> int:
    """Read a row's number; Invalid for anything that cannot be one."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise Invalid("cursor-unreadable", field="cursor")
    return int(text)
