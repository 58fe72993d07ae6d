"""A public wish's later life: renewed, stale, lowered, withdrawn, reopened; its clocks; and the book beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.consents import GivenBy
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, Refused
from charity.domain.wishes import BeneficiaryKind
from charity.jobs.clocks import settle_desks
from charity.ledger import timeline
from charity.models.accounts import Account, RoleGrant
from charity.models.households import ChildYear, Consent, Household
from charity.models.outbox import Notice
from charity.models.papers import BasisDocument
from charity.models.pledges import Pledge
from charity.models.programmes import Programme
from charity.models.receiving import free_place
from charity.models.search_rows import SearchPiece
from charity.models.waiting import Offer, QueuePlace
from charity.models.wall import hide_wishes
from charity.models.wish_people import list_reviewers
from charity.models.wishes import Wish
from charity.queries.figures import forget_figures, get_figures
from charity.queries.wall import list_wall
from charity.queries.wishes.queue import list_reopenable
from charity.services.pledges.claim import claim
from charity.services.register import records
from charity.services.wishes import clocks, ending, keeping, post, review
from tests.kit import village as v

Travel = Callable[[datetime], None]


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def _wish(ref: str) -> Wish:
    end_reading()
    return reading().scalars(select(Wish).where(Wish.ref == ref)).one()


def _kinds(ref: str) -> list[str]:
    end_reading()
    return [record.body.kind.value for record in timeline(reading(), "wish", ref)]


def _told(kind: str) -> int:
    end_reading()
    return len(reading().scalars(select(Notice.id).where(Notice.kind == kind)).all())


def _due(ref: str) -> bool:
    with transaction() as tx:
        return clocks.due(tx, ref)


def _remind(ref: str) -> bool:
    with transaction() as tx:
        return clocks.remind(tx, ref)


def test_a_wish_goes_stale_after_ninety_days_and_comes_back(place: v.Village, travel: Travel) -> None:
    ref = v.published(place)
    assert not _due(ref)
    travel(now() + timedelta(days=90, minutes=1))
    assert _due(ref)
    wish = _wish(ref)
    assert (wish.state, wish.clock, _told("wish-stale")) == ("stale", None, 1)
    assert reading().scalars(select(SearchPiece.piece)).all() == []
    assert list_wall(place.donor).cards == ()
    keeping.renew(place.volunteer, ref)
    assert _wish(ref).state == "approved"
    assert [card.ref for card in list_wall(place.donor).cards] == [ref]
    assert _kinds(ref) == ["wish.submitted", "wish.published", "wish.stale", "wish.renewed"]


def test_that_nobody_came_in_time_is_kept_whatever_is_done_about_it(place: v.Village, travel: Travel) -> None:
    """No office makes the public figure better by renewing or withdrawing."""
    alone, helped = v.published(place), v.published(place, v.QUILT)
    claim(place.donor, helped, units=1)
    travel(now() + timedelta(days=90, minutes=1))
    assert _due(alone)
    assert _due(helped)
    first = _wish(alone).unhelped_at
    assert (first is not None, _wish(helped).unhelped_at) == (True, None)
    keeping.renew(place.volunteer, alone)
    assert _wish(alone).unhelped_at == first
    forget_figures()
    before = get_figures(with_demo=True)
    ending.withdraw(place.volunteer, alone, reasons=["met-elsewhere"])
    assert _wish(alone).unhelped_at == first
    forget_figures()
    after = get_figures(with_demo=True)
    assert before.wishes_public - after.wishes_public == 1


def test_a_season_ends_a_wish_sooner(place: v.Village, travel: Travel) -> None:
    season = now().date() + timedelta(days=20)
    ref = v.published(place, replace(v.COAT, season_on=season))
    travel(now() + timedelta(days=22))
    assert _due(ref)
    with pytest.raises(Invalid, match="season-over"):
        keeping.renew(place.volunteer, ref)


def test_renewing_many_is_all_or_none(place: v.Village) -> None:
    refs = [v.published(place), v.published(place, v.QUILT)]
    assert keeping.renew_many(place.volunteer, refs) == 2
    draft = post.draft(place.volunteer, BeneficiaryKind.HOUSEHOLD, place.family.ref, need=v.QUILT)
    before = _wish(refs[0]).act_by
    with pytest.raises(Conflict):
        keeping.renew_many(place.volunteer, [refs[0], draft])
    assert _wish(refs[0]).act_by == before
    with pytest.raises(Invalid, match="nothing-chosen"):
        keeping.renew_many(place.volunteer, [])


def test_the_poster_is_reminded_before_a_wish_goes_stale(place: v.Village, travel: Travel) -> None:
    ref = v.published(place)
    travel(now() + timedelta(days=46))
    assert _remind(ref)
    travel(now() + timedelta(days=43, hours=12))
    assert _remind(ref)
    assert not _remind(ref)
    assert _told("wish-renew-soon") == 2


def test_a_review_left_undone_goes_to_the_countys_pool(place: v.Village, travel: Travel) -> None:
    with transaction() as tx:
        near = v.add_person(tx, (Role.REVIEWER, v.COUNTY + "002"))
        far = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP))
    ref = v.submitted(place)
    with pytest.raises(Missing):
        review.approve(near, ref, checks=v.CHECKS)
    travel(now() + timedelta(days=10))
    assert _due(ref)
    assert not _due(ref)
    assert (_wish(ref).clock, _told("wish-in-county-pool")) == ("county-pool", 3)
    with pytest.raises(Missing):
        review.approve(far, ref, checks=v.CHECKS)
    assert review.approve(near, ref, checks=v.CHECKS) == "approved"


def test_a_review_nobody_of_the_township_may_take_is_in_the_pool_after_three_working_days(
    place: v.Village, travel: Travel
) -> None:
    ref = v.submitted(place)
    travel(now() + timedelta(days=6))
    assert "pool" not in settle_desks()  # control: the township has reviewers
    with transaction() as tx:
        tx.session.execute(update(RoleGrant).where(RoleGrant.role == "reviewer").values(region_code=v.OTHER_TOWNSHIP))
    assert settle_desks()["pool"] == 2  # the review, and the card of the verified family
    assert _wish(ref).clock == "county-pool"


def test_a_wish_is_hidden_when_its_consent_runs_out(place: v.Village, travel: Travel) -> None:
    ref = v.published(place)
    assert "consents" not in settle_desks()
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=day_of(now())))
    assert "consents" not in settle_desks()
    travel(now() + timedelta(days=1))
    assert settle_desks()["consents"] == 1
    assert _wish(ref).hidden_at == now()
    assert "consents" not in settle_desks()


def test_reviewers_are_told_and_reminded(place: v.Village, travel: Travel) -> None:
    ref = v.submitted(place)
    assert _told("wish-to-review") == 2
    travel(now() + timedelta(days=5))
    assert _remind(ref)
    assert _told("wish-review-soon") == 2


def test_reviewers_whose_account_is_shut_are_told_nothing(place: v.Village) -> None:
    with transaction() as tx:
        assert list_reviewers(tx, v.TOWNSHIP, but=0) == [place.reviewer.account_id, place.second.account_id]
        tx.session.get_one(Account, place.reviewer.account_id).disabled_at = tx.now
    with transaction() as tx:
        assert list_reviewers(tx, v.TOWNSHIP, but=0) == [place.second.account_id]
        tx.session.get_one(Account, place.second.account_id).closed_at = tx.now
    v.submitted(place)
    assert _told("wish-to-review") == 0


def test_lowering_stops_at_what_is_taken_and_may_close(place: v.Village) -> None:
    ref = v.published(place, v.BOOKS)
    claim(place.donor, ref, units=3)
    with pytest.raises(Conflict, match="wanted-below-committed"):
        keeping.lower(place.reviewer, ref, wanted=2, reason="人数变少")
    with pytest.raises(Invalid, match="reason-missing"):
        keeping.lower(place.reviewer, ref, wanted=5, reason="")
    assert keeping.lower(place.reviewer, ref, wanted=5, reason="人数变少") == "approved"
    with transaction() as tx:
        row = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        row.fulfilled = 3
    assert keeping.lower(place.reviewer, ref, wanted=3, reason="够了") == "closed"
    assert _kinds(ref)[-2:] == ["wish.lowered", "wish.closed"]
    with pytest.raises(Missing):
        keeping.lower(place.volunteer, ref, wanted=1, reason="x")


def test_lowering_gives_the_childs_year_its_money_back(place: v.Village) -> None:
    ref = v.published(place, replace(v.COAT, unit_fen=100_00, wanted=3))
    keeping.lower(place.reviewer, ref, wanted=1, reason="只要一件")
    assert reading().scalars(select(ChildYear.amount_fen)).one() == 100_00


def _offered(ref: str) -> None:
    """Put somebody on the waiting list, with an open offer of one unit."""
    with transaction() as tx:
        waiting = v.add_person(tx)
        wish = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        spot = QueuePlace(wish_id=wish.id, account_id=waiting.account_id, units=1, joined_at=tx.now)
        tx.session.add(spot)
        tx.session.flush()
        tx.session.add(
            Offer(
                ref="offer00000000",
                wish_id=wish.id,
                place_id=spot.id,
                account_id=waiting.account_id,
                units=1,
                state="open",
                made_at=tx.now,
            )
        )
        wish.reserved = 1


def _ended(ref: str) -> None:
    """Check that nothing of a wish is kept for anybody who waited, and that he was told."""
    end_reading()
    assert (_wish(ref).reserved, _told("waiting-ended")) == (0, 1)
    assert reading().scalars(select(Offer.state)).all() == ["ended"]
    assert reading().scalars(select(QueuePlace.left_at)).all() != [None]
    assert _kinds(ref)[-1] == "offer.ended"


def test_a_withdrawn_consent_ends_offers_and_the_waiting_list(place: v.Village) -> None:
    ref = v.published(place)
    _offered(ref)
    no = records.ConsentGiven(purpose=v.Purpose.PUBLISH_WISH, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(place.volunteer, place.family.ref, place.family.child_ref, given=no)
    assert _wish(ref).hidden_at is not None
    _ended(ref)


def test_a_consent_that_ran_out_ends_offers_and_tells_the_poster(place: v.Village, travel: Travel) -> None:
    ref = v.published(place)
    _offered(ref)
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=day_of(now())))
    travel(now() + timedelta(days=1))
    settle_desks()
    _ended(ref)
    told = reading().scalars(select(Notice.account_id).where(Notice.kind == "wish-consent-ended")).all()
    assert told == [place.volunteer.account_id]


def test_a_wish_that_was_taken_back_goes_out_of_sight_when_its_consent_ends(
    app: Flask, place: v.Village, travel: Travel
) -> None:
    ref = v.published(place)
    ending.withdraw(place.volunteer, ref, reasons=["other"], note="they moved away")
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=day_of(now())))
    assert app.test_client().get(f"/wishes/{ref}").status_code == 200, "the control: links lead somewhere until then"
    travel(now() + timedelta(days=1))
    settle_desks()
    assert app.test_client().get(f"/wishes/{ref}").status_code in {404, 410}
    assert _told("wish-consent-ended") == 0, "nobody asks for it any more"


def test_a_consent_that_will_end_is_told_once_sixty_days_before(place: v.Village, travel: Travel) -> None:
    v.published(place)
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=day_of(now()) + timedelta(days=61)))
    assert "consents-soon" not in settle_desks()
    travel(now() + timedelta(days=1))
    assert settle_desks()["consents-soon"] == 1
    assert _told("wish-consent-ends-soon") == 1
    for _ in range(3):
        assert "consents-soon" not in settle_desks()
        travel(now() + timedelta(days=20))
    assert "consents-soon" not in settle_desks()
    assert _told("wish-consent-ends-soon") == 1


def test_a_consent_said_again_in_time_is_not_told_of(place: v.Village) -> None:
    v.published(place)
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=day_of(now()) + timedelta(days=9)))
        for purpose in (v.Purpose.REGISTER, v.Purpose.PUBLISH_WISH):
            v.add_consent(tx, place.volunteer, place.family.id, place.family.child_id, purpose, given_by="parent")
    assert "consents-soon" not in settle_desks()


def test_withdrawing_lets_claims_go_without_a_lapse(place: v.Village) -> None:
    ref = v.published(place, v.QUILT)
    claim(place.donor, ref, units=1)
    _offered(ref)
    ending.withdraw(place.volunteer, ref, reasons=["met-elsewhere"])
    end_reading()
    wish = _wish(ref)
    assert (wish.state, wish.committed, wish.reserved, wish.clock) == ("withdrawn", 0, 0, None)
    assert reading().scalars(select(Pledge.state)).all() == ["cancelled"]
    donor = reading().get_one(Account, place.donor.account_id)
    assert (donor.open_pledges, donor.open_fen, donor.lapses_in_row) == (0, 0, 0)
    assert reading().scalars(select(Offer.state)).all() == ["ended"]
    assert (_told("pledge-released"), _told("waiting-ended")) == (1, 1)
    assert _kinds(ref)[-3:] == ["wish.withdrawn", "pledge.cancelled", "offer.ended"]
    assert reading().get_one(Household, place.family.id).open_wishes == 0


def test_withdrawing_needs_a_reason_and_ends_for_good(place: v.Village) -> None:
    ref = v.submitted(place)
    with pytest.raises(Invalid, match="reason-missing"):
        ending.withdraw(place.volunteer, ref, reasons=[])
    with pytest.raises(Invalid, match="note-missing"):
        ending.withdraw(place.volunteer, ref, reasons=["other"])
    ending.withdraw(place.volunteer, ref, reasons=["posted-wrongly"])
    with pytest.raises(Conflict):
        ending.withdraw(place.volunteer, ref, reasons=["posted-wrongly"])
    assert reading().scalars(select(ChildYear.amount_fen)).one() == 0


def test_a_returned_wish_can_be_given_up(place: v.Village) -> None:
    ref = v.submitted(place)
    review.send_back(place.reviewer, ref, reasons=["price-wrong"])
    ending.withdraw(place.volunteer, ref, reasons=["no-longer-needed"])
    assert _wish(ref).state == "withdrawn"
    assert reading().get_one(Household, place.family.id).open_wishes == 0
    assert reading().scalars(select(ChildYear.amount_fen)).one() == 0


def test_a_stranger_cannot_withdraw(place: v.Village) -> None:
    ref = v.published(place)
    with pytest.raises(Missing):
        ending.withdraw(place.donor, ref, reasons=["other"], note="x")


def test_a_closed_wish_is_reopened_after_a_ruling(place: v.Village) -> None:
    ref = v.published(place)
    with pytest.raises(Conflict):
        keeping.reopen(place.reviewer, ref, reason="裁定退回")
    with transaction() as tx:
        row = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        row.state, row.clock, row.act_by = "closed", None, None
        free_place(tx, household_id=row.household_id, member_id=row.member_id)
    with pytest.raises(NotPermitted):
        keeping.reopen(_both(place), ref, reason="裁定退回")
    assert [wish.ref for wish in list_reopenable(place.reviewer).wishes] == [ref]
    with transaction() as tx:
        tx.session.execute(update(Programme).where(Programme.code == place.programme).values(closed_at=tx.now))
    with pytest.raises(Invalid, match="no-legal-basis"):  # what it was asked for under has ended
        keeping.reopen(place.reviewer, ref, reason="裁定退回")
    with transaction() as tx:
        tx.session.execute(update(Programme).where(Programme.code == place.programme).values(closed_at=None))
        tx.session.execute(update(BasisDocument).values(ended_at=tx.now))
    with pytest.raises(Refused, match="basis-without-document"):
        keeping.reopen(place.reviewer, ref, reason="裁定退回")
    with transaction() as tx:
        tx.session.execute(update(BasisDocument).values(ended_at=None))
    keeping.reopen(place.reviewer, ref, reason="裁定退回")
    assert _wish(ref).state == "approved"
    assert list_reopenable(place.reviewer).wishes == ()
    assert "wish.reopened" in _kinds(ref)


def _both(place: v.Village) -> object:
    with transaction() as tx:
        both = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP), (Role.VOLUNTEER, v.VILLAGE))
    post.draft(both, BeneficiaryKind.HOUSEHOLD, place.family.ref, need=v.QUILT)
    return both


def test_renewing_shows_a_hidden_wish_again_only_with_consent(place: v.Village) -> None:
    ref = v.published(place)
    with transaction() as tx:
        hide_wishes(tx, household_id=place.family.id)
    keeping.renew(place.volunteer, ref)
    assert _wish(ref).hidden_at is None
    with transaction() as tx:
        hide_wishes(tx, household_id=place.family.id)
        v.add_consent(
            tx,
            place.volunteer,
            place.family.id,
            place.family.child_id,
            v.Purpose.PUBLISH_WISH,
            given_by="parent",
            granted=False,
        )
    with pytest.raises(Conflict, match="consent-missing"):
        keeping.renew(place.volunteer, ref)
