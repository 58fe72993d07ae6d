"""What every act on an organisation stands on: the locked row, who speaks for it, whose office looks at it."""

from collections.abc import Collection, Mapping

from charity import ledger
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import CapReached, Missing, NotPermitted, SignInNeeded
from charity.domain.organisations import Part, may_decide
from charity.domain.permissions import may
from charity.domain.regions import Level, county_of, level_of
from charity.models.accounts import Account
from charity.models.desks import list_holders
from charity.models.organisation_rows import find_organisation, find_person, list_officers
from charity.models.organisations import Organisation, OrganisationPerson
from charity.models.outbox import notify
from charity.models.sides import lock_account

MANAGE = "organisation.manage"


def get_person_acting(tx: Tx, actor: Actor) -> Account:
    """Lock the actor's account; refuse a visitor, an organisation's account, and whoever proved no address."""
    if not actor.is_signed_in:
        raise SignInNeeded
    lock_account(tx, actor.account_id)
    account = tx.session.get_one(Account, actor.account_id, populate_existing=True)
    if account.closed_at is not None or account.disabled_at is not None:
        raise SignInNeeded
    if account.kind != AccountKind.PERSON:
        raise NotPermitted("persons-only")
    if account.email_verified_at is None and account.phone_verified_at is None:
        raise CapReached("verify-first")
    return account


def get_for_office(tx: Tx, actor: Actor, ref: str, action: str = MANAGE) -> Organisation:
    """Lock an organisation the actor's office decides about; its officers and its applicant never do."""
    row = find_organisation(tx, ref)
    if row is None:
        raise Missing
    may(actor, action, row.region_code)
    may_decide(decider=actor.account_id, applicant=row.applied_by_id, officers=list_officers(tx.session, row.id))
    return row


def get_for_officer(tx: Tx, actor: Actor, ref: str) -> Organisation:
    """Lock an organisation the actor speaks for, himself or by its own account; for everybody else it is missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    row = find_organisation(tx, ref)
    if row is None or not speaks_for(tx, row, actor.account_id):
        raise Missing
    tx.spoken_for = row.account_id
    return row


def speaks_for(tx: Tx, row: Organisation, account_id: int) -> bool:
    """Say whether an account is an officer of an organisation, or its own."""
    if row.account_id == account_id:
        return True
    person = find_person(tx, row.id, account_id)
    return person is not None and person.part == Part.OFFICER.value


def get_place(tx: Tx, actor: Actor, ref: str) -> tuple[Organisation, OrganisationPerson]:
    """Lock an organisation and give the actor's place in it; for everybody else it is missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    row = find_organisation(tx, ref)
    person = None if row is None else find_person(tx, row.id, actor.account_id)
    if row is None or person is None:
        raise Missing
    return row, person


def write_entry(
    tx: Tx, kind: EntryKind, row: Organisation, facts: Mapping[str, JSON], *, texts: Mapping[str, str] | None = None
) -> None:
    """Put what happened to an organisation into the book: its reference, its kind and codes, nothing of a person."""
    tx.session.flush()
    told = {"kind": row.kind, **place_fact(row.region_code), **facts}
    ledger.append(tx, kind, {"organisation": row.ref}, told, texts=texts or {})


def tell_officers(tx: Tx, row: Organisation, kind: str, more: Mapping[str, str | int] | None = None) -> None:
    """Tell those who speak for an organisation, and whoever registered it, what became of it."""
    for account_id in {row.applied_by_id, *list_officers(tx.session, row.id)}:
        notify(tx, account_id=account_id, kind=kind, params={"organisation": row.ref, "name": row.name, **(more or {})})


def tell_office(
    tx: Tx,
    row: Organisation,
    kind: str,
    *,
    but: Collection[int] = (),
    more: Mapping[str, str | int] | None = None,
) -> None:
    """Tell the administrators of an organisation's office, and of those around it, that something waits for them."""
    params = {"organisation": row.ref, "name": row.name, **(more or {})}
    for account_id in office_holders(tx, row.region_code):
        if account_id != row.applied_by_id and account_id not in but:
            notify(tx, account_id=account_id, kind=kind, params=params)


def office_holders(tx: Tx, region: str) -> list[int]:
    """List the administrators of an office and of those around it."""
    return list_holders(tx.session, "administrator", [region[:width] for width in (0, 2, 4, 6)], now=tx.now)


def place_fact(region: str) -> dict[str, JSON]:
    """Name the county of a region for the book; nothing for the whole country."""
    if not region:
        return {}
    return {"county": county_of(region) if level_of(region) > Level.COUNTY else region}
