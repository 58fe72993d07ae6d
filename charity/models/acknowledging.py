"""Statements about the ways a household acknowledges: card codes, SMS codes, slips, and the check of one in ten."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from charity.adapters.crypto import digest, unseal
from charity.adapters.db import Tx
from charity.models.accounts import Account
from charity.models.households import CardCode, CodeCard, Household
from charity.models.pledges import CodeCheck, ReceiptCode
from charity.models.units import rows_of


def card_code_digest(household_id: int, code: str) -> bytes:
    """Give the digest by which a typed card code of a household is found; it means nothing for another household."""
    return digest("card-code", f"{household_id}:{code}")


def receipt_code_digest(pledge_id: int, code: str) -> bytes:
    """Give the digest of a code sent by SMS for one pledge."""
    return digest("receipt-code", f"{pledge_id}:{code}")


def count_wrong_codes(tx: Tx, household_id: int) -> int:
    """Count the wrong codes typed for a household since the last right one, locking it: tries come one by one."""
    return tx.session.execute(
        select(Household.wrong_codes).where(Household.id == household_id).with_for_update()
    ).scalar_one()


def set_wrong_codes(tx: Tx, household_id: int, count: int) -> None:
    """Write the number of wrong codes in a row."""
    tx.session.execute(update(Household).where(Household.id == household_id).values(wrong_codes=count))


def use_card_code(tx: Tx, household_id: int, pledge_id: int, code: str) -> bool:
    """Use up a code of a household's valid card; False when there is none such."""
    valid = select(CodeCard.id).where(CodeCard.household_id == household_id, CodeCard.cancelled_at.is_(None))
    used = tx.session.execute(
        update(CardCode)
        .where(
            CardCode.household_id == household_id,
            CardCode.code_digest == card_code_digest(household_id, code),
            CardCode.used_at.is_(None),
            CardCode.card_id.in_(valid),
        )
        .values(used_at=tx.now, pledge_id=pledge_id)
    )
    return rows_of(used) == 1


def use_receipt_code(tx: Tx, pledge_id: int, code: str) -> bool:
    """Use up a code that was sent by SMS for a pledge; False when there is none such."""
    used = tx.session.execute(
        update(ReceiptCode)
        .where(
            ReceiptCode.pledge_id == pledge_id,
            ReceiptCode.code_digest == receipt_code_digest(pledge_id, code),
            ReceiptCode.used_at.is_(None),
            ReceiptCode.expires_at > tx.now,
        )
        .values(used_at=tx.now)
    )
    return rows_of(used) == 1


def add_receipt_code(tx: Tx, pledge_id: int, code: str, *, sent_by_id: int, lasts: timedelta) -> None:
    """Keep a new SMS code as a digest; earlier ones of the pledge are void."""
    tx.session.execute(
        update(ReceiptCode)
        .where(ReceiptCode.pledge_id == pledge_id, ReceiptCode.used_at.is_(None), ReceiptCode.expires_at > tx.now)
        .values(expires_at=tx.now)
    )
    tx.session.execute(
        insert(ReceiptCode).values(
            pledge_id=pledge_id,
            code_digest=receipt_code_digest(pledge_id, code),
            sent_by_id=sent_by_id,
            sent_at=tx.now,
            expires_at=tx.now + lasts,
        )
    )


def count_receipt_codes(tx: Tx, pledge_id: int, *, since: datetime) -> int:
    """Count the SMS codes sent for a pledge since a moment."""
    rows = tx.session.scalars(
        select(ReceiptCode.id).where(ReceiptCode.pledge_id == pledge_id, ReceiptCode.sent_at >= since)
    )
    return len(list(rows))


def find_relative_phone(tx: Tx, household_id: int) -> str | None:
    """Find the phone of a household's relative, unsealed for one message."""
    row = tx.session.execute(
        select(Household.ref, Household.relative_phone_sealed).where(Household.id == household_id)
    ).one()
    if row.relative_phone_sealed is None:
        return None
    return unseal(row.relative_phone_sealed, place=f"households.relative_phone:{row.ref}")


def find_printer(tx: Tx, pledge_id: int) -> int | None:
    """Find who printed the card whose code confirmed a pledge."""
    return tx.session.execute(
        select(CodeCard.printed_by_id)
        .join(CardCode, CardCode.card_id == CodeCard.id)
        .where(CardCode.pledge_id == pledge_id)
    ).scalar_one_or_none()


def list_printers(tx: Tx, household_id: int) -> set[int]:
    """List who printed a household's cards, those that are void included."""
    return set(tx.session.scalars(select(CodeCard.printed_by_id).where(CodeCard.household_id == household_id)))


def has_phone(tx: Tx, account_ids: Collection[int], phone: bytes) -> bool:
    """Say whether a phone is the one that somebody among these accounts signs in with."""
    theirs = select(Account.id).where(Account.id.in_(sorted(account_ids)), Account.phone_digest == phone)
    return tx.session.execute(theirs.limit(1)).first() is not None


def add_code_check(tx: Tx, pledge_id: int, *, due_at: datetime) -> None:
    """Put a confirmation by code onto the list of those to be checked."""
    tx.session.execute(insert(CodeCheck).values(pledge_id=pledge_id, due_at=due_at))


def settle_code_check(tx: Tx, pledge_id: int, *, checked_by_id: int, outcome: str) -> bool:
    """Write the outcome of a check; False when there is none open."""
    settled = tx.session.execute(
        update(CodeCheck)
        .where(CodeCheck.pledge_id == pledge_id, CodeCheck.checked_at.is_(None))
        .values(checked_by_id=checked_by_id, checked_at=tx.now, outcome=outcome)
    )
    return rows_of(settled) == 1
