"""A one-volunteer village never deadlocks: what its township cannot take, the reviewers of the county's others can."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, NotPermitted
from charity.domain.households import FilePurpose
from charity.domain.sides import Side
from charity.jobs.clocks import apply_due
from charity.models.accounts import RoleGrant
from charity.models.households import FileOpened, Household, PooledAct
from charity.models.outbox import Notice
from charity.models.pledges import CodeCheck
from charity.models.sides import record_side
from charity.queries.household_files import get_file
from charity.queries.households import get_household, list_members
from charity.services.pledges.acknowledge import acknowledge
from charity.services.pledges.cases import dispute
from charity.services.pledges.confirm import check_code, confirm
from charity.services.pledges.receive import hand_over, receive, return_, undo
from charity.services.register import cards, files, households
from charity.services.wishes import review
from tests.kit import village as v
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]
NEXT_TOWNSHIP = "990101002"


@dataclass(frozen=True)
class Place:
    """A village, and reviewers of the next township, of the county and of another county."""

    village: v.Village
    neighbour: Actor
    county: Actor
    stranger: Actor
    home: str


@pytest.fixture
def place(app: Flask, travel: Travel) -> Place:
    travel(MONDAY)
    village = v.build()
    cards.print_card(village.second, village.family.ref)  # of this family nothing waits
    with transaction() as tx:
        return Place(
            village=village,
            neighbour=v.add_person(tx, (Role.REVIEWER, NEXT_TOWNSHIP)),
            county=v.add_person(tx, (Role.REVIEWER, v.COUNTY)),
            stranger=v.add_person(tx, (Role.REVIEWER, v.OTHER_COUNTY)),
            home=v.add_family(tx, village.volunteer, verified=False).ref,
        )


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def at(**span: float) -> dict[str, int]:
    return apply_due(MONDAY + timedelta(**span))


def told(actor: Actor) -> list[str]:
    end_reading()
    return list(reading().scalars(select(Notice.kind).where(Notice.account_id == actor.account_id)))


def stand(beneficiary: str, side: Side, *people: Actor) -> None:
    with transaction() as tx:
        for person in people:
            record_side(tx, person.account_id, beneficiary, side)


def dismiss(*people: Actor) -> None:
    ids = [person.account_id for person in people]
    with transaction() as tx:
        tx.session.execute(update(RoleGrant).where(RoleGrant.account_id.in_(ids)).values(ends_on=date(2026, 3, 1)))


def pooled() -> list[str]:
    end_reading()
    return list(reading().scalars(select(PooledAct.act)))


def number_of(ref: str) -> str:
    end_reading()
    return f"h{reading().scalars(select(Household.id).where(Household.ref == ref)).one()}"


def looks_missing(*calls: Callable[[], object]) -> None:
    for call in calls:
        end_reading()
        with pytest.raises(Missing):
            call()


def test_a_family_that_nobody_of_the_township_may_verify(place: Place, travel: Travel) -> None:
    stand(number_of(place.home), Side.FIELD, place.village.reviewer, place.village.second)
    at(days=2, hours=23)
    assert pooled() == []
    looks_missing(
        lambda: households.verify(place.neighbour, place.home),
        lambda: get_household(place.neighbour, place.home, pooled=True),
    )
    at(days=3, seconds=1)
    assert pooled() == ["verify"]
    for reviewer in (place.neighbour, place.county):
        assert told(reviewer) == ["household-in-county-pool"]
    assert told(place.stranger) == told(place.village.reviewer) == []
    travel(MONDAY + timedelta(days=3, seconds=2))
    looks_missing(lambda: households.verify(place.stranger, place.home))
    households.verify(place.neighbour, place.home)
    assert pooled() == []
    looks_missing(lambda: get_household(place.neighbour, place.home, pooled=True))


def test_a_family_merely_left_undone_enters_after_five_working_days(place: Place) -> None:
    at(days=3, seconds=1)
    assert pooled() == []  # control: the township could
    at(days=7, seconds=1)
    assert pooled() == ["verify"]
    assert "household-in-county-pool" in told(place.neighbour)
    assert at(days=8) == {} or pooled() == ["verify"]


def test_the_pause_calendar_stops_the_way_into_the_pool(place: Place) -> None:
    stand(number_of(place.home), Side.GIVING, place.village.reviewer, place.village.second)
    t.pause(date(2026, 3, 3), date(2026, 3, 5))
    at(days=4, seconds=1)
    assert pooled() == []
    at(days=8, seconds=1)
    assert pooled() == ["verify"]


def test_who_stands_on_another_side_does_not_take_from_the_pool(place: Place, travel: Travel) -> None:
    at(days=7, seconds=1)
    travel(MONDAY + timedelta(days=7, seconds=2))
    stand(number_of(place.home), Side.GIVING, place.neighbour)
    looks_missing(
        lambda: households.verify(place.neighbour, place.home),
        lambda: files.open_file(place.neighbour, place.home, purpose=FilePurpose.REVIEW),
    )
    households.verify(place.county, place.home)


def test_the_file_opens_to_the_pool_by_purpose_with_the_log_and_shuts_after_the_act(
    place: Place, travel: Travel
) -> None:
    looks_missing(lambda: files.open_file(place.neighbour, place.home, purpose=FilePurpose.REVIEW))
    at(days=7, seconds=1)
    travel(MONDAY + timedelta(days=7, seconds=2))
    looks_missing(lambda: get_file(place.neighbour, place.home))
    with pytest.raises(NotPermitted, match="purpose-not-in-pool"):
        files.open_file(place.neighbour, place.home, purpose=FilePurpose.COMPLAINT)
    files.open_file(place.neighbour, place.home, purpose=FilePurpose.REVIEW)
    end_reading()
    opened = reading().scalars(select(FileOpened.account_id)).all()
    assert opened == [place.neighbour.account_id]
    assert get_file(place.neighbour, place.home).head_name
    card = get_household(place.neighbour, place.home, pooled=True)
    assert (card.may_verify, card.may_print, card.may_register, card.may_read_log) == (True, False, False, False)
    looks_missing(
        lambda: get_household(place.neighbour, place.home),  # every page but the family's own
        lambda: list_members(place.neighbour, place.home),
        lambda: cards.print_card(place.neighbour, place.home),
        lambda: households.verify(place.neighbour, place.village.family.ref),  # another family of the village
        lambda: get_household(place.neighbour, place.village.family.ref, pooled=True),
    )
    households.verify(place.neighbour, place.home)
    looks_missing(lambda: get_file(place.neighbour, place.home))


def test_a_card_that_nobody_of_the_township_may_print(place: Place, travel: Travel) -> None:
    households.verify(place.village.reviewer, place.home)
    at(days=30)
    assert pooled() == []  # control: the township could
    dismiss(place.village.reviewer, place.village.second)
    at(days=30, seconds=1)
    assert pooled() == ["print-card"]
    assert told(place.neighbour)[-1] == "card-in-county-pool"
    travel(MONDAY + timedelta(days=30, seconds=2))
    looks_missing(
        lambda: cards.print_card(place.stranger, place.home),
        lambda: households.move_on(place.neighbour, place.home, life_act=households.LifeAct.SUPPORT),
    )
    with pytest.raises(NotPermitted, match="purpose-not-in-pool"):
        files.open_file(place.neighbour, place.home, purpose=FilePurpose.REVIEW)
    assert len(cards.print_card(place.neighbour, place.home).codes) == 20
    assert pooled() == []
    looks_missing(lambda: cards.print_card(place.neighbour, place.home))


def test_the_review_of_a_wish_in_the_pool_opens_the_file_for_it(place: Place, travel: Travel) -> None:
    ref, home = v.submitted(place.village), place.village.family.ref
    looks_missing(lambda: files.open_file(place.neighbour, home, purpose=FilePurpose.REVIEW))
    at(days=7, seconds=1)
    travel(MONDAY + timedelta(days=7, seconds=2))
    files.open_file(place.neighbour, home, purpose=FilePurpose.REVIEW)
    assert review.approve(place.neighbour, ref, checks=v.CHECKS) == "approved"
    looks_missing(lambda: get_file(place.neighbour, home))


def checked(town: Town, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    return ref


def test_a_check_that_only_the_printer_could_make(town: Town, travel: Travel, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = checked(town, monkeypatch)
    at(days=4)
    looks_missing(lambda: check_code(town.neighbour, ref, outcome="true"))  # control: the other reviewer could
    dismiss(town.reviewer)
    at(days=4, seconds=1)
    assert "check-in-county-pool" in told(town.neighbour)
    travel(MONDAY + timedelta(days=4, seconds=2))
    with pytest.raises(NotPermitted, match="printer-checks"):
        check_code(town.printer, ref, outcome="true")
    looks_missing(lambda: dispute(town.neighbour, ref, reason="other"))
    check_code(town.neighbour, ref, outcome="true")
    looks_missing(lambda: check_code(town.neighbour, ref, outcome="true"))


def test_a_check_left_undone_enters_after_its_clock(
    town: Town, travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = checked(town, monkeypatch)
    at(days=13)
    end_reading()
    assert reading().scalar(select(CodeCheck.pooled_at)) is None
    at(days=14, seconds=1)
    travel(MONDAY + timedelta(days=14, seconds=2))
    assert check_code(town.neighbour, ref, outcome="doubtful").state == "disputed"


def test_a_confirmation_in_the_pool_is_taken_with_a_yes_or_a_no(town: Town, travel: Travel) -> None:
    yes, _, _ = brought_to(town, "handed_over")
    no, _, _ = brought_to(town, "handed_over")
    sent, _, _ = brought_to(town, "sent")
    looks_missing(
        lambda: confirm(town.neighbour, yes, basis="call-back"), lambda: dispute(town.neighbour, no, reason="other")
    )
    dismiss(town.reviewer, town.printer)
    at(days=3, seconds=1)
    assert "pledge-in-county-pool" in told(town.neighbour)
    travel(MONDAY + timedelta(days=3, seconds=2))
    assert confirm(town.neighbour, yes, basis="call-back").state == "confirmed"
    assert dispute(town.neighbour, no, reason="not-received").state == "disputed"
    looks_missing(
        lambda: dispute(town.neighbour, yes, reason="other"),
        lambda: dispute(town.neighbour, sent, reason="other"),
        lambda: receive(town.neighbour, sent),
    )


def test_reviewers_told_of_the_pool_stand_on_no_other_side(town: Town) -> None:
    brought_to(town, "handed_over")
    stand(town.beneficiary, Side.GIVING, town.neighbour)
    dismiss(town.reviewer, town.printer)
    at(days=3, seconds=1)
    assert told(town.neighbour) == []
    assert "pledge-in-county-pool" in told(town.county_reviewer)


def without_field(town: Town) -> str:
    """Leave a parcel at the point without volunteers, where all of the township's reviewers have reviewed."""
    ref, _, _ = brought_to(town, "at_point")
    dismiss(town.volunteer, town.poster)
    stand(town.beneficiary, Side.TOWNSHIP, town.reviewer, town.printer)
    return ref


def test_a_parcel_on_a_desk_where_nobody_may_touch_it(town: Town, travel: Travel) -> None:
    ref = without_field(town)
    at(days=2, hours=23)
    looks_missing(lambda: hand_over(town.neighbour, ref))
    at(days=3, seconds=1)
    assert "parcel-in-county-pool" in told(town.neighbour)
    travel(MONDAY + timedelta(days=3, seconds=2))
    with pytest.raises(NotPermitted, match="other-side"):
        hand_over(town.reviewer, ref)
    looks_missing(lambda: confirm(town.neighbour, ref, basis="call-back"))
    assert hand_over(town.neighbour, ref).state == "handed_over"
    looks_missing(lambda: return_(town.neighbour, ref, reason="other"))
    travel(MONDAY + timedelta(days=3, hours=1))
    assert undo(town.neighbour, ref).state == "at_point"
    looks_missing(lambda: hand_over(town.neighbour, ref))


def test_a_parcel_with_a_volunteer_never_enters(town: Town) -> None:
    ref, _, _ = brought_to(town, "at_point")
    stand(town.beneficiary, Side.TOWNSHIP, town.reviewer, town.printer)
    at(days=4)
    assert t.pledge_row(ref).in_county_pool is False


def test_a_parcel_merely_left_on_the_desk_enters_when_it_is_overdue(town: Town, travel: Travel) -> None:
    ref, _, _ = brought_to(town, "at_point")
    dismiss(town.volunteer, town.poster)
    at(days=14)
    assert t.pledge_row(ref).in_county_pool is False  # control: the desk could
    at(days=15, seconds=1)
    assert t.pledge_row(ref).in_county_pool is True
    travel(MONDAY + timedelta(days=15, seconds=2))
    assert hand_over(town.neighbour, ref).state == "handed_over"
