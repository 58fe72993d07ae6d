"""Who receives the money of a pledge: the named organisation, which is never its donor, and its officers."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.organisations import may_pay
from charity.domain.sides import Who
from charity.models.moving import PledgeRow
from charity.models.organisation_rows import find_receiver, list_officers
from charity.models.organisations import Organisation
from charity.services.pledges.acting import stand_behind
from charity.services.pledges.moves import Doer


def may_give_money(tx: Tx, wish_id: int, actor: Actor) -> None:
    """Refuse money for a wish that no organisation receives just now, and money from the one that receives it."""
    receiver = find_receiver(tx.session, wish_id)
    if receiver is None or not receiver.takes_money:
        raise Conflict("no-receiver-now")
    givers = {actor.account_id, *(() if actor.officer_id is None else (actor.officer_id,))}
    officers = list_officers(tx.session, receiver.id)
    for giver in givers:
        may_pay(donor=giver, organisation=receiver.account_id or 0, officers=officers)


def officer_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give an officer's capacity to handle a pledge's money; to anybody else it looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    receiver = get_receiver(tx, pledge)
    officers = list_officers(tx.session, receiver.id)
    if actor.account_id not in {receiver.account_id, *officers}:
        raise Missing
    # He may have become an officer after he gave.
    may_pay(donor=pledge.account_id, organisation=receiver.account_id or 0, officers=officers)
    stand_behind(tx, actor, pledge.beneficiary)
    tx.spoken_for = receiver.account_id
    return Doer(actor.account_id, Who.OFFICER)


def get_receiver(tx: Tx, pledge: PledgeRow) -> Organisation:
    """Give the organisation that receives a pledge's money."""
    receiver = find_receiver(tx.session, pledge.wish_id)
    if receiver is None:
        raise Missing
    return receiver
