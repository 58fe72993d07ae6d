"""Comparing organisations, and who receives the money of a wish, with what the book tells of them."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from charity.domain.entries import Body, EntryKind
from charity.domain.kinds import Kind
from charity.domain.limits import DEFAULTS
from charity.domain.organisations import OrganisationState
from charity.domain.wishes import WishState
from charity.ledger.canonical import decode
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.figures import compare_row
from charity.ledger.verifying.snapshots import snapshot
from charity.models.accounts import Account
from charity.models.ledger import ENTRIES, LEAVES
from charity.models.organisations import Organisation, WishReceiver
from charity.models.wishes import Wish

_STATES = {
    EntryKind.ORGANISATION_VERIFIED: OrganisationState.VERIFIED,
    EntryKind.ORGANISATION_REFUSED: OrganisationState.REFUSED,
    EntryKind.ORGANISATION_ENDED: OrganisationState.ENDED,
}
_KINDS = (*_STATES, EntryKind.ORGANISATION_CHANGED, EntryKind.ORGANISATION_LIMITED)
# Before an office has decided, and when an application is taken back, nothing is public.
_UNTOLD = frozenset({OrganisationState.APPLIED.value, OrganisationState.REFUSED.value})
# While a wish is being written, its receiver may change; handing it in names it in the book.
_BEING_WRITTEN = frozenset({WishState.DRAFT.value, WishState.RETURNED.value})


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """What the public relies on: where an organisation stands, what it may do, and how much it may promise."""

    state: str
    takes_money: bool = False
    is_vetted: bool = False
    places: int = DEFAULTS.organisation_open


def compare_organisations(engine: Engine) -> int:
    """Hold every organisation and every receiver of money against the book; gives how many organisations."""
    with snapshot(engine) as session:
        count = _compare_rows(session)
        _compare_receivers(session)
    return count


def _compare_rows(session: Session) -> int:
    told: dict[str, OrganisationFigures] = {}
    asked = _in_order(select(ENTRIES.c.body).where(ENTRIES.c.kind.in_([kind.value for kind in _KINDS])))
    for (body,) in session.execute(asked):
        entry = decode(body)
        ref = entry.subjects["organisation"]
        told[ref] = _after(told.get(ref), entry)
    rows = session.execute(
        select(
            Organisation.ref, Organisation.state, Organisation.takes_money, Organisation.is_vetted, Account.open_limit
        ).outerjoin(Account, Account.id == Organisation.account_id)
    )
    usual = DEFAULTS.organisation_open
    found = {
        row.ref: OrganisationFigures(row.state, row.takes_money, row.is_vetted, max(usual, row.open_limit or 0))
        for row in rows
    }
    for ref in sorted(told.keys() | found.keys()):
        row = found.get(ref)
        if ref in told or row is None or row.state not in _UNTOLD or row.takes_money or row.is_vetted:
            place = f"organisation {ref}"
            compare_row("organisation", place, told.get(ref), row, begins="an entry that verifies it")
    return len(found)


def _after(before: OrganisationFigures | None, entry: Body) -> OrganisationFigures:
    """Give what an entry leaves: a decision begins anew without rights, a change gives or takes one."""
    now = before or OrganisationFigures(OrganisationState.APPLIED.value)
    if entry.kind in _STATES:
        return OrganisationFigures(_STATES[entry.kind].value, places=now.places)
    if entry.kind is EntryKind.ORGANISATION_LIMITED:
        return replace(now, places=int(str(entry.facts["count"])))
    change = entry.facts.get("change")
    return replace(
        now,
        takes_money={"money-given": True, "money-stopped": False}.get(str(change), now.takes_money),
        is_vetted={"vetted-given": True, "vetted-stopped": False}.get(str(change), now.is_vetted),
    )


def _compare_receivers(session: Session) -> None:
    """Hold who receives the money of each wish that was handed in against the last entry that names it."""
    named = (
        select(Wish.ref, Organisation.ref.label("receiver"), ENTRIES.c.body)
        .select_from(Wish)
        .join(ENTRIES, ENTRIES.c.wish == Wish.ref)
        .outerjoin(WishReceiver, WishReceiver.wish_id == Wish.id)
        .outerjoin(Organisation, Organisation.id == WishReceiver.organisation_id)
        .where(
            Wish.kind == Kind.MONEY.value, Wish.state.not_in(sorted(_BEING_WRITTEN)), ENTRIES.c.kind.startswith("wish.")
        )
        .order_by(Wish.ref)
    )
    for ref, rows in groupby(session.execute(_in_order(named)), key=lambda row: str(row.ref)):
        _compare_receiver(ref, list(rows))


def _compare_receiver(ref: str, rows: list[Any]) -> None:
    names = [decode(row.body).subjects.get("organisation") for row in rows]
    told = next((name for name in reversed(names) if name is not None), None)
    if told != rows[0].receiver:
        raise Differs("receiver-differs", f"wish {ref}", told or "nobody", rows[0].receiver or "nobody")


def _in_order(asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Ask in the book's order; what waits for its leaf comes last."""
    of_leaf = asked.outerjoin(LEAVES, LEAVES.c.entry_id == ENTRIES.c.id)
    return of_leaf.order_by(LEAVES.c.number.is_(None), LEAVES.c.number, ENTRIES.c.id)
