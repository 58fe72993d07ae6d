"""Keeping the catalogue: a change holds for what is handed in from now on, and the book tells it with its reason."""

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.items import (
    ItemChange,
    ItemNames,
    NewItem,
    item_of,
    may_add,
    may_be_called,
    may_change,
    may_keep_catalogue,
)
from charity.domain.kinds import Kind
from charity.domain.wishes import may_give_reason
from charity.models.acts import act
from charity.models.catalogue import (
    CatalogueChange,
    CatalogueItem,
    CatalogueName,
    find_category,
    list_names,
    list_present,
    lock_catalogue,
)
from charity.models.searching import ask_renewal


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
    return _write(tx, actor, code, change, reason, outcome="offered" if change.is_offered else "not-offered")


@act
def add_item(tx: Tx, actor: Actor, *, new: NewItem, reason: str) -> str:
    """Add a thing to the catalogue; from the next request on it can be asked for, in every process. Gives its code."""
    may_keep_catalogue(actor)
    lock_catalogue(tx)
    may_give_reason(reason)
    may_add(new, taken=list_present(tx.session))
    tx.session.add(
        CatalogueItem(
            code=new.code,
            beneficiaries=",".join(sorted(each.value for each in new.beneficiaries)),
            asks_interest=new.asks_interest,
            made_by_id=actor.account_id,
            made_at=tx.now,
        )
    )
    _name(tx, actor, new.code, new.names, reason)
    _write(tx, actor, new.code, new.item, reason, outcome="added")
    return new.code


@act
def rename_item(tx: Tx, actor: Actor, code: str, *, names: ItemNames, reason: str) -> None:
    """Call a thing by other names from now on, in both languages; wishes keep what was written in them."""
    may_keep_catalogue(actor)
    lock_catalogue(tx)
    may_give_reason(reason)
    category = find_category(tx.session, code)
    if category.kind is not Kind.GOODS:
        raise Missing
    may_be_called(names)
    stands = list_names(tx.session).get(code)
    if stands == ItemNames(names.zh.strip(), names.en.strip()):
        raise Invalid("nothing-changed")
    ref = _name(tx, actor, code, names, reason)
    ask_renewal(tx, code)  # what stands on the wall is found by the new name, and no longer by the old one
    _tell(tx, ref, code, item_of(category), reason, outcome="renamed", names=names)


def _name(tx: Tx, actor: Actor, code: str, names: ItemNames, reason: str) -> str:
    ref = new_ref()
    tx.session.add(
        CatalogueName(
            ref=ref,
            code=code,
            zh=names.zh.strip(),
            en=names.en.strip(),
            reason=reason.strip(),
            made_by_id=actor.account_id,
            made_at=tx.now,
        )
    )
    tx.session.flush()
    return ref


def _write(tx: Tx, actor: Actor, code: str, change: ItemChange, reason: str, *, outcome: str) -> str:
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
    _tell(tx, row.ref, code, change, reason, outcome=outcome)
    return row.ref


def _tell(
    tx: Tx, ref: str, code: str, change: ItemChange, reason: str, *, outcome: str, names: ItemNames | None = None
) -> None:
    ledger.append(
        tx,
        EntryKind.CATALOGUE_CHANGED,
        {"item": ref},
        {
            "by": Role.ADMINISTRATOR.value,
            "category": code,
            "kind": change.necessity.value,
            "least": change.low_fen,
            "price": change.top_fen,
            "outcome": outcome,
        },
        texts={"reason": reason.strip()} | ({"name": f"{names.zh}; {names.en}"} if names else {}),
    )
