"""The front door: what it remembers, for whom, and for how long."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client as Caller
from werkzeug.wrappers import Request, Response

from charity.web.kit.front import MARK, Front

Answer = Callable[[Request], Response]


def front(answer: Answer, *, seconds: float = 60.0, marks: bool = True) -> Caller:
    """Put the front door before an application that answers so, and let its answers be kept."""

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if marks:
            environ[MARK] = "wall"
        return answer(Request(environ))(environ, start)

    names = count(1)
    door = Front(
        app,
        seconds=lambda: seconds,
        name=lambda given: given or str(next(names)),
        took=lambda *_: None,
        id_header="X-Request-Id",
    )
    return Caller(door, use_cookies=False)


def numbered() -> Answer:
    """Answer each request with its own number."""
    numbers = count(1)
    return lambda _request: Response(str(next(numbers)), headers={"X-Request-Id": "first"})


def test_a_marked_page_is_drawn_once_and_each_answer_has_its_own_id() -> None:
    caller = front(numbered())
    first, second, third = (caller.get("/wishes?kind=goods") for _ in range(3))
    assert [first.text, second.text, third.text] == ["1", "1", "1"]
    assert [second.headers.getlist("X-Request-Id"), third.headers.getlist("X-Request-Id")] == [["1"], ["2"]]


def test_what_nobody_marked_is_drawn_anew() -> None:
    caller = front(numbered(), marks=False)
    assert [caller.get("/").text for _ in range(2)] == ["1", "2"]


def test_after_its_time_it_is_drawn_anew() -> None:
    caller = front(numbered(), seconds=0.0)
    assert [caller.get("/").text for _ in range(2)] == ["1", "2"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "circle=x"},
        {"Authorization": "Bearer x"},
        {"If-None-Match": '"x"'},
        {"Range": "bytes=0-1"},
    ],
)
def test_who_brings_something_of_his_own_is_asked_for_himself(headers: dict[str, str]) -> None:
    caller = front(numbered())
    assert [caller.get("/").text, caller.get("/", headers=headers).text, caller.get("/").text] == ["1", "2", "1"]


def test_another_address_host_or_packing_is_another_page() -> None:
    caller = front(numbered())
    asked = [
        caller.get("/"),
        caller.get("/?lang=en"),
        caller.get("/", base_url="http://elsewhere.example"),
        caller.get("/", headers={"Accept-Encoding": "br"}),
        caller.get("/", base_url="https://localhost"),
    ]
    assert [answer.text for answer in asked] == ["1", "2", "3", "4", "5"]


def test_only_showing_is_remembered() -> None:
    caller = front(numbered())
    assert [caller.post("/").text, caller.post("/").text, caller.head("/").status_code] == ["1", "2", 200]


def test_a_page_that_gives_somebody_a_cookie_is_nobody_elses() -> None:
    numbers = count(1)
    caller = front(lambda _request: Response(str(next(numbers)), headers={"Set-Cookie": "circle=secret"}))
    assert [caller.get("/").text, caller.get("/").text] == ["1", "2"]


def test_a_refusal_is_not_remembered() -> None:
    numbers = count(1)
    caller = front(lambda _request: Response(str(next(numbers)), status=422))
    assert [caller.get("/").text for _ in range(2)] == ["1", "2"]


@pytest.mark.backends("sqlite")
def test_the_wall_is_answered_at_the_door_with_the_same_headers(app: Flask) -> None:
    app.config["KEPT_SECONDS"] = 60.0
    try:
        first = app.test_client().get("/wishes")
        second = app.test_client().get("/wishes")
        assert first.get_data() == second.get_data()
        assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
        without = {name: value for name, value in second.headers.items() if name != "X-Request-Id"}
        assert without == {name: value for name, value in first.headers.items() if name != "X-Request-Id"}
    finally:
        del app.config["KEPT_SECONDS"]
        app.extensions["kept_pages"].clear()
