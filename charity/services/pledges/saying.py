"""What a donor says of money whose time ran out: that it was sent, when and by which receipt, or that it was not."""

from datetime import date

from sqlalchemy import func, insert, select

from charity import ledger
from charity.adapters.crypto import new_ref, seal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.errors import CapReached, Conflict, Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.payees import MOST_SAID, normal_receipt
from charity.domain.sides import Who
from charity.models.acts import act
from charity.models.case_rows import find_last_case
from charity.models.desks import list_auditors
from charity.models.moving import PledgeRow
from charity.models.organisation_rows import list_officers, reference_of
from charity.models.outbox import notify
from charity.models.payees import TransferSaid, receipt_place
from charity.services.pledges.moves import Acted, Doer, acted, get_own_pledge, take_side
from charity.services.pledges.receivers import get_receiver


@act
def say_transfer(
    tx: Tx, actor: Actor, pledge_ref: str, *, was_sent: bool, sent_on: date | None = None, receipt: str = ""
) -> Acted:
    """Tell the auditor whether one's money was sent; the ruling stays his, and the units stay as they are."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is not Kind.MONEY:
        raise Missing
    case = find_last_case(tx, pledge.id, state="open")
    if pledge.state is not PledgeState.LAPSED_UNSETTLED or case is None:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "say-transfer"})
    said = normal_receipt(
        receipt, sent_on, was_sent=was_sent, claimed_on=day_of(pledge.claimed_at), today=day_of(tx.now)
    )
    so_far = select(func.count()).select_from(TransferSaid).where(TransferSaid.pledge_id == pledge.id)
    if (tx.session.scalar(so_far) or 0) >= MOST_SAID:
        raise CapReached("said-most", params={"most": MOST_SAID})
    take_side(tx, Doer(actor.account_id, Who.DONOR), pledge.beneficiary)
    _keep(tx, actor, pledge, was_sent=was_sent, sent_on=sent_on if was_sent else None, receipt=said)
    ledger.append(
        tx,
        EntryKind.CASE_ANSWERED,
        {"case": case.ref, "wish": pledge.wish_ref, "pledge": pledge.ref},
        {"kind": case.kind, "reason": "money-sent" if was_sent else "money-not-sent", "by": Who.DONOR.value},
        texts={"document": said} if said else {},
    )
    for account_id in list_auditors(tx.session, case.region_code, now=tx.now):
        notify(tx, account_id=account_id, kind="transfer-said", params={"case": case.ref, "pledge": pledge.ref})
    _tell_officers(tx, pledge, was_sent=was_sent)
    return acted(pledge)


def _keep(tx: Tx, actor: Actor, pledge: PledgeRow, *, was_sent: bool, sent_on: date | None, receipt: str) -> None:
    ref = new_ref()
    tx.session.execute(
        insert(TransferSaid).values(
            ref=ref,
            pledge_id=pledge.id,
            was_sent=was_sent,
            sent_on=sent_on,
            receipt_sealed=seal_some(receipt, place=receipt_place(ref)),
            said_by_id=actor.account_id,
            said_at=tx.now,
        )
    )


def _tell_officers(tx: Tx, pledge: PledgeRow, *, was_sent: bool) -> None:
    """Ask the officers to look into their account again; the receipt itself is the auditor's to read."""
    receiver = get_receiver(tx, pledge)
    kind = "transfer-said-sent" if was_sent else "transfer-said-not"
    params = {"organisation": receiver.ref, "reference": reference_of(pledge.ref), "pledge": pledge.ref}
    for account_id in list_officers(tx.session, receiver.id):
        notify(tx, account_id=account_id, kind=kind, params=params)
