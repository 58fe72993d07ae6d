"""The same request twenty times at once, later, after a restart, with another body, by another person: one effect."""

import json
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import psycopg
import pytest
from flask import Flask

from charity.adapters import embedded
from charity.domain.actors import Role
from charity.models import acts
from charity.services.accounts import tokens
from charity.web.kit import submit
from tests.faults.noting import note
from tests.kit import home, servers, settings
from tests.kit.client import Client
from tests.kit.databases import SQLITE, Database
from tests.safety.conftest import _opened, _worlds, opened, snapshot, world  # noqa: F401
from tests.safety.desks import Desk, Opened
from tests.safety.snapshots import path_of
from tests.safety.test_bad_input import NOT_BY_SENSE
from tests.safety.visits import filled
from tests.services import town as t

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.timeout(1800)]
TIMES = 20
SOME = 4  # forms in the default run beside those that have something of their own; all of them with --full
ALWAYS = (
    "public_concern.send",  # without an account
    "account_tokens.make",  # with a secret in the answer
    "donor_circles.accept",  # the offer is gone because of it
    "auditor_cases.make_ruling",  # there is nothing left to choose
    "volunteer_wishes.change",  # it can be edited no more
    "donor_groups.leave",  # the page is gone
)
IN_PROGRESS = frozenset({"request-in-progress", "busy"})
ON_POSTGRESQL = (
    "donor_pledges.make_claim",
    "donor_circles.accept",
    "public_concern.send",
    "admin_seconded.see_address",  # asks a second person, once
    "volunteer_today.hand_over_several",  # a key for each thing
)
# What may be done again by its nature: each copy handed out and each look is noted, a search leaves nothing, one is out
# already.
AGAIN_BY_NATURE = frozenset(
    {
        "auditor_exports.make",
        "admin_imports.left_out",
        "volunteer_consents.look",
        "volunteer_households.search",
        "account_sign_out.sign_out",
    }
)
# Kept among no answers: what shows an address in full, and in whose name this browser acts. One effect all the same.
UNKEPT = frozenset({"admin_seconded.see_address", "donor_organisations.begin_acting"})
# The first answer held what is shown only once: a later press hears a conflict that says so.
SHOWN_ONCE = frozenset({"donor_groups.make_code", "donor_organisations.make_code", "reviewer_cards.print_card"})
Answer = tuple[int, str]
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def counts(database: Database) -> dict[str, int]:
    """Count the rows of every table."""
    if database.backend == SQLITE:
        with closing(sqlite3.connect(path_of(database), timeout=10)) as connection:
            names = [name for (name,) in connection.execute(_TABLES)]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    with psycopg.connect(database.url) as connection:
        names = [name for (name,) in connection.execute(_POSTGRES_TABLES)]
        return {name: connection.execute(f"SELECT count(*) FROM public.{name}").fetchone()[0] for name in names}  # type: ignore[arg-type]


def press(app: Flask, desk: Desk, values: dict[str, Any]) -> Answer:
    """Send a form from a browser of its own with the same cookie; gives the status and where it leads."""
    client = app.test_client()
    assert isinstance(client, Client)
    client.set_cookie("circle", desk._cookie, domain="localhost")
    answer = client.post(desk.form.action, data={"csrf_token": desk._csrf, **values})
    return answer.status_code, answer.headers.get("Location", "")


def at_once(count: int, work: Callable[[], Answer]) -> list[Answer]:
    """Do the same in so many threads in one moment."""
    gate, answers, broken = threading.Barrier(count), list[Answer](), list[BaseException]()

    def run() -> None:
        gate.wait()
        try:
            answers.append(work())
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    return answers


def test_every_form_has_one_effect(app: Flask, database: Database, full: bool, opened: Opened) -> None:  # noqa: F811
    problems: list[str] = []
    chosen = [name for name in opened.desks if name not in NOT_BY_SENSE | AGAIN_BY_NATURE]
    if not full:
        chosen = [*chosen[:: len(chosen) // SOME], *ALWAYS] if database.backend == SQLITE else list(ON_POSTGRESQL)
    for endpoint in chosen:
        problems += [f"{endpoint}: {problem}" for problem in pressed_often(opened, app, database, endpoint)]
    note("repeats", backend=database.backend, forms=len(chosen), times=TIMES, problems=problems)
    assert not problems, "\n".join(problems)


def pressed_often(opened: Opened, app: Flask, database: Database, endpoint: str) -> list[str]:  # noqa: F811
    """Press one form's button in every way, and list where it did more than once."""
    desk, problems = opened.desks[endpoint], list[str]()
    values = filled(desk.form) | {"once": secrets.token_urlsafe(16)}
    opened.kept.restore()
    once = press(app, desk, values)
    wanted = counts(database)
    if once[0] >= 400:
        return [f"answers {once[0]}"]
    opened.kept.restore()
    answers = Counter(at_once(TIMES, lambda: press(app, desk, values)))
    done = [answer for answer in answers if answer[0] < 400]
    if len(done) != 1:
        problems.append(f"different answers: {dict(answers)}")
    if not {status for status, _place in answers} <= {once[0], 409, 503}:
        problems.append(f"odd answers: {dict(answers)}")
    wanted_later = [(409, "")] if endpoint in SHOWN_ONCE else done
    if (later := press(app, desk, values)) not in wanted_later:
        problems.append(f"later {later}, first {done}")
    if counts(database) != wanted:
        problems.append(f"{TIMES} at once: {difference(wanted, counts(database))}")
    wanted_of_another = done[0][0] if endpoint in UNKEPT and done else 422
    if (other := press(app, desk, values | {"another": "body"}))[0] != wanted_of_another:
        problems.append(f"another body: {other}")
    if counts(database) != wanted:
        problems.append(f"in the end: {difference(wanted, counts(database))}")
    opened.kept.restore()
    return problems


def difference(wanted: dict[str, int], found: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Name the tables with other numbers of rows."""
    return {name: (wanted[name], found[name]) for name in wanted if wanted[name] != found[name]}


@pytest.mark.backends(SQLITE)
def test_control_without_the_keys_a_form_acts_again(
    opened: Opened,  # noqa: F811
    app: Flask,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same judge over acts that look at no key: it finds what was done twice."""
    monkeypatch.setattr(acts, "_look_back", lambda *_: None)
    monkeypatch.setattr(acts, "_remember", lambda *_: None)
    found = pressed_often(opened, app, database, "volunteer_records.add_fact")
    assert any("at once" in problem or "in the end" in problem for problem in found), found


@pytest.mark.backends(SQLITE)
def test_control_a_page_that_looks_at_its_thing_first_says_otherwise(
    opened: Opened,  # noqa: F811
    app: Flask,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same judge over pages that do not ask what they answered before."""
    monkeypatch.setattr(submit, "find_first_answer", lambda _viewer: None)
    for endpoint in ("donor_circles.accept", "auditor_cases.make_ruling"):
        found = pressed_often(opened, app, database, endpoint)
        assert any(problem.startswith("later") for problem in found), (endpoint, found)


STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("donor", "plan", {"method": "shop"}),
    ("donor", "extend", {}),
    ("donor", "send", {"courier": "post", "tracking": "1234567890123"}),
    ("keeper", "receive", {}),
    ("keeper", "hand-over", {}),
    ("reviewer", "confirm", {"basis": "call-back"}),
)


def ask(port: int, token: str, path: str, body: dict[str, Any], key: str) -> Answer:
    """Post to the API; gives the status and the body as sorted text."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("POST", path, json.dumps(body), headers)
        answer = line.getresponse()
        return answer.status, json.dumps(json.loads(answer.read()), sort_keys=True, ensure_ascii=False)


def test_every_act_of_a_pledge_over_http(
    app: Flask, database: Database, redis_server: embedded.Embedded, worker: str
) -> None:
    town, donor = t.found_town(), t.person()
    stranger = t.person((Role.VOLUNTEER, t.OTHER_TOWNSHIP))
    who = {"donor": donor, "keeper": town.volunteer, "reviewer": town.reviewer, "stranger": stranger}
    known = {name: tokens.make_token(actor, name="repeats") for name, actor in who.items()}
    wish = t.wish(town, wanted=9)
    environ = settings.environ(database.url, redis_url=redis_server.url, worker=worker)
    server = servers.start(environ, home.here() / f"repeats-{worker}.log")
    asked: list[tuple[str, str, dict[str, Any], str, Answer]] = []
    try:
        path, body = f"/api/v1/wishes/{wish}/pledges", {"units": 1}
        asked.append((known["donor"], path, body, *asked_often(server.port, known["donor"], path, body, 201)))
        ref = json.loads(asked[0][4][1])["id"]
        for name, act, said in STEPS:
            path = f"/api/v1/pledges/{ref}/{act}"
            asked.append((known[name], path, said, *asked_often(server.port, known[name], path, said, 200)))
        for _token, path, said, key, first in asked:  # a person's key is nobody else's: it never gives his answer away
            other = ask(server.port, known["stranger"], path, said, key)
            assert other != first, path
            assert other[0] in ((201,) if path.endswith("pledges") else (401, 403, 404, 409)), (path, other)
        server.stop()
        server = servers.start(environ, home.here() / f"repeats-{worker}.log")
        for token, path, said, key, first in asked:
            assert ask(server.port, token, path, said, key) == first, f"{path} after a restart"
    finally:
        server.stop()
    assert t.wish_row(wish).committed == 2, "the donor's unit and the stranger's"
    assert t.account_row(donor).confirmed_pledges == 1


def asked_often(port: int, token: str, path: str, body: dict[str, Any], status: int) -> tuple[str, Answer]:
    """Ask the same twenty times at once, later, and with another body; gives the key and the one answer."""
    key = secrets.token_hex(12)
    answers = at_once(TIMES, lambda: ask(port, token, path, body, key))
    done = {answer for answer in answers if answer[0] == status}
    assert len(done) == 1, (path, Counter(answers))
    refused = [json.loads(text)["code"] for code, text in answers if code != status]
    assert set(refused) <= IN_PROGRESS, (path, Counter(refused))
    [first] = done
    assert ask(port, token, path, body, key) == first, f"{path} later"
    assert ask(port, token, path, body | {"reason": "another"}, key)[0] == 422, f"{path} with another body"
    return key, first
