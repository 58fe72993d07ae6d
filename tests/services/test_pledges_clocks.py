"""Every clock of the goods life fires, is paused by the region's calendar, and tells whoever must act before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.errors import CapReached, NotPermitted
from charity.jobs.clocks import apply_due
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case
from charity.models.outbox import Notice
from charity.models.points import ServicePoint
from charity.models.reclocking import reclock_region
from charity.services.pledges.cases import dispute
from charity.services.pledges.claim import claim
from charity.services.pledges.confirm import confirm
from charity.services.pledges.plan import cancel, plan
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.rule import rule
from charity.services.pledges.send import send
from charity.services.pledges.waiting import decline, join
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def notices_of(actor: t.Actor) -> list[str]:
    end_reading()
    rows = reading().scalars(select(Notice.kind).where(Notice.account_id == actor.account_id).order_by(Notice.id))
    return list(rows)


def at(**span: float) -> dict[str, int]:
    return apply_due(MONDAY + timedelta(**span))


def test_a_held_pledge_lapses_after_72_hours_and_is_told_three_times(town: Town) -> None:
    ref, wish, donor = brought_to(town, "held")
    for hours in (0, 36, 48, 71):
        at(hours=hours, seconds=1)
        at(hours=hours, seconds=2)
    assert notices_of(donor) == ["due-plan"] * 3
    assert t.pledge_row(ref).state == "held"
    assert at(hours=72, seconds=1)["pledges"] == 1
    assert t.pledge_row(ref).state == "lapsed"
    account = t.account_row(donor)
    assert (account.open_pledges, account.open_fen, account.lapses_in_row) == (0, 0, 1)
    assert account.cooling_until is None
    assert t.wish_row(wish).committed == 0
    assert notices_of(donor)[-1] == "pledge-lapsed"
    assert at(hours=73) == {}


def test_two_lapses_in_a_row_cool_for_ten_days_and_a_confirmed_pledge_ends_the_row(town: Town, travel: Travel) -> None:
    donor = t.person()
    for _ in range(2):
        claim(donor, t.wish(town), units=1)
    at(hours=73)
    assert t.account_row(donor).lapses_in_row == 2
    travel(MONDAY + timedelta(hours=74))
    with pytest.raises(CapReached, match="cooling"):
        claim(donor, t.wish(town), units=1)
    travel(MONDAY + timedelta(days=14))
    ref = claim(donor, t.wish(town), units=1).id
    plan(donor, ref)
    send(donor, ref, courier="sf", tracking="SF1234567890123")
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    confirm(town.reviewer, ref, basis="call-back")
    assert t.account_row(donor).lapses_in_row == 0


def test_an_organisation_has_seven_working_days_to_plan(town: Town) -> None:
    team = t.person(kind="organisation")
    ref = claim(team, t.wish(town), units=1).id
    assert t.pledge_row(ref).act_by == MONDAY + timedelta(days=9)


def test_a_planned_pledge_lapses_after_14_days(town: Town) -> None:
    ref, _, _ = brought_to(town, "planned")
    at(days=13, hours=23)
    assert t.pledge_row(ref).state == "planned"
    at(days=14, seconds=1)
    assert t.pledge_row(ref).state == "lapsed"


def test_a_pause_stops_the_clock_even_when_it_is_declared_late(town: Town) -> None:
    ref, _, _ = brought_to(town, "planned")
    t.pause(date(2026, 3, 10), date(2026, 3, 12))
    assert at(days=14, seconds=1) == {"reminders": 1} or t.pledge_row(ref).state == "planned"
    assert t.pledge_row(ref).act_by == MONDAY + timedelta(days=17)
    at(days=17, seconds=1)
    assert t.pledge_row(ref).state == "lapsed"


def test_a_pause_moves_the_deadlines_of_its_region_at_once_and_back(town: Town) -> None:
    ref, _, _ = brought_to(town, "planned")
    t.pause(date(2026, 3, 10), date(2026, 3, 12))
    with transaction() as tx:
        assert reclock_region(tx, t.COUNTY) == 1
    assert t.pledge_row(ref).act_by == MONDAY + timedelta(days=17)
    t.pause(date(2026, 3, 10), date(2026, 3, 30), region="990102")
    with transaction() as tx:
        assert reclock_region(tx, t.COUNTY) == 0


def test_a_sent_parcel_is_traced_at_15_days_and_a_case_at_45(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    at(days=15, seconds=1)
    assert notices_of(donor) == ["pledge-trace"]
    assert t.pledge_row(ref).clock == "arrival"
    at(days=45, seconds=1)
    row = t.pledge_row(ref)
    assert (row.state, row.former_state, row.clock) == ("disputed", "sent", "ruling")
    assert t.account_row(donor).open_pledges == 1


def test_a_remote_point_has_60_days(town: Town) -> None:
    with transaction() as tx:
        tx.session.execute(update(ServicePoint).values(is_remote=True))
    ref, _, _ = brought_to(town, "sent")
    at(days=15, seconds=1)
    at(days=59)
    assert t.pledge_row(ref).state == "sent"
    at(days=60, seconds=1)
    assert t.pledge_row(ref).state == "disputed"


def test_hand_over_is_overdue_after_15_days_and_30_when_the_family_is_away(town: Town) -> None:
    ref, _, _ = brought_to(town, "at_point")
    sent, _, _ = brought_to(town, "sent")
    receive(town.volunteer, sent, family_away=True)
    at(days=15, seconds=1)
    assert (t.pledge_row(ref).is_overdue, t.pledge_row(sent).is_overdue) == (True, False)
    assert "pledge-overdue" in notices_of(town.reviewer)
    at(days=16)
    assert notices_of(town.reviewer).count("pledge-overdue") == 1
    hand_over(town.volunteer, ref)
    assert t.pledge_row(ref).is_overdue is False


def test_acknowledgement_then_call_back_then_a_case(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    at(days=15, seconds=1)
    row = t.pledge_row(ref)
    assert (row.state, row.clock) == ("handed_over", "call-back")
    at(days=15, seconds=2)
    assert "due-call-back" in notices_of(town.reviewer)
    at(days=30)
    assert t.pledge_row(ref).state == "disputed"


def test_a_dispute_stops_the_clocks_and_they_resume_with_seven_days(town: Town, travel: Travel) -> None:
    ref, _, donor = brought_to(town, "at_point")
    travel(MONDAY + timedelta(days=14))
    dispute(donor, ref, reason="not-arrived")
    at(days=20)
    assert t.pledge_row(ref).state == "disputed"
    travel(MONDAY + timedelta(days=20))
    rule(town.auditor, ref, ruling="former", grounds="It is there.")
    row = t.pledge_row(ref)
    assert (row.state, row.clock, row.act_by) == ("at_point", "hand-over", MONDAY + timedelta(days=27))
    at(days=26)
    assert t.pledge_row(ref).is_overdue is False
    at(days=27, seconds=1)
    assert t.pledge_row(ref).is_overdue is True


def test_a_ruling_is_overdue_after_15_working_days_and_stands_after_the_time_to_appeal(town: Town) -> None:
    ref, _, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived")
    at(days=22)
    end_reading()
    assert reading().execute(select(Case.clock)).scalar_one() == "ruling-overdue"
    assert "case-overdue" in notices_of(town.city_auditor)
    rule(town.auditor, ref, ruling="refuted", grounds="Never sent.")
    end_reading()
    assert reading().execute(select(Case.state)).scalar_one() == "ruled"
    at(days=60)
    end_reading()
    assert reading().execute(select(Case.state)).scalar_one() == "closed"


def test_an_offer_expires_after_48_hours_but_never_at_night(town: Town, travel: Travel) -> None:
    travel(MONDAY + timedelta(hours=13))  # eleven at night there
    first, second, third = t.person(), t.person(), t.person()
    wish = t.wish(town)
    ref = claim(first, wish, units=1).id
    join(second, wish)
    join(third, wish)
    cancel(first, ref)
    (offer,) = t.open_offers(wish)
    assert offer.account_id == second.account_id
    assert offer.act_by == MONDAY + timedelta(hours=13 + 48 + 9)
    apply_due(MONDAY + timedelta(hours=13, seconds=1))
    assert notices_of(second) == ["due-offer"]
    apply_due(MONDAY + timedelta(hours=13 + 48 + 9, seconds=1))
    (offer,) = t.open_offers(wish)
    assert offer.account_id == third.account_id
    assert "offer-expired" in notices_of(second)
    decline(third, offer.ref)
    assert t.wish_row(wish).reserved == 0


def test_a_confirmation_nobody_in_the_township_may_take_goes_to_the_countys_pool(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    with pytest.raises(Exception, match="missing"):
        confirm(town.neighbour, ref, basis="call-back")
    with transaction() as tx:
        tx.session.execute(
            update(RoleGrant)
            .where(RoleGrant.account_id.in_((town.reviewer.account_id, town.printer.account_id)))
            .values(revoked_at=tx.now)
        )
    at(days=2, hours=23)
    assert t.pledge_row(ref).in_county_pool is False
    at(days=3, seconds=1)
    assert t.pledge_row(ref).in_county_pool is True
    assert "pledge-in-county-pool" in notices_of(town.county_reviewer)
    assert confirm(town.neighbour, ref, basis="call-back").state == "confirmed"


@pytest.mark.parametrize("how", ["term", "silence"])
def test_no_parcel_is_ownerless(town: Town, travel: Travel, how: str) -> None:
    ref, _, _ = brought_to(town, "at_point")
    with pytest.raises(Exception, match="missing"):
        hand_over(town.reviewer, ref)
    with transaction() as tx:
        if how == "term":
            tx.session.execute(update(RoleGrant).where(RoleGrant.role == "volunteer").values(ends_on=date(2026, 3, 3)))
    moment = MONDAY + timedelta(days=7 if how == "silence" else 2, seconds=1)
    apply_due(moment)
    assert "desk-has-acts" in notices_of(town.reviewer)
    travel(moment)
    assert hand_over(town.reviewer, ref).state == "handed_over"
    with pytest.raises(NotPermitted, match="other-side"):
        confirm(town.reviewer, ref, basis="call-back")
    assert confirm(town.printer, ref, basis="call-back").state == "confirmed"


def test_a_volunteer_who_comes_back_answers_again(town: Town, travel: Travel) -> None:
    ref, _, _ = brought_to(town, "at_point")
    apply_due(MONDAY + timedelta(days=7, seconds=1))
    with transaction() as tx:
        tx.session.execute(
            update(Account)
            .where(Account.id == town.volunteer.account_id)
            .values(last_acted_at=MONDAY + timedelta(days=8))
        )
    travel(MONDAY + timedelta(days=8, seconds=1))
    apply_due()
    with pytest.raises(Exception, match="missing"):
        hand_over(town.reviewer, ref)


def test_the_shell_verb(app: Flask, town: Town) -> None:
    brought_to(town, "held")
    runner = app.test_cli_runner()
    done = runner.invoke(args=["clocks", "run", "--now", "2026-03-06T12:00:00+08:00"])
    assert done.exit_code == 0, done.output
    assert "pledges: 1" in done.output
    assert runner.invoke(args=["clocks", "run", "--now", "soon"]).exit_code == 1
