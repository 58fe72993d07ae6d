"""Dated facts and consents: append-only, judged by age, and a withdrawal hides everything at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters.crypto import unseal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, Refused
from charity.domain.identity import Sex
from charity.models.consents import is_agreed
from charity.models.households import Consent, Fact, Member
from charity.models.wishes import Wish
from charity.queries import household_files
from charity.services.register import cards, files, households, records
from charity.services.register.records import ConsentGiven
from tests.kit import village as v
from tests.services import parish as p
from tests.services.parish import Parish

NOW = datetime(2026, 5, 4, 4, tzinfo=UTC)
TODAY = date(2026, 5, 4)
Travel = Callable[[datetime], None]
BOTH = (Purpose.REGISTER, Purpose.PUBLISH_WISH)


@pytest.fixture
def parish(app: Flask, travel: Travel) -> Parish:
    travel(NOW)
    return p.found()


def record(by: Actor, home: str, key: str, value: str, as_of: date = TODAY, member: str | None = None) -> None:
    records.record_fact(by, home, key=key, value=value, as_of=as_of, member_ref=member)


def values(home: str) -> list[str]:
    end_reading()
    rows = reading().execute(select(Fact.ref, Fact.value_sealed).order_by(Fact.id))
    return [unseal(sealed, place=f"facts.value:{ref}") for ref, sealed in rows]


def test_facts_pile_up_and_the_newest_day_speaks(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    for value, day in (("tap", date(2026, 5, 1)), ("well", date(2025, 5, 1)), ("carried", date(2026, 5, 1))):
        record(parish.volunteer, home, "water", value, day)
    assert values(home) == ["tap", "well", "carried"]
    files.open_file(parish.volunteer, home, purpose=files.FilePurpose.VISIT)
    [shown] = household_files.get_file(parish.volunteer, home).facts
    assert (shown.value, shown.as_of, shown.is_fresh) == ("carried", date(2026, 5, 1), True)
    assert shown.recorded_by.startswith("网友")


def test_a_fact_grows_old(parish: Parish, travel: Travel) -> None:
    home, _, _ = p.settled(parish)
    record(parish.volunteer, home, "disaster", "yes")  # asked again after six months
    for moment, is_fresh in ((NOW, True), (NOW.replace(year=2027), False)):
        travel(moment)
        files.open_file(parish.volunteer, home, purpose=files.FilePurpose.VISIT)
        assert [fact.is_fresh for fact in household_files.get_file(parish.volunteer, home).facts] == [is_fresh]


@pytest.mark.parametrize(
    ("key", "value", "as_of", "code"),
    [
        ("shoe-size", "36", TODAY, "fact-unknown"),
        ("water", "champagne", TODAY, "fact-value"),
        ("wages", "-1", TODAY, "fact-value"),
        ("wages", "١٢", TODAY, "fact-value"),
        ("plan", "x" * 301, TODAY, "fact-value"),
        ("illness", "maybe", TODAY, "fact-value"),
        ("water", "tap", date(2026, 5, 5), "fact-in-future"),
        ("health", "well", TODAY, "fact-needs-member"),
    ],
)
def test_a_fact_that_does_not_fit_is_refused(parish: Parish, key: str, value: str, as_of: date, code: str) -> None:
    home, _, _ = p.settled(parish)
    with pytest.raises(Invalid, match=code):
        record(parish.volunteer, home, key, value, as_of)
    assert p.count(Fact) == 0


def test_a_fact_of_a_person_is_about_one_of_the_family(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    other = p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    stranger = households.add_member(parish.neighbour, other, person=p.person(name="路人", sex=Sex.MALE))
    with pytest.raises(Missing):
        record(parish.volunteer, home, "health", "well", member=stranger)
    with pytest.raises(Missing):
        record(parish.neighbour, home, "health", "well", member=child)
    record(parish.volunteer, home, "health", "well", member=child)
    assert values(home) == ["well"]


def test_who_printed_the_card_records_no_facts(parish: Parish) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE), (v.Role.REVIEWER, v.TOWNSHIP))
    home, _, _ = p.settled(parish)
    cards.print_card(both, home)
    with pytest.raises(NotPermitted, match="other-side"):
        record(both, home, "water", "tap")


def agreed(home: str, member: str | None, purpose: Purpose = Purpose.PUBLISH_WISH) -> bool:
    end_reading()
    household_id = p.row_of(home).id
    member_id = None if member is None else reading().scalars(select(Member.id).where(Member.ref == member)).one()
    return is_agreed(reading(), purpose, household_id=household_id, member_id=member_id, moment=NOW)


def said(by: GivenBy, *, yes: bool = True, child: bool | None = None, parent: bool = False) -> ConsentGiven:
    return ConsentGiven(
        purpose=Purpose.PUBLISH_WISH, is_granted=yes, given_by=by, child_agrees=child, parent_agreed=parent
    )


YOUNG, ASKED, TEEN, GROWN = date(2020, 1, 1), date(2016, 3, 9), date(2011, 1, 1), date(2000, 1, 1)


@pytest.mark.parametrize(
    ("birth", "given", "code", "kind"),
    [
        (YOUNG, said(GivenBy.SELF), "consent-needs-elder", Invalid),
        (ASKED, said(GivenBy.PARENT), "child-not-asked", Invalid),
        (ASKED, said(GivenBy.PARENT, child=False), "child-says-no", Conflict),
        (ASKED, said(GivenBy.CARER, child=True), "carer-needs-parents-yes", Invalid),
        (GROWN, said(GivenBy.PARENT), "consent-needs-self", Invalid),
    ],
)
def test_nobody_speaks_for_whom_he_may_not(
    parish: Parish, birth: date, given: ConsentGiven, code: str, kind: type[Refused]
) -> None:
    home = p.registered(parish)
    member = households.add_member(parish.volunteer, home, person=p.child(birth=birth))
    with pytest.raises(kind, match=code):
        records.record_consent(parish.volunteer, home, member, given=given)
    assert p.count(Consent) == 0


@pytest.mark.parametrize(
    ("birth", "enough", "too_little"),
    [
        (YOUNG, [said(GivenBy.GUARDIAN)], []),
        (ASKED, [said(GivenBy.CARER, child=True, parent=True)], []),
        (TEEN, [said(GivenBy.SELF), said(GivenBy.PARENT)], [said(GivenBy.SELF)]),
        (TEEN, [said(GivenBy.PARENT), said(GivenBy.SELF)], [said(GivenBy.PARENT)]),
        (GROWN, [said(GivenBy.SELF)], []),
    ],
)
def test_whose_word_is_enough_at_which_age(
    parish: Parish, birth: date, enough: list[ConsentGiven], too_little: list[ConsentGiven]
) -> None:
    home = p.registered(parish)
    member = households.add_member(parish.volunteer, home, person=p.child(birth=birth))
    for given in too_little:
        records.record_consent(parish.volunteer, home, member, given=given)
    assert not agreed(home, member)
    for given in enough:
        records.record_consent(parish.volunteer, home, member, given=given)
    assert agreed(home, member)


def wishes_of(home: str, *members: str | None) -> None:
    """Put a public wish of each of these people (None: of the family) onto the wall."""
    row = p.row_of(home)
    with transaction() as tx:
        poster = v.add_person(tx)
        for member in members:
            found = tx.session.scalar(select(Member.id).where(Member.ref == member)) if member else None
            tx.session.add(
                Wish(
                    ref=f"{member or 'family'}"[:13],
                    kind="goods",
                    beneficiary_kind="child" if found else "household",
                    beneficiary=f"h{row.id}",
                    household_id=row.id,
                    member_id=found,
                    region_code=v.VILLAGE,
                    province=v.PROVINCE,
                    city=v.CITY,
                    county=v.COUNTY,
                    title="x",
                    reason_code="winter-comes",
                    category="coat",
                    unit_label="piece",
                    unit_fen=100,
                    wanted=1,
                    state="approved",
                    poster_id=poster.account_id,
                    created_at=tx.now,
                )
            )


_TOLD = select(Wish.ref, Wish.interest, Wish.shown_sex)


def hidden() -> set[str]:
    end_reading()
    return set(reading().scalars(select(Wish.ref).where(Wish.hidden_at == NOW)))


def test_a_withdrawal_hides_the_persons_wishes_at_once(parish: Parish) -> None:
    home, head, child = p.settled(parish)
    p.agree(parish.volunteer, home, child, *BOTH, by=GivenBy.PARENT)
    wishes_of(home, child, None)
    assert hidden() == set()
    records.record_consent(parish.volunteer, home, child, given=said(GivenBy.PARENT, yes=False))
    assert hidden() == {child}
    assert not agreed(home, child)
    no_register = ConsentGiven(purpose=Purpose.REGISTER, is_granted=False, given_by=GivenBy.SELF)
    records.record_consent(parish.volunteer, home, head, given=no_register)
    assert hidden() == {child, "family"}


def test_what_a_child_that_is_the_head_no_longer_tells_leaves_its_own_wishes_too(parish: Parish) -> None:
    home = p.registered(parish)
    alone = households.add_member(parish.volunteer, home, person=p.person(birth=TEEN))
    sister = households.add_member(parish.volunteer, home, person=p.child())
    wishes_of(home, alone, sister, None)
    with transaction() as tx:
        tx.session.execute(update(Wish).values(interest="reading", shown_sex="girl"))
    no = ConsentGiven(purpose=Purpose.SHOW_INTEREST, is_granted=False, given_by=GivenBy.SELF)
    records.record_consent(parish.volunteer, home, alone, given=no)
    end_reading()
    told = {ref: (interest, sex) for ref, interest, sex in reading().execute(_TOLD)}
    assert told == {alone: ("", "girl"), "family": ("", "girl"), sister: ("reading", "girl")}


def test_what_stood_on_the_word_of_one_who_left_is_out_of_sight(parish: Parish) -> None:
    home, head, child = p.settled(parish)
    sister = households.add_member(parish.volunteer, home, person=p.child(name="慕容小雪"))
    wishes_of(home, child, sister, None)
    households.end_member(parish.volunteer, home, child)
    assert hidden() == {child}
    households.end_member(parish.volunteer, home, head)
    assert hidden() == {child, "family"}


def test_a_no_to_something_else_hides_nothing(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    wishes_of(home, child)
    no_size = ConsentGiven(purpose=Purpose.SHOW_SIZE, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(parish.volunteer, home, child, given=no_size)
    assert hidden() == set()


def test_a_detail_is_told_no_longer_than_it_is_agreed(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    wishes_of(home, child, None)
    with transaction() as tx:
        tx.session.execute(update(Wish).values(shown_sex="girl", interest="reading", shows_size=True))
    for purpose in (Purpose.SHOW_SEX, Purpose.SHOW_INTEREST, Purpose.SHOW_SIZE):
        no = ConsentGiven(purpose=purpose, is_granted=False, given_by=GivenBy.PARENT)
        records.record_consent(parish.volunteer, home, child, given=no)
    end_reading()
    told = reading().execute(select(Wish.ref, Wish.shown_sex, Wish.interest, Wish.shows_size).order_by(Wish.id)).all()
    assert [tuple(row) for row in told] == [(child, "", "", False), ("family", "girl", "reading", True)]


def test_a_withdrawal_is_taken_from_whoever_hears_it(parish: Parish) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE), (v.Role.REVIEWER, v.TOWNSHIP))
    home, head, _ = p.settled(parish)
    cards.print_card(both, home)
    with pytest.raises(NotPermitted, match="other-side"):
        p.agree(both, home, head, Purpose.PUBLISH_WISH)
    records.record_consent(both, home, head, given=said(GivenBy.SELF, yes=False))
    assert not agreed(home, None)


def test_a_new_yes_stands_again_until_it_ends(parish: Parish, travel: Travel) -> None:
    home, head, _ = p.settled(parish)
    for yes in (True, False, True):
        records.record_consent(parish.volunteer, home, head, given=said(GivenBy.SELF, yes=yes))
    assert agreed(home, None)
    last = reading().scalars(select(Consent.valid_until).order_by(Consent.id.desc())).first()
    assert last == date(2027, 5, 4)
    assert p.count(Consent) == 3
    end_reading()
    later = NOW.replace(year=2027, month=6)
    assert not is_agreed(reading(), Purpose.PUBLISH_WISH, household_id=p.row_of(home).id, member_id=None, moment=later)


def test_one_refused_word_leaves_nothing_of_the_others(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    yes = ConsentGiven(purpose=Purpose.REGISTER, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
    with pytest.raises(Invalid, match="child-not-asked"):
        records.record_consents(parish.volunteer, home, child, given=(yes, said(GivenBy.PARENT)))
    assert reading().scalar(select(func.count()).select_from(Consent)) == 0
