"""Names, numbers and places planted in the register are found nowhere but with those they were told to."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import structlog
from flask import Flask
from redis import Redis
from sqlalchemy import text

from charity.adapters import clock
from charity.adapters.db import db, transaction
from charity.adapters.logs import configure_logging
from charity.adapters.mail import mailer
from charity.adapters.sms import texter
from charity.jobs import boards, clocks, outbox, sequencing
from charity.web.public import wishes as wish_pages
from tests.kit.charities import BANK_NAME
from tests.kit.databases import SQLITE, Database, bytes_of
from tests.kit.village import VILLAGE
from tests.safety import kinds
from tests.safety import world as w
from tests.safety.crawl import Seen, crawl, leaks
from tests.safety.organisations import DOCUMENT
from tests.safety.visits import Visitor
from tests.safety.world import World

pytestmark = pytest.mark.timeout(240)
# Days after which the clocks are asked: reminders, lapses, call-backs, rulings, stale wishes.
LATER = (2, 4, 16, 40, 100)
FILES = (*w.OF_FILES, w.NUMBER, w.CHILD_NUMBER, *w.BIRTHDAYS)
# The public list of divisions stands in the database by name.
DIVISIONS = (w.VILLAGE_NAME, w.TOWNSHIP_NAME)


@pytest.fixture
def lived(world: World, app: Flask, redis_client: Redis) -> World:
    """Let time pass: every clock runs out, the book is sealed, boards are carried, messages leave."""
    for sender in (mailer(app.extensions["settings"]), texter(app.extensions["settings"])):
        sender.clear()  # type: ignore[attr-defined]
    start = clock.now()
    for days in LATER:
        clocks.apply_due(now=start + timedelta(days=days))
    while sequencing.seal_waiting():
        pass
    sequencing.sign_growth()
    while boards.carry():
        pass
    boards.publish_digest()
    while outbox.carry():
        pass
    return world


def is_any(endpoint: str) -> bool:
    return endpoint not in {"static", "observe.figures"}


def is_public(app: Flask) -> Any:
    doors = app.extensions["doors"]
    return lambda endpoint: doors.of(endpoint).is_open and endpoint not in {"static", "observe.figures"}


def of_everybody(app: Flask) -> Any:
    doors = app.extensions["doors"]
    return lambda endpoint: not doors.of(endpoint).roles and endpoint not in {"static", "observe.figures"}


def test_no_public_page_names_anybody_nor_redis_after_it(
    lived: World, app: Flask, monkeypatch: pytest.MonkeyPatch, redis_client: Redis
) -> None:
    drawn: list[Seen] = []

    def draw(**words: object) -> bytes:
        drawn.append(Seen("a share picture", repr(words).encode()))
        return b"\x89PNG"

    monkeypatch.setattr(wish_pages, "draw", draw)
    found = list(crawl(app, lived, Visitor(app), known=is_public(app)))
    # what a donor would give is his own affair; who is in a group, its members'
    private = tuple(lived.refs[key] for key in ("intention", "pool_offer", "group_member", "young_member"))
    assert not leaks([*found, *drawn], (*w.SECRETS, *private))
    assert drawn
    assert len({each.where for each in found}) > 60
    book = [each for each in found if each.where.startswith("/book/")]
    assert len(book) >= 40, "every record of the book was read"
    kept = copies(redis_client)
    assert kept
    assert not leaks(kept, w.SECRETS)


@pytest.mark.full_on("postgres")
def test_strangers_learn_nothing(lived: World, app: Flask) -> None:
    found = list(crawl(app, lived, Visitor(app, lived.stranger), known=of_everybody(app)))
    assert not leaks(found, [secret for secret in w.SECRETS if secret != w.SAID])


@pytest.mark.full_on("postgres")
def test_a_giver_learns_where_to_post_and_no_more(lived: World, app: Flask) -> None:
    found = list(crawl(app, lived, Visitor(app, lived.donor), known=of_everybody(app)))
    # the letter is his own; the bank and the papers of refunds are of the organisation he speaks for
    own = (w.MAIL, w.TRACKING, w.LETTER, BANK_NAME, DOCUMENT)
    bought = (kinds.BUYER_NAME, kinds.BUYER_PHONE, kinds.BUYER_ADDRESS, kinds.REAL_NAME)  # as he told it himself
    told = (*own, *bought, *w.OF_POINT, w.TOWNSHIP_NAME, w.SAID, w.EXPLAINED)
    assert not leaks(found, [secret for secret in w.SECRETS if secret not in told])


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize("who", ["volunteer", "keeper", "reviewer", "administrator", "auditor"])
def test_staff_reads_no_file_that_is_not_open(world: World, app: Flask, who: str) -> None:
    found = list(crawl(app, world, Visitor(app, world.actors[who]), known=is_any, follow=False))
    witnessed = {w.WITNESS}  # a slip is checked by whoever confirms or audits
    assert not leaks(found, [*(set(FILES) - witnessed), w.MAIL, w.OTHER_MAIL, w.GIVER_PHONE])


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize("who", ["far_volunteer", "far_reviewer", "far_administrator", "far_auditor"])
def test_staff_of_another_region_learns_nothing(world: World, app: Flask, who: str) -> None:
    found = list(crawl(app, world, Visitor(app, world.actors[who]), known=is_any, follow=False))
    assert not leaks(found, w.SECRETS)


@pytest.mark.backends("sqlite")
def test_an_open_file_does_tell(world: World, app: Flask) -> None:
    """The control of the tests above: whoever opened the file for a purpose reads it, with the same crawl."""
    found = list(crawl(app, world, Visitor(app, world.second), known=is_any, follow=False))
    assert {w.HEAD, w.CHILD, w.ADDRESS} <= {each.split(" in ")[0] for each in leaks(found, FILES)}


def letters(app: Flask) -> list[Seen]:
    """Give all messages that left, without the address they went to."""
    settings = app.extensions["settings"]
    sent: list[Any] = [*mailer(settings).sent, *texter(settings).sent]  # type: ignore[attr-defined]
    return [Seen(f"a message to {each.to}", f"{each.subject}\n{each.body}".encode()) for each in sent]


def test_messages_name_nobody(lived: World, app: Flask) -> None:
    found = letters(app)
    assert len(found) > 10
    assert any(w.RELATIVE in each.where for each in found), "the relative was sent a code"
    assert not leaks(found, w.SECRETS)
    own = {w.MAIL, w.GIVER_PHONE, w.RELATIVE}
    strangers = [
        each.where for each in found if not any(o in each.where for o in own) and "@example.org" not in each.where
    ]
    assert not strangers


@contextmanager
def log_lines() -> Iterator[io.StringIO]:
    """Collect all lines of the logs as operators keep them."""
    lines = io.StringIO()
    configure_logging(json=True, stream=lines)
    try:
        yield lines
    finally:
        configure_logging(json=False, stream=sys.stderr)


def test_logs_name_nobody(world: World, app: Flask, database: Database, request: pytest.FixtureRequest) -> None:
    with log_lines() as lines:
        if database.backend == SQLITE or request.config.getoption("--full"):  # pages log the same over either
            for _ in crawl(app, world, Visitor(app, world.second), known=is_any, follow=False):
                pass
        visitor = Visitor(app, world.volunteer)
        again = {"category": "low-income", "head_name": w.HEAD, "address": w.ADDRESS, "phone": w.PHONE}
        visitor.send("POST", f"/households/new?region={VILLAGE}", again)
        visitor.send("POST", "/households", {"q": w.HEAD})
        Visitor(app).send("POST", "/sign-in", {"login": w.MAIL, "password": "not this one"})
        clocks.apply_due(now=clock.now() + timedelta(days=16))
        while outbox.carry():
            pass
        _break_a_rule_of_the_database()
    told = lines.getvalue()
    assert "database refused" in told
    assert not leaks([Seen("the logs", told.encode())], [s for s in w.SECRETS if s not in w.BIRTHDAYS])


def _break_a_rule_of_the_database() -> None:
    """Let the database refuse a row with a name in it, and log its refusal with the whole trace."""
    log = structlog.get_logger()
    twice = text("INSERT INTO regions (code, parent, level, name) VALUES (:code, '', 5, :name)")
    try:
        with transaction() as tx:
            tx.session.execute(twice, {"code": VILLAGE, "name": w.HEAD})
    except Exception:
        log.exception("database refused")


def copies(client: Redis) -> list[Seen]:
    """Give every key of Redis with what it holds."""
    readers: dict[str, Any] = {
        "string": client.get,
        "hash": client.hgetall,
        "set": client.smembers,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda key: client.xrange(key),
    }
    return [Seen(key, f"{key} {readers[client.type(key)](key)}".encode()) for key in client.scan_iter()]


def raw(database: Database) -> Seen:
    """Give all that lies in the database, as whoever steals it would read it."""
    if database.backend == SQLITE:
        return Seen("the database file", bytes_of(database.url))
    with psycopg.connect(database.url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [connection.execute(f"SELECT t::text FROM public.{name} t").fetchall() for (name,) in names]  # type: ignore[arg-type]
    return Seen("the database", repr(rows).encode())


def test_sealed_columns_hold_no_plain_text(lived: World, database: Database) -> None:
    db.session.remove()
    told = raw(database)
    looked_for = [secret for secret in w.SECRETS if secret not in DIVISIONS]
    hexed = [secret.encode().hex() for secret in looked_for]
    assert not leaks([told], [*looked_for, *hexed])


def test_a_planted_leak_is_found(lived: World, app: Flask, database: Database, redis_client: Redis) -> None:
    """The control: a name in a title, a key, a message, a log line and a column is found by the same searches."""
    with transaction() as tx:
        named = {"name": w.CHILD, "ref": lived.refs["wish"]}
        tx.session.execute(text("UPDATE wishes SET title = :name WHERE ref = :ref"), named)
    redis_client.set("greeting", w.HEAD)
    mailer(app.extensions["settings"]).send("a@example.org", "", w.PHONE)
    with log_lines() as lines:
        structlog.get_logger().info("planted", name=w.HEAD)
    assert any(each.names([w.CHILD]) for each in crawl(app, lived, Visitor(app), known=is_public(app)))
    assert leaks(copies(redis_client), [w.HEAD])
    assert leaks(letters(app), [w.PHONE])
    assert leaks([Seen("logs", lines.getvalue().encode())], [w.HEAD])
    assert leaks([raw(database)], [w.CHILD])
