"""Acting in an organisation's name: the organisation's own account, with the officer behind it."""

from dataclasses import replace

from sqlalchemy import bindparam, select

from charity.adapters.db import reading
from charity.domain.actors import AccountKind, Actor, Grant, Role
from charity.domain.organisations import OrganisationState, Part
from charity.models.accounts import Account
from charity.models.organisations import Organisation, OrganisationPerson

_MAY_ACT = (OrganisationState.VERIFIED.value, OrganisationState.ENDED.value)
_ACTING = (
    select(Account.id, Account.ref, Organisation.name)
    .select_from(Organisation)
    .join(Account, Account.id == Organisation.account_id)
    .join(OrganisationPerson, OrganisationPerson.organisation_id == Organisation.id)
    .where(
        Organisation.ref == bindparam("named"),
        Organisation.state.in_(_MAY_ACT),
        OrganisationPerson.account_id == bindparam("person"),
        OrganisationPerson.part == Part.OFFICER.value,
        OrganisationPerson.left_at.is_(None),
        Account.closed_at.is_(None),
    )
)


def find_acting(person: Actor, organisation: str) -> Actor | None:
    """Give the organisation's account as an actor, with the officer behind it; None for whoever does not speak for it.

    One that has ended acts on: its officers finish what it began, and new promises are refused by its account's end.
    """
    asked = {"named": organisation, "person": person.account_id}
    row = reading().execute(_ACTING, asked).one_or_none()
    if row is None:
        return None
    return replace(
        person,
        account_id=row.id,
        ref=row.ref,
        kind=AccountKind.ORGANISATION,
        grants=(Grant(role=Role.ORGANISATION, region=""),),
        withheld=(),
        verified=True,
        officer_id=person.account_id,
        acts_for=row.name,
    )
