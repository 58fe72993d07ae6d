"""Codes of an authenticator app (TOTP, RFC 6238), and the address by which an app learns the secret."""

import hmac

from pyotp import random_base32
from pyotp.totp import TOTP

from charity.domain.second_factor import CODE_DIGITS, STEP_SECONDS


def new_secret() -> str:
    """Draw a secret of 160 bits, in base 32 as apps take it."""
    return random_base32(32)


def is_code_of(secret: str, step: int, code: str) -> bool:
    """Say, in constant time, whether a code belongs to a secret's time step."""
    return hmac.compare_digest(_totp(secret).at(step * STEP_SECONDS).encode(), code.encode())


def code_of(secret: str, step: int) -> str:
    """Give the code of a time step, as an app would show it."""
    return _totp(secret).at(step * STEP_SECONDS)


def address_of(secret: str, *, name: str, issuer: str) -> str:
    """Give the otpauth address that a QR code carries into the app."""
    return _totp(secret).provisioning_uri(name=name, issuer_name=issuer)


def _totp(secret: str) -> TOTP:
    return TOTP(secret, digits=CODE_DIGITS, interval=STEP_SECONDS)
