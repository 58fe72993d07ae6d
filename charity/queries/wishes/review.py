"""The review page of one wish: the thing, its price and band, look-alike pictures, consent, and what was decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain import catalogue
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.clocks import ClockName
from charity.domain.consents import NEEDED_TO_PUBLISH
from charity.domain.errors import Missing
from charity.domain.limits import DEFAULTS
from charity.domain.permissions import is_allowed
from charity.domain.reviews import NEED_CHECKLIST, read
from charity.domain.wishes import FINAL, PHOTO_CHECKLIST, BeneficiaryKind, WishState
from charity.models.accounts import Account
from charity.models.catalogue import find_category
from charity.models.consents import is_agreed
from charity.models.covering import covering_programmes, stands_on_file
from charity.models.doubles import list_open_in_family, same_words
from charity.models.households import Household, Member
from charity.models.likenesses import find_stopping
from charity.models.papers import newest_paper
from charity.models.photos import Photo
from charity.models.points import ServicePoint
from charity.models.sites import Site
from charity.models.wishes import PictureLook, Wish, WishReview, review_place
from charity.queries.wish_cards import photo_url
from charity.queries.wishes.page import Happening, list_happenings
from charity.queries.wishes.pictures import Alike, list_pictures_alike, may_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Something of the same category on the list of the same family; in the same words it stops the wish."""

    ref: str
    title: str
    state: str
    beneficiary_kind: str
    size: str
    wanted: int
    submitted_at: datetime | None
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision about the wish."""

    decision: str
    by: str
    at: datetime
    reasons: tuple[str, ...]
    note: str
    affirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Everything a reviewer weighs; the household's own data stay in its file."""

    ref: str
    title: str
    details: str
    state: str
    kind: str
    category: str
    necessity: str
    reason: str
    beneficiary_kind: str
    alias: str
    household_ref: str | None
    region: str
    school_stage: str | None
    unit_label: str
    unit_fen: int
    wanted: int
    committed: int
    reserved: int
    price_fen: int
    band_low_fen: int
    band_top_fen: int
    is_over_band: bool
    is_below_band: bool
    is_dear_for_child: bool
    is_odd: bool
    needs_second: bool
    size: str
    sex: str
    interest: str
    photo_url: str | None
    alike: tuple[Alike, ...]
    siblings: tuple[Sibling, ...]
    poster: str
    submitted_at: datetime | None
    published_at: datetime | None
    act_by: datetime | None
    is_overdue: bool
    is_in_pool: bool
    is_verified: bool
    likeness: str | None
    may_compare: bool
    is_agreed: bool
    paper_at: datetime | None  # the newest photo of a paper signed for whom the wish is
    is_hidden: bool
    point_kind: str | None
    decided: tuple[Decided, ...]
    programmes: tuple[tuple[str, str], ...]
    not_on_file: tuple[tuple[str, str], ...]
    need_checks: tuple[str, ...]
    photo_checks: tuple[str, ...]
    may_decide: bool
    is_own: bool
    timeline: tuple[Happening, ...]


_AS_STORED = (
    "ref",
    "title",
    "details",
    "state",
    "kind",
    "category",
    "beneficiary_kind",
    "household_ref",
    "school_stage",
    "unit_label",
    "unit_fen",
    "wanted",
    "committed",
    "reserved",
    "is_odd",
    "needs_second",
    "size",
    "interest",
    "poster",
    "submitted_at",
    "published_at",
    "act_by",
    "point_kind",
)


def get_review(viewer: Actor, ref: str) -> ReviewPage:
    """Show a wish to those who review, administer or audit its region; to anybody else it is missing."""
    row = _find(ref)
    if row is None or not may_read(viewer, row.region_code, is_in_pool=row.clock == ClockName.COUNTY_POOL.value):
        raise Missing
    category = find_category(reading(), row.category)
    now = clock.now()
    price, covering = row.wanted * row.unit_fen, _programmes(row, now)
    is_child = row.beneficiary_kind == BeneficiaryKind.CHILD.value
    # Who agreed first leaves the second look to others, but goes on looking after the wish once it is public.
    is_first = row.state == WishState.SUBMITTED and viewer.account_id == row.reviewer_id
    is_own = is_first or viewer.account_id == row.poster_id
    return ReviewPage(
        **{name: getattr(row, name) for name in _AS_STORED},
        necessity=category.necessity.value,
        reason=row.reason_code,
        alias=row.child_alias or row.household_alias or "",
        region=row.region_code,
        price_fen=price,
        band_low_fen=category.low_fen,
        band_top_fen=category.top_fen,
        is_over_band=bool(category.top_fen) and row.unit_fen > category.top_fen,
        is_below_band=catalogue.is_below_band(category, row.unit_fen),
        is_dear_for_child=is_child and price > DEFAULTS.child_dear_fen,
        sex=row.shown_sex,
        photo_url=None if row.photo_ref is None else f"/desk{photo_url(row.photo_ref, 640)}",
        alike=list_pictures_alike(viewer, row.id, row.county, row.photo_ref),
        siblings=_siblings(row),
        is_overdue=row.act_by is not None and row.act_by < now and row.state == WishState.SUBMITTED,
        is_in_pool=row.clock == ClockName.COUNTY_POOL.value,
        is_verified=row.household_id is None or row.verified_at is not None,
        likeness=_likeness(row),
        may_compare=is_allowed(viewer, "household.verify", row.region_code),
        is_agreed=_agreed(row, now),
        paper_at=None if row.household_id is None else newest_paper(reading(), row.household_id, row.member_id),
        is_hidden=row.hidden_at is not None,
        decided=_decided(row.id, row.ref),
        programmes=tuple((code, name) for code, name, is_on_file in covering if is_on_file),
        not_on_file=tuple((code, name) for code, name, is_on_file in covering if not is_on_file),
        need_checks=NEED_CHECKLIST,
        photo_checks=PHOTO_CHECKLIST if row.photo_ref is not None else (),
        may_decide=not is_own and _may_review(viewer, row),
        is_own=is_own,
        timeline=list_happenings(ref),
    )


def _may_review(viewer: Actor, row: Any) -> bool:
    if is_allowed(viewer, "wish.review", row.region_code):
        return True
    is_in_pool = row.clock == ClockName.COUNTY_POOL.value
    return is_in_pool and any(code.startswith(row.county) for code in viewer.regions(Role.REVIEWER))


def _find(ref: str) -> Any:
    child, poster = aliased(Member), aliased(Account)
    return (
        reading()
        .execute(
            select(
                *Wish.__table__.c,
                Household.ref.label("household_ref"),
                Household.alias.label("household_alias"),
                Household.verified_at,
                child.alias.label("child_alias"),
                Site.kind.label("site_kind"),
                ServicePoint.kind.label("point_kind"),
                Photo.ref.label("photo_ref"),
                Photo.look,
                Photo.sha256,
                poster.nickname.label("poster"),
            )
            .select_from(Wish)
            .join(poster, poster.id == Wish.poster_id)
            .outerjoin(Household, Household.id == Wish.household_id)
            .outerjoin(child, child.id == Wish.member_id)
            .outerjoin(Site, Site.id == Wish.site_id)
            .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
            .outerjoin(Photo, Photo.id == Wish.photo_id)
            .where(Wish.ref == ref, Wish.state != WishState.DRAFT.value)
        )
        .one_or_none()
    )


def _agreed(row: Any, now: datetime) -> bool:
    if row.household_id is None:
        return True
    return all(
        is_agreed(reading(), purpose, household_id=row.household_id, member_id=row.member_id, moment=now)
        for purpose in sorted(NEEDED_TO_PUBLISH)
    )


def _likeness(row: Any) -> str | None:
    if row.household_id is None or WishState(row.state) in FINAL:
        return None
    return find_stopping(reading(), row.household_id, row.member_id)


def _siblings(row: Any) -> tuple[Sibling, ...]:
    if row.state != WishState.SUBMITTED.value:
        return ()
    home, category = row.household_id, row.category
    found = list_open_in_family(reading(), wish_id=row.id, household_id=home, category=category)
    return tuple(Sibling(**one._asdict(), is_same=same_words(one.title, row.title)) for one in found)


def _decided(wish_id: int, wish_ref: str) -> tuple[Decided, ...]:
    rows = reading().execute(
        select(
            WishReview.decision,
            WishReview.reason_sealed,
            WishReview.reviewed_at,
            Account.nickname,
            PictureLook.affirmed,
        )
        .join(Account, Account.id == WishReview.reviewer_id)
        .outerjoin(PictureLook, PictureLook.review_id == WishReview.id)
        .where(WishReview.wish_id == wish_id)
        .order_by(WishReview.id)
    )
    return tuple(_one_decision(row, wish_ref) for row in rows)


def _one_decision(row: Any, wish_ref: str) -> Decided:
    said = unseal_some(row.reason_sealed, place=review_place(wish_ref))
    reasons, note = read(said) if "|" in said else ((), said)
    affirmed = tuple(row.affirmed.split(",")) if row.affirmed else ()
    return Decided(
        decision=row.decision, by=row.nickname, at=row.reviewed_at, reasons=reasons, note=note, affirmed=affirmed
    )


def _programmes(row: Any, now: datetime) -> tuple[tuple[str, str, bool], ...]:
    today = day_of(now)
    covering = covering_programmes(row.region_code, row.kind, today).add_columns(stands_on_file(today))
    found = reading().execute(covering)
    return tuple((programme.code, programme.name, is_on_file) for programme, is_on_file in found)
