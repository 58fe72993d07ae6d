"""Asking again: what somebody allowed and ends soon, said once more by the same side, with the signed paper."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.consents import GivenBy, Purpose, may_renew, may_share_paper, may_stand, refuser
from charity.domain.errors import Conflict
from charity.domain.identity import age_on
from charity.domain.permissions import is_allowed
from charity.models.acts import act
from charity.models.consents import find_giver, list_ending_uses, list_withdrawn
from charity.models.households import Household, Member
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

    Each use is a row of its own beside those before, and the relation of whoever speaks stays as it was. What either
    side has withdrawn since is never among them.
    """
    if child_agrees is False:
        raise Conflict("child-says-no", field="child_agrees")
    household = get_household(tx, actor, household_ref, "consent.record")
    member = get_member(tx, household, member_ref)
    today = calendar.day_of(tx.now)
    given = tuple(
        ConsentGiven(
            purpose=use,
            is_granted=True,
            given_by=given_by,
            giver=find_giver(tx.session, member.id, given_by),
            child_agrees=child_agrees,
            parent_agreed=parent_agreed,
        )
        for use in _to_ask(tx, household, member, given_by)
    )
    may_stand(write_consents(tx, actor, household, member, given), today=today)
    return write_paper(tx, actor, household, member, key=key)


def may_share(actor: Actor, household_refs: tuple[str, ...]) -> None:
    """Refuse one photographed list for families of several villages, or for one the actor may not ask.

    Never kept among the answers: the same request sent again is asked anew.
    """
    _may_share(replace(actor, once=None), household_refs)


@act
def _may_share(tx: Tx, actor: Actor, household_refs: tuple[str, ...]) -> None:
    asked = select(Household.ref, Household.region_code).where(
        Household.ref.in_(household_refs), Household.closed_at.is_(None)
    )
    villages = {row.ref: row.region_code for row in tx.session.execute(asked)}
    for ref in household_refs:
        if ref not in villages or not is_allowed(actor, "consent.record", villages[ref]):
            raise Conflict("list-changed")
    may_share_paper(villages.values())


@act
def refuse(tx: Tx, actor: Actor, household_ref: str, member_ref: str, *, given_by: GivenBy) -> None:
    """Record that a child does not want what ends soon: a no to each use, which hides at once what it allowed."""
    household = get_household(tx, actor, household_ref, "consent.record")
    member = get_member(tx, household, member_ref)
    birth = date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))
    by = refuser(age_on(birth, calendar.day_of(tx.now)), given_by)
    given = tuple(
        ConsentGiven(purpose=use, is_granted=False, given_by=by, child_agrees=False)
        for use in _to_ask(tx, household, member, given_by)
    )
    write_consents(tx, actor, household, member, given)


def _to_ask(tx: Tx, household: Household, member: Member, given_by: GivenBy) -> list[Purpose]:
    found = list_ending_uses(tx.session, member.id, given_by, calendar.day_of(tx.now))
    uses = [Purpose(use) for use in found]
    withdrawn = list_withdrawn(tx.session, uses, household_id=household.id, member_id=member.id, moment=tx.now)
    return may_renew(uses, withdrawn)
