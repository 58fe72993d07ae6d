"""Filling a database with a bulk of rows that hold: constraints, counters, and a book that verifies."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from bench.bulk import book, rows
from bench.bulk.plan import Plan, Sizes
from bench.bulk.tongues import Tongue, speaking
from bench.site import Site, told_by
from charity import ledger
from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.logins import read_login
from charity.adapters.passwords import hash_password
from charity.adapters.signing import log_signer
from charity.domain.actors import SYSTEM, Role
from charity.ledger import count_leaves
from charity.models.wishes import Wish
from charity.queries.accounts import find_actor_by_login
from charity.services import accounts

TABLES = [
    *("accounts", "role_grants", "sites", "households", "consents", "wishes", "pledges", "pledge_steps"),
    *("given_years", "household_sides", "board_lines", "notices", "entries", "leaves", "tree_nodes"),
]
POSTER, REVIEWER, PASSWORD = "bulk-poster@example.org", "bulk-reviewer@example.org", "bulk-only-words"
MOST_REFS = 20_000


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was made: where wishes and donors begin, how many there are, and who has long lists."""

    first_wish: int
    given: int
    wishes: int
    first_donor: int
    donors: int
    poster: int
    pledges: int
    entries: int
    seconds: float
    refs: list[str]  # of some wishes of things, evenly drawn, with units left

    def told(self) -> dict[str, Any]:
        """Give it as it travels between processes."""
        return asdict(self)


def fill(running: Site, pledges: int, donors: int) -> Bulk:
    """Fill a site's database, in a process of its own whose environment is the site's."""
    return Bulk(**told_by(running, "bench.bulk", str(pledges), str(donors)))


def make(pledges: int, donors: int) -> Bulk:
    """Fill this application's database; nobody else may write meanwhile."""
    began = time.monotonic()
    poster, reviewer = _hire(POSTER, Role.VOLUNTEER), _hire(REVIEWER, Role.REVIEWER)
    while _sequence():
        pass
    end_reading()
    with speaking(db.engine) as tongue:
        places = rows.set_scene(tongue)
        if not places:
            raise SystemExit("no township to put wishes in: load the regions first")
        plan = _plan(tongue, Sizes(pledges, donors), places, poster, reviewer)
        with tongue.loading(TABLES):
            entries = _write(plan)
    with transaction() as tx:
        ledger.sign_head(tx, log_signer())
    sizes = plan.sizes
    return Bulk(
        first_wish=plan.wish,
        given=sizes.given,
        wishes=sizes.wishes,
        first_donor=plan.donor,
        donors=max(sizes.donors, sizes.given),
        poster=plan.poster,
        pledges=sizes.given * 10,
        entries=entries,
        seconds=round(time.monotonic() - began, 1),
        refs=_refs(plan.wish, sizes.given),
    )


def _hire(login: str, role: Role) -> int:
    """Let somebody work in the invented province, by the operator's own door."""
    accounts.create(SYSTEM, login=login, password=None, hashed=hash_password(PASSWORD), role=role, region="99")
    found = find_actor_by_login(read_login(login))
    assert found is not None
    return found.account_id


def _sequence() -> int:
    with transaction() as tx:
        return ledger.sequence(tx)


def _refs(first: int, given: int) -> list[str]:
    """Draw the references of wishes, from the first to the last."""
    drawn = range(first, first + given, max(1, given // MOST_REFS))
    among = select(Wish.ref).where(
        Wish.id >= first, Wish.id < first + given, Wish.id % drawn.step == first % drawn.step
    )
    found = list(reading().scalars(among.order_by(Wish.id)))
    end_reading()
    return found


def _write(plan: Plan) -> int:
    rows.write_people(plan)
    with db.engine.connect() as connection:
        rows.write_homes(plan, connection)
    rows.write_wishes(plan)
    rows.write_pledges(plan)
    rows.write_notices(plan)
    return book.write_book(plan)


def _plan(tongue: Tongue, sizes: Sizes, places: int, poster: int, reviewer: int) -> Plan:
    def after(table: str) -> int:
        return int(tongue.find(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]) + 1

    leaf = count_leaves(reading())
    end_reading()
    return Plan(
        sizes=sizes,
        tongue=tongue,
        now=int(time.time()),
        account=after("accounts"),
        site=after("sites"),
        household=after("households"),
        wish=after("wishes"),
        pledge=after("pledges"),
        entry=after("entries"),
        step=after("pledge_steps"),
        leaf=leaf,
        places=places,
        poster=poster,
        reviewer=reviewer,
    )
