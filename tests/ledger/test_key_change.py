"""A change of the log's key: what former keys signed stays ours, what nobody of ours signed never becomes it."""

from dataclasses import replace

import pytest

from charity.adapters.db import transaction
from charity.adapters.settings import BadSettings, read_settings
from charity.adapters.signing import Keyring, Signer, former_keys
from charity.domain import notes
from charity.ledger import newest_note
from charity.ledger.verifying import Report, verify
from tests.ledger.book import SECRET, Book
from tests.ledger.telling import tell_everything

NEW = "another secret of thirty-two characters and more"


def changed(book: Book, *former: str, origin: str = "") -> tuple[Signer, Keyring]:
    """Give the signer after a change of LOG_KEY, and the keys it calls ours."""
    own = book.settings.log_origin
    settings = replace(book.settings, log_key=NEW, log_origin=origin or own, log_keys_former=former)
    signer = Signer.of(settings)
    return signer, Keyring(signer.verifier, former_keys(settings))


def grown(book: Book) -> None:
    with transaction() as tx:
        tell_everything(tx)
    book.seal()


def code_of(report: Report) -> str:
    assert report.difference is not None
    return report.difference.code


def test_without_the_former_key_old_checkpoints_are_not_ours(book: Book) -> None:
    """The control: the list is what makes the difference."""
    grown(book)
    _, keys = changed(book)
    assert code_of(verify(book.engine, keys)) == "checkpoint-not-ours"


@pytest.mark.parametrize("origin", ["", "another.example/book"])
def test_with_the_former_key_they_are(book: Book, origin: str) -> None:
    grown(book)
    kept = newest_note(book.reading(), book.signer, Keyring(book.signer.verifier))
    _, keys = changed(book, book.signer.verifier.text, origin=origin)
    assert verify(book.engine, keys).is_clean
    assert verify(book.engine, keys, checkpoint=kept).is_clean


def test_a_strangers_key_is_no_former_one(book: Book) -> None:
    grown(book)
    stranger = Signer.of(replace(book.settings, log_key="x" * 20 + "a stranger's key 0123")).verifier.text
    _, keys = changed(book, stranger)
    assert code_of(verify(book.engine, keys)) == "checkpoint-not-ours"


def test_the_newest_checkpoint_is_published_with_both_signatures(book: Book) -> None:
    grown(book)
    signer, keys = changed(book, book.signer.verifier.text)
    published = newest_note(book.reading(), signer, keys)
    note = notes.parse_note(published)
    assert signer.verifier.has_signed(note)
    assert book.signer.verifier.has_signed(note)
    assert verify(book.engine, keys, checkpoint=published).is_clean
    assert book.verify(checkpoint=published).is_clean  # who knows the former key only reads on


def test_nothing_is_signed_anew_that_no_former_key_signed(book: Book) -> None:
    grown(book)
    stored = newest_note(book.reading(), book.signer, Keyring(book.signer.verifier))
    signer, keys = changed(book)
    assert newest_note(book.reading(), signer, keys) == stored
    signer, keys = changed(book, book.signer.verifier.text, origin="another.example/book")
    assert newest_note(book.reading(), signer, keys) == stored  # its text names another book


def environ(former: str) -> dict[str, str]:
    secrets = {name: SECRET for name in ("SECRET_KEY", "DATA_KEY", "LOG_KEY")}
    return {"CHARITY_ENV": "test", "LOG_ORIGIN": "test.example/book", "LOG_KEY_FORMER": former, **secrets}


def test_the_list_is_read_from_the_environment_and_checked_at_the_start() -> None:
    first, second = (Signer.of(replace(read_settings(environ("")), log_key=key)).verifier for key in (SECRET, NEW))
    assert former_keys(read_settings(environ(f"{first.text} {second.text}"))) == (first, second)
    assert former_keys(read_settings(environ(""))) == ()
    mixed = first.text.rpartition("+")[0] + "+" + second.text.rpartition("+")[2]
    for bad in ("nonsense", "a+b+c", first.text[:-4], mixed):
        with pytest.raises(BadSettings, match="LOG_KEY_FORMER"):
            read_settings(environ(bad))
