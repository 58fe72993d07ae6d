"""Reading a cursor that came back in an address: its parts are checked before they reach the database."""

from datetime import datetime

from charity.domain.errors import Invalid

LARGEST = 2**62


def read_moment(text: str) -> datetime:
    """Read a moment with its zone; Invalid for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("cursor-unreadable", field="cursor") from None
    if moment.tzinfo is None:
        raise Invalid("cursor-unreadable", field="cursor")
    return moment


def read_number(text: str) -> int:
    """Read a row's number; Invalid for anything that cannot be one."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise Invalid("cursor-unreadable", field="cursor")
    return int(text)
