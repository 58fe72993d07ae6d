"""Services: subjects, where and when, and what must stand before anybody serves children."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from unicodedata import normalize

from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.points import PointKind
from charity.domain.wishes import BeneficiaryKind


class Mode(StrEnum):
    """How hours are given."""

    ON_SITE = "on-site"
    REMOTE = "remote"


class Through(StrEnum):
    """Who answers for a service to children at its place."""

    SCHOOL = "school"
    ORGANISATION = "organisation"


class Giver(StrEnum):
    """Who gives hours: a person, an organisation, or one that is verified and vetted for services to children."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VETTED_ORGANISATION = "vetted-organisation"


class Proof(StrEnum):
    """On what a vetting rests."""

    NO_CRIMINAL_RECORD = "no-criminal-record"
    TEACHERS_CERTIFICATE = "teachers-certificate"
    REGISTERED_ORGANISATION = "registered-organisation"


_TAUGHT = frozenset({BeneficiaryKind.CHILD, BeneficiaryKind.SITE})
_ADULTS = frozenset({BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE})
_AT_HOME = frozenset({BeneficiaryKind.HOUSEHOLD})
# What is taught to children; the others are for grown-ups.
SCHOOL_SUBJECTS: dict[str, frozenset[BeneficiaryKind]] = dict.fromkeys(
    ("chinese", "maths", "english", "science", "reading", "art", "music", "sport", "computers", "safety"), _TAUGHT
)
SUBJECTS: dict[str, frozenset[BeneficiaryKind]] = SCHOOL_SUBJECTS | {
    "farm-advice": _ADULTS,
    "work-advice": _ADULTS,
    "law-advice": _ADULTS,
    "digital-help": _ADULTS,
    "haircut": _ADULTS,
    "repairs": _ADULTS,
    "housework": _AT_HOME,
    "escort": _AT_HOME,
}
# An hour has no price; the tables keep the smallest sum there is, and no page shows it.
HOUR_FEN = 1
MOST_HOURS = 200
MOST_A_DAY = 12
MOST_MEETINGS = 8  # agreed at once; others follow as hours are logged
MOST_PEOPLE = 50  # of one organisation at one meeting
LONGEST_PERIOD = timedelta(days=366)
LONGEST_VETTING = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked for beside the hours: a subject, the way, the days between which, and who is in the room."""

    subject: str
    mode: Mode
    first_on: date
    last_on: date
    second_adult: str = ""


@dataclass(frozen=True, slots=True)
class Vetted:
    """A record that somebody was vetted, on until a day."""

    until: date


def list_subjects(beneficiary: BeneficiaryKind) -> tuple[str, ...]:
    """List the subjects a beneficiary may ask for."""
    return tuple(code for code, who in SUBJECTS.items() if beneficiary in who)


def category_of(beneficiary: BeneficiaryKind) -> str:
    """Name the catalogue's category of a service."""
    return "home-help" if beneficiary is BeneficiaryKind.HOUSEHOLD else "lessons"


def serves_children(
    subject: str, beneficiary: BeneficiaryKind, *, is_school: bool = False, has_adult: bool = True
) -> bool:
    """Say whether children are in the room: a child's own wish, all at a school, and what is taught to children.

    A family's hours are with its grown-ups, unless it is taught in a circle, or no adult lives there.
    """
    if beneficiary is BeneficiaryKind.HOUSEHOLD:
        return subject in SCHOOL_SUBJECTS or not has_adult
    return beneficiary is BeneficiaryKind.CHILD or is_school or subject in SCHOOL_SUBJECTS


def through_of(point: PointKind) -> Through:
    """Say who answers at a place: at a school the school does, elsewhere only a verified organisation can."""
    return Through.SCHOOL if point is PointKind.SCHOOL else Through.ORGANISATION


def may_ask_for(terms: Terms, beneficiary: BeneficiaryKind, *, hours: int, today: date) -> None:
    """Refuse a subject that is not for them, too many hours, or days that cannot be."""
    if beneficiary not in SUBJECTS.get(terms.subject, frozenset()):
        raise Invalid("subject-unknown", field="subject")
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid("units-out-of-range", field="wanted", params={"least": 1, "most": MOST_HOURS})
    if terms.last_on < terms.first_on or terms.last_on - terms.first_on > LONGEST_PERIOD:
        raise Invalid("period-shape", field="last_on")
    if terms.last_on < today:
        raise Invalid("season-over", field="last_on")


def may_meet_children(terms: Terms, point: PointKind) -> None:
    """Refuse a service to children without a second adult named, or by a call that no school sits in."""
    if not terms.second_adult.strip():
        raise Invalid("second-adult-missing", field="second_adult")
    if is_private_call(terms.mode, through_of(point)):
        raise Invalid("private-remote-call", field="mode")


def is_private_call(mode: str, through: Through) -> bool:
    """Say whether hours are a call in which no school sits."""
    return mode == Mode.REMOTE and through is not Through.SCHOOL


def may_go_on_with_children(mode: str, through: Through, *, names_adult: bool) -> None:
    """Refuse hours published for grown-ups that are with children now, and do not say what those need."""
    if not names_adult or is_private_call(mode, through):
        raise NotPermitted("hours-unguarded")


def may_serve_children(vetted: Vetted | None, through: Through, giver: Giver, *, day: date) -> None:
    """Refuse whoever was not vetted for that day; outside a school only a vetted organisation may serve.

    An organisation needs both, also at a school: that it is verified as vetted, and the region's record of vetting.
    """
    if vetted is None:
        raise NotPermitted("vetting-missing")
    if vetted.until < day:
        raise NotPermitted("vetting-over")
    is_person_at_school = giver is Giver.PERSON and through is Through.SCHOOL
    if giver is not Giver.VETTED_ORGANISATION and not is_person_at_school:
        raise NotPermitted("only-verified-organisation")


def may_agree(day: date, *, first_on: date, last_on: date, today: date, field: str = "day") -> None:
    """Refuse a date in the past or outside the days that were asked for."""
    if not max(first_on, today) <= day <= last_on:
        raise Invalid("day-outside-period", field=field)


def may_agree_on(days: Sequence[date], *, hours: int, first_on: date, last_on: date, today: date) -> None:
    """Refuse days of which one cannot be, one is said twice, or which are more than there are hours to give."""
    if not days:
        raise Invalid("day-missing", field="day")
    for day in days:
        may_agree(day, first_on=first_on, last_on=last_on, today=today)
    if len(set(days)) < len(days):
        raise Invalid("meeting-twice", field="day")
    most = min(hours, MOST_MEETINGS)
    if len(days) > most:
        raise Invalid("too-many-meetings", field="day", params={"most": most})


def may_go_on(next_on: date | None, *, hours_left: int, known: Collection[date]) -> None:
    """Refuse one more meeting when no hours are left for it, or on a day on which there is one already."""
    if next_on is None:
        return
    if hours_left < 1:
        raise Invalid("no-hours-left", field="next_on")
    if next_on in known:
        raise Invalid("meeting-twice", field="next_on")


def may_put_off(*, already: bool) -> None:
    """Refuse to put a meeting off once more when no hours were given since the last time."""
    if already:
        raise Conflict("put-off-already", field="hours")


def may_log(hours: int, *, most: int, agreed_on: date, today: date) -> None:
    """Refuse more hours than were claimed or than a day has, none, and hours of a day that has not come."""
    if not 1 <= hours <= most:
        raise Invalid("hours-out-of-range", field="hours", params={"most": max(most, 0)})
    if today < agreed_on:
        raise Conflict("day-not-come")


def most_hours(claimed: int, *, logged_that_day: int, people: int = 1, most_people: int = 1) -> int:
    """Give how many hours may be logged for a meeting: twelve for each who was there, whatever was claimed.

    All meetings of a day together have no more than twelve for each of the most people who were at one of them:
    nobody tells whether two meetings of a day had the same people, so they count as the same.
    """
    return min(claimed, MOST_A_DAY * people, MOST_A_DAY * max(people, most_people) - logged_that_day)


def may_be_there(people: int, *, giver: Giver, named: int | None) -> None:
    """Refuse more people than can have been there: one for a person, and with children none without a named vetting."""
    most = 1 if giver is Giver.PERSON else MOST_PEOPLE
    if not 1 <= people <= most:
        raise Invalid("people-out-of-range", field="people", params={"most": most})
    if named is not None and people > max(named, 1):  # whether one was vetted at all is asked when hours are agreed
        raise Invalid("people-unvetted", field="people", params={"most": max(named, 1)})


def may_count(*, was_vetted: bool) -> None:
    """Refuse hours with children by somebody whose vetting did not stand on their day."""
    if not was_vetted:
        raise Conflict("vetting-not-standing")


def may_begin(*, is_vetted: bool) -> None:
    """Refuse a day on which the vetting of whoever comes does not stand from its beginning."""
    if not is_vetted:
        raise NotPermitted("vetting-too-new")


def may_attest(second_adult: str, *, givers: Iterable[str]) -> None:
    """Refuse an attestation that does not name the second adult who was there, or names the giver as that."""
    if not _bare(second_adult):
        raise Invalid("second-adult-missing", field="second_adult")
    if _bare(second_adult) in {_bare(name) for name in givers}:
        raise Invalid("second-adult-is-giver", field="second_adult")


def _bare(name: str) -> str:
    """Leave of a name its letters alone, so that width, case, spaces and dots make no other person of somebody."""
    return "".join(sign for sign in normalize("NFKC", name).casefold() if sign.isalnum())


def may_vet(*, real_name: str, until: date, today: date) -> None:
    """Refuse a record without the real name, or that ends in the past or after more than a year."""
    if not real_name.strip():
        raise Invalid("field-needed", field="real_name")
    if not today <= until <= today + LONGEST_VETTING:
        raise Invalid("vetting-term", field="until")
