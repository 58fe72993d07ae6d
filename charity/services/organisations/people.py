"""Coming and going: the join code, members who may be counted publicly, and who else speaks for the organisation."""

from dataclasses import dataclass

from charity.adapters.crypto import digest, new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Missing, TooMany
from charity.domain.groups import CODE_LASTS, CODE_LENGTH, CODE_TRIES, TRIES_WITHIN, normal_code, shown_code
from charity.domain.organisations import OrganisationState, Part, may_be
from charity.ledger.writing import moment
from charity.models.acts import Kept, act
from charity.models.organisation_rows import (
    code_digest,
    end_person,
    find_organisation,
    find_person,
    find_person_by_ref,
    find_ref_by_code,
    put_person,
)
from charity.models.outbox import notify
from charity.models.throttles import count_try, forget_tries
from charity.services.organisations.ground import get_for_officer, get_person_acting, get_place
from charity.services.organisations.leaving import after_officer, may_go


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A new join code as it is read out, this once, and until when it opens the organisation."""

    ref: str
    code: str
    until: str


def make_code(actor: Actor, ref: str) -> JoinCode:
    """Make a new join code; the one before is void. It exists in clear only in the first answer to a key."""
    made: list[JoinCode] = []
    _make_once(actor, ref, made)
    if not made:
        raise Conflict("group-code-shown-already")
    return made[-1]


@act
def _make_once(tx: Tx, actor: Actor, ref: str, made: list[JoinCode]) -> str:
    """Make a code; what is stored for a repeat is the reference alone, and the code leaves beside it."""
    row = get_for_officer(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    code, until = new_ref()[:CODE_LENGTH], tx.now + CODE_LASTS
    row.code_digest, row.code_expires_at = code_digest(code), until
    made.append(JoinCode(row.ref, shown_code(code), moment(until)))
    return row.ref


@act
def void_code(tx: Tx, actor: Actor, ref: str) -> None:
    """Let nobody join any more until there is a new code."""
    row = get_for_officer(tx, actor, ref)
    row.code_digest = row.code_expires_at = None


@act
def join(tx: Tx, actor: Actor, *, code: str, is_counted: bool) -> str:
    """Join the organisation of a code as a member and give its reference; a wrong code and an old one sound alike."""
    account = get_person_acting(tx, actor)
    tries = digest("organisation-code-tries", actor.ref)
    if count_try(tx, tries, window=TRIES_WITHIN) > CODE_TRIES:
        raise Kept(TooMany("group-codes-locked", field="code"))
    ref = find_ref_by_code(tx, normal_code(code))
    row = None if ref is None else find_organisation(tx, ref)
    if row is None:
        raise Kept(Invalid("group-code-unknown", field="code"))
    if find_person(tx, row.id, account.id) is not None:
        raise Conflict("organisation-member-already", field="code")
    put_person(tx, row.id, account.id, Part.MEMBER, is_counted=is_counted)
    forget_tries(tx, tries)
    return row.ref


@act
def be_counted(tx: Tx, actor: Actor, ref: str, *, is_counted: bool) -> None:
    """Let one's gifts from now on count on the organisation's page, or no more; what was counted names nobody."""
    row, person = get_place(tx, actor, ref)
    if person.is_counted != is_counted:
        end_person(tx, person)
        put_person(tx, row.id, actor.account_id, Part(person.part), is_counted=is_counted)


@act
def leave(tx: Tx, actor: Actor, ref: str) -> None:
    """Leave an organisation; its last officer stays."""
    row, person = get_place(tx, actor, ref)
    is_officer = person.part == Part.OFFICER.value
    if is_officer:
        may_go(tx, row, person.account_id)
    end_person(tx, person)
    if is_officer:
        after_officer(tx, row, by=Part.OFFICER.value)


@act
def remove(tx: Tx, actor: Actor, ref: str, person_ref: str) -> None:
    """Let a member go; the join code is void, so that he does not come back by it."""
    row = get_for_officer(tx, actor, ref)
    person = find_person_by_ref(tx, row.id, person_ref)
    if person is None or person.part == Part.OFFICER.value or person.account_id == actor.account_id:
        raise Missing
    end_person(tx, person)
    row.code_digest = row.code_expires_at = None
    notify(tx, account_id=person.account_id, kind="organisation-removed", params={"name": row.name})
