"""Statements about the sides people took towards a beneficiary; what follows from them is asked in domain/sides.py."""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.db import Tx
from charity.domain.sides import TERM, Side, Stand
from charity.models.accounts import Account
from charity.models.households import HouseholdSide


def lock_account(tx: Tx, account_id: int) -> None:
    """Lock an account before anything of a household: the order of locks is the same everywhere."""
    if not tx.is_sqlite:  # SQLite has one writer, who holds everything
        tx.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def lock_accounts(tx: Tx, account_ids: Iterable[int]) -> None:
    """Lock some accounts in one order, before any group or household; others may still refer to them."""
    if not tx.is_sqlite:
        theirs = select(Account.id).where(Account.id.in_(sorted(set(account_ids)))).order_by(Account.id)
        tx.session.execute(theirs.with_for_update(key_share=True))


def list_stands(tx: Tx, account_id: int, beneficiary: str) -> list[Stand]:
    """List the sides an account took towards a beneficiary; locks the account, so that two acts cannot miss."""
    lock_account(tx, account_id)
    return read_stands(tx, account_id, beneficiary)


def read_stands(tx: Tx, account_id: int, beneficiary: str) -> list[Stand]:
    """List the same without locking, to choose who shall act: the act itself asks again."""
    rows = tx.session.execute(_STANDS, {"who": account_id, "whose": beneficiary})
    return [Stand(side=Side(side), at=last_at) for side, last_at in rows]


def record_side(tx: Tx, account_id: int, beneficiary: str, side: Side) -> None:
    """Write down that an account acted on a side of a beneficiary now."""
    row = {"account_id": account_id, "beneficiary": beneficiary, "side": side.value, "last_at": tx.now}
    tx.session.execute(_RECORD_ON_SQLITE if tx.is_sqlite else _RECORD, row)


def record_sides(tx: Tx, account_id: int, beneficiaries: Iterable[str], side: Side) -> None:
    """Write down that an account acted on a side of several beneficiaries now."""
    rows = [
        {"account_id": account_id, "beneficiary": one, "side": side.value, "last_at": tx.now} for one in beneficiaries
    ]
    if rows:
        tx.session.execute(_RECORD_ON_SQLITE if tx.is_sqlite else _RECORD, rows)


def list_on_other_side(tx: Tx, account_id: int, beneficiaries: Iterable[str], side: Side) -> set[str]:
    """List those of some beneficiaries towards whom an account acted on another side within a term."""
    acted = select(HouseholdSide.beneficiary).where(
        HouseholdSide.account_id == account_id,
        HouseholdSide.beneficiary.in_(list(beneficiaries)),
        HouseholdSide.side != side.value,
        HouseholdSide.last_at > tx.now - TERM,
    )
    return set(tx.session.scalars(acted))


def _record(put: Any) -> Any:
    return put.on_conflict_do_update(
        index_elements=["account_id", "beneficiary", "side"], set_={"last_at": put.excluded.last_at}
    )


# Written once: every act of everybody takes them, and building a statement costs more than running it.
_STANDS = select(HouseholdSide.side, HouseholdSide.last_at).where(
    HouseholdSide.account_id == bindparam("who"), HouseholdSide.beneficiary == bindparam("whose")
)
_SIDES = cast(Table, HouseholdSide.__table__)
_RECORD_ON_SQLITE = _record(sqlite.insert(_SIDES))
_RECORD = _record(postgresql.insert(_SIDES))
