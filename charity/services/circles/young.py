"""Young members of a group: an adult member acts for them; they have no account, and a word of the list for a name."""

from sqlalchemy import select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import CapReached, Invalid, Missing
from charity.domain.groups import MOST_YOUNG, young_name
from charity.models.acts import act
from charity.models.group_rows import change_young, list_young_names
from charity.models.groups import Group, YoungMember
from charity.services.circles.groups import get_joined, may_act_for_others, signed_in


@act
def add(tx: Tx, actor: Actor, group_ref: str, *, word: str, has_leave: bool) -> str:
    """Add somebody under 18 for whom the actor acts, as the guardian or with the guardian's yes; gives the ref."""
    may_act_for_others(tx, actor, is_adult=True)
    group, _member = get_joined(tx, actor, group_ref)
    if not has_leave:
        raise Invalid("guardian-needed", field="has_leave")
    name = young_name(word, list_young_names(tx, group.id))
    if not change_young(tx, group.id, 1):
        raise CapReached("young-most", params={"most": MOST_YOUNG})
    ref = new_ref()
    tx.session.add(YoungMember(ref=ref, group_id=group.id, adult_id=actor.account_id, name=name, added_at=tx.now))
    return ref


@act
def remove(tx: Tx, actor: Actor, group_ref: str, young_ref: str) -> None:
    """Take a young member out, as the adult who acts for him or as the founder; nothing of him is kept."""
    signed_in(tx, actor)
    group, _member = get_joined(tx, actor, group_ref)
    named = (YoungMember.ref == young_ref, YoungMember.group_id == group.id)
    found = tx.session.scalars(select(YoungMember).where(*named)).one_or_none()
    if found is None or not _may_remove(group, found, actor):
        raise Missing
    tx.session.delete(found)
    tx.session.flush()
    change_young(tx, group.id, -1)


def _may_remove(group: Group, young: YoungMember, actor: Actor) -> bool:
    return actor.account_id in (young.adult_id, group.founder_id)
