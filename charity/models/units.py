"""Statements on the counters of wishes and donors: conditional, so that no load can pass a limit.

Whoever changes several of them goes donor, household, wish, pledge, so that no two acts wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, CursorResult, Update, case, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.elements import ColumnElement

from charity.adapters.db import Tx
from charity.domain.wall import TAKEN_WEIGHT
from charity.models.accounts import Account
from charity.models.pledges import GivenYear
from charity.models.receiving import free_place
from charity.models.searching import drop_words
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class WishUnits:
    """A wish's counters after a change."""

    state: str
    wanted: int
    committed: int
    in_transit: int
    fulfilled: int
    reserved: int

    @property
    def left(self) -> int:
        """Give the units a stranger may still claim."""
        return self.wanted - self.committed - self.reserved


def change_donor(
    tx: Tx,
    account_id: int,
    *,
    open_pledges: int = 0,
    open_fen: int = 0,
    confirmed: int = 0,
    ends_lapses: bool = False,
    lapses: int = 0,
    cooling_from: int = 0,
    cooling_until: datetime | None = None,
) -> None:
    """Add to a donor's counters; a lapse that makes `cooling_from` in a row starts the cooling."""
    values: dict[str, Any] = {}
    if open_pledges or open_fen:
        values |= {"open_pledges": Account.open_pledges + open_pledges, "open_fen": Account.open_fen + open_fen}
    if confirmed:
        values["confirmed_pledges"] = Account.confirmed_pledges + confirmed
    if ends_lapses:
        values["lapses_in_row"] = 0
    if lapses:
        row = Account.lapses_in_row + lapses
        values["lapses_in_row"] = row
        values["cooling_until"] = case((row >= cooling_from, cooling_until), else_=Account.cooling_until)
    if values:
        tx.session.execute(update(Account).where(Account.id == account_id).values(values))


def change_given(tx: Tx, account_id: int, beneficiary: str, year: int, *, fen: int) -> None:
    """Give back (or count again, after a ruling) part of a year's gifts."""
    tx.session.execute(
        update(GivenYear)
        .where(GivenYear.account_id == account_id, GivenYear.beneficiary == beneficiary, GivenYear.year == year)
        .values(amount_fen=GivenYear.amount_fen + fen)
    )


def wall_after(committed: int, reserved: int) -> ColumnElement[int]:
    """Give the expression of a wish's place on the wall when so many units are added; see domain/wall.py."""
    taken = sql_cast(Wish.committed + Wish.reserved, BigInteger)
    before, after = TAKEN_WEIGHT * taken // Wish.wanted, TAKEN_WEIGHT * (taken + committed + reserved) // Wish.wanted
    return Wish.wall_at - before + after


def change_wish(
    tx: Tx,
    wish_id: int,
    *,
    committed: int = 0,
    in_transit: int = 0,
    fulfilled: int = 0,
    reserved: int = 0,
    only_open: bool = False,
) -> WishUnits | None:
    """Add to a wish's counters, never beyond what is wanted; None when it does not fit (or, asked for, is not open)."""
    values: dict[str, Any] = {}
    if committed:
        values["committed"] = Wish.committed + committed
    if in_transit:
        values["in_transit"] = Wish.in_transit + in_transit
    if fulfilled:
        values["fulfilled"] = Wish.fulfilled + fulfilled
    if reserved:
        values["reserved"] = Wish.reserved + reserved
    if committed + reserved:
        values["wall_at"] = wall_after(committed, reserved)
    query: Update = update(Wish).where(Wish.id == wish_id)
    if committed + reserved > 0:
        query = query.where(Wish.committed + Wish.reserved + (committed + reserved) <= Wish.wanted)
    if only_open:
        query = query.where(Wish.state == "approved", Wish.hidden_at.is_(None))
    found = (
        tx.session.execute(
            query.values(values or {"committed": Wish.committed}).returning(
                Wish.state, Wish.wanted, Wish.committed, Wish.in_transit, Wish.fulfilled, Wish.reserved
            )
        )
        .mappings()
        .one_or_none()
    )
    return None if found is None else WishUnits(**found)


def get_wish_units(tx: Tx, wish_id: int) -> WishUnits:
    """Read a wish's counters."""
    row = tx.session.execute(
        select(Wish.state, Wish.wanted, Wish.committed, Wish.in_transit, Wish.fulfilled, Wish.reserved).where(
            Wish.id == wish_id
        )
    ).mappings()
    return WishUnits(**row.one())


def close_wish(tx: Tx, wish_id: int) -> bool:
    """Close a fulfilled wish and free its beneficiary's place; False when it stays."""
    row = tx.session.execute(
        update(Wish)
        .where(Wish.id == wish_id, Wish.state.in_(("approved", "stale")), Wish.fulfilled == Wish.wanted)
        .values(state="closed", closed_at=tx.now, clock=None, clock_started_at=None, act_by=None, remind_at=None)
        .returning(Wish.household_id, Wish.member_id, Wish.circle_id)
    ).one_or_none()
    if row is None:
        return False
    drop_words(tx, [wish_id])
    if row.circle_id is None:  # a circle's wish stands outside the household's places
        free_place(tx, household_id=row.household_id, member_id=row.member_id)
    return True


def rows_of(result: Any) -> int:
    """Give how many rows a statement changed."""
    return cast("CursorResult[Any]", result).rowcount
