"""A circle from its proposal to its end, through the services, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Missing, Refused
from charity.jobs.clocks import apply_due
from charity.models.accounts import Account
from charity.models.households import Household
from charity.models.outbox import Notice
from charity.models.pauses import Pause
from charity.models.pledges import GivenYear
from charity.models.wishes import IsOpen, Wish
from charity.queries.circles.room import get_room
from charity.queries.wishes.page import get_wish
from charity.services.circles import clocks, household, months, propose, seats
from charity.services.pledges.claim import claim
from charity.services.pledges.plan import cancel
from charity.services.pledges.waiting import join as queue
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def told(who: Actor) -> list[str]:
    found = select(Notice.kind).where(Notice.account_id == who.account_id).order_by(Notice.id)
    return list(reading().scalars(found))


def test_a_circle_is_proposed_reviewed_by_another_and_starts_with_enough(at: Ground) -> None:
    ref = r.proposed(at)
    assert (r.circle(ref).state, r.states(ref)) == ("proposed", [])
    assert refused(lambda: seats.join(at.donors[0], ref)) == "missing"
    assert refused(lambda: propose.approve(at.village.volunteer, ref)) == "missing"
    propose.approve(at.village.reviewer, ref)
    assert r.states(ref) == ["open", "open", "open"]
    seats.join(at.donors[0], ref)
    assert (r.circle(ref).state, r.states(ref)) == ("forming", ["accepted", "open", "open"])
    seats.join(at.donors[1], ref)
    found = r.circle(ref)
    assert (found.state, found.starts_on, found.ends_on) == ("running", date(2026, 5, 1), date(2027, 5, 1))
    assert r.states(ref) == ["active", "active", "open"]
    seats.join(at.donors[2], ref)
    assert (r.circle(ref).taken, r.states(ref)) == (3, ["active"] * 3)
    assert refused(lambda: seats.join(at.donors[3], ref)) == "circle-full"
    assert refused(lambda: seats.join(at.donors[0], ref)) == "seated-already"
    assert r.agrees() == 1


def test_what_may_not_be_proposed(at: Ground) -> None:
    family = at.village.family
    dear = r.goods(at.village, 5_000_00)
    assert refused(lambda: r.proposed(at, promise=dear)) == "template-not-ordinary"
    for text in ("送到望云 中心小学", "望云小学", "小禾的米"):
        telling = replace(r.goods(at.village), details=text)
        assert refused(lambda telling=telling: r.proposed(at, promise=telling)) == "text-tells-who"
    assert refused(lambda: r.proposed(at, target=10)) == "number-out-of-range"
    assert refused(lambda: r.proposed(at, least=4)) == "number-out-of-range"
    r.agree(at.village, family, granted=False)
    assert refused(lambda: r.proposed(at)) == "circle-consent-missing"
    r.agree(at.village, family)
    with transaction() as tx:
        tx.session.get_one(Household, family.id).verified_at = None
    assert refused(lambda: r.proposed(at)) == "household-not-verified"
    with transaction() as tx:
        tx.session.get_one(Household, family.id).verified_at = tx.now
    r.proposed(at)
    assert refused(lambda: r.proposed(at)) == "circle-exists"


def test_a_reviewer_turns_a_circle_down(at: Ground) -> None:
    ref = r.proposed(at)
    propose.reject(at.village.reviewer, ref, reason="unclear")
    assert r.circle(ref).state == "refused"
    assert r.formed(at) != ref
    assert r.agrees() == 2


def test_who_proposes_does_not_review(at: Ground) -> None:
    ref = propose.propose(at.village.reviewer, at.village.family.ref, promise=r.goods(at.village))
    assert refused(lambda: propose.approve(at.village.reviewer, ref)) == "poster-reviews"
    propose.approve(at.village.second, ref)
    assert len(r.states(ref)) == 5


def test_who_may_not_sit_is_not_told_why(at: Ground) -> None:
    ref = r.formed(at)
    assert refused(lambda: seats.join(at.village.volunteer, ref)) == "other-side"
    with transaction() as tx:
        account = tx.session.get_one(Account, at.donors[0].account_id)
        tx.session.get_one(Household, at.village.family.id).phone_digest = account.email_digest
        tx.session.get_one(Account, at.donors[1].account_id).email_verified_at = None
        tx.session.get_one(Account, at.donors[2].account_id).cooling_until = tx.now + timedelta(days=1)
    assert refused(lambda: seats.join(at.donors[0], ref)) == "seat-not-possible"
    assert refused(lambda: seats.join(at.donors[1], ref)) == "verify-first"
    assert refused(lambda: seats.join(at.donors[2], ref)) == "cooling"


def test_a_month_opens_once_with_a_planned_gift_for_each_seat(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    assert r.turn() == {}
    with transaction() as tx:
        tx.session.get_one(Household, at.village.family.id).open_wishes = 3
    travel(r.MAY)
    assert r.turn() == {"months-opened": 1}
    assert r.turn() == {}
    (wish,) = r.wishes(ref)
    assert (wish.state, wish.wanted, wish.committed, wish.unit_fen, wish.clock) == ("approved", 3, 3, 100_00, None)
    assert [gift.state for gift in r.gifts(ref)] == ["planned"] * 3
    assert all(gift.parcel_code and gift.act_by == r.MAY + timedelta(days=14) for gift in r.gifts(ref))
    assert r.months(ref) == [("2026-05", "open", "")] * 3
    for donor in at.donors[:3]:
        account = reading().get_one(Account, donor.account_id)
        assert (account.open_pledges, account.open_fen) == (0, 0)
        year = reading().get_one(GivenYear, (donor.account_id, f"h{at.village.family.id}", 2026))
        assert year.amount_fen == 100_00
    assert reading().get_one(Household, at.village.family.id).open_wishes == 3
    assert r.agrees() == 1


def test_a_month_skipped_by_the_worker_is_not_asked_later(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(datetime.fromisoformat("2026-08-17T02:00:00+00:00"))
    r.turn()
    assert [month for month, _, _ in r.months(ref)] == ["2026-08", "2026-08"]


def test_strangers_neither_claim_nor_wait_for_a_circles_wish(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    (wish,) = r.wishes(ref)
    cancel(at.donors[0], r.gifts(ref)[0].ref)
    assert refused(lambda: claim(at.donors[5], wish.ref, units=1)) == "wish-of-circle"
    assert refused(lambda: queue(at.donors[5], wish.ref)) == "wish-of-circle"
    page = get_wish(at.donors[5], wish.ref)
    assert (page.card.units_left, page.takes_claims, page.circle) == (0, False, ref)
    on_wall = reading().scalars(select(Wish.ref).where(IsOpen()))
    assert wish.ref not in set(on_wall)
    r.turn()
    assert r.months(ref) == [("2026-05", "missed", "cancelled"), ("2026-05", "open", "")]
    account = reading().get_one(Account, at.donors[0].account_id)
    assert (account.open_pledges, account.open_fen) == (0, 0)
    assert r.agrees() == 1


def test_the_yearly_limit_makes_a_month_missed_and_the_township_is_told(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    with transaction() as tx:
        full = GivenYear(
            account_id=at.donors[0].account_id, beneficiary=f"h{at.village.family.id}", year=2026, amount_fen=4_950_00
        )
        tx.session.add(full)
    travel(r.MAY)
    r.turn()
    assert r.months(ref) == [("2026-05", "missed", "yearly-limit"), ("2026-05", "open", "")]
    assert r.wishes(ref)[0].wanted == 1
    assert "circle-month-limit" in told(at.village.reviewer)
    assert "circle-month-limit-donor" in told(at.donors[0])
    year = reading().get_one(GivenYear, (at.donors[0].account_id, f"h{at.village.family.id}", 2026))
    assert year.amount_fen == 4_950_00
    assert r.agrees() == 1


def test_without_a_programme_or_a_yes_no_month_opens(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.agree(at.village, at.village.family, granted=False)
    r.turn()
    assert (r.months(ref), r.circle(ref).hidden_at) == ([], r.MAY)
    assert "circle-consent-ended" in told(at.village.reviewer)
    r.agree(at.village, at.village.family)
    r.turn()
    assert (len(r.months(ref)), r.circle(ref).hidden_at) == (2, None)


def test_leaving_takes_notice_and_the_seat_goes_to_who_waits(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    assert refused(lambda: seats.wait(at.donors[0], ref)) == "seated-already"
    seats.wait(at.donors[3], ref)
    assert refused(lambda: seats.wait(at.donors[3], ref)) == "queued-already"
    assert seats.leave(at.donors[0], ref) == "2026-05-20"
    assert r.states(ref) == ["leaving", "offered", "active", "active"]
    (offer,) = r.offers_to(at.donors[3])
    assert offer.act_by == r.APRIL + timedelta(hours=48)
    assert refused(lambda: seats.accept(at.donors[4], offer.ref)) == "missing"
    seats.accept(at.donors[3], offer.ref)
    assert (r.states(ref), r.circle(ref).taken) == (["leaving", "accepted", "active", "active"], 3)
    assert "circle-member-leaves" in told(at.village.reviewer)
    travel(r.MAY)
    r.turn()
    assert len(r.gifts(ref)) == 3
    travel(datetime.fromisoformat("2026-05-21T02:00:00+00:00"))
    r.turn()
    assert r.states(ref) == ["ended", "active", "active", "active"]
    travel(r.JUNE)
    r.turn()
    assert at.donors[3].account_id in {gift.account_id for gift in r.gifts(ref)[3:]}
    assert r.agrees() == 1


def test_whose_last_day_is_the_first_of_a_month_gives_it_and_his_successor_does_not(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    travel(datetime.fromisoformat("2026-05-02T02:00:00+00:00"))
    r.turn()
    assert seats.leave(at.donors[0], ref) == "2026-06-01"
    seats.join(at.donors[3], ref)
    assert {month.covered for month in get_room(at.donors[1], ref).forecast} == {3}
    travel(r.JUNE)
    r.turn()
    assert r.wishes(ref)[-1].wanted == 3
    assert at.donors[3].account_id not in {gift.account_id for gift in r.gifts(ref)}
    travel(datetime.fromisoformat("2026-07-01T02:00:00+00:00"))
    r.turn()
    givers = {gift.account_id for gift in r.gifts(ref)[-3:]}
    assert givers == {donor.account_id for donor in at.donors[1:4]}
    assert r.agrees() == 1


def test_an_offer_runs_out_by_day_and_goes_to_the_next(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.wait(at.donors[4], ref)
    travel(datetime.fromisoformat("2026-04-20T15:00:00+00:00"))  # 23:00 there
    seats.leave(at.donors[0], ref)
    r.turn()
    assert told(at.donors[3])[-1] == "seat-offered"
    (offer,) = r.offers_to(at.donors[3])
    assert offer.act_by == datetime.fromisoformat("2026-04-23T00:00:00+00:00")  # 08:00 there
    travel(datetime.fromisoformat("2026-04-22T23:59:00+00:00"))
    r.turn()
    assert r.offers_to(at.donors[3])
    travel(datetime.fromisoformat("2026-04-23T00:00:00+00:00"))
    r.turn()
    assert told(at.donors[3])[-1] == "seat-offer-expired"
    (offer,) = r.offers_to(at.donors[4])
    seats.decline(at.donors[4], offer.ref)
    assert (r.states(ref), r.circle(ref).taken) == (["leaving", "open", "active", "active"], 2)
    assert refused(lambda: seats.wait(at.donors[4], ref)) == "seats-are-free"
    seats.join(at.donors[5], ref)
    assert r.states(ref) == ["leaving", "accepted", "active", "active"]
    assert r.agrees() == 1


def test_a_pause_keeps_an_offer_open(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.leave(at.donors[0], ref)
    with transaction() as tx:
        pause = Pause(
            region_code=v.COUNTY, starts_on=date(2026, 4, 21), ends_on=date(2026, 4, 23), reason="snow", made_at=tx.now
        )
        tx.session.add(pause)
    travel(r.APRIL + timedelta(hours=49))
    r.turn()
    assert len(r.offers_to(at.donors[3])) == 1
    travel(r.APRIL + timedelta(hours=49 + 72))
    r.turn()
    assert r.offers_to(at.donors[3]) == []


def test_leaving_before_the_start_ends_the_seat_at_once(at: Ground) -> None:
    ref = r.formed(at)
    seats.join(at.donors[0], ref)
    assert seats.leave(at.donors[0], ref) is None
    assert (r.states(ref), r.circle(ref).taken) == (["ended", "open", "open", "open"], 0)
    assert refused(lambda: seats.leave(at.donors[0], ref)) == "missing"
    assert r.agrees() == 1


def test_the_family_refuses_a_person_without_a_reason(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    travel(r.MAY)
    r.turn()
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[0]).ref)
    assert r.states(ref) == ["ended", "offered", "active", "active"]
    assert [gift.state for gift in r.gifts(ref)] == ["cancelled", "planned", "planned"]
    assert "seat-ended" in told(at.donors[0])
    assert reading().get_one(Account, at.donors[0].account_id).lapses_in_row == 0
    assert refused(lambda: seats.wait(at.donors[0], ref)) == "seat-not-possible"
    assert r.agrees() == 1


def test_the_family_refuses_its_circle(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    household.refuse_circle(at.village.volunteer, ref)
    assert r.circle(ref).state == "refused"
    assert (set(r.states(ref)), r.circle(ref).taken) == ({"ended"}, 0)
    assert [gift.state for gift in r.gifts(ref)] == ["cancelled", "cancelled"]
    assert refused(lambda: r.proposed(at)) == "circle-consent-missing"
    travel(r.MAY + timedelta(days=1))
    r.agree(at.village, at.village.family)
    r.proposed(at)
    assert r.agrees() == 2


def test_a_term_is_renewed_by_both_sides_or_ends(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], months=3)
    assert refused(lambda: seats.renew(at.donors[0], ref, agrees=True)) == "not-in-this-state"
    travel(datetime.fromisoformat("2026-06-02T02:00:00+00:00"))
    r.turn()
    assert told(at.donors[0])[-1] == "circle-renewal"
    for donor in at.donors[:2]:
        seats.renew(donor, ref, agrees=True)
    seats.renew(at.donors[2], ref, agrees=False)
    household.record_renewal(at.village.volunteer, ref, agrees=True)
    propose.approve_term(at.village.second, ref)
    travel(datetime.fromisoformat("2026-08-01T02:00:00+00:00"))
    r.turn()
    found = r.circle(ref)
    assert (found.state, found.term, found.ends_on) == ("running", 2, date(2026, 11, 1))
    assert r.states(ref) == ["active", "active", "ended", "open"]
    assert [month for month, _, _ in r.months(ref)][-2:] == ["2026-08", "2026-08"]
    travel(datetime.fromisoformat("2026-11-01T02:00:00+00:00"))
    r.turn()
    assert (r.circle(ref).state, set(r.states(ref))) == ("ended", {"ended"})
    assert r.agrees() == 1


def test_without_the_familys_yes_the_circle_ends(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], months=3)
    travel(datetime.fromisoformat("2026-06-02T02:00:00+00:00"))
    r.turn()
    for donor in at.donors[:2]:
        seats.renew(donor, ref, agrees=True)
    propose.approve_term(at.village.second, ref)
    travel(datetime.fromisoformat("2026-08-01T02:00:00+00:00"))
    r.turn()
    assert r.circle(ref).state == "ended"


def test_lapsing_twice_brings_the_circle_to_the_desk(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    for month in ("2026-05", "2026-06"):
        travel(datetime.fromisoformat(f"{month}-01T02:00:00+00:00"))
        r.turn()
        travel(datetime.fromisoformat(f"{month}-16T02:00:00+00:00"))
        apply_due()
    assert r.seat_of(ref, at.donors[0]).lapses == 2
    assert [outcome for _, outcome, _ in r.months(ref)] == ["missed"] * 4
    assert "circle-at-risk" in told(at.village.reviewer)
    assert r.agrees() == 1


def test_a_disabled_account_ends_its_seat_at_the_next_month(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    with transaction() as tx:
        tx.session.get_one(Account, at.donors[0].account_id).disabled_at = tx.now
    travel(r.MAY)
    r.turn()
    assert r.states(ref) == ["ended", "open", "active", "active"]
    assert len(r.gifts(ref)) == 2


def test_the_wish_of_a_month_long_over_is_finished(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    for gift, donor in zip(r.gifts(ref), at.donors[:2], strict=True):
        cancel(donor, gift.ref)
    travel(r.MAY + timedelta(days=121))
    r.turn()
    assert r.wishes(ref)[0].state == "withdrawn"
    assert r.agrees() == 1


def test_turns_do_nothing_when_called_out_of_turn(at: Ground) -> None:
    ref = r.formed(at)
    assert months.open_month(SYSTEM, ref) == 0
    assert clocks.turn_day(SYSTEM, ref) == 0
    with pytest.raises(Missing):
        months.open_month(SYSTEM, "0" * 13)
