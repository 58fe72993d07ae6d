"""A volunteer's own wishes: what is to do first, then what waits, what is public, what is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import is_allowed
from charity.domain.reviews import Decision, read
from charity.domain.wishes import BeneficiaryKind, WishState, units_left
from charity.models.households import Household, Member
from charity.models.photos import Photo
from charity.models.points import ServicePoint
from charity.models.sites import Site
from charity.models.takedowns import wish_is_down
from charity.models.wishes import Wish, WishReview, review_place
from charity.queries.cursors import read_number
from charity.queries.wish_cards import photo_url

PER_PAGE = 30
RENEW_SOON = timedelta(days=14)
_REASONED = (Decision.RETURN.value, Decision.REJECT.value, Decision.REFER.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWish:
    """One line of the list."""

    ref: str
    title: str
    kind: str
    beneficiary_kind: str
    alias: str
    state: str
    units_wanted: int
    units_left: int
    committed: int
    in_transit: int
    fulfilled: int
    act_by: datetime | None
    reasons: tuple[str, ...]
    note: str
    is_to_renew: bool
    is_hidden: bool
    is_down: bool  # by a reported concern: no renewal shows it again


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """One page of the list."""

    wishes: tuple[OwnWish, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """A draft or returned wish with all its fields, for the form."""

    ref: str
    state: str
    kind: str
    beneficiary_kind: str
    alias: str
    region: str
    title: str
    details: str
    category: str
    reason_code: str
    unit_label: str
    unit_fen: int
    wanted: int
    size: str
    shown_sex: str
    interest: str
    season_on: date | None
    point_ref: str
    photo_url: str | None
    reasons: tuple[str, ...]
    note: str


def _told(row: Any) -> tuple[tuple[str, ...], str]:
    return read(unseal_some(row.review_sealed, place=review_place(row.ref)))


GROUPS = ("todo", "waiting", "public", "over")


def list_own(viewer: Actor, group: str = "todo", cursor: str | None = None) -> OwnPage:
    """List the viewer's wishes of a group, newest first."""
    query = _own(viewer).where(_in_group(group)).order_by(Wish.id.desc()).limit(PER_PAGE + 1)
    if cursor is not None:
        query = query.where(Wish.id < read_number(cursor))
    rows = reading().execute(query).all()
    now = clock.now()
    return OwnPage(
        wishes=tuple(_own_wish(row, now) for row in rows[:PER_PAGE]),
        next=str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None,
    )


def list_to_renew(viewer: Actor, *, most: int) -> tuple[OwnWish, ...]:
    """List the viewer's wishes that are stale or soon will be, the first to end first."""
    query = _own(viewer).where(or_(Wish.state == WishState.STALE.value, _is_due())).order_by(Wish.act_by, Wish.id)
    now = clock.now()
    return tuple(_own_wish(row, now) for row in reading().execute(query.limit(most)))


def count_returned(viewer: Actor) -> int:
    """Count the viewer's wishes that were sent back for changes."""
    returned = select(func.count()).select_from(Wish)
    mine = Wish.poster_id == viewer.account_id, Wish.state == WishState.RETURNED.value
    return reading().execute(returned.where(*mine)).scalar_one()


def _is_due() -> ColumnElement[bool]:
    return and_(Wish.state == WishState.APPROVED.value, Wish.act_by <= clock.now() + RENEW_SOON)


def get_own(viewer: Actor, ref: str) -> OwnWish:
    """Read one of the viewer's own wishes."""
    row = reading().execute(_own(viewer).where(Wish.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    return _own_wish(row, clock.now())


def get_editable(viewer: Actor, ref: str) -> Editable:
    """Read a draft or returned wish of the viewer's own."""
    row = reading().execute(_own(viewer).where(Wish.ref == ref)).one_or_none()
    if row is None or row.state not in (WishState.DRAFT, WishState.RETURNED):
        raise Missing
    if not is_allowed(viewer, "wish.post", row.region_code):
        raise Missing
    reasons, note = _told(row)
    return Editable(
        ref=row.ref,
        state=row.state,
        kind=row.kind,
        beneficiary_kind=row.beneficiary_kind,
        alias=_alias(row),
        region=row.region_code,
        title=row.title,
        details=row.details,
        category=row.category,
        reason_code=row.reason_code,
        unit_label=row.unit_label,
        unit_fen=row.unit_fen,
        wanted=row.wanted,
        size=row.size,
        shown_sex=row.shown_sex,
        interest=row.interest,
        season_on=row.season_on,
        point_ref=row.point_ref or "",
        photo_url=None if row.photo_ref is None else f"/desk{photo_url(row.photo_ref, 320)}",
        reasons=reasons,
        note=note,
    )


def _in_group(group: str) -> ColumnElement[bool]:
    todo = or_(Wish.state.in_([WishState.DRAFT.value, WishState.RETURNED.value, WishState.STALE.value]), _is_due())
    groups: dict[str, ColumnElement[bool]] = {
        "todo": todo,
        "waiting": Wish.state == WishState.SUBMITTED.value,
        "public": Wish.state.in_([WishState.APPROVED.value, WishState.STALE.value]),
        "over": Wish.state.in_(
            [
                WishState.CLOSED.value,
                WishState.WITHDRAWN.value,
                WishState.REJECTED.value,
                WishState.REFERRED.value,
            ]
        ),
    }
    if group not in groups:
        raise Missing
    return groups[group]


def _own(viewer: Actor) -> Select[*tuple[Any, ...]]:
    child = aliased(Member)
    last = (
        select(WishReview.reason_sealed)
        .where(WishReview.wish_id == Wish.id, WishReview.decision.in_(_REASONED))
        .order_by(WishReview.id.desc())
        .limit(1)
        .correlate(Wish)
        .scalar_subquery()
    )
    return (
        select(
            *Wish.__table__.c,
            Household.alias.label("household_alias"),
            child.alias.label("child_alias"),
            Site.kind.label("site_kind"),
            ServicePoint.ref.label("point_ref"),
            Photo.ref.label("photo_ref"),
            last.label("review_sealed"),
            wish_is_down(Wish.id).label("is_down"),
        )
        .select_from(Wish)
        .outerjoin(Household, Household.id == Wish.household_id)
        .outerjoin(child, child.id == Wish.member_id)
        .outerjoin(Site, Site.id == Wish.site_id)
        .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
        .outerjoin(Photo, Photo.id == Wish.photo_id)
        .where(Wish.poster_id == viewer.account_id)
    )


def _alias(row: Any) -> str:
    if row.beneficiary_kind == BeneficiaryKind.SITE.value:
        return ""
    return row.child_alias or row.household_alias or ""


def _own_wish(row: Any, now: datetime) -> OwnWish:
    was_refused = row.state in (WishState.RETURNED, WishState.REJECTED, WishState.REFERRED)
    reasons, note = _told(row) if was_refused else ((), "")
    is_due = row.state == WishState.APPROVED and row.act_by is not None and row.act_by <= now + RENEW_SOON
    return OwnWish(
        ref=row.ref,
        title=row.title,
        kind=row.kind,
        beneficiary_kind=row.beneficiary_kind,
        alias=_alias(row),
        state=row.state,
        units_wanted=row.wanted,
        units_left=units_left(wanted=row.wanted, committed=row.committed, reserved=row.reserved),
        committed=row.committed,
        in_transit=row.in_transit,
        fulfilled=row.fulfilled,
        act_by=row.act_by,
        reasons=reasons,
        note=note,
        is_to_renew=is_due or row.state == WishState.STALE,
        is_hidden=row.hidden_at is not None,
        is_down=row.is_down,
    )
