"""Keeping the catalogue: a change holds for what is handed in from now on, and the book tells it with its reason."""

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict
from charity.domain.items import ItemChange, item_of, may_change, may_keep_catalogue
from charity.domain.wishes import may_give_reason
from charity.models.acts import act
from charity.models.catalogue import CatalogueChange, find_category, lock_catalogue


@act
def change_item(tx: Tx, actor: Actor, code: str, *, was: ItemChange, change: ItemChange, reason: str) -> str:
    """Change one thing of the catalogue, with a reason; refused when somebody else changed it since it was shown."""
    may_keep_catalogue(actor)
    lock_catalogue(tx)
    may_give_reason(reason)
    category = find_category(tx.session, code)
    if item_of(category) != was:
        raise Conflict("item-changed-meanwhile")
    may_change(category, change)
    row = CatalogueChange(
        ref=new_ref(),
        code=code,
        low_fen=change.low_fen,
        top_fen=change.top_fen,
        necessity=change.necessity.value,
        size=change.size.value,
        season=",".join(str(month) for month in change.season),
        is_offered=change.is_offered,
        reason=reason.strip(),
        made_by_id=actor.account_id,
        made_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    ledger.append(
        tx,
        EntryKind.CATALOGUE_CHANGED,
        {"item": row.ref},
        {
            "by": Role.ADMINISTRATOR.value,
            "category": code,
            "kind": change.necessity.value,
            "least": change.low_fen,
            "price": change.top_fen,
            "outcome": "offered" if change.is_offered else "not-offered",
        },
        texts={"reason": row.reason},
    )
    return row.ref
