"""Signed notes: the format's own examples, and what must be refused."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from charity.adapters.signing import Signer, Verifier
from charity.domain import notes
from charity.domain.notes import BadNote, Checkpoint, Note

# The example of the note package of Go's checksum database, signed by another program
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
SIGNER = Signer("example.org/book", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def _go_verifier() -> Verifier:
    name, _id, key = GO_KEY.split("+", 2)
    return Verifier(name, Ed25519PublicKey.from_public_bytes(b64decode(key)[1:]))


def test_a_note_of_another_program_is_verified() -> None:
    assert _go_verifier().text == GO_KEY
    assert _go_verifier().has_signed(notes.parse_note(GO_NOTE))


def test_a_changed_note_is_not_verified() -> None:
    assert not _go_verifier().has_signed(notes.parse_note(GO_NOTE.replace("answer", "question")))


def test_a_note_survives_reading_and_writing() -> None:
    assert notes.format_note(notes.parse_note(GO_NOTE)) == GO_NOTE
    assert notes.format_note(notes.parse_note(SOFA)) == SOFA


def test_the_example_checkpoint_is_read() -> None:
    checkpoint = notes.parse_checkpoint(notes.parse_note(SOFA).text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert notes.format_checkpoint(checkpoint) == notes.parse_note(SOFA).text


def test_our_own_note_is_verified_and_no_other_key_is_taken() -> None:
    note = SIGNER.sign(notes.format_checkpoint(Checkpoint("example.org/book", 0, bytes(32))))
    other = Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert SIGNER.verifier.has_signed(note)
    assert not other.verifier.has_signed(note)
    assert not Verifier("example.org/other", SIGNER.key.public_key()).has_signed(note)


def test_unknown_signatures_are_ignored_and_a_bad_one_of_ours_spoils_the_note() -> None:
    note, stranger = SIGNER.sign("text\n"), notes.parse_note(GO_NOTE).signatures[0]
    forged = SIGNER.sign("another text\n").signatures[0]
    assert SIGNER.verifier.has_signed(Note(note.text, (stranger, *note.signatures)))
    assert not SIGNER.verifier.has_signed(Note(note.text, (*note.signatures, forged)))
    assert not SIGNER.verifier.has_signed(Note(note.text, (stranger,)))


def test_a_text_without_its_newline_is_not_signed() -> None:
    with pytest.raises(ValueError, match="newline"):
        SIGNER.sign("text")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n\u2014 a AAAAAAA=\n",
        GO_NOTE.rstrip("\n"),
        GO_NOTE.replace("\u2014", "-"),
        GO_NOTE.replace("PeterNeumann ", "Peter Neumann "),
        GO_NOTE.replace("PeterNeumann ", "Peter+Neumann "),
        GO_NOTE.replace("x08go", "!08go"),
        GO_NOTE.replace("AM=", "AN="),
        GO_NOTE.replace("problem,\n", "problem,\r\n"),
        "text\n\n\u2014 a AAAAAA==\n",
        "text\n\n" + "\u2014 a AAAAAAA=\n" * 65,
        "x" * 70_000 + GO_NOTE,
    ],
)
def test_what_is_not_a_note(written: str) -> None:
    with pytest.raises(BadNote):
        notes.parse_note(written)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        "origin\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n1\nAAAA\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    ],
)
def test_what_is_not_a_checkpoint(text: str) -> None:
    with pytest.raises(BadNote):
        notes.parse_checkpoint(text)
