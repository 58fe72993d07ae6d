"""Two that look alike and are the same: the township ends one of the two records, with a reason."""

from datetime import date

from sqlalchemy import ColumnElement, select, update

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.adapters.pinyin import syllables
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.doubles import Ends
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Missing
from charity.domain.payees import PayeeState
from charity.domain.permissions import is_allowed
from charity.domain.pool import PoolAct
from charity.domain.retention import UNDER_WAY
from charity.domain.sides import Side
from charity.domain.wishes import OPEN, WishState
from charity.ledger import append
from charity.ledger.minding import mind_children
from charity.ledger.releasing import UNSENT
from charity.ledger.showing import hide_unwilling, hide_word_of
from charity.ledger.withdrawing import withdraw_wish
from charity.models.acts import act
from charity.models.circle_rows import has_live_circle
from charity.models.households import CodeCard, Household, LookAlike, Member
from charity.models.outbox import notify
from charity.models.payee_rows import LIVE
from charity.models.payees import Payee
from charity.models.pledges import Pledge
from charity.models.pooling import take_out_of_pool
from charity.models.register import get_household, take_side
from charity.models.responsible import ResponsiblePerson, end_duties
from charity.models.sides import lock_account
from charity.models.wishes import Wish
from charity.services.register.look_alikes import decide, end_likenesses, find_open, may_say_why, spoken_as, told

_OPEN = sorted(state.value for state in OPEN | {WishState.DRAFT})
_RUNS = sorted(state.value for state in UNDER_WAY - UNSENT)


@act
def end_double(tx: Tx, actor: Actor, household_ref: str, look_alike_ref: str, *, ends: Ends, reason: str) -> str:
    """Say as the township that two are the same, and end one of the records; gives the family that stays."""
    _lock_both(tx, actor, household_ref, look_alike_ref)
    _may_be_decided(tx, actor, household_ref, look_alike_ref)
    home = get_household(tx, actor, household_ref, "household.verify")
    take_side(tx, actor, f"h{home.id}", Side.TOWNSHIP)
    may_say_why(reason)
    row = find_open(tx, home, look_alike_ref)
    other = tx.session.get_one(Household, row.other_household_id)
    if ends is Ends.OTHER:
        other = get_household(tx, actor, other.ref, "household.verify")
        take_side(tx, actor, f"h{other.id}", Side.TOWNSHIP)
    decide(tx, actor, row, reason)
    gone, stays = (home, other) if ends is Ends.THIS else (other, home)
    if row.member_id is None:
        _end_family(tx, actor, gone, stays)
    else:
        _end_person(tx, actor, gone, _person(tx, row, gone, ends))
        stays = home
    append(tx, "double.same", {"double": row.ref}, told(row, home, Role.REVIEWER), texts={"reason": reason.strip()})
    return stays.ref


def _lock_both(tx: Tx, actor: Actor, household_ref: str, look_alike_ref: str) -> None:
    """Lock both families in one order, whichever of them ends."""
    lock_account(tx, actor.account_id)
    pair = (
        select(LookAlike.household_id, LookAlike.other_household_id)
        .join(Household, Household.id == LookAlike.household_id)
        .where(LookAlike.ref == look_alike_ref, Household.ref == household_ref)
    )
    found = tx.session.execute(pair).one_or_none()
    if found is None:
        raise Missing
    both = select(Household.id).where(Household.id.in_(tuple(found))).order_by(Household.id)
    tx.session.execute(both.with_for_update())


def _may_be_decided(tx: Tx, actor: Actor, household_ref: str, look_alike_ref: str) -> None:
    """Say to whoever may verify the locked family that the likeness was decided before, though its record ended."""
    home = tx.session.scalars(select(Household).where(Household.ref == household_ref)).one()
    if home.closed_at is not None and is_allowed(actor, "household.verify", home.region_code):
        find_open(tx, home, look_alike_ref)


def _person(tx: Tx, row: LookAlike, home: Household, ends: Ends) -> Member:
    """Find the person whose record ends: the one written down, or who of the other family has the same birthday."""
    member = tx.session.get_one(Member, row.member_id)
    if ends is Ends.THIS:
        if member.left_at is not None:
            raise Conflict("look-alike-cleared")
        return member
    there = select(Member).where(Member.household_id == home.id, Member.left_at.is_(None)).order_by(Member.id)
    found = [one for one in tx.session.scalars(there) if _signs(one) == _signs(member)]
    if len(found) != 1:
        raise Conflict("double-not-found")
    return found[0]


def _signs(member: Member) -> tuple[str, date]:
    name = unseal(member.name_sealed, place=f"members.name:{member.ref}")
    born = date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))
    return spoken_as(name, syllables(name)), born


def _end_person(tx: Tx, actor: Actor, home: Household, member: Member) -> None:
    """End one person's record as if he had left the family; what was asked for in his name is taken down."""
    _may_end(tx, Wish.member_id == member.id)
    _withdraw(tx, actor, Wish.member_id == member.id)
    member.left_at, member.id_digest = tx.now, None
    tx.session.flush()
    end_duties(tx.session, ResponsiblePerson.member_id == member.id, day_of(tx.now))
    end_likenesses(tx, home, member, by=Role.REVIEWER)
    hide_word_of(tx, member)
    mind_children(tx, home)
    hide_unwilling(tx, home.id)
    _tell(tx, actor, member.recorded_by_id, home, member.alias)


def _end_family(tx: Tx, actor: Actor, gone: Household, stays: Household) -> None:
    """Close one family's record; whoever else looks like it is compared with the one that stays."""
    if has_live_circle(tx, gone.id):
        raise Conflict("circle-runs-there")
    _may_end(tx, Wish.household_id == gone.id)
    _withdraw(tx, actor, Wish.household_id == gone.id)
    end_likenesses(tx, gone, None, by=Role.REVIEWER)
    end_likenesses(tx, stays, None, by=Role.REVIEWER, other=gone)
    here = Member.household_id == gone.id, Member.left_at.is_(None)
    tx.session.execute(update(Member).where(*here).values(left_at=tx.now, id_digest=None))
    end_duties(tx.session, ResponsiblePerson.household_id == gone.id, day_of(tx.now))
    others = LookAlike.other_household_id == gone.id, LookAlike.cleared_at.is_(None)
    tx.session.execute(update(LookAlike).where(*others).values(other_household_id=stays.id))
    cards = update(CodeCard).where(CodeCard.household_id == gone.id, CodeCard.cancelled_at.is_(None))
    tx.session.execute(cards.values(cancelled_at=tx.now))
    accounts = update(Payee).where(Payee.household_id == gone.id, Payee.state.in_(LIVE))
    tx.session.execute(accounts.values(state=PayeeState.ENDED.value, ended_at=tx.now))
    for waiting in PoolAct:
        take_out_of_pool(tx, gone, waiting)
    gone.closed_at = tx.now
    tx.session.flush()
    _tell(tx, actor, gone.registered_by_id, gone, gone.alias)


def _tell(tx: Tx, actor: Actor, account_id: int, home: Household, alias: str) -> None:
    """Tell whoever wrote a record down that it has ended."""
    if account_id != actor.account_id:
        notify(tx, account_id=account_id, kind="record-ended", params={"household": home.ref, "alias": alias})


def _may_end(tx: Tx, whose: ColumnElement[bool]) -> None:
    """Refuse to end a record to which something is on its way, or of which somebody must still account."""
    runs = select(Pledge.id).join(Wish, Wish.id == Pledge.wish_id).where(whose, Pledge.state.in_(_RUNS))
    if tx.session.execute(runs.limit(1)).first() is not None:
        raise Conflict("delivery-runs-there")


def _withdraw(tx: Tx, actor: Actor, whose: ColumnElement[bool]) -> None:
    facts: dict[str, JSON] = {"by": Role.REVIEWER.value, "side": Side.TOWNSHIP.value, "reasons": ["double"]}
    theirs = select(Wish).where(whose, Wish.state.in_(_OPEN)).order_by(Wish.id)
    for wish in tx.session.scalars(theirs.with_for_update().execution_options(populate_existing=True)).all():
        withdraw_wish(tx, wish, facts=facts)
        if wish.poster_id != actor.account_id:
            params = {"wish": wish.ref, "title": wish.title}
            notify(tx, account_id=wish.poster_id, kind="wish-withdrawn", params=params)
