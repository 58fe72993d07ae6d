"""Statements about the receiving side's fair limits: places of open wishes, and a child's money of the year."""

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.db import Tx
from charity.domain.limits import ReceivingStanding
from charity.domain.wishes import BeneficiaryKind
from charity.models.households import ChildYear, Household, Member


def get_standing(tx: Tx, *, household_id: int | None, member_id: int | None, year: int) -> ReceivingStanding:
    """Read what a beneficiary has open, its household locked so that two wishes cannot both take the last place."""
    if household_id is None:
        return ReceivingStanding(kind=BeneficiaryKind.SITE)
    household_open = tx.session.execute(
        select(Household.open_wishes).where(Household.id == household_id).with_for_update()
    ).scalar_one()
    if member_id is None:
        return ReceivingStanding(kind=BeneficiaryKind.HOUSEHOLD, household_open=household_open)
    child_open = tx.session.execute(select(Member.open_wishes).where(Member.id == member_id)).scalar_one()
    spent = tx.session.execute(
        select(ChildYear.amount_fen).where(ChildYear.member_id == member_id, ChildYear.year == year)
    ).scalar_one_or_none()
    return ReceivingStanding(
        kind=BeneficiaryKind.CHILD, child_open=child_open, household_open=household_open, child_year_fen=spent or 0
    )


def take_place(tx: Tx, *, household_id: int | None, member_id: int | None) -> None:
    """Count one more open wish of a household and, where it is a child's, of the child."""
    _count_places(tx, household_id, member_id, 1)


def free_place(tx: Tx, *, household_id: int | None, member_id: int | None) -> None:
    """Give a wish's place back when it is closed, withdrawn, rejected or referred."""
    _count_places(tx, household_id, member_id, -1)


def _count_places(tx: Tx, household_id: int | None, member_id: int | None, change: int) -> None:
    if household_id is None:
        return
    tx.session.execute(
        update(Household).where(Household.id == household_id).values(open_wishes=Household.open_wishes + change)
    )
    if member_id is not None:
        tx.session.execute(update(Member).where(Member.id == member_id).values(open_wishes=Member.open_wishes + change))


def add_child_year(tx: Tx, *, member_id: int | None, year: int, fen: int) -> None:
    """Add to (or, below zero, take from) what a child's wishes ask for in a calendar year."""
    if member_id is None or fen == 0:
        return
    insert = sqlite.insert if tx.is_sqlite else postgresql.insert
    row = insert(ChildYear).values(member_id=member_id, year=year, amount_fen=max(fen, 0))
    tx.session.execute(
        row.on_conflict_do_update(index_elements=["member_id", "year"], set_={"amount_fen": ChildYear.amount_fen + fen})
    )
