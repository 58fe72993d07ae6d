"""What a bar of the nightly matching is worth, shown by taking it away; and offers of 72 hours in a pause."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.jobs.matching import carry_out, compute, keep, turn
from charity.models.accounts import Account
from charity.models.circles import SeatOffer
from charity.models.households import Household
from charity.models.matching import MatchRun
from charity.queries.matching import night
from charity.services import interests, pauses
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
SEED = 7
NIGHT = datetime.fromisoformat("2026-04-20T19:30:00+00:00")  # 03:30 in Shanghai


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def willing(*donors: Actor, seats: int = 1) -> None:
    for donor in donors:
        interests.state(donor, kinds=["quilt"], seats=seats)


def matched() -> set[int]:
    """Give the accounts that a run would invite now."""
    found = compute(SEED)
    return {int(found.night.donors.id[donor]) for donor in found.assignment.donor}


def invited() -> list[int]:
    """Run, and give the accounts that were invited."""
    ref = keep(compute(SEED))
    assert ref is not None
    carry_out(ref)
    end_reading()
    return list(reading().scalars(select(SeatOffer.account_id).order_by(SeatOffer.id)))


def kin(at: Ground, donor: Actor) -> None:
    """Let a donor share the phone of the family."""
    with transaction() as tx:
        digest = tx.session.get_one(Account, donor.account_id).email_digest
        tx.session.get_one(Household, at.village.family.id).phone_digest = digest


def snow(at: Ground, first: date, last: date) -> None:
    pauses.add_pause(at.village.administrator, region=v.COUNTY, starts_on=first, ends_on=last, reason="disaster")


def nobody(*_args: object) -> set[tuple[int, int]]:
    return set()


def test_ones_own_household_is_barred(at: Ground) -> None:
    r.formed(at)
    willing(*at.donors[:2])
    kin(at, at.donors[0])
    assert matched() == {at.donors[1].account_id}


def test_negative_control_without_that_bar_the_run_gives_him_his_own(
    at: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    r.formed(at)
    willing(at.donors[0])
    kin(at, at.donors[0])
    assert matched() == set()
    monkeypatch.setattr(night, "_of_own_house", nobody)
    assert matched() == {at.donors[0].account_id}  # the test above would fail
    assert invited() == []  # and the offer asks again, under the locks


def test_negative_control_without_his_capacity_a_run_asks_too_much_of_a_donor(
    at: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in (at.village.family, r.another(at), r.another(at)):
        r.formed(at, family=home)
    willing(at.donors[0])
    assert len(compute(SEED).assignment.donor) == 1

    def boundless(*, wanted: int, held: int) -> int:
        del wanted, held
        return 9

    monkeypatch.setattr(night, "free_places", boundless)
    assert len(compute(SEED).assignment.donor) == 3
    assert invited() == [at.donors[0].account_id]  # each offer counts his places again


def test_negative_control_without_the_seats_it_has_a_circle_would_be_overfull(
    at: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = r.formed(at)
    willing(*at.donors)
    assert len(matched()) == 3
    read = night.read_night

    def roomy(*args: object) -> object:
        found = read(*args)  # type: ignore[arg-type]
        return type(found)(**{name: getattr(found, name) for name in found.__slots__} | {"slots": found.slots + 6})

    monkeypatch.setattr("charity.jobs.matching.read_night", roomy)
    assert len(matched()) == 6
    assert len(invited()) == 3  # the circle's row has the last word
    assert r.states(ref) == ["offered"] * 3
    assert r.agrees() == 1


def test_an_invitation_stands_still_while_its_region_pauses(at: Ground, travel: Travel) -> None:
    ref = r.formed(at)
    willing(at.donors[0])
    assert invited() == [at.donors[0].account_id]
    assert r.offers_to(at.donors[0])[0].act_by == r.APRIL + timedelta(hours=72)
    snow(at, date(2026, 4, 21), date(2026, 4, 22))
    assert r.offers_to(at.donors[0])[0].act_by == r.APRIL + timedelta(hours=72 + 48)
    travel(r.APRIL + timedelta(hours=73))
    r.turn()
    assert len(r.offers_to(at.donors[0])) == 1
    travel(r.APRIL + timedelta(hours=72 + 48))
    r.turn()
    assert r.offers_to(at.donors[0]) == []
    assert r.states(ref) == ["open"] * 3


def test_an_invitation_made_in_a_pause_begins_to_run_after_it(at: Ground) -> None:
    r.formed(at)
    snow(at, date(2026, 4, 20), date(2026, 4, 21))
    willing(at.donors[0])
    assert invited() == [at.donors[0].account_id]
    (offer,) = r.offers_to(at.donors[0])
    assert offer.act_by == datetime.fromisoformat("2026-04-25T00:00:00+00:00")  # not at midnight: at 08:00 there


def test_a_night_with_nobody_to_invite_is_no_run_and_begins_when_somebody_asks(at: Ground, travel: Travel) -> None:
    travel(NIGHT)
    r.formed(at)
    turn()
    end_reading()
    assert reading().scalars(select(MatchRun.ref)).all() == []
    willing(at.donors[0])
    turn()
    end_reading()
    assert len(reading().scalars(select(MatchRun.ref)).all()) == 1
    assert len(r.offers_to(at.donors[0])) == 1
