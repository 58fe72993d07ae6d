"""A family in which no adult lives: its hours are with children, whenever its last adult left."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.crypto import seal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.errors import Invalid, NotPermitted, Refused
from charity.domain.households import Relation
from charity.domain.identity import Sex
from charity.domain.service import Mode, Terms
from charity.domain.wishes import BeneficiaryKind
from charity.jobs import register_books as nightly
from charity.models.circles import CircleTerms
from charity.models.households import Consent, Member
from charity.models.outbox import Notice
from charity.models.service import ServiceTerms
from charity.queries.services import find_service, find_visit_for_field
from charity.services.circles import seats
from charity.services.pledges import plan, receive, send
from charity.services.pledges.claim import claim
from charity.services.register.households import Person, add_member, end_member
from charity.services.wishes import keeping
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.services.test_hours import agreed, place, pledge_row, school, told, wish_row

__all__ = ["place", "school"]
Travel = Callable[[datetime], None]
HOUSEHOLD = BeneficiaryKind.HOUSEHOLD


def head_of(place: v.Village) -> Member:
    end_reading()
    theirs = select(Member).where(Member.household_id == place.family.id, Member.relation == "head")
    return reading().scalars(theirs.where(Member.left_at.is_(None))).one()


def young_head(place: v.Village) -> None:
    """Let the head of the family be twelve, and its guardian have said what an adult says."""
    head = head_of(place)
    end_reading()
    birth = seal(f"{now().year - 12}-01-02", place=f"members.birth:{head.ref}")
    with transaction() as tx:
        tx.session.execute(update(Member).where(Member.id == head.id).values(birth_sealed=birth))
        tx.session.execute(update(Consent).where(Consent.member_id == head.id).values(given_by="guardian"))


def last_adult_leaves(place: v.Village) -> None:
    ref = head_of(place).ref
    end_reading()
    end_member(place.volunteer, place.family.ref, ref)


def adult_comes(place: v.Village, name: str) -> str:
    """Write down an adult who lives with the children now."""
    person = Person(name=name, birth=h.today() - timedelta(days=15_000), sex=Sex.FEMALE, relation=Relation.OTHER)
    return add_member(place.volunteer, place.family.ref, person=person)


def is_with_children(wish: str) -> tuple[bool, bool]:
    """Say what the page shows, and what the lists read."""
    end_reading()
    found = find_service(wish)
    assert found is not None
    kept = select(ServiceTerms.serves_children).where(ServiceTerms.wish_id == wish_row(wish).id)
    return found.serves_children, reading().scalars(kept).one()


def guarded() -> Terms:
    return h.terms("repairs", adult=h.TEACHER)


def test_hours_of_a_child_who_heads_a_family_are_with_children(place: v.Village, school: h.School) -> None:
    young_head(place)
    with pytest.raises(Invalid, match="second-adult-missing"):
        h.published(place, HOUSEHOLD, school.point, h.terms("repairs", adult=""))
    with pytest.raises(Invalid, match="private-remote-call"):
        h.published(place, HOUSEHOLD, school.town_point, h.terms("law-advice", mode=Mode.REMOTE))
    wish = h.published(place, HOUSEHOLD, school.point, guarded())
    assert is_with_children(wish) == (True, True)
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(place.donor, wish, units=1)
    h.vet(place, place.donor)
    agreed(place, wish, units=1)


def test_outside_a_school_only_a_vetted_organisation_comes_to_them(place: v.Village, school: h.School) -> None:
    young_head(place)
    wish = h.published(place, HOUSEHOLD, school.town_point, guarded())
    h.vet(place, place.donor)
    with pytest.raises(NotPermitted, match="only-verified-organisation"):
        claim(place.donor, wish, units=1)
    team = h.vetted_team(place)
    h.vet(place, team, login=team.ref)
    claim(team, wish, units=1)


def test_with_an_adult_at_home_the_same_hours_ask_nobody(place: v.Village, school: h.School) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    assert is_with_children(wish) == (False, False)
    agreed(place, wish, units=1)


def test_when_the_last_adult_leaves_who_was_not_vetted_does_not_come(place: v.Village, school: h.School) -> None:
    wish = h.published(place, HOUSEHOLD, school.point, guarded())
    aunt = adult_comes(place, "上官素云")
    young_head(place)  # who stays: what the family asks for stands on its word
    with transaction() as tx:
        other = v.add_person(tx)
    h.vet(place, other)
    stranger, teacher = agreed(place, wish, units=1), claim(other, wish, units=1).id
    plan.plan(other, teacher, day=h.today() + timedelta(days=2))
    end_member(place.volunteer, place.family.ref, aunt)
    assert (pledge_row(stranger).state, pledge_row(teacher).state) == ("cancelled", "planned")
    assert is_with_children(wish) == (True, True)
    assert wish_row(wish).hidden_at is None  # it says all that hours with children need
    assert h.read_account(place.donor).lapses_in_row == 0
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(place.donor, wish, units=1)


def test_a_wish_without_a_second_adult_goes_out_of_sight_and_comes_back_with_an_adult(
    place: v.Village, school: h.School
) -> None:
    wish = h.published(place, HOUSEHOLD, school.point, h.terms("repairs", adult=""))
    h.vet(place, place.donor)
    ref = agreed(place, wish, units=1)
    aunt = adult_comes(place, "上官素云")
    young_head(place)
    assert (pledge_row(ref).state, wish_row(wish).hidden_at) == ("planned", None)
    end_member(place.volunteer, place.family.ref, aunt)
    assert wish_row(wish).hidden_at is not None
    assert pledge_row(ref).state == "cancelled"
    assert told("wish-unguarded") == [place.volunteer.account_id]
    with pytest.raises(NotPermitted, match="hours-unguarded"):
        keeping.renew(place.volunteer, wish)
    with pytest.raises(Refused):
        claim(place.donor, wish, units=1)
    adult_comes(place, "上官明远")
    keeping.renew(place.volunteer, wish)
    assert (wish_row(wish).hidden_at, is_with_children(wish)) == (None, (False, False))
    end_reading()
    [notice] = reading().scalars(select(Notice).where(Notice.kind == "wish-unguarded"))
    assert "上官" not in str(notice.params)


@pytest.mark.parametrize("before", [True, False])
def test_hours_stay_what_they_were_on_their_day(
    place: v.Village, school: h.School, travel: Travel, *, before: bool
) -> None:
    """What was given while an adult lived there is attested as ever; afterwards not without the second adult."""
    h.vet(place, place.donor)
    ref = agreed(place, h.published(place, HOUSEHOLD, school.point, guarded()), units=1)
    if not before:
        last_adult_leaves(place)
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    if before:
        travel(now() + timedelta(days=1))
        last_adult_leaves(place)
    end_reading()
    visit = find_visit_for_field(ref)
    assert visit is not None
    assert visit.serves_children is not before
    end_reading()
    if not before:
        with pytest.raises(Invalid, match="second-adult-missing"):
            receive.hand_over(school.keeper, ref)
        receive.hand_over(school.keeper, ref, second_adult=h.TEACHER)
        return
    receive.hand_over(school.keeper, ref)
    assert pledge_row(ref).state == "handed_over"


def circle_terms(ref: str) -> CircleTerms:
    number = r.circle(ref).id
    end_reading()
    return reading().get_one(CircleTerms, number)


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def test_a_circle_of_hours_of_a_child_who_heads_a_family_is_with_children(at: Ground) -> None:
    school = h.add_school(at.village)
    young_head(at.village)
    with pytest.raises(Invalid, match="second-adult-missing"):
        r.proposed(at, promise=r.hours(school.point))
    with pytest.raises(Invalid, match="private-remote-call"):
        r.proposed(at, promise=r.hours(school.town_point, adult=h.TEACHER, mode="remote"))
    ref = r.formed(at, promise=r.hours(school.point, adult=h.TEACHER))
    assert circle_terms(ref).serves_children
    with pytest.raises(NotPermitted, match="vetting-missing"):
        seats.join(at.donors[0], ref)
    h.vet(at.village, at.donors[0])
    seats.join(at.donors[0], ref)


def test_a_circle_whose_last_adult_leaves_is_with_children(at: Ground, travel: Travel) -> None:
    school = h.add_school(at.village)
    h.vet(at.village, at.donors[0])
    ref = r.running(at, at.donors[:2], promise=r.hours(school.point, adult=h.TEACHER))
    assert not circle_terms(ref).serves_children
    travel(r.MAY)
    r.turn()
    gifts = {gift.account_id: gift.ref for gift in r.gifts(ref)}
    vetted, stranger = (gifts[donor.account_id] for donor in at.donors[:2])
    plan.plan(at.donors[0], vetted, day=h.today() + timedelta(days=2))
    plan.plan(at.donors[1], stranger, day=h.today() + timedelta(days=2))
    aunt = adult_comes(at.village, "上官素云")
    young_head(at.village)
    assert not circle_terms(ref).serves_children
    end_member(at.village.volunteer, at.village.family.ref, aunt)
    assert (pledge_row(vetted).state, pledge_row(stranger).state) == ("planned", "cancelled")
    assert circle_terms(ref).serves_children
    assert r.circle(ref).hidden_at is None
    with pytest.raises(NotPermitted, match="vetting-missing"):
        seats.join(at.donors[2], ref)
    adult_comes(at.village, "上官明远")
    assert not circle_terms(ref).serves_children
    seats.join(at.donors[2], ref)


def almost_18(place: v.Village) -> None:
    """Let the head of the family be 18 from tomorrow on."""
    head, tomorrow = head_of(place), h.today() + timedelta(days=1)
    end_reading()
    birth = seal(tomorrow.replace(year=tomorrow.year - 18).isoformat(), place=f"members.birth:{head.ref}")
    with transaction() as tx:
        young = {"birth_sealed": birth, "school_stage": "senior", "stage_on": h.today()}
        tx.session.execute(update(Member).where(Member.id == head.id).values(young))


@pytest.mark.parametrize("readable", [True, False])
def test_from_an_18th_birthday_on_an_adult_lives_there(
    place: v.Village, school: h.School, travel: Travel, *, readable: bool
) -> None:
    young_head(place)
    wish = h.published(place, HOUSEHOLD, school.point, guarded())
    almost_18(place)
    end_reading()
    nightly.turn()
    assert is_with_children(wish) == (True, True)
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(place.donor, wish, units=1)
    if not readable:  # the little brother's birth does not open: nobody knows who lives there
        with transaction() as tx:
            child = Member.ref == place.family.child_ref
            tx.session.execute(update(Member).where(child).values(birth_sealed=b""))
    travel(now() + timedelta(days=1))
    end_reading()
    nightly.turn()
    assert head_of(place).school_stage is None
    end_reading()
    kept = reading().scalars(select(ServiceTerms.serves_children).where(ServiceTerms.wish_id == wish_row(wish).id))
    assert kept.one() is not readable  # as strict as it was, where nobody can be asked
    if readable:
        assert is_with_children(wish) == (False, False)
        with transaction() as tx:
            tx.session.execute(update(Consent).where(Consent.member_id == head_of(place).id).values(given_by="self"))
        agreed(place, wish, units=1)


def test_from_an_18th_birthday_on_a_circle_of_hours_is_not_with_children(at: Ground, travel: Travel) -> None:
    school = h.add_school(at.village)
    young_head(at.village)
    ref = r.formed(at, promise=r.hours(school.point, adult=h.TEACHER))
    almost_18(at.village)
    end_reading()
    nightly.turn()
    assert circle_terms(ref).serves_children
    travel(now() + timedelta(days=1))
    end_reading()
    nightly.turn()
    assert not circle_terms(ref).serves_children
