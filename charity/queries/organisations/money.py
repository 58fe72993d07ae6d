"""Money on its way through an organisation: for its donors what to write on a transfer, for its officers what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName
from charity.domain.errors import Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.organisations import BankAccount, OrganisationState
from charity.domain.payees import masked
from charity.domain.permissions import is_allowed
from charity.models.cases import Case
from charity.models.organisation_rows import read_bank, reference_of
from charity.models.organisations import BankShown, Organisation, Payout, WishReceiver
from charity.models.payee_rows import find_last_shown, read_account
from charity.models.payees import Payee
from charity.models.payments import is_refund_owed
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries.cursors import read_deadline, write_deadline
from charity.queries.organisations.own import find_spoken_for
from charity.queries.payees import PayeeStatus, find_status, read_told
from charity.queries.pledges.own import CaseLine, list_cases, may_appeal
from charity.queries.pledges.said import RefundLine, find_refund
from charity.queries.scopes import after_deadline

BANK_SHOWS = timedelta(minutes=15)  # then its button logs the next showing
BANK_STATES = frozenset({PledgeState.HELD.value, PledgeState.SENT.value})
S = PledgeState
PILES = {
    "arrive": (S.SENT,),
    "pay": (S.AT_POINT,),
    "back": (S.RETURNED,),  # what a ruling gives back, until it went
    "paid": (S.HANDED_OVER, S.DISPUTED),
    "ended": (S.LAPSED_UNSETTLED, S.LAPSED, S.CANCELLED, S.RETURNED),
}
LOOKS_BACK = timedelta(days=180)
FIRST, PER_PAGE, MOST_RECEIVERS, SEARCHED = 20, 50, 2_000, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The organisation that receives a wish's money, by its public name."""

    ref: str
    name: str
    takes_money: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCard:
    """Where to transfer a pledge's money, and with which reference; shown to its claimant, after it was logged."""

    pledge: str
    name: str
    bank: BankAccount
    reference: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """One gift of money as the officers see it: no donor's name, no family's."""

    ref: str
    reference: str
    wish: str
    title: str
    beneficiary: str
    county: str
    units: int
    fen: int
    state: str
    sent_at: datetime | None
    act_by: datetime | None
    is_overdue: bool
    has_case: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyDesk:
    """What waits for an organisation's officers."""

    ref: str
    name: str
    piles: dict[str, "MoneyPile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPile:
    """One page of gifts that stand alike, and where the next begins."""

    rows: tuple[MoneyRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyGift:
    """One gift of money on the desk of an organisation."""

    ref: str
    name: str
    row: MoneyRow
    cases: tuple[CaseLine, ...]
    may_appeal: bool
    payee: PayeeStatus | None
    refund: RefundLine | None
    owes_refund: bool


def find_receiver_of(wish_ref: str) -> Receiver | None:
    """Find which organisation receives the money of a wish."""
    row = reading().execute(_named().where(Wish.ref == wish_ref)).scalar_one_or_none()
    return None if row is None else Receiver(ref=row.ref, name=row.name, takes_money=row.takes_money)


def list_receivers() -> tuple[Receiver, ...]:
    """List the organisations that may receive money now, by name."""
    rows = reading().scalars(
        select(Organisation)
        .where(Organisation.state == OrganisationState.VERIFIED.value, Organisation.takes_money.is_(True))
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST_RECEIVERS)
    )
    return tuple(Receiver(ref=row.ref, name=row.name, takes_money=True) for row in rows)


def _named() -> Select[Organisation]:
    return (
        select(Organisation)
        .join(WishReceiver, WishReceiver.organisation_id == Organisation.id)
        .join(Wish, Wish.id == WishReceiver.wish_id)
    )


def get_transfer(viewer: Actor, pledge_ref: str) -> TransferCard:
    """Give where to transfer the viewer's own open gift of money; without a logged showing there is none."""
    row = (
        reading()
        .execute(
            select(Pledge.id, Pledge.ref, Pledge.state, Pledge.amount_fen, Organisation)
            .join(WishReceiver, WishReceiver.wish_id == Pledge.wish_id)
            .join(Organisation, Organisation.id == WishReceiver.organisation_id)
            .where(Pledge.ref == pledge_ref, Pledge.account_id == viewer.account_id)
        )
        .one_or_none()
    )
    if row is None or row.state not in BANK_STATES or not row.Organisation.takes_money:
        raise Missing
    shown = exists().where(
        BankShown.pledge_id == row.id,
        BankShown.account_id == viewer.account_id,
        BankShown.shown_at > clock.now() - BANK_SHOWS,
    )
    if not reading().execute(select(shown)).scalar_one():
        raise Missing
    return TransferCard(
        pledge=row.ref,
        name=row.Organisation.name,
        bank=read_bank(row.Organisation),
        reference=reference_of(row.ref),
        fen=row.amount_fen,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a reviewer must know to call back about money: by whom, under which reference, by which document."""

    name: str
    reference: str
    document: str
    is_used_before: bool
    payee: str
    told: str  # what the family said of that account, if it was a changed one: yes, no, not asked yet ("open")


def find_payment(viewer: Actor, pledge_ref: str) -> Payment | None:
    """Find how a gift of money was paid, for the reviewers who may call back about it."""
    row = (
        reading()
        .execute(
            select(Pledge.id, Pledge.ref, Pledge.region_code, Pledge.in_county_pool, Organisation.name)
            .join(WishReceiver, WishReceiver.wish_id == Pledge.wish_id)
            .join(Organisation, Organisation.id == WishReceiver.organisation_id)
            .where(Pledge.ref == pledge_ref)
        )
        .one_or_none()
    )
    if row is None or not (is_allowed(viewer, "pledge.confirm", row.region_code) or row.in_county_pool):
        return None
    newest = select(Payout).where(Payout.pledge_id == row.id, Payout.is_refund.is_(False)).order_by(Payout.id.desc())
    payout = reading().scalars(newest.limit(1)).one_or_none()
    payee = find_last_shown(reading(), row.id)
    return Payment(
        name=row.name,
        reference=reference_of(row.ref),
        document="" if payout is None else unseal(payout.document_sealed, place=f"payouts.document:{payout.ref}"),
        is_used_before=payout is not None and _is_used_before(payout),
        payee="" if payee is None else _paid_to(payee),
        told="" if payee is None else read_told(reading(), payee.id),
    )


def _paid_to(payee: Payee) -> str:
    """Give the bank and the last four digits of the account an officer opened for a payment."""
    account = read_account(payee)
    return f"{account.bank} {masked(account.number)}"


def _is_used_before(payout: Payout) -> bool:
    other = exists().where(Payout.document_digest == payout.document_digest, Payout.pledge_id != payout.pledge_id)
    return reading().execute(select(other)).scalar_one()


def get_money_desk(viewer: Actor, ref: str) -> MoneyDesk:
    """Show the officers what money is on its way, here, or paid; for everybody else it is missing."""
    found = _for_officers(viewer, ref)
    return MoneyDesk(ref=found.ref, name=found.name, piles={pile: _pile(found.id, pile, FIRST, "") for pile in PILES})


def get_money_pile(viewer: Actor, ref: str, pile: str, *, cursor: str = "") -> MoneyDesk:
    """Show the officers one pile of gifts from a place on, page by page."""
    found = _for_officers(viewer, ref)
    if pile not in PILES:
        raise Missing
    return MoneyDesk(ref=found.ref, name=found.name, piles={pile: _pile(found.id, pile, PER_PAGE, cursor)})


def get_money_gift(viewer: Actor, ref: str, gift: str) -> MoneyGift:
    """Show the officers one gift of money to their organisation, however old and wherever it stands."""
    found = _for_officers(viewer, ref)
    row = reading().execute(_gifts(found.id).where(Pledge.ref == gift)).one_or_none()
    if row is None:
        raise Missing
    pledge, cases = row[0], list_cases(row[0].id)
    owes = pledge.state == S.RETURNED.value and is_refund_owed(reading(), pledge.id)
    is_here = pledge.state == S.AT_POINT.value and pledge.beneficiary.startswith("h")
    return MoneyGift(
        ref=found.ref,
        name=found.name,
        row=_row(*row),
        cases=cases,
        may_appeal=may_appeal(cases),
        payee=find_status(int(pledge.beneficiary[1:])) if is_here else None,
        refund=find_refund(pledge.id) if pledge.state == S.RETURNED.value and not owes else None,
        owes_refund=owes,
    )


def find_gift(viewer: Actor, ref: str, reference: str) -> str | None:
    """Find the gift whose donor wrote a reference on the transfer; only the keys tell one from the other."""
    found = _for_officers(viewer, ref)
    wanted = _bare(reference)
    theirs = (
        select(Pledge.ref)
        .join(WishReceiver, WishReceiver.wish_id == Pledge.wish_id)
        .where(WishReceiver.organisation_id == found.id, Pledge.kind == Kind.MONEY.value)
        .order_by(Pledge.id.desc())
        .limit(SEARCHED)
    )
    return next((one for one in reading().scalars(theirs) if _bare(reference_of(one)) == wanted), None)


def _bare(reference: str) -> str:
    return "".join(sign for sign in reference.upper() if sign.isalnum())


def _for_officers(viewer: Actor, ref: str) -> Organisation:
    found = find_spoken_for(viewer, ref)
    if found is None or found.state not in (OrganisationState.VERIFIED.value, OrganisationState.ENDED.value):
        raise Missing
    return found


def _pile(organisation_id: int, pile: str, most: int, cursor: str) -> MoneyPile:
    """Give a page of a pile: what is overdue first, then by deadline."""
    states = PILES[pile]
    asked = _gifts(organisation_id).where(Pledge.state.in_([state.value for state in states]))
    is_owed = Pledge.clock == ClockName.REFUND.value
    if pile == "back":
        asked = asked.where(is_owed)
    if S.LAPSED in states:  # of what has ended only the newer; what still waits for somebody is never too old
        is_new = or_(Pledge.claimed_at > clock.now() - LOOKS_BACK, Pledge.state == S.LAPSED_UNSETTLED.value)
        asked = asked.where(is_new, or_(Pledge.clock.is_(None), ~is_owed))
    if cursor:
        asked = asked.where(_after(cursor))
    order = (Pledge.is_overdue.desc(), Pledge.act_by.is_(None), Pledge.act_by, Pledge.id)
    rows = reading().execute(asked.order_by(*order).limit(most + 1)).all()
    last = rows[most - 1][0] if len(rows) > most else None
    place = None if last is None else f"{int(last.is_overdue)}~{write_deadline(last.act_by, last.id)}"
    return MoneyPile(rows=tuple(_row(*row) for row in rows[:most]), next=place)


def _after(cursor: str) -> ColumnElement[bool]:
    late, _, place = cursor.partition("~")
    later = after_deadline(Pledge.act_by, Pledge.id, read_deadline(place))
    if late == "1":
        return or_(Pledge.is_overdue.is_(False), and_(Pledge.is_overdue.is_(True), later))
    return and_(Pledge.is_overdue.is_(False), later)


def _gifts(organisation_id: int) -> Select[*tuple[Any, ...]]:
    open_case = exists().where(Case.pledge_id == Pledge.id, Case.state == "open")
    return (
        select(Pledge, Wish.ref, Wish.title, Wish.county, Wish.beneficiary_kind, open_case.label("has_case"))
        .join(Wish, Wish.id == Pledge.wish_id)
        .join(WishReceiver, WishReceiver.wish_id == Wish.id)
        .where(WishReceiver.organisation_id == organisation_id, Pledge.kind == Kind.MONEY.value)
    )


def _row(pledge: Pledge, wish: str, title: str, county: str, beneficiary: str, has_case: Any) -> MoneyRow:
    return MoneyRow(
        ref=pledge.ref,
        reference=reference_of(pledge.ref),
        wish=wish,
        title=title,
        beneficiary=beneficiary,
        county=county,
        units=pledge.units,
        fen=pledge.amount_fen,
        state=pledge.state,
        sent_at=pledge.sent_at,
        act_by=pledge.act_by,
        is_overdue=pledge.is_overdue,
        has_case=bool(has_case),
    )
