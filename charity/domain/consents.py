"""Consent: per person, purpose and audience; append-only rows, of which the newest speaks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from charity.domain.errors import Conflict, Invalid


class Purpose(StrEnum):
    """What somebody's data may be used for."""

    REGISTER = "register"
    PUBLISH_WISH = "publish-wish"
    SHOW_SEX = "show-sex"
    SHOW_SIZE = "show-size"
    SHOW_INTEREST = "show-interest"
    SCHOOL_POINT = "school-point"
    FEEDBACK = "feedback"
    PUBLICITY = "publicity"
    CIRCLE = "circle"
    PAYMENT = "payment"


class Audience(StrEnum):
    """Who may see the data for that purpose."""

    STAFF = "staff"
    DONOR = "donor"
    RECEIVER = "receiver"  # the organisation that pays money out to the family
    PUBLIC = "public"


class GivenBy(StrEnum):
    """Who speaks for the person."""

    SELF = "self"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CARER = "carer"


AUDIENCES: dict[Purpose, Audience] = {
    Purpose.REGISTER: Audience.STAFF,
    Purpose.PUBLISH_WISH: Audience.PUBLIC,
    Purpose.SHOW_SEX: Audience.PUBLIC,
    Purpose.SHOW_SIZE: Audience.PUBLIC,
    Purpose.SHOW_INTEREST: Audience.PUBLIC,
    Purpose.SCHOOL_POINT: Audience.STAFF,
    Purpose.FEEDBACK: Audience.DONOR,
    Purpose.PUBLICITY: Audience.PUBLIC,
    Purpose.CIRCLE: Audience.PUBLIC,
    Purpose.PAYMENT: Audience.RECEIVER,
}
# Without these nothing is registered or published; refusing any other never costs help.
NEEDED_TO_REGISTER = frozenset({Purpose.REGISTER})
NEEDED_TO_PUBLISH = frozenset({Purpose.REGISTER, Purpose.PUBLISH_WISH})
ASKED_FROM, OWN_FROM, ADULT_FROM = 8, 14, 18
LASTS = timedelta(days=365)
RENEWAL_BEFORE = timedelta(days=60)
# So long a notice of a coming end is not said again: the whole last stretch, to its last hour.
TOLD = RENEWAL_BEFORE + timedelta(days=2)
ELDERS = frozenset({GivenBy.PARENT, GivenBy.GUARDIAN, GivenBy.CARER})


@dataclass(frozen=True, slots=True)
class Needed:
    """Whose yes a use needs: the person's own, an elder's, the child's when asked."""

    own: bool
    elder: bool
    child_asked: bool


def consent_needed(age: int) -> Needed:
    """Tell whose yes is needed at an age: an elder's under 14 (the child asked from 8), both at 14-17, then the own."""
    if age < OWN_FROM:
        return Needed(own=False, elder=True, child_asked=age >= ASKED_FROM)
    return Needed(own=True, elder=age < ADULT_FROM, child_asked=False)


def may_record(
    *, age: int, given_by: GivenBy, is_granted: bool, child_agrees: bool | None = None, parent_agreed: bool = False
) -> None:
    """Refuse a yes from somebody who may not give it; a no or a withdrawal is always taken."""
    if not is_granted:
        return
    needed = consent_needed(age)
    if given_by is GivenBy.SELF and not needed.own:
        raise Invalid("consent-needs-elder", field="given_by")
    if given_by in ELDERS and not needed.elder:
        raise Invalid("consent-needs-self", field="given_by")
    if given_by is GivenBy.CARER and not parent_agreed:
        raise Invalid("carer-needs-parents-yes", field="parent_agreed")
    if needed.child_asked and child_agrees is None:
        raise Invalid("child-not-asked", field="child_agrees")
    if needed.child_asked and child_agrees is False:
        raise Conflict("child-says-no", field="child_agrees")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One row of the append-only list, of one person."""

    purpose: Purpose
    audience: Audience
    is_granted: bool
    given_by: GivenBy
    recorded_at: datetime
    valid_until: date | None = None
    child_agrees: bool | None = None


class ConsentState(StrEnum):
    """What the rows say at a time."""

    NEVER = "never"
    GIVEN = "given"
    PARTLY = "partly"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def consent_at(
    rows: Iterable[ConsentRow], purpose: Purpose, *, age: int, moment: datetime, today: date
) -> ConsentState:
    """Tell the state of a person's consent to a purpose from all its rows, oldest first among equals.

    A no by anyone entitled hides at once; the yes of each whose yes is needed must stand and not have run out. A grown
    person's elders are not asked any more, neither for a yes nor about a no of theirs.
    """
    audience = AUDIENCES[purpose]
    known = [r for r in rows if r.purpose is purpose and r.audience is audience and r.recorded_at <= moment]
    if not known:
        return ConsentState.NEVER
    known.sort(key=lambda row: row.recorded_at)
    needed = consent_needed(age)
    elder = _newest(known, elder=True) if needed.elder else None
    own = _newest(known, elder=False)
    if own is not None and elder is not None and _takes_back(known, own, elder, needed):
        own = None
    if any(row is not None and not row.is_granted for row in (own, elder)):
        return ConsentState.WITHDRAWN
    return _standing(own, elder, needed, today)


def _takes_back(known: list[ConsentRow], own: ConsentRow, elder: ConsentRow, needed: Needed) -> bool:
    """Say whether an elder's later yes takes back a small child's own no: from 8 only as the child, asked, agrees."""
    if needed.own or not elder.is_granted or known.index(elder) < known.index(own):
        return False
    return elder.child_agrees is True or not needed.child_asked


def _standing(own: ConsentRow | None, elder: ConsentRow | None, needed: Needed, today: date) -> ConsentState:
    wanted = [row for row, is_needed in ((own, needed.own), (elder, needed.elder)) if is_needed]
    if any(row is None for row in wanted):
        # A child turned 14 or 18 since: what stood before is not enough any more.
        return ConsentState.PARTLY
    if any(row is not None and row.valid_until is not None and row.valid_until < today for row in wanted):
        return ConsentState.EXPIRED
    return ConsentState.GIVEN


def _newest(rows: list[ConsentRow], *, elder: bool) -> ConsentRow | None:
    mine = [row for row in rows if (row.given_by in ELDERS) is elder]
    return mine[-1] if mine else None


def valid_until(recorded_on: date, birth: date | None = None) -> date:
    """Tell until when a yes stands: a year, but no longer than the day before the child turns 14 or 18."""
    last = recorded_on + LASTS
    for age in (OWN_FROM, ADULT_FROM) if birth is not None else ():
        turns = _birthday(birth, age) if birth is not None else last
        if recorded_on < turns <= last:
            last = turns - timedelta(days=1)
    return last


def _birthday(birth: date, age: int) -> date:
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:  # 29 February in a common year
        return date(birth.year + age, 3, 1)


def may_renew(uses: Collection[Purpose], withdrawn: Collection[Purpose]) -> list[Purpose]:
    """Give the uses that may be asked again; refused where nothing ends soon any more, or all of it was withdrawn."""
    if not uses:
        raise Conflict("nothing-to-renew")
    left = [use for use in uses if use not in withdrawn]
    if not left:
        raise Conflict("consent-withdrawn")
    return left


def refuser(age: int, given_by: GivenBy) -> GivenBy:
    """Tell on whose side a child's no stands: on the elder's, who may say yes again with the child; its own from 14."""
    return given_by if age < OWN_FROM else GivenBy.SELF


def may_stand(until: date, *, today: date) -> None:
    """Refuse a renewal that ends soon again because the child turns 14 or 18: others must be asked then."""
    if is_due_for_renewal(until, today=today):
        raise Conflict("consent-ends-with-age")


def may_share_paper(villages: Iterable[str]) -> None:
    """Refuse one list with signatures of families of several villages: their staff would read of each other's."""
    if len(set(villages)) > 1:
        raise Invalid("list-of-two-villages", field="photo")


def is_due_for_renewal(until: date | None, *, today: date) -> bool:
    """Say whether a consent ends within 60 days and its renewal belongs in the queue."""
    return until is not None and until - RENEWAL_BEFORE <= today
