"""Hours: who may ask for what, and what must stand before anybody serves children."""

from datetime import date, timedelta

import pytest

from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.points import PointKind
from charity.domain.service import (
    SUBJECTS,
    Giver,
    Mode,
    Terms,
    Through,
    Vetted,
    list_subjects,
    may_agree,
    may_agree_on,
    may_ask_for,
    may_attest,
    may_be_there,
    may_log,
    may_meet_children,
    may_serve_children,
    may_vet,
    most_hours,
    serves_children,
    through_of,
)
from charity.domain.wishes import BeneficiaryKind

CHILD, HOUSEHOLD, SITE = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE
TODAY = date(2026, 3, 2)
END = date(2026, 4, 2)


def terms(
    subject: str = "maths", mode: Mode = Mode.ON_SITE, first: date = TODAY, last: date = END, adult: str = "吴老师"
) -> Terms:
    return Terms(subject=subject, mode=mode, first_on=first, last_on=last, second_adult=adult)


def test_every_subject_is_for_somebody_and_no_school_subject_for_a_home() -> None:
    assert set().union(*(list_subjects(kind) for kind in BeneficiaryKind)) == set(SUBJECTS)
    for subject in list_subjects(HOUSEHOLD):
        assert not serves_children(subject, HOUSEHOLD, is_school=False)
        assert subject not in list_subjects(CHILD)


@pytest.mark.parametrize(
    ("subject", "who", "is_school", "are_children"),
    [
        ("maths", CHILD, False, True),
        ("maths", SITE, False, True),
        ("haircut", SITE, True, True),
        ("haircut", SITE, False, False),
        ("housework", HOUSEHOLD, False, False),
    ],
)
def test_who_is_in_the_room(subject: str, who: BeneficiaryKind, *, is_school: bool, are_children: bool) -> None:
    assert serves_children(subject, who, is_school=is_school) is are_children


@pytest.mark.parametrize(
    ("said", "who", "hours", "code"),
    [
        (terms("housework"), CHILD, 2, "subject-unknown"),
        (terms("maths"), HOUSEHOLD, 2, "subject-unknown"),
        (terms("alchemy"), SITE, 2, "subject-unknown"),
        (terms(), CHILD, 0, "units-out-of-range"),
        (terms(), CHILD, 201, "units-out-of-range"),
        (terms(first=END, last=TODAY), CHILD, 2, "period-shape"),
        (terms(last=TODAY + timedelta(days=400)), CHILD, 2, "period-shape"),
        (terms(first=date(2026, 2, 1), last=date(2026, 3, 1)), CHILD, 2, "season-over"),
    ],
)
def test_what_cannot_be_asked_for(said: Terms, who: BeneficiaryKind, hours: int, code: str) -> None:
    may_ask_for(terms(), CHILD, hours=2, today=TODAY)
    with pytest.raises(Invalid, match=code):
        may_ask_for(said, who, hours=hours, today=TODAY)


def test_children_are_met_with_a_second_adult_and_never_by_a_private_call() -> None:
    may_meet_children(terms(mode=Mode.REMOTE), PointKind.SCHOOL)
    may_meet_children(terms(), PointKind.TOWNSHIP)
    with pytest.raises(Invalid, match="second-adult-missing"):
        may_meet_children(terms(adult="  "), PointKind.SCHOOL)
    with pytest.raises(Invalid, match="private-remote-call"):
        may_meet_children(terms(mode=Mode.REMOTE), PointKind.TOWNSHIP)


def test_only_somebody_vetted_serves_children_and_outside_a_school_only_an_organisation() -> None:
    vetted = Vetted(END)
    may_serve_children(vetted, Through.SCHOOL, Giver.PERSON, day=END)
    for place in Through:
        may_serve_children(vetted, place, Giver.VETTED_ORGANISATION, day=TODAY)
    for record, through, giver, day, code in (
        (None, Through.SCHOOL, Giver.PERSON, TODAY, "vetting-missing"),
        (None, Through.ORGANISATION, Giver.VETTED_ORGANISATION, TODAY, "vetting-missing"),
        (vetted, Through.SCHOOL, Giver.PERSON, END + timedelta(days=1), "vetting-over"),
        (vetted, Through.ORGANISATION, Giver.PERSON, TODAY, "only-verified-organisation"),
        (vetted, Through.ORGANISATION, Giver.ORGANISATION, TODAY, "only-verified-organisation"),
        (vetted, Through.SCHOOL, Giver.ORGANISATION, TODAY, "only-verified-organisation"),
    ):
        with pytest.raises(NotPermitted, match=code):
            may_serve_children(record, through, giver, day=day)
    assert {kind: through_of(kind) for kind in PointKind} == {
        PointKind.SCHOOL: Through.SCHOOL,
        PointKind.TOWNSHIP: Through.ORGANISATION,
        PointKind.VILLAGE: Through.ORGANISATION,
    }


def test_the_day_agreed_lies_ahead_and_within_what_was_asked_for() -> None:
    for day in (TODAY, END):
        may_agree(day, first_on=date(2026, 2, 1), last_on=END, today=TODAY)
    for day in (TODAY - timedelta(days=1), END + timedelta(days=1)):
        with pytest.raises(Invalid, match="day-outside-period"):
            may_agree(day, first_on=date(2026, 2, 1), last_on=END, today=TODAY)


def test_hours_are_logged_afterwards_and_never_more_than_were_claimed() -> None:
    may_log(3, most=3, agreed_on=TODAY, today=TODAY)
    for hours in (0, 4):
        with pytest.raises(Invalid, match="hours-out-of-range"):
            may_log(hours, most=3, agreed_on=TODAY, today=TODAY)
    with pytest.raises(Conflict, match="day-not-come"):
        may_log(3, most=3, agreed_on=END, today=TODAY)


@pytest.mark.parametrize("name", ["何平", "何 平", "何·平", "ＨＥ Ping", "he  ping"])
def test_the_second_adult_is_somebody_else_than_the_giver(name: str) -> None:
    may_attest("何平安", givers=["何平", "He Ping"])
    with pytest.raises(Invalid, match="second-adult-missing"):
        may_attest(" · ", givers=["何平"])
    with pytest.raises(Invalid, match="second-adult-is-giver"):
        may_attest(name, givers=["何平", "He Ping"])


def test_a_day_has_twelve_hours_for_a_person_and_more_for_a_team() -> None:
    assert most_hours(60, logged_that_day=0) == 12
    assert most_hours(3, logged_that_day=5) == 3
    assert most_hours(9, logged_that_day=5) == 7
    assert most_hours(60, logged_that_day=0, people=3) == 36
    assert most_hours(60, logged_that_day=30, people=3, most_people=3) == 6
    assert most_hours(60, logged_that_day=20, people=1, most_people=3) == 12
    assert most_hours(60, logged_that_day=36, people=3, most_people=3) == 0


def test_as_many_people_as_can_have_been_there() -> None:
    may_be_there(1, giver=Giver.PERSON, named=1)
    may_be_there(50, giver=Giver.ORGANISATION, named=None)
    may_be_there(3, giver=Giver.VETTED_ORGANISATION, named=3)
    for people, giver, named, code in (
        (2, Giver.PERSON, None, "people-out-of-range"),
        (0, Giver.ORGANISATION, None, "people-out-of-range"),
        (51, Giver.ORGANISATION, None, "people-out-of-range"),
        (4, Giver.VETTED_ORGANISATION, 3, "people-unvetted"),
    ):
        with pytest.raises(Invalid, match=code):
            may_be_there(people, giver=giver, named=named)


def test_meetings_are_on_different_days_and_no_more_than_hours() -> None:
    may_agree_on([TODAY, END], hours=2, first_on=TODAY, last_on=END, today=TODAY)
    for days, hours, code in (
        ([], 2, "day-missing"),
        ([TODAY, TODAY], 2, "meeting-twice"),
        ([TODAY, END], 1, "too-many-meetings"),
        ([TODAY, END + timedelta(days=1)], 2, "day-outside-period"),
    ):
        with pytest.raises(Invalid, match=code):
            may_agree_on(days, hours=hours, first_on=TODAY, last_on=END, today=TODAY)


def test_a_vetting_bears_a_real_name_and_a_term_of_at_most_a_year() -> None:
    may_vet(real_name="何平", until=TODAY + timedelta(days=366), today=TODAY)
    with pytest.raises(Invalid, match="field-needed"):
        may_vet(real_name=" ", until=END, today=TODAY)
    for until in (TODAY - timedelta(days=1), TODAY + timedelta(days=367)):
        with pytest.raises(Invalid, match="vetting-term"):
            may_vet(real_name="何平", until=until, today=TODAY)
