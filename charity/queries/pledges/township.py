"""The township's desk: what waits for confirmation, codes to check, what is overdue, the slip of one pledge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.pool import PoolAct, may_take_out
from charity.domain.sides import TERM
from charity.models.accounts import Account
from charity.models.households import CardCode, CodeCard, Household, HouseholdSide
from charity.models.photos import Photo
from charity.models.pledges import CodeCheck, Pledge, Slip
from charity.models.pooling import is_check_pooled
from charity.models.sites import Site
from charity.models.slips import has_twin, list_near
from charity.models.wishes import Wish
from charity.queries.pledges.cards import (
    PledgeCard,
    Step,
    Stop,
    card_of,
    cards,
    in_county_of,
    in_pool_of,
    list_steps,
    stops_of,
    within,
)
from charity.queries.pledges.own import list_cases, may_appeal

MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One pledge that waits for the township."""

    card: PledgeCard
    has_slip: bool
    is_for_others: bool
    is_in_pool: bool
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """The desk of confirmations."""

    to_confirm: tuple[Waiting, ...]
    to_check: tuple[Waiting, ...]
    overdue: tuple[PledgeCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """A stored slip: who witnessed or signed it and what he is there, by whom it was stored and when."""

    ref: str
    witness: str
    role: str
    signer: str
    stored_by: str
    stored_at: datetime
    is_used_before: bool
    is_forgotten: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One pledge before a reviewer."""

    card: PledgeCard
    stops: tuple[Stop, ...]
    steps: tuple[Step, ...]
    slips: tuple[SlipLine, ...]
    whom: str
    household: str | None
    site_phone: str
    is_for_others: bool
    may_confirm: bool
    may_check: bool
    may_dispute: bool
    may_appeal: bool


def list_confirmations(viewer: Actor) -> Confirmations:
    """List what waits in the viewer's townships, and in the pool of their counties, most urgent first."""
    may_anywhere(viewer, "pledge.confirm")
    regions = regions_for(viewer, "pledge.confirm")
    waiting = _waiting().where(Pledge.state == "handed_over", or_(_in_own(regions), in_pool_of(regions)))
    confirm = reading().execute(waiting.order_by(Pledge.act_by, Pledge.id).limit(MOST)).all()
    check = (
        reading()
        .execute(
            _waiting(viewer)
            .join(CodeCheck, CodeCheck.pledge_id == Pledge.id)
            .add_columns(CodeCheck.due_at, CodeCheck.pooled_at)
            .where(CodeCheck.checked_at.is_(None), or_(_in_own(regions), _is_check_of(regions)))
            .order_by(CodeCheck.due_at)
            .limit(MOST)
        )
        .all()
    )
    late = reading().execute(
        cards().where(Pledge.is_overdue.is_(True), within(regions)).order_by(Pledge.act_by, Pledge.id).limit(MOST)
    )
    sides = _sides_of(viewer, [row.beneficiary for row in (*confirm, *check)])
    return Confirmations(
        to_confirm=tuple(_line(row, sides, due=row.act_by, is_in_pool=row.in_county_pool) for row in confirm),
        to_check=tuple(_line(row, sides, due=row.due_at, is_in_pool=row.pooled_at is not None) for row in check),
        overdue=tuple(card_of(row) for row in late),
    )


def _waiting(printed_not_by: Actor | None = None) -> Any:
    has_slip = exists().where(Slip.pledge_id == Pledge.id).label("has_slip")
    query = cards().add_columns(has_slip, Pledge.beneficiary)
    if printed_not_by is None:
        return query
    own = (
        select(CodeCard.id)
        .join(CardCode, CardCode.card_id == CodeCard.id)
        .where(CardCode.pledge_id == Pledge.id, CodeCard.printed_by_id == printed_not_by.account_id)
        .exists()
    )
    return query.where(~own)


def _in_own(regions: tuple[str, ...]) -> Any:
    return or_(*(Pledge.region_code.startswith(region) for region in regions))


def _is_check_of(regions: tuple[str, ...]) -> Any:
    """Give the condition that the check of a pledge's code is in the pool that reviewers of some regions reach."""
    return and_(CodeCheck.pooled_at.is_not(None), in_county_of(regions))


def _sides_of(viewer: Actor, beneficiaries: list[str]) -> frozenset[str]:
    """Name the beneficiaries towards which the viewer stands on another side than the township's."""
    rows = reading().scalars(
        select(HouseholdSide.beneficiary).where(
            HouseholdSide.account_id == viewer.account_id,
            HouseholdSide.beneficiary.in_(sorted(set(beneficiaries))),
            HouseholdSide.side != "township",
            HouseholdSide.last_at > clock.now() - TERM,
        )
    )
    return frozenset(rows)


def _line(row: Any, sides: frozenset[str], *, due: datetime | None, is_in_pool: bool) -> Waiting:
    return Waiting(
        card=card_of(row),
        has_slip=bool(row.has_slip),
        is_for_others=row.beneficiary in sides,
        is_in_pool=is_in_pool,
        due=due,
    )


def get_confirmation(viewer: Actor, ref: str) -> Confirmation:
    """Give one pledge to a reviewer whose it is, or whose county's pool it is in."""
    row, reach = _reviewers(viewer, ref)
    card = card_of(row)
    steps = list_steps(row.id)
    others = row.beneficiary in _sides_of(viewer, [row.beneficiary])
    whom, household, phone = _whom(row, shows_phone=card.state == "handed_over")
    return Confirmation(
        card=card,
        stops=stops_of(card, steps),
        steps=steps,
        slips=list_slips(row.id),
        whom=whom,
        household=household,
        site_phone=phone,
        is_for_others=others,
        may_confirm=reach is not PoolAct.CHECK_CODE and card.state == "handed_over" and not others,
        may_check=reach is not PoolAct.CONFIRM and not others and _may_check(viewer, row.id),
        may_dispute=card.state in _DISPUTABLE[reach],
        may_appeal=reach is None and not others and may_appeal(list_cases(row.id)),
    )


_DISPUTABLE: dict[PoolAct | None, tuple[str, ...]] = {
    None: ("sent", "at_point", "handed_over", "confirmed"),
    PoolAct.CONFIRM: ("handed_over",),
    PoolAct.CHECK_CODE: (),
}


def _reviewers(viewer: Actor, ref: str) -> tuple[Any, PoolAct | None]:
    """Give a pledge's row, and for which act it is here out of the county's pool; None when it is the viewer's own."""
    may_anywhere(viewer, "pledge.confirm")
    row = (
        reading()
        .execute(
            cards()
            .add_columns(
                Pledge.beneficiary, Wish.household_id, Wish.site_id, is_check_pooled().label("is_check_pooled")
            )
            .where(Pledge.ref == ref)
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    if viewer.holds(Role.REVIEWER, row.region):
        return row, None
    is_of_pool = row.in_county_pool and row.state == "handed_over"
    may_take_out(viewer, row.region, is_pooled=is_of_pool or row.is_check_pooled)
    return row, PoolAct.CONFIRM if is_of_pool else PoolAct.CHECK_CODE


def _whom(row: Any, *, shows_phone: bool) -> tuple[str, str | None, str]:
    if row.household_id is not None:
        home = reading().execute(select(Household.alias, Household.ref).where(Household.id == row.household_id)).one()
        return home.alias, home.ref, ""
    site = reading().execute(select(Site).where(Site.id == row.site_id)).scalar_one()
    name = unseal(site.name_sealed, place=f"sites.name:{site.ref}")
    if not shows_phone or site.phone_sealed is None:
        return name, None, ""
    return name, None, unseal(site.phone_sealed, place=f"sites.phone:{site.ref}")


def list_slips(pledge_id: int) -> tuple[SlipLine, ...]:
    """List the stored slips of a pledge."""
    keeper, signer, near = aliased(Account), aliased(Account), list_near(reading(), pledge_id)
    rows = reading().execute(
        select(
            Slip.id,
            Slip.ref,
            Slip.witness_sealed,
            Slip.witness_role,
            Slip.stored_at,
            has_twin().label("is_used_before"),
            (Photo.storage_key == "").label("is_forgotten"),
            func.coalesce(func.nullif(keeper.nickname, ""), keeper.pseudonym).label("stored_by"),
            func.coalesce(func.nullif(signer.nickname, ""), signer.pseudonym).label("signer"),
        )
        .join(Photo, Photo.id == Slip.photo_id)
        .join(keeper, keeper.id == Slip.stored_by_id)
        .outerjoin(signer, signer.id == Slip.signer_id)
        .where(Slip.pledge_id == pledge_id)
        .order_by(Slip.id)
    )
    return tuple(
        SlipLine(
            ref=row.ref,
            witness=unseal(row.witness_sealed, place=f"slips.witness:{row.ref}"),
            role=row.witness_role or "",
            signer=row.signer or "",
            stored_by=row.stored_by,
            stored_at=row.stored_at,
            is_used_before=row.is_used_before or row.id in near,
            is_forgotten=row.is_forgotten,
        )
        for row in rows
    )


def _may_check(viewer: Actor, pledge_id: int) -> bool:
    is_open = (
        reading()
        .execute(select(CodeCheck.id).where(CodeCheck.pledge_id == pledge_id, CodeCheck.checked_at.is_(None)))
        .first()
    )
    printer = (
        reading()
        .execute(
            select(CodeCard.printed_by_id)
            .join(CardCode, CardCode.card_id == CodeCard.id)
            .where(CardCode.pledge_id == pledge_id)
        )
        .scalar_one_or_none()
    )
    return is_open is not None and printer != viewer.account_id


def find_slip_photo(viewer: Actor, pledge_ref: str, slip_ref: str) -> str | None:
    """Find the stored picture of a slip for a reviewer who has to check it; auditors open the evidence first."""
    _reviewers(viewer, pledge_ref)
    return (
        reading()
        .execute(
            select(Photo.storage_key)
            .join(Slip, Slip.photo_id == Photo.id)
            .join(Pledge, Pledge.id == Slip.pledge_id)
            .where(Slip.ref == slip_ref, Pledge.ref == pledge_ref)
        )
        .scalar_one_or_none()
    )
