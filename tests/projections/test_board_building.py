"""Boards built in bulk: the same sums as the book says, from one state, whatever happens meanwhile."""

import os
import random
import signal
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.crypto import new_ref
from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.redis import RedisDown
from charity.domain.actors import Actor
from charity.domain.boards import as_facts, boards_of
from charity.domain.entries import BoardLine
from charity.jobs.sequencing import seal_waiting
from charity.ledger import append
from charity.models.accounts import Account
from charity.models.board_lines import add_lines
from charity.projections import board_building, board_comparing, board_pouring, board_reading, boards
from charity.projections.board_building import BeingBuilt
from charity.projections.board_keys import BUILDING, POINTER, mark_key, sums_key
from charity.projections.board_sums import BUCKET, Lines, Range, Sums, board_names, cell_of, cut, sum_boards
from charity.projections.boards import Change
from tests.services import town as t

COUNTIES = ("990101", "990102", "9902", "110101", "99", "")
MONTHS = ("2025-12", "2026-01", "2026-11")
METRICS = ("wishes", "hours", "months", "purchases")


@pytest.fixture
def donors(app: Flask) -> list[Actor]:
    return [t.person() for _ in range(3)]


def gift(
    donor: Actor | None, county: str = "990101", month: str = "2026-11", metric: str = "wishes", value: int = 1
) -> None:
    """Write a confirmation's entry and its lines, as the service does."""
    with transaction() as tx:
        account_id = None if donor is None else donor.account_id
        named = select(Account.pseudonym).where(Account.id == account_id)
        line = BoardLine(tx.session.scalar(named) if donor else None, county, metric, month, value)
        facts = {"units": 1, "from": "handed_over", "to": "confirmed", "basis": "call-back", "lines": as_facts([line])}
        entry = append(tx, "pledge.confirmed", {"wish": new_ref(), "pledge": new_ref()}, facts)
        owned = {"pledge_id": None, "wish_id": None, "account_id": account_id}
        add_lines(tx, [line], entry_id=entry, beneficiary="h1", **owned)


def seal() -> None:
    end_reading()
    while seal_waiting():
        end_reading()
    end_reading()


def carry() -> None:
    seal()
    while boards.catch_up(reading()):
        end_reading()


def held(client: Redis) -> dict[str, dict[int, int]]:
    """Read the copy that readers use, whole."""
    pointer = boards.find_pointer()
    assert pointer is not None
    keys = [str(key) for key in client.scan_iter(f"board:{pointer.generation}:*:sums")]
    rows = {key: client.zrange(key, 0, -1, withscores=True) for key in keys}
    return {key.partition("{")[2].partition("}")[0]: {int(who): int(value) for who, value in rows[key]} for key in rows}


def drift() -> object:
    end_reading()
    return board_comparing.find_drift(reading())


def random_lines(count: int) -> list[tuple[int, BoardLine]]:
    chance = random.Random(5)
    accounts = [chance.choice((1, 9, 10, 99, 12_345, 10**9, 10**12)) + chance.randrange(9) for _ in range(20)]
    return [
        (
            chance.choice(accounts),
            BoardLine("p", *(chance.choice(of) for of in (COUNTIES, METRICS, MONTHS)), chance.choice((1, 7, -1, 9**9))),
        )
        for _ in range(count)
    ]


def columns(lines: list[tuple[int, BoardLine]]) -> Lines:
    rows = np.array([(who, cell_of(line), line.value) for who, line in lines], np.int64).reshape(-1, 3)
    return Lines(*rows.T)


def test_sums_in_numpy_are_the_sums_of_the_rule() -> None:
    lines = random_lines(700)
    plain: dict[tuple[str, int], int] = defaultdict(int)
    for who, line in lines:
        assert board_names(cell_of(line)) == tuple(key.text for key in boards_of(line))
        for key in boards_of(line):
            plain[key.text, who] += line.value
    found = [
        ((sums.names[board], who), value)
        for sums in sum_boards(columns(lines))
        for board, who, value in zip(*(each.tolist() for each in (sums.boards, sums.accounts, sums.sums)), strict=True)
    ]
    assert len(found) == len(plain)  # each board and account once
    assert dict(found) == plain


def test_no_lines_make_no_boards() -> None:
    assert list(sum_boards(columns([]))) == []
    assert cut([]) == []


def test_accounts_are_cut_into_ranges_of_few_lines() -> None:
    counts = [(0, 3), (1, 3), (4, 5), (9, 20), (10, 1)]
    ranges = cut(counts, most=6)
    assert ranges == [Range(a * BUCKET, b * BUCKET) for a, b in ((0, 2), (4, 5), (9, 10), (10, 11))]


def test_what_is_written_out_is_what_the_server_reads(redis_client: Redis) -> None:
    people = np.array([3, 9, 10, 99, 100, 12_345, 999_999_999, 10**9, 10**12, 10**15], np.int64)
    sums = np.array([-5, 0, 1, 9, 10, 11, 4_000, 4_001, 2**40, 2**53], np.int64)
    names, where = ["wishes:0:all", "hours:0:all"], np.array([0] * 6 + [1] * 4)
    for data, commands in board_pouring.pieces(Sums(names, where, people, sums), lambda board: sums_key("g", board)):
        line = redis_client.connection_pool.get_connection()
        line.send_packed_command([data])
        assert [line.read_response() for _ in range(commands)] == [5, 4]
        redis_client.connection_pool.release(line)
    read = {
        int(who): int(value)
        for board in names
        for who, value in redis_client.zrange(sums_key("g", board), 0, -1, withscores=True)
    }
    assert read == {who: value for who, value in zip(people.tolist(), sums.tolist(), strict=True) if value}


@pytest.mark.parametrize("most", [4_000_000, 3])
def test_built_in_bulk_or_leaf_by_leaf_is_the_same(
    donors: list[Actor], redis_client: Redis, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(board_building, "cut", lambda counts: cut(counts, most=most))
    monkeypatch.setattr("charity.projections.board_sums.BUCKET", 1)
    monkeypatch.setattr(board_reading, "BUCKET", 1)
    carry()  # the copy begins empty, so that what follows comes leaf by leaf
    chance = random.Random(3)
    for _ in range(25):
        where = (chance.choice(of) for of in (COUNTIES[:4], MONTHS, METRICS))
        gift(chance.choice([*donors, None]), *where, chance.randint(1, 90))
    carry()
    followed = held(redis_client)
    board_building.rebuild(reading())
    assert held(redis_client) == followed
    assert len(followed) > 20
    assert drift() is None


def test_what_waits_for_its_leaf_is_not_counted_yet(donors: list[Actor], redis_client: Redis) -> None:
    gift(donors[0])
    seal()
    gift(donors[0], value=5)  # in the table, not in the book's order yet
    end_reading()
    board_building.rebuild(reading())
    assert held(redis_client)["wishes:0:all"] == {donors[0].account_id: 1}
    carry()
    assert held(redis_client)["wishes:0:all"] == {donors[0].account_id: 6}
    assert drift() is None


def test_control_with_what_waits_a_gift_counts_twice(
    donors: list[Actor], redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = board_reading._LINES.partition(" AND NOT EXISTS")[0]
    monkeypatch.setattr(board_reading, "_LINES", without)
    gift(donors[0])
    end_reading()
    board_building.rebuild(reading())
    carry()
    assert held(redis_client)["wishes:0:all"] == {donors[0].account_id: 2}


def test_gifts_confirmed_while_it_builds_count_once(
    donors: list[Actor], redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for donor in donors:
        gift(donor)
    carry()
    read = board_reading.read_lines

    def slowly(session: Session, accounts: Range) -> Lines:
        for donor in donors:
            gift(donor, value=10)
        carry()  # the worker goes on meanwhile: it brings them to the old copy
        assert set(held(redis_client)["wishes:0:all"].values()) == {11}
        return read(session, accounts)

    monkeypatch.setattr(board_building, "read_lines", slowly)
    if db.engine.dialect.name == "sqlite":
        monkeypatch.setattr(board_building, "snapshot", _own_line)
    board_building.rebuild(reading())
    assert set(held(redis_client)["wishes:0:all"].values()) == {1}  # as of the leaf where it began
    carry()
    assert set(held(redis_client)["wishes:0:all"].values()) == {11}
    assert drift() is None


def _own_line(engine: object) -> Session:
    """Read on a connection of its own: the writer in the same thread must not wait for it."""
    del engine
    return Session(db.engine, expire_on_commit=False)


def test_only_one_builds_at_a_time(donors: list[Actor], redis_client: Redis, app: Flask) -> None:
    redis_client.set(BUILDING, "somebody", ex=15)
    with pytest.raises(BeingBuilt):
        board_building.rebuild(reading())
    assert boards.catch_up(reading()) == 0  # a worker without a copy waits for the other
    said = app.test_cli_runner().invoke(args=["boards", "rebuild"])
    assert said.exit_code == 1 and "somebody else" in said.output
    assert redis_client.get(BUILDING) == "somebody"
    redis_client.delete(BUILDING)
    assert board_building.rebuild(reading()) == 0
    assert not redis_client.exists(BUILDING)


@pytest.mark.parametrize("what", ["flushed", "taken over"])
def test_a_copy_that_lost_a_part_is_never_used(
    donors: list[Actor], redis_client: Redis, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    gift(donors[0])
    seal()
    read = board_reading.read_lines

    def then_lose(session: Session, accounts: Range) -> Lines:
        redis_client.flushall() if what == "flushed" else redis_client.set(BUILDING, "another")
        return read(session, accounts)

    monkeypatch.setattr(board_building, "read_lines", then_lose)
    with pytest.raises(RedisDown):
        board_building.rebuild(reading())
    assert boards.find_pointer() is None
    assert redis_client.get(BUILDING) == (None if what == "flushed" else "another")


def test_killed_in_the_middle_it_harms_nobody(donors: list[Actor], redis_client: Redis) -> None:
    for donor in donors:
        gift(donor)
    carry()
    before, pointer = held(redis_client), boards.find_pointer()
    _killed_after_some(redis_client)
    assert boards.find_pointer() == pointer and held(redis_client) == before
    gift(donors[0])
    carry()
    assert drift() is None
    assert 0 < redis_client.ttl(BUILDING) <= board_building.HELD_SECONDS
    redis_client.delete(BUILDING)  # as it does by itself
    board_building.rebuild(reading())
    assert {str(key).split(":")[1] for key in redis_client.scan_iter("board:*")} == {_generation()}
    assert drift() is None


def _generation() -> str:
    pointer = boards.find_pointer()
    assert pointer is not None
    return pointer.generation


def _killed_after_some(client: Redis) -> None:
    end_reading()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)  # the parent's connections stay the parent's
        board_building.sets = lambda _pairs: _die(client)  # all sums are written, no mark yet
        board_building.rebuild(Session(db.engine))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert len({str(key).split(":")[1] for key in client.scan_iter("board:*")}) == 2, "there was nothing half-built"


def _die(client: Redis) -> Iterator[tuple[bytes, int]]:
    while len({str(key).split(":")[1] for key in client.scan_iter("board:*")}) < 2:
        pass
    os.kill(os.getpid(), signal.SIGKILL)
    yield b"", 0


def test_an_error_while_it_builds_lets_go(
    donors: list[Actor], redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift(donors[0])
    seal()
    monkeypatch.setattr(board_building, "sum_boards", lambda _lines: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        board_building.rebuild(reading())
    assert not redis_client.exists(BUILDING, POINTER)


@pytest.mark.parametrize("is_cluster", [False, True])
def test_a_batch_that_comes_again_in_part_counts_once(redis_client: Redis, is_cluster: bool) -> None:
    names = [f"wishes:{region}:all" for region in ("0", "99", "9901")]
    changes = [Change(leaf, name, 7, leaf + 1) for leaf in range(400) for name in names]
    redis_client.script_flush()
    boards.take_in(redis_client, "g", changes[:300], is_cluster=is_cluster)
    boards.take_in(redis_client, "g", changes[:600], is_cluster=is_cluster)
    boards.take_in(redis_client, "g", changes, is_cluster=is_cluster)
    boards.take_in(redis_client, "g", changes[60:90], is_cluster=is_cluster)
    for name in names:
        assert redis_client.zscore(sums_key("g", name), "7") == sum(range(1, 401))
        assert redis_client.get(mark_key("g", name)) == "399"


def test_in_a_cluster_no_call_touches_two_boards() -> None:
    class Wire:
        calls: list[tuple[object, ...]] = []

        def pipeline(self, **_how: bool) -> "Wire":
            return self

        def __enter__(self) -> "Wire":
            return self

        def __exit__(self, *_why: object) -> None: ...

        def execute(self) -> None: ...

        def execute_command(self, *words: object) -> None:
            self.calls.append(words)

    wire = Wire()
    changes = [Change(leaf, f"wishes:{leaf % 3}:all", 1, 1) for leaf in range(9)]
    boards.take_in(wire, "g", changes, is_cluster=True)  # pyright: ignore[reportArgumentType]
    tags = [
        {str(key).partition("{")[2].partition("}")[0] for key in call[3 : 3 + int(str(call[2]))]} for call in wire.calls
    ]
    assert sorted(map(len, tags)) == [1, 1, 1]


@pytest.mark.parametrize("how", ["spare member", "spare board", "missing member"])
def test_compare_finds_what_is_too_much_or_too_little(donors: list[Actor], redis_client: Redis, how: str) -> None:
    gift(donors[0], value=2)
    carry()
    assert drift() is None
    name, who = ("hours:11:2020" if how == "spare board" else "wishes:0:all"), donors[1].account_id
    if how == "missing member":
        redis_client.zrem(sums_key(_generation(), name), str(donors[0].account_id))
        assert drift() == board_comparing.Drift(name, donors[0].account_id, 2, 0)
    else:
        redis_client.zadd(sums_key(_generation(), name), {str(who): 4})
        assert drift() == board_comparing.Drift(name, who, 0, 4)
