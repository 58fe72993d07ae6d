"""The wall's early door says what the application says, of what the database holds at that moment."""

import gzip
import re
from collections.abc import Callable
from contextvars import Context
from typing import Any

import brotli
import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import Client, TestResponse

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.statements import engine_of
from charity.domain.actors import Actor
from charity.models.ranking import ServedList
from charity.models.wishes import Wish
from charity.web.kit.ranking import flush_lists
from charity.web.public.wall_door import WallDoor
from tests.kit import village as v
from tests.kit import wall as k

TOKEN = re.compile(r"[0-9a-z]{13}\.\d+\.\d+\.[\w-]{22}")


class Asked:
    """The early door before the application, and how often it handed over."""

    def __init__(self, app: Flask, *, counts: Callable[[str | None], bool] = lambda _address: True) -> None:
        self.handed, self._inner = 0, Flask.wsgi_app.__get__(app)  # without the site's own doors
        door = WallDoor(self._hand, app=app, engine=engine_of(app), counts=counts)
        self._client = Client(door, TestResponse, use_cookies=False)

    def _hand(self, environ: Any, start: Any) -> Any:
        self.handed += 1
        return self._inner(environ, start)

    def get(self, path: str, **headers: str) -> TestResponse:
        end_reading()
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return Context().run(lambda: self._client.get(path, headers=said))  # outside of the test's own context

    def early(self, path: str, **headers: str) -> TestResponse:
        """Ask for what the door must know by now."""
        before = self.handed
        answer = self.get(path, **headers)
        assert self.handed == before, f"{path} was handed over"
        return answer


@pytest.fixture
def poster(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


def body(answer: TestResponse) -> str:
    plain = {"gzip": gzip.decompress, "br": brotli.decompress}.get(answer.headers.get("Content-Encoding", ""), bytes)
    return plain(answer.data).decode()


def told(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """Give an answer without what is drawn by lot: its list's token, its request's number."""
    own = ("X-Request-Id", "Content-Length", "Date")
    headers = sorted((name, "" if name in own else value) for name, value in answer.headers)
    return answer.status_code, TOKEN.sub("TOKEN", body(answer)), headers


def onward(answer: TestResponse) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', body(answer))
    assert found is not None
    return found[1].replace("&amp;", "&")


ASKED = (
    "/wishes?kind=goods",
    "/wishes?kind=goods&from=%3Cb%3E&x=1",
    "/wishes?longest=1",
    "/wishes?price=to-50&nearly=1",
    f"/wishes?region={v.CITY}&stage=primary",
    "/wishes",
)


@pytest.mark.parametrize("encoding", ["", "gzip, deflate", "br, gzip", "gzip;q=0.5"])
def test_it_answers_as_the_application_does(app: Flask, poster: Actor, encoding: str) -> None:
    k.fill(poster, 150, seed=5)
    said = {"Accept_Encoding": encoding} if encoding else {}
    with k.indexed():
        door, plain = Asked(app), Asked(app, counts=lambda _address: False)
        for path in ASKED:
            usual = door.get(path, **said)
            early = door.early(path, **said)
            assert told(early) == told(plain.get(path, **said)) == told(usual)
            assert TOKEN.search(body(early))[0] != TOKEN.search(body(usual))[0], "each list has a token of its own"
        deep = onward(door.early("/wishes?kind=goods", **said))
        door.get(deep, **said)
        assert told(door.early(deep, **said)) == told(plain.get(deep, **said))
        assert onward(door.early(deep, **said)) != deep
        deeper = onward(door.early(deep, **said))
        door.get(deeper, **said)
        assert told(door.early(deeper, **said)) == told(plain.get(deeper, **said))
    assert plain.handed == len(ASKED) + 2


def test_other_addresses_are_told_in_the_links_to_the_other_language(app: Flask, poster: Actor) -> None:
    k.fill(poster, 60, seed=5)
    door = Asked(app)
    door.get("/wishes?kind=goods&n=1")
    for n in ("2", "%22%3E", "a+b", "%E4%B8%AD", ""):
        early = door.early(f"/wishes?kind=goods&n={n}")
        assert told(early) == told(Asked(app).get(f"/wishes?kind=goods&n={n}"))
    assert '"><' not in body(door.early("/wishes?kind=goods&n=%22%3E%3C")).split("<main")[0].split("tongues")[1][:200]


def test_whatever_changes_is_seen_at_once(app: Flask, poster: Actor) -> None:
    k.fill(poster, 60, seed=5)
    door, path = Asked(app), "/wishes?kind=goods"
    door.get(path)
    ref = re.search(r'/wishes/([0-9a-z]{13})"', body(door.early(path)))[1]
    for change in ({"title": "Another thing"}, {"unit_fen": 4_321}, {"photo_id": None, "reason_code": "worn-out"}):
        with transaction() as tx:
            tx.session.execute(update(Wish).where(Wish.ref == ref).values(change))
        before, seen = door.handed, door.get(path)
        assert door.handed == before + 1, "a card that nobody has drawn is not this door's"
        assert told(door.early(path)) == told(seen) == told(Asked(app).get(path))
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == ref).values(hidden_at=tx.now))
    assert ref not in body(door.get(path))
    with transaction() as tx:
        tx.session.execute(update(Wish).values(hidden_at=tx.now))
    assert told(door.get(path)) == told(Asked(app).get(path)), "an empty wall has words of its own"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/wishes?kind=goods", {"Cookie": "lang=en"}),
        ("/wishes?kind=goods", {"Authorization": "Bearer x"}),
        ("/wishes?kind=goods&lang=xx", {}),
        ("/wishes?kind=goods&kind=money", {}),
        ("/wishes?kind=goods&q=1", {}),
        ("/wishes?kind=nothing", {}),
        ("/wishes?kind=goods&cursor=x", {}),
        ("/wishes?kind=goods&n=%ff", {}),
    ],
)
def test_what_is_unusual_is_the_applications(app: Flask, poster: Actor, path: str, headers: dict[str, str]) -> None:
    k.fill(poster, 60, seed=5)
    door = Asked(app)
    for _ in range(2):
        door.get("/wishes?kind=goods")
    door.early("/wishes?kind=goods")
    for _ in range(2):
        before, answer = door.handed, door.get(path, **headers)
        assert door.handed == before + 1
        assert told(answer) == told(Asked(app).get(path, **headers))


def test_an_address_that_asks_too_much_is_the_applications(app: Flask, poster: Actor) -> None:
    k.fill(poster, 60, seed=5)
    may = [True]
    door = Asked(app, counts=lambda _address: may[0])
    door.get("/wishes?kind=goods")
    door.early("/wishes?kind=goods")
    may[0] = False
    before = door.handed
    door.get("/wishes?kind=goods")
    assert door.handed == before + 1


def test_its_lists_are_logged_as_all_others(app: Flask, poster: Actor) -> None:
    k.fill(poster, 60, seed=5)
    door = Asked(app)
    door.get("/wishes?kind=goods")
    flush_lists()
    before = reading().scalar(select(func.count()).select_from(ServedList))
    door.early("/wishes?kind=goods")
    flush_lists()
    end_reading()
    assert reading().scalar(select(func.count()).select_from(ServedList)) == before + 1
