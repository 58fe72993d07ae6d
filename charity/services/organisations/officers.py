"""Who speaks for an organisation: an officer asks for a change, an administrator of its office confirms it.

Taking the right away at once is the office's alone; an officer may always go himself. The last one stays.
"""

from sqlalchemy import select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import CapReached, Conflict, Missing
from charity.domain.organisations import MOST_OFFICERS, Becomes, OrganisationState, Part, may_be, may_change_officer
from charity.models.acts import act
from charity.models.officer_clocks import OPEN, start_officer_clock
from charity.models.organisation_changes import OfficerChange
from charity.models.organisation_rows import (
    end_person,
    find_person,
    find_person_by_ref,
    gives_to,
    list_able_officers,
    put_person,
)
from charity.models.organisations import Organisation, OrganisationPerson
from charity.models.outbox import notify
from charity.services.organisations.ground import get_for_office, get_for_officer, tell_office
from charity.services.organisations.leaving import after_officer, may_go, write_officer

OFFICE, OFFICER = "administrator", "officer"


@act
def ask(tx: Tx, actor: Actor, ref: str, person_ref: str, *, becomes: Becomes) -> str:
    """Ask, as an officer, that a member speaks for the organisation too, or that another officer does so no more."""
    row = get_for_officer(tx, actor, ref)
    change = _ask(tx, actor, row, person_ref, becomes)
    tell_office(tx, row, "officer-change")
    return change


@act
def ask_as_office(tx: Tx, actor: Actor, ref: str, person_ref: str) -> str:
    """Ask, as the office, that a member speaks for an organisation: another administrator confirms it."""
    row = get_for_office(tx, actor, ref)
    if list_able_officers(tx.session, row.id):
        raise Conflict("officer-there")
    change = _ask(tx, actor, row, person_ref, Becomes.OFFICER)
    tell_office(tx, row, "officer-change")
    return change


def _ask(tx: Tx, actor: Actor, row: Organisation, person_ref: str, becomes: Becomes) -> str:
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    person = find_person_by_ref(tx, row.id, person_ref)
    if person is None or person.account_id in (actor.account_id, actor.officer_id):
        raise Missing
    _may_become(tx, row, person, becomes)
    waits = select(OfficerChange.id).where(
        OfficerChange.organisation_id == row.id,
        OfficerChange.account_id == person.account_id,
        OfficerChange.state == OPEN,
    )
    if tx.session.execute(waits).first() is not None:
        raise Conflict("officer-change-open")
    change = OfficerChange(
        ref=new_ref(),
        organisation_id=row.id,
        account_id=person.account_id,
        becomes=becomes.value,
        state=OPEN,
        asked_by_id=actor.officer_id or actor.account_id,
        asked_at=tx.now,
    )
    tx.session.add(change)
    tx.session.flush()
    start_officer_clock(tx, change, row.region_code)
    return change.ref


def _may_become(tx: Tx, row: Organisation, person: OrganisationPerson, becomes: Becomes) -> None:
    """Refuse what somebody is already, one officer too many, and the last one's going."""
    is_officer = person.part == Part.OFFICER.value
    if (becomes is Becomes.OFFICER) is is_officer:
        raise Missing
    if becomes is not Becomes.OFFICER:
        may_go(tx, row, person.account_id)
    # Only who can act is counted: twelve who are all shut out would keep the office from naming anybody.
    elif len(list_able_officers(tx.session, row.id)) >= MOST_OFFICERS:
        raise CapReached("officers-most", params={"most": MOST_OFFICERS})
    # Nobody handles the gift of one who speaks for its receiver: his own would lie where it is for all of them.
    elif gives_to(tx.session, row.id, person.account_id):
        raise Conflict("officer-gives-here")


@act
def confirm(tx: Tx, actor: Actor, ref: str, change_ref: str) -> None:
    """Say yes, as an administrator who neither asked nor is meant: from now on it is so."""
    row, change = _decided(tx, actor, ref, change_ref)
    person = find_person(tx, row.id, change.account_id)
    if person is None:
        raise Conflict("officer-change-gone")
    becomes = Becomes(change.becomes)
    _may_become(tx, row, person, becomes)
    _close(tx, actor, change, "confirmed")
    _put(tx, row, person, becomes, by=OFFICER)


@act
def refuse(tx: Tx, actor: Actor, ref: str, change_ref: str) -> None:
    """Say no: everything stays as it is."""
    row, change = _decided(tx, actor, ref, change_ref)
    _close(tx, actor, change, "refused")
    params = {"organisation": row.ref, "name": row.name}
    notify(tx, account_id=change.asked_by_id, kind="officer-change-refused", params=params)


def _decided(tx: Tx, actor: Actor, ref: str, change_ref: str) -> tuple[Organisation, OfficerChange]:
    row = get_for_office(tx, actor, ref)
    change = _find(tx, row, change_ref)
    may_change_officer(decider=actor.account_id, asker=change.asked_by_id, subject=change.account_id)
    return row, change


@act
def take_back(tx: Tx, actor: Actor, ref: str, change_ref: str) -> None:
    """Take a question back that nobody has decided, as any officer."""
    row = get_for_officer(tx, actor, ref)
    _close(tx, actor, _find(tx, row, change_ref), "withdrawn")


def _find(tx: Tx, row: Organisation, change_ref: str) -> OfficerChange:
    change = tx.session.scalars(
        select(OfficerChange).where(OfficerChange.ref == change_ref, OfficerChange.organisation_id == row.id)
    ).one_or_none()
    if change is None:
        raise Missing
    if change.state != OPEN:
        raise Conflict("officer-change-over")
    return change


def _close(tx: Tx, actor: Actor, change: OfficerChange, state: str) -> None:
    change.state, change.decided_at = state, tx.now
    change.decided_by_id = actor.officer_id or actor.account_id
    tx.session.flush()


@act
def end(tx: Tx, actor: Actor, ref: str, person_ref: str) -> None:
    """Take the right away at once, as the office; its last officer is ended with the organisation, never silently."""
    row = get_for_office(tx, actor, ref)
    person = find_person_by_ref(tx, row.id, person_ref)
    if person is None or person.part != Part.OFFICER.value:
        raise Missing
    may_go(tx, row, person.account_id)
    _put(tx, row, person, Becomes.MEMBER, by=OFFICE)


def _put(tx: Tx, row: Organisation, person: OrganisationPerson, becomes: Becomes, *, by: str) -> None:
    account_id, is_counted = person.account_id, person.is_counted
    end_person(tx, person)
    if becomes is not Becomes.OUT:
        put_person(tx, row.id, account_id, Part(becomes.value), is_counted=is_counted)
    if becomes is Becomes.OFFICER:
        write_officer(tx, row, "officer-named", by=by)
    else:
        after_officer(tx, row, by=by)
    params = {"organisation": row.ref, "name": row.name}
    stays = "organisation-officer" if becomes is Becomes.OFFICER else "organisation-member"
    kind = "organisation-removed" if becomes is Becomes.OUT else stays
    notify(tx, account_id=account_id, kind=kind, params=params)
