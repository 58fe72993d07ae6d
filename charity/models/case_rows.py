"""Statements about cases; no rule, no commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, exists, insert, select, update

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.running import Running
from charity.models.cases import Case
from charity.models.moving import clock_values
from charity.models.units import rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as far as a ruling asks about it."""

    id: int
    ref: str
    kind: str
    reason: str
    state: str
    region_code: str
    pledge_id: int | None
    wish_id: int | None
    clock: str | None
    clock_started_at: datetime | None
    act_by: datetime | None
    remind_at: datetime | None
    opened_by_id: int | None
    ruling: str
    ruled_by_id: int | None
    appeal_of_id: int | None


_CASE = select(
    Case.id,
    Case.ref,
    Case.kind,
    Case.reason,
    Case.state,
    Case.region_code,
    Case.pledge_id,
    Case.wish_id,
    Case.clock,
    Case.clock_started_at,
    Case.act_by,
    Case.remind_at,
    Case.opened_by_id,
    Case.ruling,
    Case.ruled_by_id,
    Case.appeal_of_id,
)


def add_case(
    tx: Tx,
    *,
    kind: str,
    region: str,
    reason: str,
    running: Running,
    opened_by_id: int | None,
    pledge_id: int | None = None,
    wish_id: int | None = None,
    page: str = "",
    words: str = "",
    reply: str = "",
    appeal_of_id: int | None = None,
) -> str:
    """Write a new case; gives its reference."""
    ref = new_ref()
    values: dict[str, Any] = {
        "ref": ref,
        "kind": kind,
        "region_code": region,
        "pledge_id": pledge_id,
        "wish_id": wish_id,
        "page": page,
        "reason": reason,
        "words_sealed": seal(words, place=f"cases.words:{ref}") if words else None,
        "reply_sealed": seal(reply, place=f"cases.reply:{ref}") if reply else None,
        "opened_by_id": opened_by_id,
        "opened_at": tx.now,
        "state": "open",
        "appeal_of_id": appeal_of_id,
    }
    tx.session.execute(insert(Case).values(values | clock_values(running)))
    return ref


def find_case(tx: Tx, ref: str) -> CaseRow | None:
    """Find a case by its reference."""
    return _found(tx, _CASE.where(Case.ref == ref))


def find_case_by_id(tx: Tx, case_id: int) -> CaseRow | None:
    """Find a case by its number."""
    return _found(tx, _CASE.where(Case.id == case_id))


def find_last_case(tx: Tx, pledge_id: int, *, state: str) -> CaseRow | None:
    """Find the newest case of a pledge in a state."""
    query = _CASE.where(Case.pledge_id == pledge_id, Case.state == state).order_by(Case.id.desc()).limit(1)
    return _found(tx, query)


def has_case_since(tx: Tx, pledge_id: int, *, reason: str, since: datetime) -> bool:
    """Say whether a case of this reason was opened about a pledge since a moment."""
    mine = (Case.pledge_id == pledge_id, Case.reason == reason, Case.opened_at >= since)
    return tx.session.scalar(select(exists().where(*mine))) or False


def find_first_judge(tx: Tx, case: CaseRow) -> int | None:
    """Find who ruled the case that another one appeals; None when it appeals none."""
    return tx.session.scalar(select(Case.ruled_by_id).where(Case.id == case.appeal_of_id))


def change_case(tx: Tx, case: CaseRow, values: dict[str, Any]) -> bool:
    """Set columns of a case that still is in the state it was read in; False when it is not."""
    changed = tx.session.execute(update(Case).where(Case.id == case.id, Case.state == case.state).values(values))
    return rows_of(changed) == 1


def _found(tx: Tx, query: Executable) -> CaseRow | None:
    row = tx.session.execute(query).mappings().one_or_none()
    return None if row is None else CaseRow(**row)
