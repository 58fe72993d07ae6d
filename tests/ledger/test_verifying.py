"""Verification finds what was done behind the book's back, and finds nothing where nothing was done."""

import pytest
from sqlalchemy import text

from charity.adapters.db import transaction
from charity.domain.merkle import leaf_hash
from charity.models.wishes import Wish
from tests.ledger.book import Book
from tests.ledger.telling import claim, publish, ref, tell_everything

DECOY = b"leaf"


@pytest.fixture
def told(book: Book) -> Book:
    with transaction() as tx:
        tell_everything(tx)
    book.seal()
    return book


def test_nothing_is_found_in_an_untouched_book(told: Book) -> None:
    report = told.verify()
    assert report.is_clean, report.difference
    assert (report.leaves, report.waiting, report.checkpoints) == (21, 0, 1)
    assert (report.wishes, report.pledges, report.circles, report.lines) == (2, 3, 0, 3)


def test_an_empty_book_is_clean(book: Book) -> None:
    assert book.verify().is_clean


def test_entries_still_waiting_are_held_against_the_tables_too(told: Book) -> None:
    with transaction() as tx:
        claim(tx, ref("w", 1), 9, 1)
    report = told.verify()
    assert (report.is_clean, report.waiting) == (True, 1)


# What somebody does behind the book's back, and what verification calls it
LIE = "CAST(replace(CAST(body AS TEXT), '\"units\":3', '\"units\":2') AS BLOB)"
LIE_PG = "convert_to(replace(convert_from(body, 'UTF8'), '\"units\":3', '\"units\":2'), 'UTF8')"
W2 = ref("w", 2)
TAMPERED = {
    "an entry's fact is edited": (["UPDATE entries SET body = {lie} WHERE id = 5"], "entry-changed"),
    "an entry's kind is edited": (["UPDATE entries SET kind = 'pledge.sent' WHERE id = 5"], "entry-column"),
    "an entry's subject column is edited": ([f"UPDATE entries SET wish = '{W2}' WHERE id = 5"], "entry-column"),
    "an entry is no JSON": (["UPDATE entries SET body = {blob} WHERE id = 5"], "entry-malformed"),
    "an entry is deleted": (["DELETE FROM entries WHERE id = 5"], "entry-missing"),
    "an entry and its leaf are deleted": (
        ["DELETE FROM leaves WHERE entry_id = 5", "DELETE FROM entries WHERE id = 5"],
        "leaf-missing",
    ),
    "the last entry and leaf are deleted": (
        ["DELETE FROM leaves WHERE number = 20", "DELETE FROM entries WHERE id = 21"],
        "leaves-missing",
    ),
    "the numbers are closed over a deleted leaf": (
        [
            "DELETE FROM leaves WHERE number = 19",
            "UPDATE leaves SET number = 19 WHERE number = 20",
        ],
        "leaves-missing",
    ),
    "an entry is inserted without a leaf": (
        ["INSERT INTO entries (id, kind, body) SELECT 99, kind, body FROM entries WHERE id = 1"],
        "entry-outside",
    ),
    "an entry is inserted with a leaf": (
        [
            "INSERT INTO entries (id, kind, wish, pledge, topic, body)"
            " SELECT 99, kind, wish, pledge, topic, body FROM entries WHERE id = 9",
            "INSERT INTO leaves (number, entry_id, hash) SELECT 21, 99, hash FROM leaves WHERE entry_id = 9",
        ],
        "tree-changed",
    ),
    "two entries are swapped": (
        [
            "UPDATE leaves SET entry_id = 99 WHERE number = 4",
            "UPDATE leaves SET entry_id = 5 WHERE number = 6",
            "UPDATE leaves SET entry_id = 7 WHERE number = 4",
        ],
        "entry-changed",
    ),
    "two leaves are swapped with their hashes": (
        [
            "UPDATE leaves SET number = 99 WHERE number = 4",
            "UPDATE leaves SET number = 4 WHERE number = 6",
            "UPDATE leaves SET number = 6 WHERE number = 99",
        ],
        "tree-changed",
    ),
    "a node of the tree is edited": (
        ["UPDATE tree_nodes SET hash = {hash} WHERE level = 2 AND place = 0"],
        "tree-changed",
    ),
    "a node of the tree is deleted": (["DELETE FROM tree_nodes WHERE level = 1 AND place = 1"], "tree-changed"),
    "a checkpoint's root is edited": (["UPDATE checkpoints SET root = {hash}"], "checkpoint-column"),
    "a checkpoint's note is edited": (
        ["UPDATE checkpoints SET note = replace(note, '\n21\n', '\n20\n')"],
        "checkpoint-not-ours",
    ),
    "a wish's counter is edited": (["UPDATE wishes SET fulfilled = fulfilled - 1 WHERE fulfilled > 0"], "wish-differs"),
    "a wish's state is edited": (["UPDATE wishes SET state = 'approved' WHERE state = 'withdrawn'"], "wish-differs"),
    "a wish's reserved units are edited": (["UPDATE wishes SET reserved = 0"], "wish-differs"),
    "a wish's wanted is edited": (["UPDATE wishes SET wanted = 7 WHERE state = 'withdrawn'"], "wish-differs"),
    "a wish is deleted": ([f"DELETE FROM wishes WHERE ref = '{ref('w', 2)}'"], "wish-row-missing"),
    "a pledge's state is edited": (
        ["UPDATE pledges SET state = 'refuted' WHERE state = 'confirmed'"],
        "pledge-differs",
    ),
    "a pledge's units are edited": (["UPDATE pledges SET units = 9 WHERE state = 'cancelled'"], "pledge-differs"),
    "a pledge is deleted": (["DELETE FROM pledges WHERE state = 'cancelled'"], "pledge-row-missing"),
    "a pledge is renamed": (
        [f"UPDATE pledges SET ref = '{ref('p', 77)}' WHERE ref = '{ref('p', 3)}'"],
        "pledge-row-missing",
    ),
    "a wish's price is edited": (["UPDATE wishes SET unit_fen = 1"], "wish-differs, column unit_fen"),
    "a wish's title is edited": (["UPDATE wishes SET title = 'A car'"], "wish-differs, column title"),
    "a wish's details are edited": (["UPDATE wishes SET details = 'Send cash'"], "wish-differs, column details"),
    "a pledge's amount is edited": (["UPDATE pledges SET amount_fen = 1"], "pledge-differs, column amount_fen"),
    "an offer's state is edited": (
        ["UPDATE offers SET state = 'accepted' WHERE state = 'declined'"],
        "offer-differs, column state",
    ),
    "an offer's units are edited": (["UPDATE offers SET units = 4"], "offer-differs, column units"),
    "an offer is deleted": (["DELETE FROM offers WHERE state = 'open'"], "offer-row-missing"),
    "an offer is renamed": ([f"UPDATE offers SET ref = '{ref('o', 77)}' WHERE state = 'open'"], "offer-row-missing"),
    "a line's value is edited": (["UPDATE board_lines SET value = 9 WHERE value > 0"], "line-differs"),
    "a line's metric is edited": (["UPDATE board_lines SET metric = 'hours'"], "line-differs"),
    "a line's county is edited": (["UPDATE board_lines SET county = '990102'"], "line-differs"),
    "a line's month is edited": (["UPDATE board_lines SET month = '2026-06'"], "line-differs"),
    "a line's donor is edited": (["UPDATE board_lines SET account_id = NULL"], "line-differs"),
    "a line's wish is edited": (["UPDATE board_lines SET wish_id = NULL"], "line-differs"),
    "a line's pledge is edited": (["UPDATE board_lines SET pledge_id = NULL"], "line-differs"),
    "a line's entry is edited": (["UPDATE board_lines SET entry_id = entry_id + 500"], "line-differs"),
    "a line is deleted": (["DELETE FROM board_lines WHERE value < 0"], "line-differs"),
    "a line is added": (
        ["INSERT INTO board_lines (entry_id, beneficiary, county, metric, month, value)"
         " VALUES (900, 'h1', '990101', 'wishes', '2026-05', 100)"],
        "line-differs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found_and_named(told: Book, what: str) -> None:
    statements, code = TAMPERED[what]
    hashed = leaf_hash(DECOY).hex()
    names = (
        {"lie": LIE, "blob": "X'6c65'", "hash": f"X'{hashed}'"}
        if told.is_sqlite
        else {"lie": LIE_PG, "blob": "'\\x6c65'::bytea", "hash": f"'\\x{hashed}'::bytea"}
    )
    assert told.verify().is_clean
    told.tamper(*(statement.format(**names) for statement in statements))
    difference = told.verify().difference
    assert difference is not None
    code, _, column = code.partition(", ")
    assert difference.code == code, str(difference)
    assert difference.place.endswith(column), str(difference)


def test_words_whose_salt_was_forgotten_are_not_compared(told: Book) -> None:
    told.tamper("DELETE FROM entry_salts", "UPDATE wishes SET title = 'forgotten'")
    assert told.verify().is_clean


def test_a_row_that_nobody_recorded_is_found(told: Book) -> None:
    names = [column.name for column in Wish.__table__.columns if column.name not in ("id", "ref")]
    columns, copied = (", ".join([first, *names]) for first in ("ref", f"'{ref('w', 3)}'"))
    told.tamper(f"INSERT INTO wishes ({columns}) SELECT {copied} FROM wishes WHERE ref = '{ref('w', 2)}'")
    difference = told.verify().difference
    assert difference is not None
    assert (difference.code, difference.place) == ("wish-not-in-book", f"wish {ref('w', 3)}")


def test_the_kept_checkpoint_finds_a_book_rewritten_as_a_whole(told: Book) -> None:
    with told.reading() as session:
        kept: str = session.execute(text("SELECT note FROM checkpoints")).scalar_one()
    assert told.verify(kept).is_clean
    # The last entry is taken away with everything that knew of it, and the head is signed anew with the real key
    told.tamper(
        "DELETE FROM leaves",
        "DELETE FROM tree_nodes",
        "DELETE FROM checkpoints",
        "DELETE FROM entries WHERE kind = 'case.ruled'",
        "INSERT INTO entry_queue SELECT id FROM entries",
    )
    told.seal()
    assert told.verify().is_clean  # within itself the rewritten book is in order
    difference = told.verify(kept).difference
    assert difference is not None
    assert difference.code == "checkpoint-ahead"
    with transaction() as tx:
        publish(tx, 3, 1)
    told.seal()
    difference = told.verify(kept).difference
    assert difference is not None
    assert difference.code == "checkpoint-contradicted"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: "", "checkpoint-unreadable"),
        (lambda note: note.replace("\n21\n", "\n20\n"), "checkpoint-not-ours"),
        (lambda note: note.replace("test.example/book", "test.example/else"), "checkpoint-not-ours"),
    ],
)
def test_a_checkpoint_that_is_not_ours_is_refused(told: Book, change, code: str) -> None:
    with told.reading() as session:
        note: str = session.execute(text("SELECT note FROM checkpoints")).scalar_one()
    difference = told.verify(change(note)).difference
    assert difference is not None
    assert difference.code == code


def test_a_book_over_several_pages_is_walked_whole(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.ledger.verifying.tree.PAGE", 7)
    monkeypatch.setattr("charity.ledger.verifying.tables.CHUNK", 3)
    monkeypatch.setattr("charity.ledger.verifying.entries.PAGE", 6)
    for number in range(1, 14):
        with transaction() as tx:
            claim(tx, publish(tx, number, 2), number, 1)
        if number % 4 == 0:
            book.seal()
    report = book.verify()
    assert report.is_clean, report.difference
    assert (report.leaves, report.waiting, report.checkpoints, report.wishes, report.pledges) == (36, 3, 3, 13, 13)
    book.tamper(f"UPDATE pledges SET units = 2 WHERE ref = '{ref('p', 12)}'")
    assert not book.verify().is_clean
