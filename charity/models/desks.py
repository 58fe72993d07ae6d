"""Statements about who is there to act: volunteers in their term and not silent, else the township's desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.models.accounts import Account, RoleGrant
from charity.models.pausing import prefixes_of
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.units import rows_of

SILENT_AFTER = timedelta(days=7)
MOST_COUNTED = 200


# Written once: every act asks it, and building a statement costs more than running it.
_ACCOUNTS = cast(Table, Account.__table__)
_TOUCH = _ACCOUNTS.update().where(_ACCOUNTS.c.id == bindparam("who")).values(last_acted_at=bindparam("moment"))


def touch(tx: Tx, account_id: int) -> None:
    """Note that an account acts now; this also makes two acts of one person wait for each other."""
    tx.session.execute(_TOUCH, {"who": account_id, "moment": tx.now})


def lock_account(tx: Tx, account_id: int) -> None:
    """Let acts that change an account's counters wait for each other, without stopping rows that only refer to it."""
    tx.session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def is_in_term(now: datetime) -> ColumnElement[bool]:
    """Give the condition that a right stands at a moment and its account is usable."""
    today = day_of(now)
    return and_(
        RoleGrant.revoked_at.is_(None),
        RoleGrant.starts_on <= today,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        Account.closed_at.is_(None),
        Account.disabled_at.is_(None),
    )


def has_volunteer(
    session: Session, *, regions: Iterable[str], keeper_id: int | None, waiting_since: datetime, now: datetime
) -> bool:
    """Say whether a volunteer in his term answers for a place; one silent for 7 days does not for an act as old."""
    prefixes = sorted({prefix for region in regions for prefix in prefixes_of(region)})
    theirs = RoleGrant.region_code.in_(prefixes)
    if keeper_id is not None:
        theirs = or_(theirs, RoleGrant.account_id == keeper_id)
    conditions = [RoleGrant.role == "volunteer", Account.id == RoleGrant.account_id, theirs, is_in_term(now)]
    if waiting_since <= now - SILENT_AFTER:
        conditions.append(Account.last_acted_at > now - SILENT_AFTER)
    return bool(session.execute(select(exists().where(*conditions))).scalar_one())


def list_holders(session: Session, role: str, regions: Iterable[str], *, now: datetime) -> list[int]:
    """List the accounts that hold a role in exactly these regions now."""
    rows = session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role == role, RoleGrant.region_code.in_(list(regions)), is_in_term(now))
        .order_by(RoleGrant.account_id)
    )
    return sorted(set(rows))


def list_auditors(session: Session, region: str, *, now: datetime) -> list[int]:
    """List the auditors of a region and of all regions above it; all there are for a thing of no region."""
    rows = session.scalars(
        select(RoleGrant.account_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.AUDITOR.value,
            *([RoleGrant.region_code.in_(prefixes_of(region))] if region else []),
            is_in_term(now),
        )
    )
    return sorted(set(rows))


@dataclass(frozen=True, slots=True)
class OpenTerm:
    """A volunteer's term that no longer answers for its acts, and how many wait."""

    account_id: int
    region_code: str
    open_acts: int


def silent_or_over(now: datetime) -> ColumnElement[bool]:
    """Give the condition that a volunteer's term has ended, or that he has been silent for 7 days."""
    is_silent = or_(Account.last_acted_at.is_(None), Account.last_acted_at <= now - SILENT_AFTER)
    return or_(
        RoleGrant.revoked_at.is_not(None),
        RoleGrant.ends_on < day_of(now),
        Account.closed_at.is_not(None),
        Account.disabled_at.is_not(None),
        is_silent,
    )


def find_unsettled_term(tx: Tx, grant_id: int) -> OpenTerm | None:
    """Find a volunteer's term that ended or fell silent and whose township has not been told."""
    row = tx.session.execute(
        select(RoleGrant.account_id, RoleGrant.region_code)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.id == grant_id, RoleGrant.settled_at.is_(None), silent_or_over(tx.now))
    ).one_or_none()
    if row is None:
        return None
    return OpenTerm(row.account_id, row.region_code, _count_ownerless(tx, row.account_id, row.region_code))


def _count_ownerless(tx: Tx, account_id: int, region: str) -> int:
    """Count the parcels of somebody's points and places for which nobody else answers either."""
    theirs = or_(
        ServicePoint.keeper_id == account_id,
        Pledge.region_code.startswith(region, autoescape=True),
        ServicePoint.region_code.startswith(region, autoescape=True),
    )
    places = tx.session.execute(
        select(Pledge.region_code, ServicePoint.region_code, ServicePoint.keeper_id, Pledge.clock_started_at)
        .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
        .where(theirs, Pledge.kind == Kind.GOODS.value, Pledge.state.in_(("sent", "at_point", "handed_over")))
        .limit(MOST_COUNTED)
    ).all()
    return sum(
        not has_volunteer(
            tx.session,
            regions=[code for code in (village, point) if code],
            keeper_id=keeper_id,
            waiting_since=since or tx.now,
            now=tx.now,
        )
        for village, point, keeper_id, since in places
    )


def settle_term(tx: Tx, grant_id: int) -> None:
    """Note that a term's open acts have gone to the township's desk."""
    tx.session.execute(update(RoleGrant).where(RoleGrant.id == grant_id).values(settled_at=tx.now))


def unsettle_terms(tx: Tx) -> int:
    """Forget that volunteers were silent who are in their term and back."""
    back = select(Account.id).where(Account.last_acted_at > tx.now - SILENT_AFTER)
    changed = tx.session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.settled_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= day_of(tx.now)),
            RoleGrant.account_id.in_(back),
        )
        .values(settled_at=None)
    )
    return rows_of(changed)
