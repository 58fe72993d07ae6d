"""An officer opens a family's account for a payment that stands at his organisation; written down before it shows."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.consents import Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.kinds import Kind
from charity.domain.payees import PAYEE_SHOWS, PayeeState, PayPurpose, may_open
from charity.models.acts import act
from charity.models.consents import is_agreed
from charity.models.households import Household
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.payee_rows import find_live, is_untold, list_sole_recorders, was_opened_at, write_shown
from charity.models.payees import Payee
from charity.services.pledges.moves import get_pledge, take_side
from charity.services.pledges.receivers import get_receiver, officer_doer
from charity.services.pledges.reminding import reviewers_of


@act
def open_payee(tx: Tx, actor: Actor, pledge_ref: str, *, purpose: str) -> None:
    """Log that an officer is about to see a family's account; without this row no page shows it."""
    pledge = get_pledge(tx, pledge_ref)
    if pledge.kind is not Kind.MONEY or pledge.household_id is None:
        raise Missing
    doer = officer_doer(tx, actor, pledge)
    if actor.kind is AccountKind.ORGANISATION and actor.officer_id is None:
        raise NotPermitted("persons-only")
    if purpose not in list(PayPurpose):
        raise Invalid("purpose-unknown", field="purpose")
    may_open(pledge.state)
    payee = _payable(tx, pledge.household_id)
    take_side(tx, doer, pledge.beneficiary)
    write_shown(
        tx,
        payee,
        pledge_id=pledge.id,
        organisation_id=get_receiver(tx, pledge).id,
        account_id=actor.officer_id or actor.account_id,
        purpose=purpose,
        until=tx.now + PAYEE_SHOWS,
    )


def _payable(tx: Tx, household_id: int) -> Payee:
    """Give the account that money may follow now; refuse while it changes, waits, or lacks the family's yes."""
    if find_live(tx.session, household_id, PayeeState.WAITING) is not None:
        raise Conflict("payee-changing")
    payee = find_live(tx.session, household_id, PayeeState.STANDING)
    if payee is None:
        raise Conflict("payee-missing")
    if payee.opens_at is None or payee.opens_at > tx.now:
        raise Conflict("payee-waits")
    if is_untold(tx.session, payee.id):
        raise Conflict("payee-untold")
    if not is_agreed(tx.session, Purpose.PAYMENT, household_id=household_id, member_id=None, moment=tx.now):
        raise Conflict("payee-not-agreed")
    return payee


def may_pay(tx: Tx, pledge: PledgeRow) -> int | None:
    """Refuse a payment to a family whose account is not payable, or was never opened here; gives the account's id."""
    if pledge.household_id is None:
        return None
    payee = _payable(tx, pledge.household_id)
    if not was_opened_at(tx.session, payee.id, get_receiver(tx, pledge).id):
        raise Conflict("payee-not-opened")
    return payee.id


def ask_payee(tx: Tx, pledge: PledgeRow) -> None:
    """Ask the township for the family's account, or for its yes anew, as soon as money has come and neither stands."""
    household_id = pledge.household_id
    if household_id is None:
        return
    stands = find_live(tx.session, household_id, PayeeState.STANDING) is not None
    if stands and is_agreed(tx.session, Purpose.PAYMENT, household_id=household_id, member_id=None, moment=tx.now):
        return
    whose = tx.session.execute(select(Household.ref).where(Household.id == household_id)).scalar_one()
    for account_id in reviewers_of(tx, pledge):
        notify(tx, account_id=account_id, kind="payee-needed", params={"household": whose, "title": pledge.title})


def may_call_back(tx: Tx, pledge: PledgeRow, *, caller: int) -> None:
    """Refuse the call-back about money to whoever alone wrote down the account it went to."""
    if caller in list_sole_recorders(tx.session, pledge.id):
        raise NotPermitted("payee-recorder")
