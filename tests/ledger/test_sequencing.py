"""Every committed entry gets exactly one leaf: with late commits, crashes and several sequencers at once."""

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import exc, select

from charity.adapters.db import Tx, transaction
from charity.adapters.settings import ROOT
from charity.domain import merkle
from charity.domain.entry_values import JSON
from charity.domain.merkle import Frontier
from charity.ledger import append, checkpoints, count_leaves, entries_after, sequence, sequencing, sign_head
from charity.ledger.checkpoints import Inconsistent
from charity.ledger.tree import prove_consistency, prove_inclusion
from charity.models.ledger import ENTRIES, LEAVES, QUEUE
from tests.ledger.book import Book, fresh_tx
from tests.ledger.telling import ref

FACTS: dict[str, JSON] = {"units": 1, "from": None, "to": "held"}


def tell(tx: Tx, number: int) -> int:
    return append(tx, "pledge.claimed", {"wish": ref("w", 1), "pledge": ref("p", number)}, FACTS)


def tell_many(first: int, count: int) -> None:
    with transaction() as tx:
        for number in range(first, first + count):
            tell(tx, number)


def seal(batch: int = 1_000) -> int:
    with transaction() as tx:
        return sequence(tx, batch=batch)


def sealed_order(book: Book) -> list[int]:
    with book.reading() as session:
        return list(session.execute(select(LEAVES.c.entry_id).order_by(LEAVES.c.number)).scalars())


def by_highest_id(tx: Tx) -> int:
    """Sequence the way it must not be done: whatever lies above the highest entry that has a leaf."""
    highest = tx.session.execute(select(LEAVES.c.entry_id).order_by(LEAVES.c.entry_id.desc()).limit(1)).scalar() or 0
    rows = tx.session.execute(select(ENTRIES.c.id, ENTRIES.c.body).where(ENTRIES.c.id > highest)).all()
    if rows:
        sequencing._add_leaves(tx, [(row.id, merkle.leaf_hash(bytes(row.body))) for row in rows])
    return len(rows)


def late_commit(book: Book, take: Any) -> list[int]:
    """Let an entry with a lower number commit after one with a higher number got its leaf; give what was sealed."""
    early, late = fresh_tx(book), fresh_tx(book)
    tell(early, 1)
    tell(late, 2)
    late.session.commit()
    with transaction() as tx:
        take(tx)
    early.session.commit()
    with transaction() as tx:
        take(tx)
    early.session.close()
    late.session.close()
    return sealed_order(book)


@pytest.mark.backends("postgres")  # SQLite has one writer: nothing commits late
def test_an_entry_that_commits_late_is_not_missed(book: Book) -> None:
    assert late_commit(book, sequence) == [2, 1]


@pytest.mark.backends("postgres")  # SQLite has one writer: nothing commits late
def test_going_by_the_highest_number_would_miss_it(book: Book) -> None:
    assert late_commit(book, by_highest_id) == [2]


def test_batches_grow_one_tree(book: Book) -> None:
    tell_many(1, 25)
    assert [seal(7) for _turn in range(5)] == [7, 7, 7, 4, 0]
    with book.reading() as session:
        bodies = [record.data for record in entries_after(session)]
        expected = Frontier(0, [])
        expected.grow(merkle.leaf_hash(body) for body in bodies)
        assert count_leaves(session) == 25
        for number, body in enumerate(bodies):
            proof = prove_inclusion(session, number, 25)
            assert proof.root == expected.root()
            assert merkle.is_included(merkle.leaf_hash(body), number, 25, proof.path, proof.root)
        for old in range(26):
            change = prove_consistency(session, old, 25)
            assert merkle.is_consistent(old, 25, change.old_root, change.new_root, change.path)


def test_the_cursor_gives_everything_once(book: Book) -> None:
    tell_many(1, 25)
    seal()
    seen: list[int | None] = []
    with book.reading() as session:
        while page := entries_after(session, seen[-1] if seen and seen[-1] is not None else -1, limit=4):
            seen += [record.number for record in page]
    assert seen == list(range(25))


def test_a_crash_before_sequencing_loses_nothing(book: Book) -> None:
    tell_many(1, 3)
    book.engine.dispose()  # the process that appended is gone
    assert seal() == 3


def test_a_crash_in_the_middle_of_sequencing_is_as_if_it_had_not_begun(book: Book) -> None:
    tell_many(1, 3)
    with pytest.raises(KeyboardInterrupt), transaction() as tx:
        assert sequence(tx) == 3
        raise KeyboardInterrupt
    assert sealed_order(book) == []
    assert seal() == 3
    assert seal() == 0
    with book.reading() as session:
        assert session.execute(select(QUEUE.c.entry_id)).all() == []


DYING = """
import os, sys
from pathlib import Path
from charity.adapters.db import transaction
from charity.ledger import sequence
from tests.ledger.book import open_book
from tests.ledger.test_sequencing import tell_many

for book in open_book(sys.argv[1], Path(sys.argv[2]), renumber=False):
    tell_many(1, 3)
    with transaction() as tx:
        assert sequence(tx) == 3
        os._exit(9)
"""


def test_a_process_killed_while_it_sequences_loses_nothing(book: Book, tmp_path: Path) -> None:
    url = book.engine.url.render_as_string(hide_password=False)
    died = subprocess.run([sys.executable, "-c", DYING, url, str(tmp_path)], cwd=ROOT, check=False, timeout=60)
    assert died.returncode == 9
    assert sealed_order(book) == []
    assert seal() == 3
    assert len(sealed_order(book)) == 3


def together(book: Book, works: list[Any]) -> list[BaseException]:
    """Run works at the same time, each in its own thread and context; give what they raised."""
    raised: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Any) -> None:
        with book.app.app_context():
            gate.wait()
            try:
                work()
            except exc.IntegrityError as error:
                raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def race(book: Book) -> list[BaseException]:
    """Append with two writers while three sequencers work; afterwards finish quietly."""
    writers = [lambda first=first: [tell_many(first + turn * 3, 3) for turn in range(20)] for first in (1_000, 2_000)]
    raised = together(book, [*writers, *[lambda: [seal(5) for _turn in range(20)]] * 3])
    while seal():
        pass
    return raised


def test_several_sequencers_do_no_harm(book: Book) -> None:
    assert race(book) == []
    assert Counter(sealed_order(book)) == dict.fromkeys(range(1, 121), 1)
    with transaction() as tx:
        sign_head(tx, book.signer)
    check_tree(book)


@pytest.mark.backends("postgres")  # on SQLite the one writer is the turn
def test_without_taking_turns_the_database_stops_the_second_sequencer(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the race above is real: without turns sequencers collide, and even then no leaf is lost or doubled."""
    meet, added = threading.Barrier(2, timeout=5), sequencing._add_leaves

    def meet_then_add(tx: Tx, hashed: Any) -> None:
        meet.wait()
        added(tx, hashed)

    monkeypatch.setattr(sequencing, "take_turn", lambda _tx: None)
    monkeypatch.setattr(sequencing, "_add_leaves", meet_then_add)
    tell_many(1, 9)
    assert len(together(book, [lambda: seal(5), lambda: seal(5)])) == 1
    monkeypatch.undo()
    while seal():
        pass
    assert Counter(sealed_order(book)) == dict.fromkeys(range(1, 10), 1)


def check_tree(book: Book) -> None:
    with book.reading() as session:
        size = count_leaves(session)
        newest = checkpoints.find_newest(session)
        assert newest is not None
        edge = Frontier(0, [])
        edge.grow(merkle.leaf_hash(record.data) for record in entries_after(session))
        assert (newest.size, newest.root) == (size, edge.root())


def test_a_head_is_signed_once_for_each_size(book: Book) -> None:
    tell_many(1, 3)
    assert book.seal() == 3
    assert book.seal() == 3
    tell_many(4, 2)
    assert book.seal() == 5
    check_tree(book)


def test_nothing_is_signed_that_does_not_continue_the_last_checkpoint(book: Book) -> None:
    tell_many(1, 4)
    book.seal()
    tell_many(5, 1)
    while seal():
        pass
    book.tamper(f"UPDATE tree_nodes SET hash = {decoy(book)} WHERE level = 2")
    with pytest.raises(Inconsistent), transaction() as tx:
        sign_head(tx, book.signer)
    book.tamper("DELETE FROM leaves WHERE number > 1")
    with pytest.raises(Inconsistent), transaction() as tx:
        sign_head(tx, book.signer)


def decoy(book: Book) -> str:
    hashed = merkle.leaf_hash(b"another").hex()
    return f"X'{hashed}'" if book.is_sqlite else f"'\\x{hashed}'::bytea"
