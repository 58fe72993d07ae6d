"""Posting: a village volunteer writes a need down, keeps it true while it is his, and hands it in for review."""

from datetime import datetime

from sqlalchemy import select, update

from charity.adapters import photos
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.clocks import ClockName
from charity.domain.consents import Purpose
from charity.domain.errors import CapReached, Conflict, Invalid, Missing
from charity.domain.households import may_ask
from charity.domain.items import season_end
from charity.domain.kinds import MEETS_AT_POINT, Kind
from charity.domain.limits import DEFAULTS, limits_passed
from charity.domain.regions import city_of, county_of, province_of, township_of
from charity.domain.reviews import Decision
from charity.domain.sides import Side
from charity.domain.wishes import BeneficiaryKind, WishAct, WishState
from charity.models.acts import act
from charity.models.catalogue import find_category
from charity.models.county_lists import CountyListRow
from charity.models.households import Household
from charity.models.outbox import notify
from charity.models.photos import Photo
from charity.models.points import ServicePoint
from charity.models.receiving import get_standing, take_place
from charity.models.wish_people import list_reviewers
from charity.models.wishes import Wish, WishReview
from charity.services.wishes.beneficiaries import Whose, agrees, get_whose, may_publish_about, whose_of
from charity.services.wishes.ground import count_child_year, get_own, move, start_clock, take_side, write_entry
from charity.services.wishes.needs import Checked, Need, check
from charity.services.wishes.publishing import names_county
from charity.services.wishes.standing import may_go_to, shown_of
from charity.services.wishes.terms import may_hand_in


@act
def draft(
    tx: Tx, actor: Actor, kind: BeneficiaryKind, beneficiary_ref: str, *, need: Need, photo: photos.Photo | None = None
) -> str:
    """Write a need of a child, household or site down and give its ref; only the poster sees it."""
    return write_draft(tx, actor, get_whose(tx, actor, kind, beneficiary_ref), need, photo).ref


@act
def post(
    tx: Tx, actor: Actor, kind: BeneficiaryKind, beneficiary_ref: str, *, need: Need, photo: photos.Photo | None = None
) -> str:
    """Write a need down and hand it in for review in one act; gives its ref."""
    whose = get_whose(tx, actor, kind, beneficiary_ref)
    wish = write_draft(tx, actor, whose, need, photo)
    hand_in(tx, wish, whose)
    return wish.ref


@act
def edit(tx: Tx, actor: Actor, ref: str, *, need: Need, photo: photos.Photo | None = None) -> None:
    """Change a draft that is one's own."""
    wish = get_own(tx, actor, ref)
    if wish.state != WishState.DRAFT:
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": "edit"})
    rewrite(tx, actor, wish, need, photo)


@act
def submit(tx: Tx, actor: Actor, ref: str) -> None:
    """Hand in a draft as it stands."""
    wish = get_own(tx, actor, ref)
    if wish.state != WishState.DRAFT:
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": WishAct.SUBMIT.value})
    hand_in(tx, wish, whose_of(tx, wish))


@act
def resubmit(tx: Tx, actor: Actor, ref: str, *, need: Need, photo: photos.Photo | None = None) -> None:
    """Correct a draft or returned wish and hand it in in the same act, so that book and tables never differ between."""
    wish = get_own(tx, actor, ref)
    if wish.state not in (WishState.DRAFT, WishState.RETURNED):
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": WishAct.SUBMIT.value})
    hand_in(tx, wish, rewrite(tx, actor, wish, need, photo))


def write_draft(
    tx: Tx,
    actor: Actor,
    whose: Whose,
    need: Need,
    photo: photos.Photo | None = None,
    *,
    source_key: str | None = None,
    source_posted_at: datetime | None = None,
) -> Wish:
    """Add the row of a new wish; its source is named where a foreign list is taken in."""
    wish = Wish(
        ref=new_ref(),
        kind=need.kind.value,
        beneficiary_kind=whose.kind.value,
        beneficiary=whose.beneficiary,
        household_id=whose.household_id,
        member_id=whose.member_id,
        site_id=whose.site_id,
        region_code=whose.region,
        province=province_of(whose.region),
        city=city_of(whose.region),
        county=county_of(whose.region),
        state=WishState.DRAFT.value,
        poster_id=actor.account_id,
        created_at=tx.now,
        source_key=source_key,
        source_posted_at=source_posted_at,
    )
    take_side(tx, actor, wish, Side.FIELD)
    _fill(tx, wish, whose, need)
    if photo is not None:
        wish.photo_id = _keep(tx, actor, photo)
    tx.session.add(wish)
    tx.session.flush()
    return wish


def hand_in(tx: Tx, wish: Wish, whose: Whose, *, tells: bool = True) -> None:
    """Submit a wish: consent, the receiving side's limits, the review's clock, the entry, the township's notice."""
    checked = check(need_of(wish), whose, find_category(tx.session, wish.category), today=day_of(tx.now))
    wish.is_odd, wish.needs_second = checked.is_odd, checked.needs_second  # by the catalogue of this moment
    _may_be_public(tx, wish, whose)
    may_hand_in(tx, wish, whose)
    was = move(wish, WishAct.SUBMIT)
    wish.submitted_at = tx.now
    _take_limits(tx, wish, is_new=was is WishState.DRAFT)
    wish.reviewer_id = wish.second_reviewer_id = None
    start_clock(tx, wish, ClockName.REVIEW)
    write_entry(
        tx,
        wish,
        "wish.submitted",
        was=was,
        facts={
            "by": Role.VOLUNTEER.value,
            "kind": wish.kind,
            "beneficiary": wish.beneficiary_kind,
            "category": wish.category,
            "county": wish.county if names_county(tx, wish) else wish.city,
            "price": wish.unit_fen,
        },
        texts={"title": wish.title, "details": wish.details},
    )
    if tells:
        tell_reviewers(tx, wish, "wish-to-review")


def need_of(wish: Wish) -> Need:
    """Give what was posted, as it stands in a wish's row; its point was checked when it was chosen."""
    return Need(
        kind=Kind(wish.kind),
        title=wish.title,
        details=wish.details,
        category=wish.category,
        reason_code=wish.reason_code,
        unit_label=wish.unit_label,
        unit_fen=wish.unit_fen,
        wanted=wish.wanted,
        size=wish.size,
        shown_sex=wish.shown_sex,
        interest=wish.interest,
        season_on=wish.season_on,
    )


def tell_reviewers(tx: Tx, wish: Wish, kind: str) -> None:
    """Send a notice to the reviewers of the wish's township, but never to its poster."""
    for account_id in list_reviewers(tx, township_of(wish.region_code), but=wish.poster_id):
        notify(tx, account_id=account_id, kind=kind, params={"wish": wish.ref, "title": wish.title})


def rewrite(tx: Tx, actor: Actor, wish: Wish, need: Need, photo: photos.Photo | None) -> Whose:
    """Write a draft or returned wish anew; gives whose it is. Its kind stays what it was."""
    if wish.kind != need.kind.value:
        raise Missing
    whose = whose_of(tx, wish)
    _take_from_list(tx, wish)
    take_side(tx, actor, wish, Side.FIELD)
    _fill(tx, wish, whose, need)
    if photo is not None:
        wish.photo_id = _keep(tx, actor, photo)
    return whose


def _take_from_list(tx: Tx, wish: Wish) -> None:
    """Let a draft that came with a county's list be its poster's own: undoing the list no longer takes it along."""
    if wish.household_id is not None and tx.session.get_one(Household, wish.household_id).closed_at is not None:
        raise Missing
    tx.session.execute(update(CountyListRow).where(CountyListRow.wish_id == wish.id).values(wish_id=None))


def _fill(tx: Tx, wish: Wish, whose: Whose, need: Need) -> Checked:
    category = find_category(tx.session, need.category)
    checked = check(need, whose, category, today=day_of(tx.now))
    wish.title, wish.details = need.title.strip(), need.details.strip()
    wish.category, wish.reason_code = need.category, need.reason_code
    wish.unit_label, wish.unit_fen, wish.wanted = need.unit_label, need.unit_fen, need.wanted
    wish.size, wish.shown_sex, wish.interest = need.size, need.shown_sex, need.interest
    wish.season_on = need.season_on or season_end(category.season, day_of(tx.now))
    wish.school_stage, wish.stage_until = whose.school_stage, whose.stage_until
    wish.is_odd, wish.needs_second = checked.is_odd, checked.needs_second
    wish.point_id = _find_point(tx, whose, need.point_ref)
    return checked


def _find_point(tx: Tx, whose: Whose, ref: str) -> int | None:
    if not ref:
        return None
    point = tx.session.scalars(select(ServicePoint).where(ServicePoint.ref == ref)).one_or_none()
    if point is None:
        raise Invalid("point-unknown", field="point_ref")
    may_go_to(tx, whose, point)
    return point.id


def _may_be_public(tx: Tx, wish: Wish, whose: Whose) -> None:
    if whose.life is not None:
        may_ask(whose.life)
    if wish.point_id is None and Kind(wish.kind) in MEETS_AT_POINT:
        raise Invalid("point-missing", field="point_ref")
    may_publish_about(tx, whose, shown=shown_of(wish))
    wish.shows_size = not wish.size or agrees(tx, whose, Purpose.SHOW_SIZE)


def _take_limits(tx: Tx, wish: Wish, *, is_new: bool) -> None:
    """Take a place and the child's money of the year; a returned wish kept its place, and gave its money back."""
    year = day_of(tx.now).year
    standing = get_standing(tx, household_id=wish.household_id, member_id=wish.member_id, year=year)
    fen = wish.wanted * wish.unit_fen
    passed = limits_passed(standing, fen=fen, limits=DEFAULTS)
    if not is_new:
        passed = tuple(code for code in passed if code == "child-year")
    if passed and not _is_overridden(tx, wish):
        raise CapReached(passed[0])
    if is_new:
        take_place(tx, household_id=wish.household_id, member_id=wish.member_id)
    count_child_year(tx, wish, fen)


def _is_overridden(tx: Tx, wish: Wish) -> bool:
    allowed = select(WishReview.id).where(WishReview.wish_id == wish.id, WishReview.decision == Decision.OVERRIDE.value)
    return tx.session.execute(allowed.limit(1)).first() is not None


def _keep(tx: Tx, actor: Actor, photo: photos.Photo) -> int:
    row = Photo(
        ref=new_ref(),
        purpose="thing",
        storage_key=photo.key,
        sha256=bytes.fromhex(photo.sha256),
        look=photo.dhash,
        width=photo.width,
        height=photo.height,
        uploaded_by_id=actor.account_id,
        uploaded_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    return row.id


@act
def discard_photo(tx: Tx, actor: Actor, ref: str) -> None:
    """Take the picture off a draft or returned wish that is one's own."""
    wish = get_own(tx, actor, ref)
    if wish.state not in (WishState.DRAFT, WishState.RETURNED) or wish.photo_id is None:
        raise Missing
    wish.photo_id = None
