"""Many real clients at once, over HTTP against a real server, on both databases."""

import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.services.accounts import tokens
from tests.kit import village as v
from tests.kit.servers import Server

CLIENTS, ROUNDS, UNITS = 50, 20, 7
ALLOWED = {201, 409, 429, 503}
pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
Answer = tuple[int, dict[str, object]]


def givers(count: int, *, kind: str = "organisation") -> list[tuple[Actor, str]]:
    """Make accounts with API tokens."""
    with transaction() as tx:
        actors = [v.add_person(tx) for _ in range(count)]
        tx.session.execute(update(Account).where(Account.id.in_([a.account_id for a in actors])).values(kind=kind))
    return [(actor, tokens.make_token(actor, name="race")) for actor in actors]


def wish(wanted: int, *, unit_fen: int = 10_00) -> str:
    """Publish one need of the village's school."""
    with transaction() as tx:
        poster = v.add_person(tx)
        made = v.add_public(tx, poster, "课外读物", at=tx.now, wanted=wanted, unit_fen=unit_fen)
        return made.ref


class Person:
    """One client."""

    def __init__(self, server: Server, token: str) -> None:
        self._port = server.port
        self._token = token

    def claim(self, ref: str, *, key: str, units: int = 1) -> Answer:
        """Claim, and give the status with the body."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=60)) as connection:
            connection.request("POST", f"/api/v1/wishes/{ref}/pledges", json.dumps({"units": units}), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


def at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls in the same moment, each in a thread of its own."""
    gate = threading.Barrier(len(calls))
    answers: list[Answer] = []

    def run(call: Callable[[], Answer]) -> None:
        gate.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def committed(ref: str) -> tuple[int, int]:
    """Read a wish's committed units: by its counter, and by its pledges."""
    end_reading()
    row = reading().execute(select(Wish.id, Wish.committed).where(Wish.ref == ref)).one()
    by_rows = reading().scalar(select(func.coalesce(func.sum(Pledge.units), 0)).where(Pledge.wish_id == row.id))
    return row.committed, int(by_rows or 0)


@pytest.fixture
def open_village(app: object) -> Iterator[None]:
    """Put the regions into the database."""
    with transaction() as tx:
        v.add_regions(tx)
    yield


def test_last_units_are_never_over_and_never_under(live_server: Server, open_village: None) -> None:
    people = [Person(live_server, token) for _, token in givers(CLIENTS)]
    seen: Counter[int] = Counter()
    for _ in range(ROUNDS):
        ref = wish(UNITS)
        answers = at_once([lambda p=p, ref=ref: p.claim(ref, key=secrets.token_hex(8)) for p in people])
        codes = Counter(status for status, _ in answers)
        seen += codes
        assert set(codes) <= ALLOWED, codes
        assert codes[201] == UNITS == committed(ref)[0] == committed(ref)[1], codes
    assert seen[503] <= sum(seen.values()) / 100, seen


def test_one_donor_never_passes_the_cap(live_server: Server, open_village: None) -> None:
    [(actor, token)] = givers(1, kind="person")
    refs = [wish(1) for _ in range(50)]
    answers = at_once([lambda ref=ref: Person(live_server, token).claim(ref, key=secrets.token_hex(8)) for ref in refs])
    codes = Counter(status for status, _ in answers)
    assert codes[201] == 5, codes
    assert set(codes) <= {201, 403, 503}
    end_reading()
    assert reading().scalar(select(Account.open_pledges).where(Account.id == actor.account_id)) == 5


def test_the_same_request_twenty_times_is_one_pledge(live_server: Server, open_village: None) -> None:
    [(_, token)] = givers(1, kind="person")
    ref, key = wish(9), secrets.token_hex(8)
    answers = at_once([lambda: Person(live_server, token).claim(ref, key=key) for _ in range(20)])
    first = {json.dumps(body, sort_keys=True) for status, body in answers if status == 201}
    assert len(first) == 1
    refused = [body for status, body in answers if status != 201]
    assert all(body["code"] == "request-in-progress" for body in refused), refused
    again = Person(live_server, token).claim(ref, key=key)
    assert again[0] == 201 and json.dumps(again[1], sort_keys=True) in first
    assert Person(live_server, token).claim(ref, key=key, units=2)[0] == 422
    assert committed(ref) == (1, 1)


def test_another_persons_same_key_is_another_request(live_server: Server, open_village: None) -> None:
    ref, key = wish(9), secrets.token_hex(8)
    answers = [Person(live_server, token).claim(ref, key=key) for _, token in givers(2, kind="person")]
    assert [status for status, _ in answers] == [201, 201]
    assert answers[0][1]["id"] != answers[1][1]["id"]


@contextmanager
def counted_instead_of_conditional() -> Iterator[Callable[[int], bool]]:
    """A claim as it must not be: look how many are left, think, then write. The control of the tests above."""
    engine = db.engine

    def claim(wish_id: int) -> bool:
        with engine.connect() as connection:
            left = connection.execute(text("SELECT wanted - committed FROM wishes WHERE id = :id"), {"id": wish_id})
            free = left.scalar_one()
            connection.rollback()
        gate.wait()
        if free < 1:
            return False
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE wishes SET committed = :now WHERE id = :id"), {"id": wish_id, "now": 1})
        return True

    gate = threading.Barrier(8)
    yield claim


def test_control_looking_first_and_writing_later_gives_too_many(app: Flask, open_village: None) -> None:
    ref = wish(1)
    end_reading()
    wish_id = reading().scalar(select(Wish.id).where(Wish.ref == ref)) or 0
    end_reading()
    wins: list[bool] = []
    with counted_instead_of_conditional() as claim:

        def run() -> None:
            with app.app_context():
                wins.append(claim(wish_id))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(wins) > 1, "the control shows that this race is real"
