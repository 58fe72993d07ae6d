"""Statements about accounts of families and about who looked at them; no rule."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from charity.adapters.crypto import digest, seal, unseal
from charity.adapters.db import Tx
from charity.domain.kinds import Kind
from charity.domain.payees import UNDER_WAY, PayeeAccount, PayeeState
from charity.models.organisations import Organisation, WishReceiver
from charity.models.payees import Payee, PayeeShown, PayeeTold, told_place
from charity.models.pledges import Pledge

LIVE = (PayeeState.STANDING.value, PayeeState.WAITING.value)
LEFT = (PayeeState.REPLACED.value, PayeeState.ENDED.value)


def number_digest(number: str) -> bytes:
    """Give the digest by which the same account is found again."""
    return digest("payee-number", number)


def seal_account(account: PayeeAccount, *, ref: str) -> bytes:
    """Seal where a family's money goes."""
    told = {"holder": account.holder, "bank": account.bank, "number": account.number, "note": account.note}
    return seal(json.dumps(told, ensure_ascii=False), place=told_place(ref))


def read_account(row: Payee) -> PayeeAccount:
    """Open where a family's money goes; of a family that was forgotten nothing is left to tell."""
    plain = unseal(row.told_sealed, place=told_place(row.ref))
    told = json.loads(plain) if plain else {"holder": "", "bank": "", "number": ""}
    return PayeeAccount(way=row.way, **told)


def find_live(session: Session, household_id: int, state: PayeeState) -> Payee | None:
    """Find what stands, or what waits for a second person, of a family."""
    mine = (Payee.household_id == household_id, Payee.state == state.value)
    return session.scalars(select(Payee).where(*mine).execution_options(populate_existing=True)).one_or_none()


def is_known_elsewhere(session: Session, digested: bytes, household_id: int) -> bool:
    """Say whether the same number stands or waits with another family."""
    other = (Payee.number_digest == digested, Payee.household_id != household_id, Payee.state.in_(LIVE))
    return session.scalar(select(exists().where(*other))) or False


def lock_number(tx: Tx, digested: bytes) -> None:
    """Let those who write one number down wait for each other, so that the second finds it with the first family."""
    tx.take_turn(int.from_bytes(digested[:8], "big", signed=True))


def is_under_way(session: Session, household_id: int) -> bool:
    """Say whether money for a family is on its way or stands at an organisation."""
    moves = (
        Pledge.beneficiary == f"h{household_id}",
        Pledge.kind == Kind.MONEY.value,
        Pledge.state.in_([state.value for state in UNDER_WAY]),
    )
    return session.scalar(select(exists().where(*moves))) or False


def has_stood(session: Session, household_id: int) -> bool:
    """Say whether a family had an account at any time: another one is a change, also after it was taken away."""
    before = (Payee.household_id == household_id, Payee.opens_at.is_not(None))
    return session.scalar(select(exists().where(*before))) or False


def is_to_tell() -> ColumnElement[bool]:
    """Give the condition that an account is another one than before, and the family was not told.

    It stands or waits, or an officer saw it before it was set back. Who wrote it down said that the family agreed:
    somebody else asks it.
    """
    before = aliased(Payee)
    was_another = exists().where(
        before.household_id == Payee.household_id, before.id < Payee.id, before.opens_at.is_not(None)
    )
    was_used = and_(Payee.state.in_(LEFT), exists().where(PayeeShown.payee_id == Payee.id))
    counts = or_(Payee.state.in_(LIVE), was_used)
    return and_(counts, was_another, ~exists().where(PayeeTold.payee_id == Payee.id))


def is_untold(session: Session, payee_id: int) -> bool:
    """Say whether a family was not asked yet of one account that is another than before."""
    return session.scalar(select(exists().where(Payee.id == payee_id, is_to_tell()))) or False


def list_paying(session: Session, household_id: int) -> list[tuple[Organisation, str]]:
    """List the organisations at which money for a family stands or to which it is on its way, with one gift each."""
    rows = session.execute(
        select(Organisation, Pledge.ref)
        .join(WishReceiver, WishReceiver.organisation_id == Organisation.id)
        .join(Pledge, Pledge.wish_id == WishReceiver.wish_id)
        .where(
            Pledge.beneficiary == f"h{household_id}",
            Pledge.kind == Kind.MONEY.value,
            Pledge.state.in_([state.value for state in UNDER_WAY]),
        )
        .order_by(Organisation.id, Pledge.id)
    )
    return list({row.id: (row, ref) for row, ref in rows}.values())


def find_last_shown(session: Session, pledge_id: int) -> Payee | None:
    """Find the account an officer saw last for a payment."""
    seen = select(Payee).join(PayeeShown, PayeeShown.payee_id == Payee.id).where(PayeeShown.pledge_id == pledge_id)
    return session.scalars(seen.order_by(PayeeShown.id.desc()).limit(1)).one_or_none()


def was_opened_at(session: Session, payee_id: int, organisation_id: int) -> bool:
    """Say whether an officer of an organisation ever opened an account, for whichever gift to the family."""
    opened = (PayeeShown.payee_id == payee_id, PayeeShown.organisation_id == organisation_id)
    return session.scalar(select(exists().where(*opened))) or False


def write_shown(
    tx: Tx, payee: Payee, *, pledge_id: int, organisation_id: int, account_id: int, purpose: str, until: datetime
) -> None:
    """Write down who is about to see an account, for which payment and why."""
    tx.session.add(
        PayeeShown(
            payee_id=payee.id,
            pledge_id=pledge_id,
            organisation_id=organisation_id,
            account_id=account_id,
            purpose=purpose,
            shown_at=tx.now,
            open_until=until,
        )
    )
    tx.session.flush()


def sole_recorders() -> Select[int]:
    """Ask who alone wrote down the account to which a gift of money went.

    It is the one opened for the gift itself; without that, each that was ever opened of the family, and what stands.
    """
    last = select(PayeeShown.payee_id).where(PayeeShown.pledge_id == Pledge.id)
    of_gift = last.order_by(PayeeShown.id.desc()).limit(1).correlate(Pledge).scalar_subquery()
    was_opened = exists().where(PayeeShown.payee_id == Payee.id).correlate(Payee)
    of_family = and_(of_gift.is_(None), or_(was_opened, Payee.state == PayeeState.STANDING.value))
    return select(Payee.recorded_by_id).where(
        Pledge.kind == Kind.MONEY.value,
        Pledge.beneficiary == literal("h").concat(cast(Payee.household_id, String)),
        Payee.decided_by_id.is_(None),
        or_(Payee.id == of_gift, of_family),
    )


def list_sole_recorders(session: Session, pledge_id: int) -> list[int]:
    """List who alone wrote down the account to which one gift of money went."""
    return list(session.scalars(sole_recorders().where(Pledge.id == pledge_id)))
