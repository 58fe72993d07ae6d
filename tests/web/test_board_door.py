"""The early door of the boards: the application's own answer, with the caller's own place as it is now."""

import gzip
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any

import brotli
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import exc, update
from werkzeug.test import Client as Caller
from werkzeug.test import TestResponse

from charity.adapters import redis as redis_adapter
from charity.adapters.clock import now
from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.metrics import REGISTRY
from charity.adapters.statements import engine_of
from charity.api.board_door import BoardDoor
from charity.domain.actors import Actor
from charity.models.accounts import Account, ApiToken
from charity.projections import board_building, boards
from charity.projections.boards import Change
from charity.queries import boards as shown
from charity.queries.own_places import callers_of
from charity.services import accounts
from tests.services import town as t

PATH, BOARD = "/api/v1/boards/wishes?limit=20", "wishes:0:all"
COUNTED = ("charity_request_seconds_count", {"endpoint": "api_boards.show", "status": "200"})


class Asked:
    """The early door before the application, and how often it handed over."""

    def __init__(self, app: Flask, *, counts: Callable[[str | None], bool] = lambda _address: True) -> None:
        self.handed, self._inner = 0, Flask.wsgi_app.__get__(app)  # without the site's own doors
        self._client = Caller(BoardDoor(self._hand, find=callers_of(engine_of(app)), counts=counts), use_cookies=False)

    def _hand(self, environ: Any, start: Any) -> Any:
        self.handed += 1
        return self._inner(environ, start)

    def get(self, token: str = "", path: str = PATH, **headers: str) -> TestResponse:
        said = {"Authorization": f"Bearer {token}"} if token else {}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        end_reading()
        return Context().run(lambda: self._client.get(path, headers=said))  # outside of the test's own context

    def early(self, token: str = "", path: str = PATH, **headers: str) -> TestResponse:
        """Ask for what the door must know by now."""
        before = self.handed
        answer = self.get(token, path, **headers)
        assert self.handed == before, "it was handed over"
        return answer


@pytest.fixture
def first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Actor]:
    """Fill a board with a donor in its first place, thirty invented ones and one who comes last."""
    monkeypatch.setattr(shown, "TOP_KEPT", 60.0)
    shown.forget_read()
    end_reading()
    board_building.rebuild(reading())
    donor = t.person()
    put(donor, 90)
    boards_take([Change(2, BOARD, 10**6 + number, 2 + number) for number in range(30)])
    yield donor
    shown.forget_read()


@pytest.fixture
def last() -> Actor:
    donor = t.person()
    put(donor, 1, leaf=3)
    return donor


def put(donor: Actor, value: int, *, leaf: int = 1) -> None:
    boards_take([Change(leaf, BOARD, donor.account_id, value)])


def boards_take(changes: list[Change]) -> None:
    pointer = boards.find_pointer()
    assert pointer is not None
    redis_adapter.redis_call(lambda client: boards.take_in(client, pointer.generation, changes))


def body(answer: TestResponse) -> Any:
    plain = {"gzip": gzip.decompress, "br": brotli.decompress}.get(answer.headers.get("Content-Encoding", ""), bytes)
    return plain(answer.data)


def headers(answer: TestResponse) -> list[tuple[str, str]]:
    own = ("X-Request-Id", "Content-Length", "Date")
    return sorted((name, "" if name in own else value) for name, value in answer.headers)


@pytest.mark.parametrize("encoding", [None, "gzip, deflate", "br, gzip", "identity", "gzip;q=0.5"])
def test_it_answers_as_the_application_does(app: Flask, first: Actor, last: Actor, encoding: str | None) -> None:
    said = {} if encoding is None else {"Accept_Encoding": encoding}
    door, plain = Asked(app), Asked(app, counts=lambda _address: False)
    tokens = [accounts.make_token(who, name="t") for who in (first, last, t.person())]
    for token in ("", "wrong", *tokens):
        door.get(token, **said)
        early, usual = door.early(token, **said), plain.get(token, **said)
        assert early.status_code == usual.status_code == 200
        assert body(early) == body(usual)
        assert headers(early) == headers(usual)
        assert early.headers["Content-Length"] == str(len(early.data))
    assert plain.handed == 5


def test_the_own_place_is_as_it_is_now(app: Flask, first: Actor, last: Actor) -> None:
    door, token = Asked(app), accounts.make_token(last, name="t")
    name = t.account_row(last).nickname
    before = door.get(token).json
    assert before["me"] == {"rank": 32, "name": name, "value": 1}
    put(last, 14, leaf=4)
    after = door.early(token).json
    assert after["me"] == {"rank": 18, "name": name, "value": 15}
    assert after["rows"] == before["rows"]  # a copy of at most a second
    nobody = accounts.make_token(t.person(), name="t")
    assert door.early(nobody).json["me"] is None


@pytest.mark.parametrize("how", ["ended", "disabled", "closed"])
def test_a_token_that_ended_is_nobody_s_at_once(app: Flask, first: Actor, how: str) -> None:
    door, token = Asked(app), accounts.make_token(first, name="t")
    door.get()
    door.get(token)
    known = door.early(token)
    assert known.json["me"] is not None and known.headers["Cache-Control"] == "no-store"
    with transaction() as tx:
        own = update(Account).where(Account.id == first.account_id)
        ended = update(ApiToken).where(ApiToken.account_id == first.account_id).values(ended_at=now())
        by = {"disabled": own.values(disabled_at=now()), "closed": own.values(closed_at=now()), "ended": ended}
        tx.session.execute(by[how])
    gone = door.early(token)
    assert gone.json["me"] is None
    assert headers(gone) == headers(door.early())


def test_built_anew_it_asks_the_application(app: Flask, first: Actor, last: Actor) -> None:
    door, token = Asked(app), accounts.make_token(last, name="t")
    door.get(token)
    assert door.early(token).json["me"] is not None
    end_reading()
    board_building.rebuild(reading())  # from a book that knows none of them
    assert door.get(token).json["rows"] == []
    assert door.handed == 2


def test_without_redis_the_application_answers_from_the_database(
    app: Flask, first: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, token = Asked(app), accounts.make_token(first, name="t")
    door.get(token)
    assert not door.early(token).json["stale"]
    monkeypatch.setattr(redis_adapter, "_gateway", redis_adapter.Gateway(None))
    assert door.get(token).json["stale"] is True


def test_without_the_database_the_application_says_so(
    app: Flask, first: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, token = Asked(app), accounts.make_token(first, name="t")
    door.get(token)

    def away() -> None:
        raise exc.TimeoutError

    monkeypatch.setattr(db.engine, "raw_connection", away)
    monkeypatch.setattr(db.engine, "connect", away)
    assert door.get(token).status_code == 503
    assert door.handed == 2


def test_a_server_that_forgot_the_script_is_asked_in_the_usual_way(
    app: Flask, first: Actor, redis_client: Redis
) -> None:
    door, token = Asked(app), accounts.make_token(first, name="t")
    door.get(token)
    redis_client.script_flush()
    assert door.get(token).json["me"]["value"] == 90
    assert door.handed == 2
    assert door.early(token).json["me"]["value"] == 90


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/boards/nothing", 422),
        ("/api/v1/boards/wishes?limit=0", 422),
        ("/api/v1/boards/wishes?limit=20&limit=20", None),
        ("/api/v1/boards/wishes?limit=20&unknown=1", 422),
        ("/api/v1/boards/wishes?region=990101001", 422),
        ("/api/v1/boards/wishes?period=2026-13", 422),
        ("/api/v1/boards/wishes?limit=20&lang=en", 200),
        ("/api/v1/boards/", 404),
    ],
)
def test_what_is_not_plain_is_the_application_s(app: Flask, first: Actor, path: str, status: int | None) -> None:
    door = Asked(app)
    door.get()
    answers = [door.get("", path) for _ in range(2)]
    assert door.handed == 3
    assert {answer.status_code for answer in answers} == {status or answers[0].status_code}


@pytest.mark.parametrize("header", ["Cookie", "If_None_Match", "Range", "If_Modified_Since"])
def test_a_request_with_something_of_its_own_is_the_application_s(app: Flask, first: Actor, header: str) -> None:
    door = Asked(app)
    door.get()
    assert door.get("", **{header: "x=1"}).status_code < 500
    assert door.handed == 2


def test_each_answer_has_its_id_and_is_counted(app: Flask, first: Actor) -> None:
    door = Asked(app)
    before = REGISTRY.get_sample_value(*COUNTED) or 0.0
    door.get()
    given, drawn, other = (door.early(**how) for how in ({"X_Request_Id": "given-id-1"}, {}, {}))
    assert given.headers.getlist("X-Request-Id") == ["given-id-1"]
    assert len({answer.headers["X-Request-Id"] for answer in (given, drawn, other)}) == 3
    assert REGISTRY.get_sample_value(*COUNTED) == before + 4


def test_a_small_board_is_the_application_s(app: Flask, first: Actor) -> None:
    door, path = Asked(app), "/api/v1/boards/wishes?limit=2"
    for _ in range(3):  # whether it is compressed hangs on its length
        assert len(door.get("", path, Accept_Encoding="gzip").json["rows"]) == 2
    assert door.handed == 3


def test_the_site_has_the_door(app: Flask, first: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    client, token = app.test_client(use_cookies=False), accounts.make_token(first, name="t")
    said = {"Authorization": f"Bearer {token}"}
    assert client.get(PATH, headers=said).json["me"]["rank"] == 1
    monkeypatch.setattr(app, "full_dispatch_request", None)  # the framework cannot answer any more
    assert client.get(PATH, headers=said).json["me"]["rank"] == 1
