"""Statements about groups and their people; whoever changes anything of a group locks its row first; no rule."""

from sqlalchemy import Select, delete, func, or_, select, update

from charity.adapters.crypto import digest, hidden_ref
from charity.adapters.db import Tx
from charity.domain.boards import Display
from charity.domain.circle_states import SeatState
from charity.domain.groups import MOST_MEMBERS, MOST_YOUNG
from charity.models.accounts import Account
from charity.models.circles import Circle, CircleRefusal, Seat
from charity.models.groups import Group, GroupMember, YoungMember
from charity.models.units import rows_of


def group_code_digest(code: str) -> bytes:
    """Give the digest by which a group is found from its join code."""
    return digest("group-code", code)


def find_group(tx: Tx, ref: str) -> Group | None:
    """Find a living group and lock it; its people are locked before, its seats after."""
    return tx.session.scalars(
        select(Group)
        .where(Group.ref == ref, Group.dissolved_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_ref_by_code(tx: Tx, code: str) -> str | None:
    """Find the living group whose join code this is and still runs."""
    return tx.session.execute(
        select(Group.ref).where(
            Group.code_digest == group_code_digest(code),
            Group.code_expires_at > tx.now,
            Group.dissolved_at.is_(None),
        )
    ).scalar_one_or_none()


def group_ref_of(tx: Tx, group_id: int) -> str:
    """Give the reference of a group."""
    return tx.session.execute(select(Group.ref).where(Group.id == group_id)).scalar_one()


def ref_in_book(group_ref: str, *, seat_ref: str, display: str) -> str:
    """Give the reference by which the book names a seat's group: for an anonymous seat, one that names no other."""
    if display != Display.ANONYMOUS.value:
        return group_ref
    return hidden_ref("seat-group", f"{group_ref}:{seat_ref}")


def is_name_taken(tx: Tx, name: str) -> bool:
    """Say whether a group has a name already."""
    return tx.session.execute(select(Group.id).where(Group.name == name).limit(1)).first() is not None


def count_founded(tx: Tx, account_id: int) -> int:
    """Count the living groups an account answers for."""
    theirs = select(func.count()).where(Group.founder_id == account_id, Group.dissolved_at.is_(None))
    return tx.session.scalar(theirs.select_from(Group)) or 0


def list_answering(tx: Tx, ref: str) -> list[int]:
    """List who answers for a group, its deputy included, without locking anything."""
    row = tx.session.execute(select(Group.founder_id, Group.deputy_id).where(Group.ref == ref)).one_or_none()
    return [] if row is None else [number for number in row if number is not None]


def list_member_ids(tx: Tx, ref: str) -> list[int]:
    """List the accounts inside a group."""
    inside = select(GroupMember.account_id).join(Group, Group.id == GroupMember.group_id)
    rows = tx.session.scalars(inside.where(Group.ref == ref, GroupMember.left_at.is_(None)))
    return sorted(rows)


def find_member(tx: Tx, group_id: int, account_id: int) -> GroupMember | None:
    """Find an account's place in a group."""
    mine = (GroupMember.group_id == group_id, GroupMember.account_id == account_id, GroupMember.left_at.is_(None))
    return tx.session.scalars(select(GroupMember).where(*mine)).one_or_none()


def find_member_by_ref(tx: Tx, group_id: int, ref: str) -> GroupMember | None:
    """Find a place in a group by its reference."""
    named = (GroupMember.group_id == group_id, GroupMember.ref == ref, GroupMember.left_at.is_(None))
    return tx.session.scalars(select(GroupMember).where(*named)).one_or_none()


def change_members(tx: Tx, group: Group, change: int) -> bool:
    """Count adults who come or go; False when there would be too many."""
    changed = tx.session.execute(
        update(Group)
        .where(Group.id == group.id, Group.members + change <= MOST_MEMBERS)
        .values(members=Group.members + change)
        .execution_options(synchronize_session=False)
    )
    tx.session.refresh(group, ["members"])
    return rows_of(changed) == 1


def change_young(tx: Tx, group_id: int, change: int) -> bool:
    """Count young members who come or go; False when there would be too many."""
    changed = tx.session.execute(
        update(Group)
        .where(Group.id == group_id, Group.young + change <= MOST_YOUNG)
        .values(young=Group.young + change)
        .execution_options(synchronize_session=False)
    )
    return rows_of(changed) == 1


def list_young_names(tx: Tx, group_id: int) -> list[str]:
    """List the names of a group's young members."""
    return list(tx.session.scalars(select(YoungMember.name).where(YoungMember.group_id == group_id)))


def forget_young(tx: Tx, group_id: int, *, adult_id: int | None = None) -> None:
    """Delete the young members of one adult of a group, or all of them; nothing of them is kept."""
    theirs = delete(YoungMember).where(YoungMember.group_id == group_id)
    gone = tx.session.execute(theirs if adult_id is None else theirs.where(YoungMember.adult_id == adult_id))
    change_young(tx, group_id, -rows_of(gone))


def let_member_go(tx: Tx, group: Group, member: GroupMember) -> None:
    """End somebody's place in a group, his young members' and his word as deputy with it."""
    member.left_at = tx.now
    if group.deputy_id == member.account_id:
        group.deputy_id = group.deputy_agreed_at = None
    tx.session.flush()
    forget_young(tx, group.id, adult_id=member.account_id)
    change_members(tx, group, -1)


def forget_memberships(tx: Tx, account_id: int) -> None:
    """End every place of an account that is closed; the groups it answers for are settled by the calendar."""
    inside = (GroupMember.account_id == account_id, GroupMember.left_at.is_(None))
    refs = select(Group.ref).join(GroupMember, GroupMember.group_id == Group.id).where(*inside).order_by(Group.id)
    for ref in list(tx.session.scalars(refs)):
        group = find_group(tx, ref)
        member = None if group is None else find_member(tx, group.id, account_id)
        if group is not None and member is not None:
            let_member_go(tx, group, member)


def list_seats_of_group(tx: Tx, group_id: int) -> list[tuple[str, int]]:
    """List the circles, by household, in which a group holds a seat, with the seat's number in the table."""
    rows = tx.session.execute(
        select(Circle.ref, Seat.id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(Seat.group_id == group_id, Seat.state != SeatState.ENDED.value)
        .order_by(Circle.household_id, Circle.id)
    )
    return [(ref, seat_id) for ref, seat_id in rows]


def has_seat_of_group(tx: Tx, circle_id: int, group_id: int) -> bool:
    """Say whether a group holds a seat in a circle."""
    held = (Seat.circle_id == circle_id, Seat.group_id == group_id, Seat.state != SeatState.ENDED.value)
    return tx.session.execute(select(Seat.id).where(*held).limit(1)).first() is not None


def is_group_refused(tx: Tx, household_id: int, group_id: int) -> bool:
    """Say whether a household does not want this group."""
    found = (CircleRefusal.household_id == household_id, CircleRefusal.group_id == group_id)
    return tx.session.execute(select(CircleRefusal.id).where(*found).limit(1)).first() is not None


def is_unusable(tx: Tx, account_id: int) -> bool:
    """Say whether an account was closed or disabled."""
    gone = or_(Account.closed_at.is_not(None), Account.disabled_at.is_not(None))
    return tx.session.execute(select(Account.id).where(Account.id == account_id, gone)).first() is not None


def find_ready_deputy(tx: Tx, group_id: int) -> int | None:
    """Find who agreed to answer for a group when its founder cannot, and still can."""
    ready = (Account.closed_at.is_(None), Account.disabled_at.is_(None), Group.deputy_agreed_at.is_not(None))
    found = select(Account.id).join(Group, Group.deputy_id == Account.id).where(Group.id == group_id, *ready)
    return tx.session.execute(found).scalar_one_or_none()


def groups_joined_by(account_id: int) -> Select[int]:
    """Select the living groups an account is inside of."""
    return (
        select(Group.id)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.account_id == account_id, GroupMember.left_at.is_(None), Group.dissolved_at.is_(None))
    )


def groups_deputised_by(account_id: int) -> Select[int]:
    """Select the living groups for which an account agreed to be the deputy."""
    return select(Group.id).where(
        Group.deputy_id == account_id, Group.deputy_agreed_at.is_not(None), Group.dissolved_at.is_(None)
    )
