"""Signed notes and checkpoints as text (C2SP signed-note and tlog-checkpoint); the signing itself is an adapter."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

ED25519 = b"\x01"
_DASH = "\u2014"
_KEY_ID_LENGTH = 4
_KEY_LENGTH = 32
_MOST_SIGNATURES = 64
_LONGEST = 65_536
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_HASH_LENGTH = 32


class BadNote(ValueError):
    """A text is not a signed note, or a note is not a checkpoint."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, with which key, and the signature's bytes."""

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text; the signatures cover the text with its last newline."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree: whose log it is, how many leaves it has, and its root."""

    origin: str
    size: int
    root: bytes


def key_id(name: str, public_key: bytes, *, algorithm: bytes = ED25519) -> bytes:
    """Name a key by four bytes, as signed-note recommends."""
    return sha256(name.encode() + b"\n" + algorithm + public_key).digest()[:_KEY_ID_LENGTH]


def verifier_key(name: str, public_key: bytes) -> str:
    """Write a public key as other programs expect it: name, key id and key."""
    return f"{name}+{key_id(name, public_key).hex()}+{b64encode(ED25519 + public_key).decode()}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Read a public key back: its name and its 32 bytes."""
    name, _, rest = text.partition("+")
    named, _, encoded = rest.partition("+")
    data = _decode(encoded)
    if not is_key_name(name) or len(data) != 1 + _KEY_LENGTH or data[:1] != ED25519:
        raise BadNote("not a public key: name, key id and key, joined by plus signs")
    if named != key_id(name, data[1:]).hex():
        raise BadNote("the key's id does not belong to it")
    return name, data[1:]


def is_key_name(name: str) -> bool:
    """Tell whether a name may stand in a signature line."""
    return bool(name) and "+" not in name and not any(char.isspace() or char < " " for char in name)


def format_note(note: Note) -> str:
    """Write a signed note."""
    lines = (f"{_DASH} {s.name} {b64encode(s.key_id + s.data).decode()}\n" for s in note.signatures)
    return f"{note.text}\n{''.join(lines)}"


def parse_note(written: str) -> Note:
    """Read a signed note, refusing anything the format does not allow."""
    if len(written) > _LONGEST or any(char < " " and char != "\n" for char in written):
        raise BadNote("too long, or control characters inside")
    text, blank, tail = written.rpartition("\n\n")
    if not blank or not text or not tail.endswith("\n"):
        raise BadNote("no signatures after a blank line")
    lines = tail[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return Note(f"{text}\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    dash, name, encoded = (*line.split(" "), "", "", "")[:3]
    if dash != _DASH or line.count(" ") != 2 or not is_key_name(name):
        raise BadNote("not a signature line")
    data = _decode(encoded)
    if len(data) <= _KEY_ID_LENGTH:
        raise BadNote("a signature without bytes")
    return Signature(name, data[:_KEY_ID_LENGTH], data[_KEY_ID_LENGTH:])


def _decode(encoded: str) -> bytes:
    try:
        data = b64decode(encoded, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadNote("not base 64") from error
    if b64encode(data).decode() != encoded:
        raise BadNote("not base 64 in its one form")
    return data


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Write the text of a checkpoint, ready to be signed."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{b64encode(checkpoint.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are allowed, and ignored."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise BadNote("a checkpoint has at least three lines, none of them empty")
    origin, size, encoded = lines[:3]
    root = _decode(encoded)
    if not _SIZE.fullmatch(size) or len(root) != _HASH_LENGTH:
        raise BadNote("no size or no root")
    return Checkpoint(origin, int(size), root)
