"""Clocks that are wrong: three days behind, 400 days ahead, set back an hour while people give, and a leap day."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.faults import judge
from tests.faults.noting import note
from tests.faults.site import Site, a_site
from tests.faults.traffic import Caller, Journal, giving, live_one

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
DAY = 86_400.0
NEAR = timedelta(minutes=2)
SIGNED_OUT = frozenset({302, 303, 401})


class Watch:
    """The clock of every process of a site, which the test turns."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.offset = 0.0
        self.turn(0)

    def turn(self, seconds: float) -> None:
        """Set the clock so far from the true one."""
        self.offset = seconds
        self._file.write_text(str(seconds))

    def turn_to(self, moment: datetime) -> None:
        """Set the clock to a moment."""
        self.turn((moment - datetime.now(UTC)).total_seconds())

    def now(self) -> datetime:
        """Say what the site's clock shows."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)


@contextmanager
def a_shifted_site(folder: Path, backend: str, **more: str) -> Iterator[tuple[Site, Watch]]:
    """Open a site whose clock can be turned; PostgreSQL keeps the true one."""
    watch = Watch(folder / "clock")
    with a_site(folder, backend, SPOIL_CLOCK=str(folder / "clock"), **more) as site:
        yield site, watch


def stamps(site: Site, ref: str) -> dict[str, Any]:
    """Read every moment that the claim of a pledge wrote down."""
    engine = site.engine()
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT p.claimed_at, s.taken_at, e.body, e.id AS entry, l.number FROM pledges p"
                " JOIN pledge_steps s ON s.pledge_id = p.id AND s.act = 'claim'"
                " JOIN entries e ON e.id = s.entry_id LEFT JOIN leaves l ON l.entry_id = e.id WHERE p.ref = :ref"
            ),
            {"ref": ref},
        ).one()
    engine.dispose()
    body = json.loads(bytes(row.body))
    return {"claimed": moment(row.claimed_at), "step": moment(row.taken_at), "entry": body, "leaf": row.number}


def moment(value: object) -> datetime:
    """Read a moment as either database gives it."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def problems_of_claim(site: Site, ref: str, believed: datetime) -> list[str]:
    """List where a claim's moments are not one and the same, or not by the clock that must be believed."""
    found = stamps(site, ref)
    wrote = {found["claimed"], found["step"], moment(found["entry"]["at"])}
    problems = [] if max(wrote) - min(wrote) < timedelta(seconds=1) else [f"several moments: {wrote}"]
    if abs(found["claimed"] - believed) > NEAR:
        problems.append(f"at {found['claimed']}, not at {believed}")
    until = moment(found["entry"]["facts"]["until"]) if "facts" in found["entry"] else None
    if until is not None and until <= found["claimed"]:
        problems.append(f"a deadline in the past: {until}")
    return problems


def sees_account(caller: Caller, cookies: str) -> bool:
    """Say whether a browser is signed in."""
    status, _cookies, _page = caller.browse("GET", "/account", cookies=cookies)
    assert status == 200 or status in SIGNED_OUT, status
    return status == 200


def sign_in(site: Site, caller: Caller) -> str:
    """Sign in and give the browser's cookies."""
    status, cookies = caller.sign_in_as(site.people["login"], site.people["password"])
    assert status in (302, 303), status
    return cookies


TURNS = {
    "true": 0.0,
    "three days behind": -3 * DAY,
    "400 days ahead": 400 * DAY,
    "an hour behind": -3600.0,
    "again": 0.0,
}


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def test_wrong_clocks_mix_nothing_up(backend: str, folder: Path) -> None:
    journal = Journal()
    with a_shifted_site(folder, backend) as (site, watch):
        caller = Caller(site, journal)
        began = sign_in(site, caller)
        problems: list[str] = []
        order: list[str] = []
        for name, seconds in TURNS.items():
            watch.turn(seconds)
            believed = datetime.now(UTC) if backend == "postgres" else watch.now()
            ref = live_one(site, caller, site.people["donors"][0])
            order.append(ref)
            problems += [f"{name}: {problem}" for problem in problems_of_claim(site, ref, believed)]
            assert caller.ask("GET", "/wishes")[0] == 200
        with giving(site, journal, people=2, pause=0.05):  # set back while they give
            time.sleep(0.7)
            watch.turn(-3600.0)
            time.sleep(0.7)
            assert sees_account(caller, began), "signed out by a clock set back"
            watch.turn(0)
        assert not problems, problems
        assert judge.sealed(site)
        leaves = [stamps(site, ref)["leaf"] for ref in order]
        assert leaves == sorted(leaves), "the book follows its own numbers, whatever the clocks said"
        judge.clean(site, journal)
        assert eternal_session(site, watch, caller) is (backend == "postgres")
        assert sees_account(caller, sign_in(site, caller))
        caller.close()
    note("clocks", backend=backend, turns=list(TURNS), acts=sum(journal.answers.values()))


def eternal_session(site: Site, watch: Watch, caller: Caller) -> bool:
    """Sign in by a clock 400 days ahead, set it right, and say whether that session still runs.

    On PostgreSQL it may: the database's clock stamped it, so it is an ordinary one.
    """
    watch.turn(400 * DAY)
    future = sign_in(site, caller)
    assert sees_account(caller, future)
    watch.turn(0)
    return sees_account(caller, future)


def a_leap_day(site: Site, watch: Watch, caller: Caller) -> None:
    """Everything a pledge goes through on 29 February, and the board of that month a day later."""
    watch.turn_to(datetime(2028, 2, 29, 4, 0, tzinfo=UTC))
    for _ in range(3):  # a second gift to the same wish has no line of its own
        assert live_one(site, caller, site.people["donors"][-1])
    for path in ("/", "/wishes", "/boards", "/figures", "/book"):
        assert caller.ask("GET", path)[0] == 200, path
    watch.turn_to(datetime(2028, 3, 1, 4, 0, tzinfo=UTC))
    until = time.monotonic() + 30
    while not (found := caller.ask("GET", "/api/v1/boards/wishes?period=2028-02")[1]).get("rows"):
        assert time.monotonic() < until, found
        time.sleep(0.2)
    assert 1 <= sum(row["value"] for row in found["rows"]) <= 3
    assert not caller.journal.odd, caller.journal.odd
    judge.clean(site, caller.journal)


@pytest.mark.full
def test_a_leap_day(folder: Path) -> None:
    """PostgreSQL keeps the true time, and no test may set that: SQLite only."""
    with a_shifted_site(folder, "sqlite") as (site, watch):
        caller = Caller(site, Journal())
        a_leap_day(site, watch, caller)
        caller.close()


@pytest.mark.full
@pytest.mark.parametrize(("backend", "spoil"), [("postgres", "own-clock"), ("sqlite", "trusting-sessions")])
def test_control_a_spoiled_rule_is_seen(folder: Path, backend: str, spoil: str) -> None:
    """Deadlines by a web server's own clock; sessions believed however far in the future they were used."""
    with a_shifted_site(folder, backend, SPOIL=spoil) as (site, watch):
        caller = Caller(site, Journal())
        watch.turn(400 * DAY)
        ref = live_one(site, caller, site.people["donors"][0], steps=0)
        if spoil == "own-clock":
            assert problems_of_claim(site, ref, datetime.now(UTC))
        else:
            assert eternal_session(site, watch, caller)
        caller.close()
