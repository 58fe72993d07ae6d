"""Hashing passwords: argon2id with 19 MiB, two passes, one lane."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a password with a new salt."""
    return _hasher.hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Say whether a password fits a stored hash; takes as long when there is none, so that time tells nothing."""
    try:
        fits = _hasher.verify(stored or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
