"""Asking again: what somebody allowed and ends soon, said once more by the same side, with the signed paper."""

from charity.adapters.db import Tx
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.consents import GivenBy, Purpose, may_renew, may_stand
from charity.models.acts import act
from charity.models.consents import list_ending_uses
from charity.models.register import get_household, get_member
from charity.services.register.consent_papers import write_paper
from charity.services.register.records import ConsentGiven, write_consents


@act
def renew(
    tx: Tx,
    actor: Actor,
    household_ref: str,
    member_ref: str,
    *,
    given_by: GivenBy,
    key: str,
    child_agrees: bool | None = None,
    parent_agreed: bool = False,
) -> str:
    """Record a person's yes anew to each use that ends soon, and the photo of the paper; gives its key in the store.

    Each use is a row of its own beside those before, and the relation of whoever speaks stays as it was.
    """
    household = get_household(tx, actor, household_ref, "consent.record")
    member = get_member(tx, household, member_ref)
    today = calendar.day_of(tx.now)
    ending = list_ending_uses(tx.session, member.id, given_by, today)
    may_renew(ending)
    given = tuple(
        ConsentGiven(
            purpose=Purpose(use),
            is_granted=True,
            given_by=given_by,
            child_agrees=child_agrees,
            parent_agreed=parent_agreed,
        )
        for use in ending
    )
    may_stand(write_consents(tx, actor, household, member, given), today=today)
    return write_paper(tx, actor, household, member, key=key)
