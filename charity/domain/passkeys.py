"""Passkeys: keys on a phone or a stick that take the second step beside the app; what of their answers counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from charity.domain.errors import CapReached, Conflict, Invalid

CHALLENGE_LASTS = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST_PASSKEYS = 10
LONGEST_NAME = 40


class Asked(StrEnum):
    """What a challenge was drawn for; an answer to one is none to the other."""

    ADD = "add"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks for a passkey: the site's host, and the one origin whose answers count."""

    host: str
    origin: str


def party_of(public_url: str) -> Party:
    """Tell the host and the origin of the site's own address."""
    parts = urlsplit(public_url)
    return Party(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def may_add(*, has_app: bool, known: int) -> None:
    """Refuse a passkey where no app is set up, which is the way back in when the passkey is lost; or one too many."""
    if not has_app:
        raise Conflict("passkey-needs-app")
    if known >= MOST_PASSKEYS:
        raise CapReached("too-many-passkeys", params={"most": MOST_PASSKEYS})


def may_name(name: str) -> str:
    """Give a passkey's name; refuse an empty one, by which nobody could tell which to take away."""
    if not name.strip():
        raise Invalid("field-needed", field="name")
    return name.strip()[:LONGEST_NAME]


def is_copied(before: int, after: int) -> bool:
    """Say whether a key that counts its answers gave one it should have given before: there are two of it."""
    return (before > 0 or after > 0) and after <= before
