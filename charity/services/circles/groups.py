"""Groups: founding a class or a team, its join code, coming and going, and who answers when its founder cannot."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from charity.adapters.crypto import digest, new_ref
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.aliases import MOST, WORDS, alias_of
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, SignInNeeded, TooMany
from charity.domain.groups import (
    CODE_LASTS,
    CODE_LENGTH,
    CODE_TRIES,
    MOST_MEMBERS,
    TRIES_WITHIN,
    GroupKind,
    may_answer,
    may_found,
    normal_code,
    shown_code,
)
from charity.domain.sides import Side
from charity.ledger.writing import moment
from charity.models.accounts import Account
from charity.models.acts import Kept, act
from charity.models.circle_rows import find_circle_by_seat
from charity.models.group_rows import (
    change_members,
    count_founded,
    find_group,
    find_member,
    find_member_by_ref,
    find_ref_by_code,
    group_code_digest,
    is_name_taken,
    let_member_go,
    list_seats_of_group,
)
from charity.models.groups import Group, GroupMember
from charity.models.outbox import notify
from charity.models.sides import lock_account, record_side
from charity.models.throttles import count_try, forget_tries
from charity.services.circles.seats import may_belong

_DRAWS = 20
_NAMES = len(WORDS) * MOST


@dataclass(frozen=True, slots=True)
class GroupCode:
    """A new join code as it is read out, this once, and until when it opens the group."""

    ref: str
    code: str
    until: str


@act
def found(tx: Tx, actor: Actor, *, kind: str, is_adult: bool) -> str:
    """Found a group and answer for its promises; its name is drawn. Gives its reference."""
    if kind not in list(GroupKind):
        raise Invalid("group-kind-unknown", field="kind")
    may_act_for_others(tx, actor, is_adult=is_adult)
    may_found(count_founded(tx, actor.account_id))
    group = Group(ref=new_ref(), kind=kind, name=_free_name(tx), founder_id=actor.account_id, founded_at=tx.now)
    tx.session.add(group)
    tx.session.flush()
    _add_member(tx, group, actor.account_id)
    return group.ref


def may_act_for_others(tx: Tx, actor: Actor, *, is_adult: bool) -> None:
    """Lock the actor's account and refuse whoever cannot act for others: a verified grown-up can."""
    signed_in(tx, actor)
    account = tx.session.get_one(Account, actor.account_id, populate_existing=True)
    if account.closed_at is not None or account.disabled_at is not None:
        raise SignInNeeded
    is_verified = account.email_verified_at is not None or account.phone_verified_at is not None
    may_answer(kind=AccountKind(account.kind), is_verified=is_verified, is_adult=is_adult)


def signed_in(tx: Tx, actor: Actor) -> None:
    """Lock the actor's account; refuse a visitor."""
    if not actor.is_signed_in:
        raise SignInNeeded
    lock_account(tx, actor.account_id)


def _free_name(tx: Tx) -> str:
    for _ in range(_DRAWS):
        name = alias_of(secrets.randbelow(_NAMES))
        if not is_name_taken(tx, name):
            return name
    raise Conflict("alias-not-found")


def _add_member(tx: Tx, group: Group, account_id: int) -> None:
    if not change_members(tx, group, 1):
        raise CapReached("group-full", params={"most": MOST_MEMBERS})
    tx.session.add(GroupMember(ref=new_ref(), group_id=group.id, account_id=account_id, joined_at=tx.now))
    tx.session.flush()


def make_code(actor: Actor, group_ref: str) -> GroupCode:
    """Make a new join code; the one before is void. It exists in clear only in the first answer to a key."""
    made: list[GroupCode] = []
    _make_once(actor, group_ref, made)
    if not made:
        raise Conflict("group-code-shown-already")
    return made[-1]


@act
def _make_once(tx: Tx, actor: Actor, group_ref: str, made: list[GroupCode]) -> str:
    """Make a code; what is stored for a repeat is the group's ref alone, and the code leaves beside it."""
    signed_in(tx, actor)
    group = get_answered(tx, actor, group_ref)
    code = new_ref()[:CODE_LENGTH]
    until: datetime = tx.now + CODE_LASTS
    group.code_digest, group.code_expires_at = group_code_digest(code), until
    made.append(GroupCode(group.ref, shown_code(code), moment(until)))
    return group.ref


@act
def void_code(tx: Tx, actor: Actor, group_ref: str) -> None:
    """Let nobody join any more until there is a new code."""
    signed_in(tx, actor)
    group = get_answered(tx, actor, group_ref)
    group.code_digest = group.code_expires_at = None


@act
def join(tx: Tx, actor: Actor, *, code: str, is_adult: bool) -> str:
    """Join the group of a code and give its reference.

    A wrong code, one that ran out, and one of a group that accompanies the joiner's own family sound the same.
    """
    may_act_for_others(tx, actor, is_adult=is_adult)
    tries = digest("group-code-tries", actor.ref)
    if count_try(tx, tries, window=TRIES_WITHIN) > CODE_TRIES:
        raise Kept(TooMany("group-codes-locked", field="code"))
    ref = find_ref_by_code(tx, normal_code(code))
    group = None if ref is None else find_group(tx, ref)
    if group is None or not _may_come_in(tx, group, actor.account_id):
        raise Kept(Invalid("group-code-unknown", field="code"))
    if find_member(tx, group.id, actor.account_id) is not None:
        raise Conflict("group-member-already", field="code")
    _add_member(tx, group, actor.account_id)
    forget_tries(tx, tries)
    return group.ref


def _may_come_in(tx: Tx, group: Group, account_id: int) -> bool:
    """Look at every family the group accompanies: whoever belongs to one, or is not wanted there, stays out."""
    homes: list[int] = []
    for _, seat_id in list_seats_of_group(tx, group.id):
        circle = find_circle_by_seat(tx, seat_id)
        if not may_belong(tx, account_id, circle):
            return False
        homes.append(circle.household_id)
    for home in homes:
        record_side(tx, account_id, f"h{home}", Side.GIVING)
    return True


@act
def leave(tx: Tx, actor: Actor, group_ref: str) -> None:
    """Leave a group; the young members one acts for leave with one."""
    signed_in(tx, actor)
    group, member = get_joined(tx, actor, group_ref)
    if group.founder_id == actor.account_id:
        raise Conflict("group-founder-stays")
    let_member_go(tx, group, member)


@act
def remove(tx: Tx, actor: Actor, group_ref: str, member_ref: str) -> None:
    """Let a member go, as the founder; the join code is void, so that he does not come back by it."""
    group, member = _get_other(tx, actor, group_ref, member_ref)
    let_member_go(tx, group, member)
    group.code_digest = group.code_expires_at = None
    notify(tx, account_id=member.account_id, kind="group-removed", params={"alias": group.name})


@act
def ask_deputy(tx: Tx, actor: Actor, group_ref: str, member_ref: str) -> None:
    """Ask a member to be the deputy; whoever was it before is not any more."""
    group, member = _get_other(tx, actor, group_ref, member_ref)
    group.deputy_id, group.deputy_agreed_at = member.account_id, None
    params = {"group": group.ref, "alias": group.name}
    notify(tx, account_id=member.account_id, kind="group-deputy-asked", params=params)


@act
def answer_deputy(tx: Tx, actor: Actor, group_ref: str, *, agrees: bool) -> None:
    """Say whether one will answer for the group when its founder cannot; the word may be taken back."""
    if agrees:
        may_act_for_others(tx, actor, is_adult=True)
    else:
        signed_in(tx, actor)
    group, _member = get_joined(tx, actor, group_ref)
    if group.deputy_id != actor.account_id:
        raise Missing
    if agrees:
        group.deputy_agreed_at = tx.now
    else:
        group.deputy_id = group.deputy_agreed_at = None


def get_joined(tx: Tx, actor: Actor, ref: str) -> tuple[Group, GroupMember]:
    """Lock a group and give the actor's place in it; for everybody else it is missing."""
    group = find_group(tx, ref)
    member = None if group is None else find_member(tx, group.id, actor.account_id)
    if group is None or member is None:
        raise Missing
    return group, member


def get_answered(tx: Tx, actor: Actor, ref: str) -> Group:
    """Lock a group the actor answers for, as its founder or as the deputy who agreed."""
    group, _member = get_joined(tx, actor, ref)
    is_deputy = group.deputy_id == actor.account_id and group.deputy_agreed_at is not None
    if group.founder_id != actor.account_id and not is_deputy:
        raise Missing
    return group


def get_founded(tx: Tx, actor: Actor, ref: str) -> Group:
    """Lock a group the actor founded or took over."""
    group, _member = get_joined(tx, actor, ref)
    if group.founder_id != actor.account_id:
        raise Missing
    return group


def _get_other(tx: Tx, actor: Actor, group_ref: str, member_ref: str) -> tuple[Group, GroupMember]:
    signed_in(tx, actor)
    group = get_founded(tx, actor, group_ref)
    member = find_member_by_ref(tx, group.id, member_ref)
    if member is None or member.account_id == group.founder_id:
        raise Missing
    return group, member
