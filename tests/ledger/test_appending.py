"""The one way into the book: what it takes, what it refuses, what it costs, and that nobody changes it afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, exc, func, select, text

from charity.adapters.db import transaction
from charity.domain.entries import NotAnEntry
from charity.domain.entry_values import JSON
from charity.domain.kinds import PledgeState
from charity.ledger import append, forget_texts, is_text_of, timeline
from charity.models.ledger import APPEND_ONLY, ENTRIES, QUEUE, SALTS, guard_statements
from tests.ledger.book import Book
from tests.ledger.telling import ref, tell_everything

WISH, PLEDGE = {"wish": ref("w", 1)}, {"wish": ref("w", 1), "pledge": ref("p", 1)}
HELD: dict[str, JSON] = {"units": 1, "from": None, "to": "held"}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Write down the statements a block sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_an_entry_is_one_insert(book: Book) -> None:
    with transaction() as tx:
        assert tx.now
        with counted(book.engine) as sent:
            entry = append(tx, "pledge.claimed", PLEDGE, HELD)
    assert [statement.split()[0] for statement in sent] == ["INSERT"]
    with book.reading() as session:
        assert session.execute(select(QUEUE.c.entry_id)).scalars().all() == [entry]


def test_the_bytes_are_canonical_and_hold_what_was_said(book: Book) -> None:
    with transaction() as tx:
        at = tx.now
        append(tx, "pledge.claimed", PLEDGE, {"to": PledgeState.HELD, "from": None, "units": 2})
    with book.reading() as session:
        body = bytes(session.execute(select(ENTRIES.c.body)).scalar_one())
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    assert json.loads(body) == {
        "v": 1,
        "kind": "pledge.claimed",
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "subjects": PLEDGE,
        "facts": {"units": 2, "from": None, "to": "held"},
        "texts": {},
    }


def test_a_text_enters_as_a_salted_digest_and_is_forgotten_with_its_salt(book: Book) -> None:
    facts: dict[str, JSON] = {"state": "submitted", "wanted": 1}
    with transaction() as tx:
        entry = append(tx, "wish.submitted", WISH, facts, texts={"title": "三年级的冬衣"})
        again = append(tx, "wish.submitted", WISH, facts, texts={"title": "三年级的冬衣"})
    book.seal()
    with book.reading() as session:
        bodies = session.execute(select(ENTRIES.c.body).order_by(ENTRIES.c.id)).scalars().all()
        assert "冬衣" not in bytes(bodies[0]).decode()
        assert bytes(bodies[0]) != bytes(bodies[1])  # equal texts are not seen to be equal
        assert is_text_of(session, entry, "title", "三年级的冬衣")
        assert not is_text_of(session, entry, "title", "二年级的冬衣")
    with transaction() as tx:
        assert forget_texts(tx, [entry]) == 1
    with book.reading() as session:
        assert not is_text_of(session, entry, "title", "三年级的冬衣")
        assert is_text_of(session, again, "title", "三年级的冬衣")


def test_a_forgotten_text_breaks_no_proof(book: Book) -> None:
    with transaction() as tx:
        tell_everything(tx)
    book.seal()
    with transaction() as tx:
        count = tx.session.execute(select(func.count()).select_from(SALTS)).scalar_one()
        assert forget_texts(tx, list(range(1, 30))) == count > 0
    assert book.verify().is_clean


PERSONAL = [
    ("pledge.claimed", PLEDGE, {**HELD, "name": "张三"}),
    ("pledge.claimed", PLEDGE, {**HELD, "reason": "请联系 13800138000"}),
    ("pledge.claimed", PLEDGE, {**HELD, "reason": "13800138000"}),
    ("pledge.claimed", PLEDGE, {**HELD, "county": "990101001001"}),
    ("pledge.claimed", PLEDGE, {**HELD, "units": 1.5}),
    ("pledge.claimed", PLEDGE, {**HELD, "units": True}),
    ("pledge.claimed", PLEDGE, {**HELD, "units": -1}),
    ("pledge.claimed", PLEDGE, {**HELD, "to": "nowhere"}),
    ("pledge.claimed", {**PLEDGE, "household": ref("h", 1)}, HELD),
    ("pledge.claimed", {**PLEDGE, "wish": "110101199003074258"}, HELD),
    ("pledge.claimed", {"wish": ref("w", 1)}, HELD),
    ("pledge.claimed", PLEDGE, {"units": 1, "to": "held"}),
    ("pledge.confirmed", PLEDGE, {**HELD, "from": "handed_over", "to": "confirmed", "basis": "slip"}),
    (
        "pledge.confirmed",
        PLEDGE,
        {**HELD, "to": "confirmed", "basis": "slip", "lines": [{"pseudonym": "张三", "county": "990101",
         "metric": "wishes", "month": "2026-05", "value": 1}]},
    ),
    ("wish.submitted", WISH, {"state": "submitted", "wanted": 1, "kind": "a blanket for Zhang San"}),
    ("wish.told", WISH, {"state": "submitted", "wanted": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "subjects", "facts"), PERSONAL)
def test_what_a_kind_may_not_say_is_refused(book: Book, kind: str, subjects: dict[str, str], facts: dict) -> None:
    with transaction() as tx:
        with pytest.raises(NotAnEntry) as refused:
            append(tx, kind, subjects, facts)
        assert "张三" not in str(refused.value)
        assert "13800138000" not in str(refused.value)
        append(tx, "pledge.claimed", PLEDGE, HELD)  # and what it may say is taken


def test_an_unknown_text_is_refused(book: Book) -> None:
    with transaction() as tx, pytest.raises(NotAnEntry):
        append(tx, "wish.submitted", WISH, {"state": "submitted", "wanted": 1}, texts={"phone": "13800138000"})


def test_a_transaction_that_fails_leaves_no_entry(book: Book) -> None:
    with pytest.raises(RuntimeError), transaction() as tx:
        append(tx, "pledge.claimed", PLEDGE, HELD)
        raise RuntimeError
    assert book.seal() == 0


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("act", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_the_database_itself_refuses_to_rewrite_the_book(book: Book, table: str, act: str) -> None:
    with transaction() as tx:
        tell_everything(tx)
    book.seal()
    column = {"entries": "body", "leaves": "hash", "tree_nodes": "hash", "checkpoints": "note"}[table]
    statement = act.format(table=table, column=column)
    with pytest.raises(exc.IntegrityError, match="append-only"), transaction() as tx:
        tx.session.execute(text(statement))
    assert book.verify().is_clean


@pytest.mark.backends("postgres")  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
def test_no_table_of_the_book_can_be_truncated(book: Book, table: str) -> None:
    with pytest.raises(exc.IntegrityError, match="append-only"), transaction() as tx:
        tx.session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_a_salt_may_go_but_not_change(book: Book) -> None:
    with transaction() as tx:
        tell_everything(tx)
    with pytest.raises(exc.IntegrityError, match="append-only"), transaction() as tx:
        tx.session.execute(text("UPDATE entry_salts SET salt = salt"))
    with transaction() as tx:
        tx.session.execute(text("DELETE FROM entry_salts"))


def test_setting_the_guards_again_is_safe(book: Book) -> None:
    with transaction() as tx:
        for statement in guard_statements(book.engine.dialect.name):
            tx.session.connection().exec_driver_sql(statement.replace("%", "%%") if not book.is_sqlite else statement)
        append(tx, "pledge.claimed", PLEDGE, HELD)
    assert book.seal() == 1


def test_a_timeline_tells_a_thing_s_entries_in_order(book: Book) -> None:
    with transaction() as tx:
        tell_everything(tx)
    with book.reading() as session:
        assert [record.number for record in timeline(session, "wish", ref("w", 2))] == [None] * 4
    book.seal()
    with book.reading() as session:
        told = timeline(session, "pledge", ref("p", 2))
        assert [(record.body.kind.value, record.number) for record in told] == [
            ("pledge.claimed", 5),
            ("pledge.cancelled", 12),
        ]
        assert [record.body.kind.value for record in timeline(session, "case", ref("c", 1))] == ["case.ruled"]
        assert [record.body.kind.value for record in timeline(session, "wish", ref("w", 2), limit=1)] == [
            "wish.withdrawn"
        ]
        assert timeline(session, "wish", ref("w", 9)) == []
