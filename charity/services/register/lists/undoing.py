"""Undoing a list as one act: its households leave the register as if they had never come, while nothing stands on them.

Their rows stay, closed and wiped, since entries of the access log and of the book may name them; nobody can be found
by them any more.
"""

from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, delete, exc, func, literal, or_, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.county_lists import KEPT_DAYS, OVER, ListAct
from charity.domain.errors import Conflict
from charity.domain.households import LifeState
from charity.domain.wishes import WishState
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
from charity.models.openings import OpeningRow
from charity.models.wishes import Wish
from charity.services.register.lists.applying import count_homes, write_entry
from charity.services.register.lists.ground import get_list, move_list

NOBODY: Final = bytes(32)  # a digest that no word has
NOWHERE: Final = ""  # a household that never was counts in no county


@act
def undo(tx: Tx, actor: Actor, ref: str) -> None:
    """Take a list's households out of the register again; refused once anything stands on one of them."""
    brought = get_list(tx, actor, ref)
    move_list(brought, ListAct.UNDO)
    homes = select(CountyListRow.household_id).where(
        CountyListRow.list_id == brought.id, CountyListRow.household_id.is_not(None)
    )
    # Locked in one order, before anything is asked: who builds on one of them now waits, and then finds it gone.
    tx.session.execute(select(Household.id).where(Household.id.in_(homes)).order_by(Household.id).with_for_update())
    _may_undo(tx, brought, homes)
    count = count_homes(tx, brought)
    if count:
        write_entry(tx, brought, "register.undone", homes=count)
    _forget_drafts(tx, brought)
    _wipe(tx, brought, homes)
    brought.undone_by_id, brought.ended_at, brought.forgotten_at = actor.account_id, tx.now, tx.now


Homes = Select[int | None]


def _may_undo(tx: Tx, brought: CountyList, homes: Homes) -> None:
    built = tx.session.scalar(select(or_(*_built_upon(brought, homes))))
    if built:
        raise Conflict("list-built-upon")


def _built_upon(brought: CountyList, homes: Homes) -> list[ColumnElement[bool]]:
    """Give the conditions under which something stands on a household of the list that did not come with it."""
    ended, recorder = brought.applied_at, brought.applied_by_id
    rows = CountyListRow.list_id == brought.id
    members = select(CountyListRow.member_id).where(rows, CountyListRow.member_id.is_not(None))
    drafts = select(CountyListRow.wish_id).where(rows, CountyListRow.wish_id.is_not(None))
    moved = or_(Household.life_state != LifeState.IDENTIFIED.value, Household.closed_at.is_not(None))
    not_ours = or_(Member.id.not_in(members), Member.left_at.is_not(None))
    posters = select(Wish.poster_id).where(Wish.id.in_(drafts))
    told = literal("h").concat(Household.id)
    beneficiaries = select(told).where(Household.id.in_(homes))
    others = or_(LookAlike.household_id.not_in(homes), LookAlike.cleared_at.is_not(None))
    written = or_(Wish.id.not_in(drafts), Wish.state != WishState.DRAFT.value)
    return [
        select(Household.id).where(Household.id.in_(homes), or_(moved, Household.open_wishes > 0)).exists(),
        select(Member.id).where(Member.household_id.in_(homes), not_ours).exists(),
        select(Wish.id).where(Wish.household_id.in_(homes), written).exists(),
        select(Fact.id).where(Fact.household_id.in_(homes), _later(Fact, ended, recorder)).exists(),
        select(Consent.id).where(Consent.household_id.in_(homes), _later(Consent, ended, recorder)).exists(),
        select(FileOpened.id).where(FileOpened.household_id.in_(homes)).exists(),
        select(CodeCard.id).where(CodeCard.household_id.in_(homes)).exists(),
        select(Circle.id).where(Circle.household_id.in_(homes)).exists(),
        select(OpeningRow.id).where(OpeningRow.household_id.in_(homes)).exists(),
        select(LookAlike.id)
        .where(or_(LookAlike.other_household_id.in_(homes), LookAlike.household_id.in_(homes)), others)
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


def _forget_drafts(tx: Tx, brought: CountyList) -> None:
    drafts = select(CountyListRow.wish_id).where(
        CountyListRow.list_id == brought.id, CountyListRow.wish_id.is_not(None)
    )
    found = list(tx.session.scalars(drafts))
    tx.session.execute(update(CountyListRow).where(CountyListRow.list_id == brought.id).values(wish_id=None))
    try:
        tx.session.execute(delete(Wish).where(Wish.id.in_(found)))
    except exc.IntegrityError as error:  # something names a draft after all
        raise Conflict("list-built-upon") from error


def _wipe(tx: Tx, brought: CountyList, homes: Homes) -> None:
    session = tx.session
    session.execute(delete(PooledAct).where(PooledAct.household_id.in_(homes)))
    session.execute(delete(ListedConsent).where(ListedConsent.list_id == brought.id))
    for table in (Fact, Consent, LookAlike):
        session.execute(delete(table).where(table.household_id.in_(homes)))
    gone = {"name_sealed": b"", "name_digest": NOBODY, "id_number_sealed": None, "id_digest": None}
    gone |= {"birth_sealed": b"", "sex_sealed": b"", "school_stage": None, "stage_on": None, "left_at": tx.now}
    session.execute(update(Member).where(Member.household_id.in_(homes)).values(gone))
    empty: dict[str, Any] = {"head_name_sealed": b"", "head_digest": NOBODY, "address_sealed": b""}
    empty |= dict.fromkeys(("phone_sealed", "phone_digest", "relative_phone_sealed", "relative_phone_digest"))
    closed = empty | {"county": NOWHERE, "closed_at": tx.now}
    session.execute(update(Household).where(Household.id.in_(homes)).values(closed))
    _wipe_rows(tx, CountyListRow.list_id == brought.id)


def _wipe_rows(tx: Tx, which: ColumnElement[bool]) -> int:
    wiped = {"cells_sealed": None, "head_digest": None, "phone_digest": None, "person_digest": None, "id_digest": None}
    done = cast(CursorResult[Any], tx.session.execute(update(CountyListRow).where(which).values(wiped)))
    return done.rowcount


@act
def forget_old(tx: Tx, actor: Actor) -> int:
    """Wipe what stood in the rows of lists that came in, or were left alone, a month ago; gives how many rows."""
    del actor
    before = tx.now - timedelta(days=KEPT_DAYS)
    last = func.coalesce(CountyList.ended_at, CountyList.applied_at, CountyList.checked_at, CountyList.brought_at)
    is_over = CountyList.state.in_([state.value for state in sorted(OVER)])
    idle = and_(CountyList.applied_by_id.is_(None), CountyList.state.in_(("staged", "checked")))
    old = select(CountyList.id).where(CountyList.forgotten_at.is_(None), last < before, or_(is_over, idle))
    found = list(tx.session.scalars(old.limit(5)))
    wiped = _wipe_rows(tx, CountyListRow.list_id.in_(found))
    dropped = update(CountyList).where(CountyList.id.in_(found), CountyList.state.in_(("staged", "checked")))
    tx.session.execute(dropped.values(state="dropped", ended_at=tx.now))
    tx.session.execute(update(CountyList).where(CountyList.id.in_(found)).values(forgotten_at=tx.now))
    return wiped
