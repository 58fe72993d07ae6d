"""Statements about board lines, and about what decides which of them a confirmation gives."""

from collections.abc import Iterable

from sqlalchemy import func, insert, or_, select

from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.entries import BoardLine
from charity.models import pledges
from charity.models.accounts import Account, RoleGrant
from charity.models.households import Household, Member

Line = pledges.BoardLine


def add_lines(
    tx: Tx,
    lines: Iterable[BoardLine],
    *,
    entry_id: int,
    pledge_id: int | None,
    wish_id: int | None,
    account_id: int | None,
    beneficiary: str,
) -> None:
    """Keep the lines of one entry."""
    rows = [
        {
            "entry_id": entry_id,
            "pledge_id": pledge_id,
            "wish_id": wish_id,
            "account_id": account_id,
            "beneficiary": beneficiary,
            "county": line.county,
            "metric": line.metric,
            "month": line.month,
            "value": line.value,
        }
        for line in lines
    ]
    if rows:
        tx.session.execute(insert(Line), rows)


def list_standing_lines(tx: Tx, pledge_id: int) -> list[BoardLine]:
    """List the lines of a pledge that have not been taken back."""
    total = func.sum(Line.value)
    rows = tx.session.execute(
        select(Account.pseudonym, Line.county, Line.metric, Line.month, total)
        .outerjoin(Account, Account.id == Line.account_id)
        .where(Line.pledge_id == pledge_id)
        .group_by(Account.pseudonym, Line.county, Line.metric, Line.month)
        .having(total > 0)
        .order_by(Line.metric)
    )
    return [BoardLine(pseudonym, county, metric, month, int(value)) for pseudonym, county, metric, month, value in rows]


def list_first_lines(tx: Tx, pledge_id: int) -> list[BoardLine]:
    """List the lines a pledge gave at its first confirmation."""
    first = select(func.min(Line.entry_id)).where(Line.pledge_id == pledge_id).scalar_subquery()
    rows = tx.session.execute(
        select(Account.pseudonym, Line.county, Line.metric, Line.month, Line.value)
        .outerjoin(Account, Account.id == Line.account_id)
        .where(Line.pledge_id == pledge_id, Line.entry_id == first, Line.value > 0)
        .order_by(Line.metric)
    )
    return [BoardLine(*row) for row in rows]


def has_wish_line(tx: Tx, account_id: int, wish_id: int) -> bool:
    """Say whether a wishes line of this donor and wish stands, also an anonymous one."""
    return _stands(tx, account_id, wish_id, "wishes")


def has_month_line(tx: Tx, account_id: int, wish_id: int) -> bool:
    """Say whether the line of a seat's month stands, whichever of the gifts of that month carries it."""
    return _stands(tx, account_id, wish_id, "months")


def _stands(tx: Tx, account_id: int, wish_id: int, metric: str) -> bool:
    total = tx.session.execute(
        select(func.coalesce(func.sum(Line.value), 0))
        .join(pledges.Pledge, pledges.Pledge.id == Line.pledge_id)
        .where(Line.wish_id == wish_id, Line.metric == metric, pledges.Pledge.account_id == account_id)
    ).scalar_one()
    return total > 0


def count_month(tx: Tx, account_id: int, beneficiary: str, month: str) -> int:
    """Count the wishes lines of a donor and a beneficiary that stand in a month."""
    return tx.session.execute(
        select(func.coalesce(func.sum(Line.value), 0))
        .join(pledges.Pledge, pledges.Pledge.id == Line.pledge_id)
        .where(
            pledges.Pledge.account_id == account_id,
            pledges.Pledge.beneficiary == beneficiary,
            Line.metric == "wishes",
            Line.month == month,
        )
    ).scalar_one()


def find_pseudonym(tx: Tx, account_id: int) -> str:
    """Give the name by which the public book knows an account."""
    return tx.session.execute(select(Account.pseudonym).where(Account.id == account_id)).scalar_one()


def list_digests(tx: Tx, account_id: int, household_id: int | None) -> tuple[list[bytes], list[bytes]]:
    """List the digests of a donor's addresses, and those of a household and its people."""
    donor = tx.session.execute(select(Account.phone_digest, Account.email_digest).where(Account.id == account_id)).one()
    if household_id is None:
        return [found for found in donor if found], []
    home = tx.session.execute(
        select(Household.phone_digest, Household.relative_phone_digest).where(Household.id == household_id)
    ).one()
    people = tx.session.scalars(select(Member.id_digest).where(Member.household_id == household_id))
    return [found for found in donor if found], [found for found in (*home, *people) if found]


def list_roles(tx: Tx, account_id: int) -> list[str]:
    """List the regions in which an account holds a right now."""
    today = day_of(tx.now)
    rows = tx.session.scalars(
        select(RoleGrant.region_code).where(
            RoleGrant.account_id == account_id,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            RoleGrant.role.not_in(("donor", "organisation")),
        )
    )
    return list(rows)
