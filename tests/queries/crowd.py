"""A crowd of pledges in random states over two counties, for tests that compare a list with a plain filter."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import transaction
from charity.domain.clocks import CLOCKS
from charity.domain.kinds import Kind, PledgeState
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.wishes import Wish
from tests.services import town as t

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PLACES = ("990101001001", "990101001002", "990101002001", "990102001001", "990102002001")
WAYS = ("card", "sms", "slip", "call-back", "ruling")


def add_point(region: str) -> tuple[int, str]:
    """Add a service point."""
    ref = new_ref()
    sealed = {
        f"{name}_sealed": seal(f"{name} {region}", place=f"service_points.{name}:{ref}")
        for name in ("name", "recipient", "address", "phone")
    }
    with transaction() as tx:
        number = tx.session.execute(
            insert(ServicePoint)
            .values(ref=ref, region_code=region, kind="township", created_at=NOW, **sealed)
            .returning(ServicePoint.id)
        ).scalar_one()
    return number, ref


def gather(count: int, seed: int) -> list[dict[str, Any]]:
    """Put so many pledges into the database, and give them as plain dictionaries."""
    chance = random.Random(seed)
    poster, donors = t.person(), [t.person() for _ in range(5)]
    points = {place[:9]: add_point(place[:9]) for place in PLACES}
    made = [_one(chance, poster, chance.choice(donors), points) for _ in range(count)]
    with transaction() as tx:
        for each in made:
            each["wish"]["poster_id"] = poster.account_id
            wish_id = tx.session.execute(insert(Wish).values(**each["wish"]).returning(Wish.id)).scalar_one()
            tx.session.execute(insert(Pledge).values(**each["pledge"], wish_id=wish_id))
    return [each["pledge"] | {"donor": each["donor"], "point": each["point"]} for each in made]


def _one(chance: random.Random, poster: t.Actor, donor: t.Actor, points: dict[str, tuple[int, str]]) -> dict[str, Any]:
    kind, state = chance.choice(list(Kind)), chance.choice(list(PledgeState))
    place, units, unit_fen = chance.choice(PLACES), chance.randint(1, 5), chance.choice((20_00, 50_00, 120_00))
    clocks = [line.name.value for line in CLOCKS if line.state is state and kind in line.kinds]
    clock = chance.choice(clocks) if clocks else None
    claimed_at = NOW - timedelta(hours=chance.randint(0, 24 * 60))
    due = NOW + timedelta(hours=chance.randint(-200, 200)) if clock else None
    has_point = chance.random() < 0.6
    confirmed = state is PledgeState.CONFIRMED
    wish = {
        "ref": new_ref(), "kind": kind.value, "beneficiary_kind": "site", "beneficiary": "s0", "region_code": place,
        "province": place[:2], "city": place[:4], "county": place[:6], "title": f"Thing {chance.randint(0, 99)}",
        "reason_code": "daily-life", "category": "books", "unit_label": "piece", "unit_fen": unit_fen, "wanted": 9,
        "state": "approved", "created_at": claimed_at,
    }  # fmt: skip
    pledge = {
        "ref": new_ref(), "account_id": donor.account_id, "kind": kind.value, "beneficiary": "s0",
        "region_code": place, "units": units, "amount_fen": units * unit_fen, "year": 2026, "display": "nickname",
        "state": state.value, "clock": clock, "clock_started_at": claimed_at if clock else None, "act_by": due,
        "is_overdue": due is not None and due < NOW and chance.random() < 0.5,
        "point_id": points[place[:9]][0] if has_point else None, "claimed_at": claimed_at,
        "confirmed_at": NOW if confirmed else None, "confirmed_by": chance.choice(WAYS) if confirmed else "",
    }  # fmt: skip
    return {"wish": wish, "pledge": pledge, "donor": donor.ref, "point": points[place[:9]][1] if has_point else ""}
