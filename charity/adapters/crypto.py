"""Sealing personal fields, finding them by keyed digest, and opaque public references."""

import base64
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing to misread on paper
_REF_LENGTH = 13
_VERSION = b"\x01"
_NONCE = 12


class Unreadable(Exception):
    """A sealed field does not open: wrong key, wrong place, or changed bytes."""


@dataclass(frozen=True, slots=True)
class _Keys:
    cipher: AESGCM
    finder: bytes


_held: dict[str, _Keys] = {}


def configure(data_key: str) -> None:
    """Derive the sealing and the finding key (HKDF-SHA256, RFC 5869) from DATA_KEY for this process."""
    _held["keys"] = _Keys(AESGCM(_derive(data_key, b"seal-v1")), _derive(data_key, b"find-v1"))


def _derive(data_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"charity:" + purpose).derive(data_key.encode())


def _keys() -> _Keys:
    try:
        return _held["keys"]
    except KeyError:
        raise RuntimeError("crypto.configure() was not called in this process") from None


def seal(plain: str, *, place: str) -> bytes:
    """Encrypt a field (AES-256-GCM); place ("table.column:ref") is bound to it, so a moved value does not open."""
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + _keys().cipher.encrypt(nonce, plain.encode(), place.encode())


def unseal(sealed: bytes, *, place: str) -> str:
    """Decrypt a field sealed at the same place; raises Unreadable."""
    if sealed[:1] != _VERSION:
        raise Unreadable("unknown version of a sealed field")
    try:
        return _keys().cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode()).decode()
    except InvalidTag:
        raise Unreadable("a sealed field does not open at this place") from None


def seal_some(plain: str, *, place: str) -> bytes | None:
    """Encrypt a field that may be empty; nothing stands for nothing."""
    return seal(plain, place=place) if plain else None


def unseal_some(sealed: bytes | None, *, place: str) -> str:
    """Decrypt a field that may be empty."""
    return "" if sealed is None else unseal(sealed, place=place)


def digest(kind: str, value: str) -> bytes:
    """Give the keyed digest (HMAC-SHA256, 32 bytes) by which an equal value of one kind is found again."""
    return hmac.digest(_keys().finder, f"{kind}\x00{value}".encode(), "sha256")


def new_ref() -> str:
    """Draw an opaque public reference: 13 characters, 65 random bits, not countable."""
    return _spelled(secrets.randbits(5 * _REF_LENGTH))


def hidden_ref(kind: str, value: str) -> str:
    """Give the reference that stands for a value nobody may know: always the same, and told by the keys alone."""
    return _spelled(int.from_bytes(digest(f"ref:{kind}", value), "big"))


def _spelled(drawn: int) -> str:
    return "".join(_ALPHABET[drawn >> 5 * place & 31] for place in range(_REF_LENGTH))


def new_token() -> str:
    """Draw a secret bearer token (256 bits, URL-safe)."""
    return secrets.token_urlsafe(32)


def token_of(request: str) -> str:
    """Give the bearer token that belongs to a request: the same again for the same one, and to be guessed by nobody."""
    return base64.urlsafe_b64encode(digest("token-of-request", request)).rstrip(b"=").decode()


def new_code(digits: int) -> str:
    """Draw a numeric code of so many digits, for a letter, an SMS or a card."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def is_same(left: bytes, right: bytes) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left, right)
