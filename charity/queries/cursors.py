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
