"""The second step of signing in: whom it is asked of, which codes count, and what stays shut without it."""

import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Final

from charity.domain.actors import Actor, Role

# Those who decide about other people's files, rights and gifts.
NEEDS: Final = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
STEP_SECONDS: Final = 30
CODE_DIGITS: Final = 6
RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 10
_AROUND: Final = (0, -1, 1)  # a phone's clock may be half a minute off


def steps_around(now: datetime) -> tuple[int, ...]:
    """Give the time steps whose codes count at a moment, the likeliest first."""
    present = int(now.timestamp()) // STEP_SECONDS
    return tuple(present + off for off in _AROUND)


def plain_code(typed: str) -> str:
    """Write a code as it is stored: no spaces and hyphens, small letters, what looks alike on paper made the same."""
    text = unicodedata.normalize("NFKC", typed).lower()
    kept = "".join(c for c in text if c.isalnum() and c.isascii())
    return kept.replace("o", "0").replace("i", "1").replace("l", "1")


def is_from_app(code: str) -> bool:
    """Tell a code of the app from a recovery code."""
    return len(code) == CODE_DIGITS and code.isdigit()


def spaced(recovery: str) -> str:
    """Write a recovery code so that it is easy to copy."""
    half = RECOVERY_LENGTH // 2
    return f"{recovery[:half]}-{recovery[half:]}"


def hold_back(actor: Actor) -> Actor:
    """Take the rights that need a second step from somebody who has not taken it; they stand aside, unused."""
    if actor.proved:
        return actor
    held = tuple(grant for grant in actor.grants if grant.role in NEEDS)
    if not held:
        return actor
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.role not in NEEDS), withheld=held)
