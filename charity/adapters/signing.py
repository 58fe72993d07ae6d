"""Ed25519 signatures over notes: the key that makes the public book's checkpoints ours."""

from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from charity.adapters.settings import Settings
from charity.domain.notes import Note, Signature, is_key_name, key_id, parse_verifier_key, verifier_key


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name."""

    name: str
    key: Ed25519PublicKey

    @property
    def raw(self) -> bytes:
        """Give the key's 32 bytes."""
        return self.key.public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """Give the four bytes that name the key."""
        return key_id(self.name, self.raw)

    @property
    def text(self) -> str:
        """Write the key as other programs expect it."""
        return verifier_key(self.name, self.raw)

    def has_signed(self, note: Note) -> bool:
        """Tell whether this key signed a note; one bad signature under its name spoils the note."""
        ours = [s for s in note.signatures if s.name == self.name and s.key_id == self.key_id]
        return bool(ours) and all(self._is_good(signature, note) for signature in ours)

    def accepts(self, origin: str, note: Note) -> bool:
        """Tell whether a checkpoint of this origin carries this key's signature."""
        return origin == self.name and self.has_signed(note)

    def _is_good(self, signature: Signature, note: Note) -> bool:
        try:
            self.key.verify(signature.data, note.text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key in use and those it took the place of: what any of them signed under its own name is ours."""

    current: Verifier
    former: tuple[Verifier, ...] = ()

    @property
    def text(self) -> str:
        """Write the key in use as other programs expect it."""
        return self.current.text

    def accepts(self, origin: str, note: Note) -> bool:
        """Tell whether a checkpoint of this origin is ours."""
        return any(verifier.accepts(origin, note) for verifier in (self.current, *self.former))


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name."""

    name: str
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Derive the log's key (HKDF-SHA256, RFC 5869) from LOG_KEY; LOG_ORIGIN is its name."""
        if not is_key_name(settings.log_origin):
            raise ValueError("LOG_ORIGIN may hold neither spaces nor a plus sign")
        seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"charity:log-v1").derive(settings.log_key.encode())
        return cls(settings.log_origin, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> Verifier:
        """Give the public half."""
        return Verifier(self.name, self.key.public_key())

    def sign(self, text: str) -> Note:
        """Sign a text, which must end with a newline."""
        if not text.endswith("\n"):
            raise ValueError("a note's text ends with a newline")
        return Note(text, (Signature(self.name, self.verifier.key_id, self.key.sign(text.encode())),))


def former_keys(settings: Settings) -> tuple[Verifier, ...]:
    """Read the public keys that LOG_KEY_FORMER lists."""
    read = (parse_verifier_key(text) for text in settings.log_keys_former)
    return tuple(Verifier(name, Ed25519PublicKey.from_public_bytes(raw)) for name, raw in read)


def log_signer() -> Signer:
    """Give the key of this application's log."""
    return Signer.of(current_app.extensions["settings"])


def log_keys() -> Keyring:
    """Give the keys whose checkpoints this application calls its own."""
    return Keyring(log_signer().verifier, former_keys(current_app.extensions["settings"]))
