"""The line `depth`: what a page deep in a list costs, against the first page of the same list.

python -m bench.depth measures in the environment's database, told on its input what was filled. Deep pages are
reached by the cursors that the pages before them gave; of the book, whose numbers have no gap, by the number such a
page would give. It is processor time that is compared, of the process and of PostgreSQL (bench/effort.py).
"""

import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event, func, select

from bench.bulk.make import PASSWORD, POSTER, Bulk
from bench.effort import Meter
from bench.lines import Line
from bench.site import Site, told_by
from charity.adapters.db import db, end_reading, reading
from charity.adapters.logins import read_login
from charity.domain.actors import VISITOR, Actor
from charity.factory import create_app
from charity.models.ledger import LEAVES
from charity.queries import book
from charity.queries.accounts import find_actor_by_login
from charity.queries.inbox import list_notices
from charity.queries.wall import EMPTY, WallFilters, list_wall
from charity.queries.wishes.own import list_own
from tests.kit.client import Client

DEPTHS = (0.01, 0.1, 0.5, 0.99)
ROUNDS, ASKED = 5, 5  # rounds over all pages of a list, and how often each is asked in one; the cheapest counts
STRIDE = 100  # cards a page while walking to a depth
GOAL, MOST_QUERIES = 1.5, 4
Cursor = str | None
Ask = Callable[[Cursor], Cursor]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: how to ask for one of its pages, how to walk along it, and its page's address."""

    name: str
    ask: Ask
    walk: Ask
    address: Callable[[Cursor], str]
    is_signed_in: bool = False


@dataclass(slots=True)
class Course:
    """What was seen of one list: processor time in ms at the start and at each depth, and questions asked."""

    name: str
    pages: int
    sql: list[float] = field(default_factory=list[float])
    page: list[float] = field(default_factory=list[float])
    queries: int = 0

    @property
    def sql_ratio(self) -> float:
        """Give the dearest deep page's SQL against the first page's."""
        return max(self.sql[1:]) / self.sql[0]

    @property
    def page_ratio(self) -> float:
        """Give the dearest deep page against the first."""
        return max(self.page[1:]) / self.page[0]


def measure(running: Site, bulk: Bulk, backend: str) -> Line:
    """Measure every list in a process of its own, whose environment is the site's."""
    seen = told_by(running, "bench.depth", given=bulk.told())
    return line_of([Course(**each) for each in seen], bulk, backend)


def line_of(courses: list[Course], bulk: Bulk, backend: str) -> Line:
    """Make the line of the list that grows most with its depth; the setting tells all of them."""
    worst = max(courses, key=lambda course: course.sql_ratio)
    deep = max(worst.sql[1:])
    said = "; ".join(
        f"{course.name}: SQL {_listed(course.sql)} ms, page {_listed(course.page)} ms, {course.queries} queries"
        for course in courses
    )
    setting = (
        f"{backend}, {bulk.wishes} wishes, {bulk.pledges} pledges; pages a second by the processor time of their SQL,"
        f" deep against first, of the list that is worst ({worst.name}); at the start and at 1, 10, 50, 99 %: {said}"
    )
    ours, first = 1000 / deep, 1000 / worst.sql[0]
    return Line(f"depth-{backend}", round(ours, 1), round(first, 1), round(ours / first, 3), "per second", setting)


def _listed(times: list[float]) -> str:
    return "/".join(f"{each:.2f}" for each in times)


def wall(name: str, filters: WallFilters) -> Listing:
    """Describe the wall under filters."""
    number = itertools.count()
    said = {name: value for name, value in (("kind", filters.kind), ("region", filters.region)) if value}
    said |= {"price": filters.price} if filters.price else {}
    said |= {"longest": "1"} if filters.longest else {}

    def address(cursor: Cursor) -> str:
        asked = said | ({"cursor": cursor} if cursor else {}) | {"bench": str(next(number))}
        return f"/wishes?{urlencode(asked)}"

    return Listing(
        name,
        lambda cursor: list_wall(VISITOR, filters, cursor).next,
        lambda cursor: list_wall(VISITOR, filters, cursor, limit=STRIDE).next,
        address,
    )


def listings(reader: Actor, region: str) -> Iterator[Listing]:
    """List what is measured: the wall in many ways, the book, a long inbox, a busy volunteer's wishes."""
    yield wall("wall", EMPTY)
    yield wall("wall of a city", WallFilters(region=region[:4]))
    yield wall("wall of a county", WallFilters(region=region[:6]))
    yield wall("wall of lessons", WallFilters(kind="service"))
    yield wall("wall by price", WallFilters(price="100-300"))
    yield wall("longest waiting", WallFilters(longest=True))
    yield wall("longest waiting in a county", WallFilters(region=region[:6], longest=True))

    def notices(cursor: Cursor, limit: int = 30) -> Cursor:
        return list_notices(reader, cursor=cursor or "", limit=limit).next

    def with_cursor(path: str) -> Callable[[Cursor], str]:
        return lambda cursor: f"{path}{'&' if '?' in path else '?'}cursor={cursor}" if cursor else path

    yield Listing("inbox", notices, lambda cursor: notices(cursor, STRIDE), with_cursor("/inbox"), is_signed_in=True)

    def own(cursor: Cursor) -> Cursor:
        return list_own(reader, "public", cursor).next

    yield Listing("a volunteer's wishes", own, own, with_cursor("/desk/wishes?group=public"), is_signed_in=True)


def of_the_book() -> tuple[Listing, list[Cursor]]:
    """Describe the book, and the numbers at which its deep pages begin."""

    def ask(cursor: Cursor) -> Cursor:
        before = book.get_book(VISITOR, before=None if cursor is None else int(cursor)).before
        return None if before is None else str(before)

    newest = (reading().execute(select(func.max(LEAVES.c.number))).scalar_one() or 0) + 1
    pages = newest // book.PAGE
    cursors = [None, *(str(newest - max(1, int(pages * depth)) * book.PAGE) for depth in DEPTHS)]
    return Listing("book", ask, ask, lambda cursor: f"/book?before={cursor}" if cursor else "/book"), cursors


def cursors_of(listing: Listing) -> tuple[list[Cursor], int]:
    """Walk along a list to its end; gives the cursors at its start and at each depth, and how many pages it had."""
    met: list[Cursor] = [None]
    while (following := listing.walk(met[-1])) is not None:
        met.append(following)
        end_reading()
    return [None, *(met[min(len(met) - 1, max(1, int(len(met) * depth)))] for depth in DEPTHS)], len(met)


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Write down every statement that is asked meanwhile."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        said.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def _questions(ask: Callable[[], object]) -> list[tuple[str, Any]]:
    with heard() as said:
        ask()
    end_reading()
    return [each for each in said if each[0].lstrip().upper().startswith(("SELECT", "WITH"))]


def run(listing: Listing, cursors: list[Cursor], pages: int, client: Client) -> Course:
    """Measure one list at its start and at each depth, in turn, several rounds."""
    sql: list[list[float]] = [[] for _cursor in cursors]
    page: list[list[float]] = [[] for _cursor in cursors]
    asked = [_questions(lambda cursor=cursor: listing.ask(cursor)) for cursor in cursors]
    addresses = [listing.address(cursor) for cursor in cursors]
    queries = max(len(_questions(lambda path=path: _get(client, path))) for path in addresses)
    raw, meter = db.engine.raw_connection(), Meter(db.engine)
    try:
        cursor = raw.cursor()

        def ask(questions: list[tuple[str, Any]]) -> None:
            for statement, values in questions:
                cursor.execute(statement, values)
                cursor.fetchall()

        for _round in range(ROUNDS):
            for place, questions in enumerate(asked):
                sql[place].append(meter.least(lambda questions=questions: ask(questions), ASKED))
                at = cursors[place]
                page[place].append(meter.least(lambda at=at: _get(client, listing.address(at)), ASKED))
    finally:
        raw.close()
    return Course(listing.name, pages, [median(each) for each in sql], [median(each) for each in page], queries)


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")


def sign_in(app: Flask) -> Client:
    """Let the poster of the bulk sign in as a browser does."""
    client = Client(app, app.response_class, use_cookies=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    told = {"csrf_token": found[1], "once": "bench-depth-sign-in-1", "login": POSTER, "password": PASSWORD}
    if client.post("/sign-in", data=told).status_code not in (302, 303):
        raise SystemExit("the poster could not sign in")
    return client


def courses(app: Flask, bulk: Bulk) -> Iterator[Course]:
    """Measure all lists of this application's database."""
    del bulk
    reader = find_actor_by_login(read_login(POSTER))
    assert reader is not None
    region = list_wall(VISITOR).cards[0].county
    visitor, signed_in = Client(app, app.response_class), sign_in(app)
    for listing in listings(reader, region):
        cursors, pages = cursors_of(listing)
        yield run(listing, cursors, pages, signed_in if listing.is_signed_in else visitor)
    listing, cursors = of_the_book()
    yield run(listing, cursors, 0, visitor)


if __name__ == "__main__":
    made = create_app()
    with made.app_context():
        seen = [asdict(course) for course in courses(made, Bulk(**json.load(sys.stdin)))]
    print(json.dumps(seen))
