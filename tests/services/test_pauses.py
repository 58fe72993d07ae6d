"""The pause calendar moves every running clock of its region, and taking a pause back moves them back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.errors import Conflict, Invalid, Missing, Refused
from charity.models.cases import Case
from charity.models.circles import SeatOffer
from charity.models.pauses import Pause
from charity.models.pledges import CodeCheck
from charity.models.wishes import Wish
from charity.services.circles import seats
from charity.services.pauses import add_pause, revoke_pause
from charity.services.pledges.acknowledge import acknowledge
from charity.services.pledges.cases import dispute
from charity.services.wishes.ground import start_clock, start_renewal
from tests.kit import ring, village
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, Town

Travel = Callable[[datetime], None]
FIRST, LAST = date(2026, 3, 3), date(2026, 3, 5)
PAUSED = timedelta(days=3)


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    with transaction() as tx:
        village.add_regions(tx)
    return t.found_town()


@pytest.fixture
def office(town: Town) -> Actor:
    return t.person((Role.ADMINISTRATOR, COUNTY))


def act_by(ref: str) -> datetime:
    found = t.pledge_row(ref).act_by
    assert found is not None
    return found


def test_a_pause_moves_running_clocks_and_revoking_moves_them_back(town: Town, office: Actor) -> None:
    held, planned = brought_to(town, "held")[0], brought_to(town, "planned")[0]
    sent = brought_to(town, "sent")[0]
    before = {ref: act_by(ref) for ref in (held, planned, sent)}
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    assert done.moved == 3
    assert {ref: act_by(ref) for ref in before} == {ref: due + PAUSED for ref, due in before.items()}
    assert revoke_pause(office, done.id).moved == 3
    assert {ref: act_by(ref) for ref in before} == before


def test_a_township_pauses_alone(town: Town) -> None:
    office, ref = t.person((Role.ADMINISTRATOR, COUNTY)), brought_to(town, "held")[0]
    before = act_by(ref)
    assert add_pause(office, region="990101", starts_on=FIRST, ends_on=FIRST, reason="disaster").moved == 1
    assert act_by(ref) == before + timedelta(days=1)
    done = add_pause(
        t.person((Role.ADMINISTRATOR, "9901")), region="9901", starts_on=LAST, ends_on=LAST, reason="festival"
    )
    assert done.moved == 1, "a pause of the city holds in its counties"
    elsewhere = t.person((Role.ADMINISTRATOR, "990102"))
    assert add_pause(elsewhere, region="990102", starts_on=FIRST, ends_on=LAST, reason="disaster").moved == 0


def test_reviews_and_rulings_stand_still_too(town: Town, office: Actor) -> None:
    wish = t.wish(town, state="submitted")
    with transaction() as tx:
        row = tx.session.execute(select(Wish).where(Wish.ref == wish)).scalar_one()
        row.submitted_at = tx.now
        start_clock(tx, row, ClockName.REVIEW)
    sent, _, donor = brought_to(town, "sent")
    dispute(donor, sent, reason="not-arrived")
    review, ruling = t.wish_row(wish).act_by, _case_due()
    assert review is not None and ruling is not None
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="mountain-closed")
    # Three working days fell out; the weekend moves along.
    assert t.wish_row(wish).act_by == review + timedelta(days=3)
    moved = _case_due()
    assert moved is not None and moved > ruling
    assert t.pledge_row(sent).act_by == moved
    revoke_pause(office, done.id)
    assert t.wish_row(wish).act_by == review
    assert _case_due() == ruling


def _case_due() -> datetime | None:
    end_reading()
    return reading().execute(select(Case.act_by)).scalar_one()


def _renewed(ref: str) -> datetime | None:
    with transaction() as tx:
        start_renewal(tx, tx.session.execute(select(Wish).where(Wish.ref == ref)).scalar_one())
    return t.wish_row(ref).act_by


def test_the_age_of_a_wish_stands_still_and_its_season_does_not(town: Town, office: Actor) -> None:
    wish, seasonal, elsewhere = (t.wish(town) for _ in range(3))
    with transaction() as tx:
        row = tx.session.execute(select(Wish).where(Wish.ref == seasonal)).scalar_one()
        row.season_on = MONDAY.date() + timedelta(days=30)
        other = tx.session.execute(select(Wish).where(Wish.ref == elsewhere)).scalar_one()
        other.region_code = "990102001001"
    before = {ref: _renewed(ref) for ref in (wish, seasonal, elsewhere)}
    assert before[wish] == MONDAY + timedelta(days=90)
    reminded = t.wish_row(wish).remind_at
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    assert done.moved == 1
    assert t.wish_row(wish).act_by == MONDAY + timedelta(days=90) + PAUSED
    assert reminded is not None and t.wish_row(wish).remind_at == reminded + PAUSED / 2
    for ref in (seasonal, elsewhere):
        assert t.wish_row(ref).act_by == before[ref]
    assert _renewed(wish) == MONDAY + timedelta(days=90) + PAUSED, "the pause stands in the calendar already"
    assert revoke_pause(office, done.id).moved == 1
    assert t.wish_row(wish).act_by == before[wish]


def _check_due() -> datetime:
    end_reading()
    return reading().execute(select(CodeCheck.due_at)).scalar_one()


def test_the_check_of_a_code_stands_still_too(town: Town, office: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    before = _check_due()
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    assert done.moved == 1
    assert _check_due() == before + PAUSED, "three working days, up to the same weekday"
    revoke_pause(office, done.id)
    assert _check_due() == before
    with transaction() as tx:
        tx.session.execute(update(CodeCheck).values(checked_at=tx.now))
    add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    assert _check_due() == before, "what is done has no deadline to move"


def test_the_offer_of_a_seat_stands_still_too(app: Flask, travel: Travel) -> None:
    travel(ring.APRIL)
    ground = ring.ground()
    ref = ring.running(ground, ground.donors[:3])
    seats.wait(ground.donors[3], ref)
    seats.leave(ground.donors[0], ref)
    before = _offer()
    day = ring.APRIL.date() + timedelta(days=1)
    office = t.person((Role.ADMINISTRATOR, COUNTY))
    done = add_pause(office, region=COUNTY, starts_on=day, ends_on=day, reason="disaster")
    after = _offer()
    assert before.act_by is not None and before.remind_at is not None
    assert after.act_by == before.act_by + timedelta(days=1)
    assert after.remind_at is not None and after.remind_at >= before.remind_at
    revoke_pause(office, done.id)
    assert _offer().act_by == before.act_by


def _offer() -> SeatOffer:
    end_reading()
    return reading().scalars(select(SeatOffer).where(SeatOffer.state == "open")).one()


def test_days_gone_by_stay_paused(town: Town, office: Actor, travel: Travel) -> None:
    ref = brought_to(town, "held")[0]
    before = act_by(ref)
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="disaster")
    travel(MONDAY + timedelta(days=2))  # the second of the three days
    revoke_pause(office, done.id)
    assert act_by(ref) == before + timedelta(days=1)
    rows = reading().execute(select(Pause.starts_on, Pause.ends_on, Pause.revoked_at).order_by(Pause.id)).all()
    assert [(row.starts_on, row.ends_on, row.revoked_at is None) for row in rows] == [
        (FIRST, LAST, False),
        (FIRST, FIRST, True),
    ]


def test_only_administrators_of_the_region(town: Town, office: Actor) -> None:
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    outsiders = (t.person((Role.ADMINISTRATOR, "990102")), town.auditor, town.reviewer, town.volunteer, t.person())
    for actor in outsiders:
        with pytest.raises(Missing):
            add_pause(actor, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="disaster")
        with pytest.raises(Missing):
            revoke_pause(actor, done.id)
    with pytest.raises(Missing):
        revoke_pause(office, done.id + 1000)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"reason": "bored"}, Invalid, "pause-reason-unknown"),
        ({"region": "990101999"}, Invalid, "region-unknown"),
        ({"ends_on": date(2026, 3, 1)}, Invalid, "pause-order"),
    ],
)
def test_bad_input(town: Town, office: Actor, changes: dict[str, object], kind: type[Refused], code: str) -> None:
    given = {"region": COUNTY, "starts_on": FIRST, "ends_on": LAST, "reason": "festival"} | changes
    with pytest.raises(kind) as refused:
        add_pause(office, **given)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_same_pause_twice_and_taken_back_twice(town: Town, office: Actor) -> None:
    done = add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="festival")
    with pytest.raises(Conflict, match="pause-there-already"):
        add_pause(office, region=COUNTY, starts_on=FIRST, ends_on=LAST, reason="disaster")
    revoke_pause(office, done.id)
    with pytest.raises(Conflict, match="pause-revoked-already"):
        revoke_pause(office, done.id)
