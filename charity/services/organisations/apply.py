"""Applying: a person registers an organisation, keeps its account data true, and may take the application back."""

from dataclasses import dataclass

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.adapters.logins import read_login
from charity.domain.actors import Actor
from charity.domain.entries import EntryKind
from charity.domain.errors import CapReached, Conflict, Invalid, Missing
from charity.domain.identity import normal_phone
from charity.domain.nicknames import MOST, may_be_registered
from charity.domain.organisations import (
    LONGEST_NAME,
    MOST_APPLIED,
    NO_BANK,
    BankAccount,
    OrganisationKind,
    OrganisationState,
    Part,
    may_be,
    normal_bank,
    normal_number,
)
from charity.domain.regions import Level, level_of
from charity.models.acts import act
from charity.models.names_down import list_names_kept
from charity.models.organisation_rows import count_applied, find_organisation, is_number_taken, put_person, seal_bank
from charity.models.organisations import Organisation, place
from charity.models.regions import Region
from charity.services.organisations.ground import (
    get_for_officer,
    get_person_acting,
    office_holders,
    tell_office,
    write_entry,
)
from charity.services.organisations.stopping import after_rights, lock_givers

SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an organisation says about itself; who answers for it and its bank account are sealed."""

    name: str
    number: str
    kind: str
    region: str
    contact: str
    phone: str
    email: str
    bank: BankAccount = NO_BANK


@act
def apply(tx: Tx, actor: Actor, *, application: Application) -> str:
    """Register an organisation; an administrator of the chosen office looks at it. Gives its reference."""
    account = get_person_acting(tx, actor)
    if count_applied(tx, account.id) >= MOST_APPLIED:
        raise CapReached("applications-most", params={"most": MOST_APPLIED})
    row = _row(tx, actor, application)
    tx.session.add(row)
    tx.session.flush()
    put_person(tx, row.id, account.id, Part.OFFICER, is_counted=False)
    tell_office(tx, row, "organisation-to-check")
    return row.ref


def _row(tx: Tx, actor: Actor, said: Application) -> Organisation:
    name, number = _name(said.name), normal_number(said.number)
    if list_names_kept(tx.session, name, name[:MOST]):
        raise Conflict("name-not-free", field="name")
    if said.kind not in list(OrganisationKind):
        raise Invalid("organisation-kind-unknown", field="kind")
    if is_number_taken(tx, number):
        raise Conflict("organisation-known", field="number")
    login = read_login(said.email, field="email")
    if login.kind != "email":
        raise Invalid("email-shape", field="email")
    if not said.contact.strip():
        raise Invalid("field-needed", field="contact")
    ref, bank = new_ref(), normal_bank(said.bank, name=name)
    return Organisation(
        ref=ref,
        name=name,
        number=number,
        kind=said.kind,
        region_code=_office(tx, said.region),
        contact_sealed=seal(said.contact.strip(), place=place(ref, "contact")),
        phone_sealed=seal(normal_phone(said.phone), place=place(ref, "phone")),
        email_sealed=seal(login.value, place=place(ref, "email")),
        email_digest=login.digest,
        bank_sealed=seal_bank(bank, ref=ref),
        state=OrganisationState.APPLIED.value,
        applied_by_id=actor.account_id,
        applied_at=tx.now,
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid("organisation-name-length", field="name", params={"least": SHORTEST_NAME, "most": LONGEST_NAME})
    may_be_registered(name)
    return name


def _office(tx: Tx, region: str) -> str:
    """Find the office: the whole country's, a province's, city's or county's, where somebody sits."""
    if region and (tx.session.get(Region, region) is None or level_of(region) > Level.COUNTY):
        raise Invalid("region-unknown", field="region")
    if not office_holders(tx, region):
        raise Invalid("office-empty", field="region")
    return region


@act
def withdraw(tx: Tx, actor: Actor, ref: str) -> None:
    """Take an application back that nobody has decided yet."""
    get_person_acting(tx, actor)
    row = find_organisation(tx, ref)
    if row is None or row.applied_by_id != actor.account_id:
        raise Missing
    may_be(OrganisationState(row.state), OrganisationState.APPLIED)
    row.state, row.reason, row.ended_at = OrganisationState.REFUSED.value, "withdrawn", tx.now


@act
def change_bank(tx: Tx, actor: Actor, ref: str, *, bank: BankAccount) -> None:
    """Write down another bank account: until the office has looked at it, nobody is shown it or gives by it."""
    lock_givers(tx, ref)
    row = get_for_officer(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    if not bank.is_given:
        raise Invalid("field-needed", field="bank_number")
    row.bank_sealed = seal_bank(normal_bank(bank, name=row.name), ref=row.ref)
    took_money, row.takes_money = row.takes_money, False
    if took_money:
        write_entry(tx, EntryKind.ORGANISATION_CHANGED, row, {"by": "officer", "change": "money-stopped"})
    tell_office(tx, row, "organisation-bank-changed")
    after_rights(tx, row, took_money=took_money)
