"""Statements about lists of families and their rows, some hundred families at a time; no rule."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.circle_states import LIVE
from charity.domain.openings import WIDEST_FIRST, RowState
from charity.models.accounts import Account, RoleGrant
from charity.models.circles import Circle, CircleRefusal
from charity.models.households import CodeCard, Consent, Household
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.points import ServicePoint

MOST_TOLD = 50


def find_opening(tx: Tx, ref: str) -> CircleOpening | None:
    """Find a list and lock it."""
    return tx.session.scalars(
        select(CircleOpening)
        .where(CircleOpening.ref == ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_by_code(tx: Tx, code: str) -> CircleOpening | None:
    """Find the list that is joined by a code; nothing is locked."""
    return tx.session.scalars(select(CircleOpening).where(CircleOpening.join_code == code)).one_or_none()


def is_code_taken(tx: Tx, code: str) -> bool:
    """Say whether another list is joined by a code."""
    return find_by_code(tx, code) is not None


def find_households(tx: Tx, refs: Collection[str]) -> dict[str, Household]:
    """Find families by their own references or by those on their printed cards."""
    found = {one.ref: one for one in tx.session.scalars(select(Household).where(Household.ref.in_(refs)))}
    by_card = (
        select(CodeCard.ref, Household)
        .join(Household, Household.id == CodeCard.household_id)
        .where(CodeCard.ref.in_([ref for ref in refs if ref not in found]), CodeCard.cancelled_at.is_(None))
    )
    return found | {ref: household for ref, household in tx.session.execute(by_card)}


def lock_households(tx: Tx, ids: Collection[int]) -> dict[int, Household]:
    """Lock some families, in one order."""
    rows = tx.session.scalars(
        select(Household)
        .where(Household.id.in_(ids))
        .order_by(Household.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {household.id: household for household in rows}


def list_with_circle(tx: Tx, ids: Collection[int]) -> set[int]:
    """List those of some families that have a circle already."""
    live = Circle.state.in_([state.value for state in sorted(LIVE)])
    return set(tx.session.scalars(select(Circle.household_id).where(Circle.household_id.in_(ids), live)))


def list_unwilling(tx: Tx, ids: Collection[int]) -> set[int]:
    """List those of some families that refused a circle and have not agreed to one since."""
    said = (
        select(Consent.household_id, func.max(Consent.recorded_at).label("agreed_at"))
        .where(Consent.household_id.in_(ids), Consent.purpose == "circle", Consent.is_granted.is_(True))
        .group_by(Consent.household_id)
        .subquery()
    )
    refused = (
        select(CircleRefusal.household_id)
        .outerjoin(said, said.c.household_id == CircleRefusal.household_id)
        .where(CircleRefusal.household_id.in_(ids), CircleRefusal.account_id.is_(None))
        .group_by(CircleRefusal.household_id, said.c.agreed_at)
        .having(or_(said.c.agreed_at.is_(None), said.c.agreed_at <= func.max(CircleRefusal.recorded_at)))
    )
    return set(tx.session.scalars(refused))


def list_open_points(tx: Tx, region: str) -> list[ServicePoint]:
    """List the open service points of a region."""
    inside = ServicePoint.region_code.startswith(region, autoescape=True)
    query = select(ServicePoint).where(inside, ServicePoint.closed_at.is_(None)).order_by(ServicePoint.id)
    return list(tx.session.scalars(query))


def name_of_point(point: ServicePoint) -> str:
    """Give a service point's name."""
    return unseal(point.name_sealed, place=f"service_points.name:{point.ref}")


def list_waiting_rows(tx: Tx, opening_id: int, most: int) -> list[OpeningRow]:
    """List the next rows of a list whose circles are to be opened."""
    waiting = select(OpeningRow).where(OpeningRow.opening_id == opening_id, OpeningRow.state == RowState.WAITING.value)
    return list(tx.session.scalars(waiting.order_by(OpeningRow.id).limit(most)))


def count_rows(tx: Tx, opening_id: int) -> Mapping[str, int]:
    """Count the rows of a list by their state."""
    rows = tx.session.execute(
        select(OpeningRow.state, func.count()).where(OpeningRow.opening_id == opening_id).group_by(OpeningRow.state)
    )
    return {state: count for state, count in rows}


def list_covering_reviewers(tx: Tx, region: str, *, but: Collection[int]) -> list[int]:
    """List the reviewers whose region covers another one whole; some are left out."""
    today, above = day_of(tx.now), [region[:width] for width in WIDEST_FIRST if width <= len(region)]
    found = tx.session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.REVIEWER.value,
            RoleGrant.region_code.in_(above),
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            RoleGrant.account_id.not_in(but),
            Account.disabled_at.is_(None),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(RoleGrant.account_id)
        .limit(MOST_TOLD)
    )
    return list(found)
