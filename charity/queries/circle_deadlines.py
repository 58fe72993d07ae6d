"""Which circles, seats and months the calendar must look at now; the worker turns each in a transaction of its own.

What is listed may turn out not to be possible just now, and then is listed again: such lists are read in pages, by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from charity.adapters.db import end_reading, reading
from charity.domain.calendar import day_of
from charity.domain.circle_states import PUBLIC
from charity.domain.circles import NEEDED_FOR_CIRCLE, RENEWAL_ASKED, PromiseKind, first_of, month_text
from charity.domain.consents import ELDERS, NEEDED_TO_PUBLISH, Purpose
from charity.domain.households import OUT_OF_HARDSHIP
from charity.domain.points import PointKind
from charity.domain.wishes import OPEN as OPEN_WISH
from charity.domain.wishes import PUBLIC as PUBLIC_WISH
from charity.domain.wishes import WishState
from charity.models.accounts import Account
from charity.models.circle_rows import is_coming
from charity.models.circles import Circle, CircleMonth, CircleTerms, Letter, Seat, SeatOffer
from charity.models.consents import is_last_word
from charity.models.groups import Group
from charity.models.households import Consent, Household, Member
from charity.models.openings import CircleOpening
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.wishes import Wish

# A month's gifts may be confirmed, disputed, ruled and appealed for so long after their wish was opened.
LONG_OVER = timedelta(days=120)
MISSED = ("cancelled", "lapsed", "returned", "refuted")


@dataclass(frozen=True, slots=True)
class Due:
    """A row to look at: its place in the list, and its reference where it has one."""

    id: int
    ref: str = ""


_CIRCLES = select(Circle.id, Circle.ref)


def list_due_offers(now: datetime, limit: int) -> list[str]:
    """List open offers of seats that have run out."""
    query = select(SeatOffer.ref).where(SeatOffer.act_by <= now, SeatOffer.state == "open")
    return _refs(query.order_by(SeatOffer.act_by).limit(limit))


def list_reminders(now: datetime, limit: int) -> list[str]:
    """List open offers of which their donor must be reminded."""
    query = select(SeatOffer.ref).where(SeatOffer.remind_at <= now, SeatOffer.state == "open")
    return _refs(query.order_by(SeatOffer.remind_at).limit(limit))


def list_orphaned_groups(after: int, limit: int) -> list[Due]:
    """List groups whose founder's account is closed, or disabled while a deputy stands ready."""
    gone = or_(
        Account.closed_at.is_not(None), and_(Account.disabled_at.is_not(None), Group.deputy_agreed_at.is_not(None))
    )
    orphaned = select(Group.id, Group.ref).join(Account, Account.id == Group.founder_id)
    return _page(orphaned.where(Group.dissolved_at.is_(None), gone), Group.id, after, limit)


def list_days(now: datetime, after: int, limit: int) -> list[Due]:
    """List circles for which today's calendar has something to do."""
    today = day_of(now)
    theirs = Seat.circle_id == Circle.id
    notice_over = exists().where(theirs, Seat.state == "leaving", Seat.leaves_on < today)
    accepted = exists().where(theirs, Seat.state == "accepted", or_(Seat.since.is_(None), Seat.since <= today))
    # seats that are only offered start no circle, though they are taken
    donors = select(func.count()).where(theirs, Seat.state == "accepted").scalar_subquery()
    can_start = and_(
        Circle.state == "forming",
        Circle.hidden_at.is_(None),
        Circle.taken >= Circle.least,
        or_(Circle.not_before.is_(None), Circle.not_before <= today),
        donors >= Circle.least,
    )
    asks = and_(Circle.ends_on <= today + RENEWAL_ASKED, Circle.renewal_asked_at.is_(None), Circle.hidden_at.is_(None))
    running = and_(Circle.state == "running", or_(notice_over, accepted, Circle.ends_on <= today, asks))
    out = exists().where(Household.id == Circle.household_id, Household.life_state.in_(sorted(OUT_OF_HARDSHIP)))
    is_over = and_(Circle.state.in_(("forming", "running")), out)
    return _page(_CIRCLES.where(or_(can_start, running, is_over)), Circle.id, after, limit)


def list_consents_over(now: datetime, after: int, limit: int) -> list[Due]:
    """List circles in sight whose family's head lacks a yes they need: one ran out, or somebody else is head now.

    Where children are met, also those in sight, or with a wish in sight, no child of whose family may be met any more.
    """
    lacks = or_(*(~_stands(use, now) for use in sorted(NEEDED_FOR_CIRCLE)))
    in_sight = and_(Circle.state.in_([state.value for state in sorted(PUBLIC)]), Circle.hidden_at.is_(None))
    over = or_(and_(in_sight, lacks), and_(_MEETS_CHILDREN, _lacks_child(in_sight, now)))
    return _page(_CIRCLES.where(over), Circle.id, after, limit)


_MEETS_CHILDREN = and_(
    Circle.promise_kind == PromiseKind.SERVICE.value,
    exists().where(CircleTerms.circle_id == Circle.id, CircleTerms.serves_children.is_(True)),
)
_AT_SCHOOL = exists().where(
    ServicePoint.id == Circle.point_id,
    ServicePoint.kind == PointKind.SCHOOL.value,
    ServicePoint.closed_at.is_(None),
)


def _lacks_child(in_sight: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """Give the condition that something is seen to which no child, or nobody for it, agrees any more.

    Who is a child is not written in the open; a child is who has elders that speak for it.
    """
    shown = or_(in_sight, _has_wish(PUBLIC_WISH))
    meets = and_(_AT_SCHOOL, or_(in_sight, _has_wish(OPEN_WISH)))
    at_school = NEEDED_TO_PUBLISH | {Purpose.SCHOOL_POINT}
    return or_(and_(shown, ~_willing(NEEDED_TO_PUBLISH, now)), and_(meets, ~_willing(at_school, now)))


def _has_wish(states: Iterable[WishState]) -> ColumnElement[bool]:
    seen = Wish.state.in_([state.value for state in sorted(states)]), Wish.hidden_at.is_(None)
    return exists().where(Wish.circle_id == Circle.id, *seen)


def _willing(uses: Iterable[Purpose], now: datetime) -> ColumnElement[bool]:
    today = day_of(now)
    said = (Consent.household_id == Member.household_id, Consent.member_id == Member.id, is_last_word())
    over = or_(Consent.is_granted.is_(False), and_(Consent.valid_until.is_not(None), Consent.valid_until < today))
    named = sorted(uses)
    by_elders = Consent.given_by.in_([who.value for who in sorted(ELDERS)])
    stands = (exists().where(*said, Consent.purpose == use.value, by_elders, ~over) for use in named)
    none_over = ~exists().where(*said, Consent.purpose.in_([use.value for use in named]), over)
    return exists().where(Member.household_id == Circle.household_id, Member.left_at.is_(None), *stands, none_over)


def _stands(use: Purpose, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Member.household_id == Circle.household_id,
        Member.relation == "head",
        Member.left_at.is_(None),
        Consent.household_id == Circle.household_id,
        Consent.member_id == Member.id,
        Consent.purpose == use.value,
        Consent.is_granted.is_(True),
        or_(Consent.valid_until.is_(None), Consent.valid_until >= day_of(now)),
        is_last_word(),
    )


def list_months_to_open(now: datetime, after: int, limit: int) -> list[Due]:
    """List running circles whose month has not been opened, also those that cannot open one just now."""
    first = first_of(day_of(now))
    query = _CIRCLES.where(
        Circle.state == "running",
        Circle.starts_on <= first,
        Circle.ends_on > first,
        or_(Circle.month.is_(None), Circle.month < month_text(first)),
    )
    return _page(query, Circle.id, after, limit)


def list_months_to_settle(now: datetime, after: int, limit: int) -> list[Due]:
    """List seats' months whose outcome is not what their gift or the calendar says."""
    this_month = month_text(day_of(now))
    waits = exists().where(
        Letter.seat_id == CircleMonth.seat_id,
        Letter.month == CircleMonth.month,
        is_coming(now),
    )
    # Hours may be given in several meetings: one that is confirmed keeps the month, one under way leaves it open.
    part = aliased(Pledge)
    parts = and_(
        CircleMonth.kind == PromiseKind.SERVICE.value,
        part.wish_id == CircleMonth.wish_id,
        part.account_id == Pledge.account_id,
    )
    is_confirmed = or_(Pledge.state == "confirmed", exists().where(parts, part.state == "confirmed"))
    goes_on = exists().where(parts, part.state.not_in(MISSED))
    kept = and_(CircleMonth.outcome != "kept", is_confirmed)
    missed = and_(CircleMonth.outcome != "missed", Pledge.state.in_(MISSED), ~goes_on)
    silent = and_(
        CircleMonth.outcome == "open", CircleMonth.pledge_id.is_(None), CircleMonth.month < this_month, ~waits
    )
    query = (
        select(CircleMonth.id).outerjoin(Pledge, Pledge.id == CircleMonth.pledge_id).where(or_(kept, missed, silent))
    )
    return _page(query, CircleMonth.id, after, limit)


def list_lists_to_open(after: int, limit: int) -> list[Due]:
    """List lists of families that somebody agreed to and whose circles are not all open."""
    query = select(CircleOpening.id, CircleOpening.ref).where(CircleOpening.state == "opening")
    return _page(query, CircleOpening.id, after, limit)


def list_wishes_to_settle(now: datetime, after: int, limit: int) -> list[Due]:
    """List circles' wishes of months long over whose gifts have all ended."""
    query = select(Wish.id, Wish.ref).where(
        Wish.circle_id.is_not(None),
        Wish.state == "approved",
        Wish.published_at <= now - LONG_OVER,
        Wish.in_transit == 0,
        Wish.committed == Wish.fulfilled,
    )
    return _page(query, Wish.id, after, limit)


def _page(query: Select[*tuple[Any, ...]], number: InstrumentedAttribute[int], after: int, limit: int) -> list[Due]:
    rest = query.where(number > after) if after else query
    found = [Due(*row) for row in reading().execute(rest.order_by(number).limit(limit))]
    end_reading()
    return found


def _refs(query: Select[str]) -> list[str]:
    found = list(reading().scalars(query))
    end_reading()
    return found
