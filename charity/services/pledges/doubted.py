"""Money that went to a changed account of which the family, asked afterwards, does not know: a case, at once."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.kinds import PledgeState
from charity.domain.payees import DOUBTED
from charity.domain.pledges import DISPUTE_CONFIRMED_WITHIN
from charity.domain.regions import county_of
from charity.models.acts import act
from charity.models.case_rows import find_last_case
from charity.models.desks import list_auditors
from charity.models.moving import PledgeRow
from charity.models.organisation_rows import list_officers, reference_of
from charity.models.outbox import notify
from charity.models.payments import is_doubted
from charity.services.pledges.cases import dispute_pledge, open_after
from charity.services.pledges.moves import CLOCK, find_locked
from charity.services.pledges.receivers import get_receiver


@act
def doubt(tx: Tx, actor: Actor, pledge_ref: str) -> bool:
    """Stop a gift that was paid to such an account, or open its case where it was confirmed too long ago."""
    del actor
    pledge = find_locked(tx, pledge_ref)
    if pledge is None or not is_doubted(tx, pledge_ref):
        return False
    since = pledge.confirmed_at or tx.now
    if pledge.state is PledgeState.CONFIRMED and tx.now - since > DISPUTE_CONFIRMED_WITHIN:
        open_after(tx, pledge, CLOCK, reason=DOUBTED)
    else:
        dispute_pledge(tx, pledge, CLOCK, reason=DOUBTED)
    _tell(tx, pledge)
    return True


def _tell(tx: Tx, pledge: PledgeRow) -> None:
    """Ask the auditors to rule, and the officers to have the payment stopped by the bank while it can be."""
    case = find_last_case(tx, pledge.id, state="open")
    params = {"case": "" if case is None else case.ref, "pledge": pledge.ref}
    for account_id in list_auditors(tx.session, county_of(pledge.region_code), now=tx.now):
        notify(tx, account_id=account_id, kind="case-to-rule", params=params)
    receiver = get_receiver(tx, pledge)
    told = {"organisation": receiver.ref, "reference": reference_of(pledge.ref), "pledge": pledge.ref}
    for account_id in list_officers(tx.session, receiver.id):
        notify(tx, account_id=account_id, kind="money-doubted", params=told)
