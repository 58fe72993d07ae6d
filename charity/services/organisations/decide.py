"""The office's word about an organisation: verified or refused with a reason, what it may do, and its end."""

from dataclasses import dataclass

from sqlalchemy import select, update

from charity.adapters.crypto import seal_some, unseal
from charity.adapters.db import Tx
from charity.adapters.logins import read_login
from charity.domain.actors import AccountKind, Actor, Role
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid
from charity.domain.nicknames import MOST
from charity.domain.organisations import (
    ENDINGS,
    LONGEST_NOTE,
    REFUSALS,
    OrganisationKind,
    OrganisationState,
    may_be,
    may_take_money,
)
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.names_down import list_names_kept
from charity.models.new_accounts import accept, put_account
from charity.models.organisation_rows import shut_account
from charity.models.organisations import Organisation, place
from charity.models.roles import put_grant
from charity.services.organisations.agreements import end_all
from charity.services.organisations.ground import get_for_office, tell_officers, write_entry
from charity.services.organisations.officer_clocks import end_questions
from charity.services.organisations.stopping import after_rights, lock_givers

_BY = Role.ADMINISTRATOR.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an organisation may do beside giving: receive money, and serve children with a record of vetting."""

    takes_money: bool = False
    is_vetted: bool = False
    vetting: str = ""


@act
def verify(tx: Tx, actor: Actor, ref: str, *, is_checked: bool, rights: Rights, note: str = "") -> None:
    """Verify an organisation: its number stands in the public register, and it was reached by a number from there."""
    row = get_for_office(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.APPLIED)
    if not is_checked:
        raise Invalid("not-checked", field="is_checked")
    row.account_id = _account_of(tx, row)
    _decide(tx, actor, row, OrganisationState.VERIFIED, reason="checked", note=note)
    _give_rights(tx, row, rights)
    write_entry(tx, EntryKind.ORGANISATION_VERIFIED, row, {"by": _BY})
    _write_rights(tx, row, was=(False, False))
    tell_officers(tx, row, "organisation-verified")


def _decide(tx: Tx, actor: Actor, row: Organisation, state: OrganisationState, *, reason: str, note: str) -> None:
    row.state, row.reason = state.value, reason
    row.decided_by_id, row.decided_at = actor.account_id, tx.now
    row.note_sealed = seal_some(note.strip()[:LONGEST_NOTE], place=place(row.ref, "note"))


def _account_of(tx: Tx, row: Organisation) -> int:
    """Find the organisation's own account by its address, or make one; a person's address is nobody else's."""
    login = read_login(unseal(row.email_sealed, place=place(row.ref, "email")), field="email")
    name = row.name[:MOST]
    shown = "" if list_names_kept(tx.session, row.name, name) else name  # taken down since it applied
    account_id = put_account(tx, login, hashed=None, nickname=shown, language="zh")
    if account_id is None:
        return _known_account(tx, row)
    # Whoever verified it reached it by another way than this address; its password comes by a code to the address.
    proved = {"email_verified_at": tx.now}
    tx.session.execute(update(Account).where(Account.id == account_id).values(proved))
    accept(tx, account_id)
    put_grant(tx, account_id, role=Role.ORGANISATION, region="", until=None, granted_by=row.decided_by_id)
    return account_id


def _known_account(tx: Tx, row: Organisation) -> int:
    known = tx.session.scalars(
        select(Account).where(
            Account.email_digest == row.email_digest, Account.closed_at.is_(None), Account.disabled_at.is_(None)
        )
    ).one_or_none()
    if known is None or known.kind != AccountKind.ORGANISATION:
        raise Conflict("organisation-address-taken")
    taken = select(Organisation.id).where(Organisation.account_id == known.id)
    if tx.session.execute(taken.limit(1)).first() is not None:
        raise Conflict("organisation-address-taken")
    return known.id


def _give_rights(tx: Tx, row: Organisation, rights: Rights) -> None:
    if rights.takes_money:
        may_take_money(OrganisationKind(row.kind), has_bank=row.bank_sealed is not None)
    if rights.is_vetted and not rights.vetting.strip() and row.vetting_sealed is None:
        raise Invalid("vetting-record-missing", field="vetting")
    if rights.is_vetted and rights.vetting.strip():
        row.vetting_sealed = seal_some(rights.vetting.strip()[:LONGEST_NOTE], place=place(row.ref, "vetting"))
        row.vetted_on = day_of(tx.now)
    row.takes_money, row.is_vetted = rights.takes_money, rights.is_vetted


def _write_rights(tx: Tx, row: Organisation, *, was: tuple[bool, bool]) -> None:
    """Say in the book which right was given or taken."""
    changes = (("money", was[0], row.takes_money), ("vetted", was[1], row.is_vetted))
    for name, before, after in changes:
        if before != after:
            change = f"{name}-{'given' if after else 'stopped'}"
            write_entry(tx, EntryKind.ORGANISATION_CHANGED, row, {"by": _BY, "change": change})


@act
def refuse(tx: Tx, actor: Actor, ref: str, *, reason: str, note: str = "") -> None:
    """Refuse an application, with a reason the applicant reads."""
    row = get_for_office(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.APPLIED)
    if reason not in REFUSALS:
        raise Invalid("reason-unknown", field="reason")
    _decide(tx, actor, row, OrganisationState.REFUSED, reason=reason, note=note)
    write_entry(tx, EntryKind.ORGANISATION_REFUSED, row, {"by": _BY, "reason": reason})
    tell_officers(tx, row, "organisation-refused")


@act
def change_rights(tx: Tx, actor: Actor, ref: str, *, rights: Rights) -> None:
    """Give or take what a verified organisation may do; a bank account it changed is looked at here."""
    lock_givers(tx, ref)
    row = get_for_office(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    was = (row.takes_money, row.is_vetted)
    _give_rights(tx, row, rights)
    _write_rights(tx, row, was=was)
    tell_officers(tx, row, "organisation-rights")
    after_rights(tx, row, took_money=was[0])


@act
def end(tx: Tx, actor: Actor, ref: str, *, reason: str, note: str = "") -> None:
    """End an organisation: it promises nothing any more; its officers finish what it began."""
    lock_givers(tx, ref)
    row = get_for_office(tx, actor, ref)
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    if reason not in ENDINGS:
        raise Invalid("reason-unknown", field="reason")
    _decide(tx, actor, row, OrganisationState.ENDED, reason=reason, note=note)
    took_money, row.takes_money, row.is_vetted = row.takes_money, False, False
    row.ended_at, row.code_digest, row.code_expires_at = tx.now, None, None
    write_entry(tx, EntryKind.ORGANISATION_ENDED, row, {"by": _BY, "reason": reason})
    tell_officers(tx, row, "organisation-ended")
    after_rights(tx, row, took_money=took_money)
    end_all(tx, row)
    end_questions(tx, row)
    if row.account_id is not None:
        shut_account(tx, row.account_id)
