"""Undoing a list as one act: its households leave the register as if they had never come, while nothing stands on them.

The worker carries it, some households at a time: first it closes them all, so that nobody builds on one any more, and
gives them back when somebody has meanwhile; then it wipes them. Their rows stay, since entries of the access log and of
the book may name them; nobody can be found by them any more.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, exc, func, literal, or_, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import ListAct, ListState
from charity.domain.errors import Conflict
from charity.domain.households import LifeState
from charity.domain.wishes import WishState
from charity.ledger.texts import forget_texts
from charity.models.acts import act
from charity.models.circles import Circle
from charity.models.county_lists import CountyList, CountyListRow, ListedConsent
from charity.models.households import (
    CodeCard,
    Consent,
    Fact,
    FileOpened,
    Household,
    HouseholdSide,
    LookAlike,
    Member,
    PooledAct,
)
from charity.models.ledger import Entry
from charity.models.openings import OpeningRow
from charity.models.outbox import notify
from charity.models.papers import ConsentPaper
from charity.models.wishes import Wish
from charity.services.register.lists.applying import count_homes, write_entry
from charity.services.register.lists.forgetting import PIECE, wipe_headings, wipe_rows
from charity.services.register.lists.ground import get_at_work, get_list, move_list

CHUNK: Final = 500
TEXTS: Final = frozenset({"reason"})  # why somebody like another one came in
NOBODY: Final = bytes(32)  # a digest that no word has
NOWHERE: Final = ""  # a household that never was counts in no county
Homes = Select[int | None]


@act
def undo(tx: Tx, actor: Actor, ref: str) -> None:
    """Let the worker take a list's households out of the register; refused once anything stands on one of them."""
    brought = get_list(tx, actor, ref)
    move_list(brought, ListAct.UNDO)
    homes = _homes(brought)
    if _is_built_upon(tx, brought, homes, homes):
        raise Conflict("list-built-upon")
    brought.undone_by_id = actor.account_id


def _homes(brought: CountyList) -> Homes:
    return select(CountyListRow.household_id).where(
        CountyListRow.list_id == brought.id, CountyListRow.household_id.is_not(None)
    )


@act
def carry(tx: Tx, actor: Actor, ref: str) -> int:
    """Take the next households of a list out of the register; gives how much was done, at last nothing."""
    del actor
    brought = get_at_work(tx, ref, ListState.UNDOING)
    if brought is None:
        return 0
    return _close_some(tx, brought) or _wipe_some(tx, brought) or wipe_rows(tx, brought.id, PIECE)


def _close_some(tx: Tx, brought: CountyList) -> int:
    """Close the next households, so that nobody builds on them any more, unless somebody has."""
    homes = _homes(brought)
    # Locked before anything is asked: who builds on one of them now waits, and then finds it gone.
    standing = select(Household.id).where(Household.id.in_(homes), Household.county != NOWHERE)
    some = list(tx.session.scalars(standing.order_by(Household.id).limit(CHUNK).with_for_update()))
    if some and _is_built_upon(tx, brought, select(Household.id).where(Household.id.in_(some)), homes):
        move_list(brought, ListAct.KEEP)
    elif some:
        _change_homes(tx, some, {"county": NOWHERE, "closed_at": tx.now})
    return len(some)


def _change_homes(tx: Tx, some: Sequence[int], changed: dict[str, Any]) -> None:
    tx.session.execute(update(Household).where(Household.id.in_(some)).values(changed))


@act
def finish(tx: Tx, actor: Actor, ref: str) -> None:
    """End the undoing: the entry in the book, and nothing of the list is kept."""
    del actor
    brought = get_at_work(tx, ref, ListState.UNDOING)
    if brought is None:
        return
    move_list(brought, ListAct.UNDONE)
    if count := count_homes(tx, brought):
        write_entry(tx, brought, "register.undone", homes=count)
    wipe_headings(brought)
    brought.ended_at = brought.forgotten_at = tx.now


@act
def carry_back(tx: Tx, actor: Actor, ref: str) -> int:
    """Open the next households again, because somebody built on one before it was closed; at last none."""
    del actor
    brought = get_at_work(tx, ref, ListState.RESTORING)
    if brought is None:
        return 0
    closed = select(Household.id).where(Household.id.in_(_homes(brought)), Household.county == NOWHERE)
    some = list(tx.session.scalars(closed.order_by(Household.id).limit(CHUNK).with_for_update()))
    _change_homes(tx, some, {"county": func.substr(Household.region_code, 1, 6), "closed_at": None})
    return len(some)


@act
def finish_back(tx: Tx, actor: Actor, ref: str) -> None:
    """Leave the list as it came in, and say so to who wanted it undone."""
    del actor
    brought = get_at_work(tx, ref, ListState.RESTORING)
    if brought is None:
        return
    move_list(brought, ListAct.KEPT)
    by, brought.undone_by_id = brought.undone_by_id or brought.brought_by_id, None
    notify(tx, account_id=by, kind="list-kept", params={"list": brought.ref})


def _is_built_upon(tx: Tx, brought: CountyList, some: Select[Any], homes: Homes) -> bool:
    return bool(tx.session.scalar(select(or_(*_built_upon(brought, some, homes)))))


def _built_upon(brought: CountyList, some: Select[Any], homes: Homes) -> list[ColumnElement[bool]]:
    """Give the conditions under which something stands on some households of the list that did not come with it."""
    ended, recorder = brought.applied_at, brought.applied_by_id
    rows = CountyListRow.list_id == brought.id
    members = select(CountyListRow.member_id).where(rows, CountyListRow.member_id.is_not(None))
    drafts = select(CountyListRow.wish_id).where(rows, CountyListRow.wish_id.is_not(None))
    moved = or_(Household.life_state != LifeState.IDENTIFIED.value, Household.closed_at.is_not(None))
    not_ours = or_(Member.id.not_in(members), Member.left_at.is_not(None))
    posters = select(Wish.poster_id).where(Wish.id.in_(drafts))
    told = literal("h").concat(Household.id)
    beneficiaries = select(told).where(Household.id.in_(some))
    others = or_(LookAlike.household_id.not_in(homes), LookAlike.cleared_at.is_not(None))
    written = or_(Wish.id.not_in(drafts), Wish.state != WishState.DRAFT.value)
    return [
        select(Household.id).where(Household.id.in_(some), or_(moved, Household.open_wishes > 0)).exists(),
        select(Member.id).where(Member.household_id.in_(some), not_ours).exists(),
        select(Wish.id).where(Wish.household_id.in_(some), written).exists(),
        select(Fact.id).where(Fact.household_id.in_(some), _later(Fact, ended, recorder)).exists(),
        select(Consent.id).where(Consent.household_id.in_(some), _later(Consent, ended, recorder)).exists(),
        select(FileOpened.id).where(FileOpened.household_id.in_(some)).exists(),
        select(ConsentPaper.id).where(ConsentPaper.household_id.in_(some)).exists(),
        select(CodeCard.id).where(CodeCard.household_id.in_(some)).exists(),
        select(Circle.id).where(Circle.household_id.in_(some)).exists(),
        select(OpeningRow.id).where(OpeningRow.household_id.in_(some)).exists(),
        select(LookAlike.id)
        .where(or_(LookAlike.other_household_id.in_(some), LookAlike.household_id.in_(some)), others)
        .exists(),
        select(HouseholdSide.account_id)
        .where(
            HouseholdSide.beneficiary.in_(beneficiaries),
            HouseholdSide.account_id != recorder,
            HouseholdSide.account_id.not_in(posters),
        )
        .exists(),
    ]


def _later(table: Any, ended: Any, recorder: int | None) -> ColumnElement[bool]:
    return or_(table.recorded_at > ended, table.recorded_by_id != recorder)


def _wipe_some(tx: Tx, brought: CountyList) -> int:
    """Wipe the next closed households, with what came with them."""
    closed = select(Household.id).where(Household.id.in_(_homes(brought)), Household.head_digest != NOBODY)
    some = list(tx.session.scalars(closed.order_by(Household.id).limit(CHUNK)))
    if some:
        _forget_drafts(tx, brought, some)
        _wipe(tx, some)
    return len(some)


def _forget_drafts(tx: Tx, brought: CountyList, some: Sequence[int]) -> None:
    rows = (CountyListRow.list_id == brought.id, CountyListRow.household_id.in_(some))
    found = list(tx.session.scalars(select(CountyListRow.wish_id).where(*rows, CountyListRow.wish_id.is_not(None))))
    tx.session.execute(update(CountyListRow).where(*rows).values(wish_id=None))
    for wish_id in found:
        try:
            with tx.session.begin_nested():
                tx.session.execute(delete(Wish).where(Wish.id == wish_id))
        except exc.IntegrityError:  # something names it after all: it stays, and says nothing
            tx.session.execute(update(Wish).where(Wish.id == wish_id).values(title="", details=""))


def _wipe(tx: Tx, some: Sequence[int]) -> None:
    session = tx.session
    session.execute(delete(PooledAct).where(PooledAct.household_id.in_(some)))
    consents = select(Consent.id).where(Consent.household_id.in_(some))
    session.execute(delete(ListedConsent).where(ListedConsent.consent_id.in_(consents)))
    for table in (Fact, Consent):
        session.execute(delete(table).where(table.household_id.in_(some)))
    likenesses = delete(LookAlike).where(LookAlike.household_id.in_(some)).returning(LookAlike.ref)
    topics = [f"double:{ref}" for ref in session.scalars(likenesses)]
    forget_texts(tx, list(session.scalars(select(Entry.id).where(Entry.topic.in_(topics)))), names=TEXTS)
    gone = {"name_sealed": b"", "name_digest": NOBODY, "id_number_sealed": None, "id_digest": None}
    gone |= {"birth_sealed": b"", "sex_sealed": b"", "school_stage": None, "stage_on": None, "left_at": tx.now}
    session.execute(update(Member).where(Member.household_id.in_(some)).values(gone))
    empty: dict[str, Any] = {"head_name_sealed": b"", "head_digest": NOBODY, "address_sealed": b""}
    empty |= dict.fromkeys(("phone_sealed", "phone_digest", "relative_phone_sealed", "relative_phone_digest"))
    _change_homes(tx, some, empty)
