"""Disagreeing with a take-down of one's own names: another person of the level above looks at it again."""

from charity import ledger
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName, get_clock
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.regions import parent_of
from charity.domain.running import started
from charity.domain.sides import Who
from charity.ledger.writing import moment
from charity.models.acts import act
from charity.models.case_rows import add_case
from charity.models.cases import Case
from charity.models.names_down import find_name_down, object_once
from charity.models.pausing import list_pauses

LONGEST = 2000


@act
def object_to_name_down(tx: Tx, actor: Actor, *, words: str) -> str:
    """Say once why one's names should be shown again; gives the number of the case that decides about it."""
    if not actor.is_signed_in:
        raise SignInNeeded
    found = find_name_down(tx.session, actor.account_id)
    if found is None:
        raise Missing
    down, taken = found
    if not words.strip():
        raise Invalid("words-missing", field="words")
    if not object_once(tx, down):
        raise Conflict("objected-before", field="words")
    case = tx.session.get_one(Case, taken.case_id)
    region = parent_of(case.region_code) if case.region_code else ""
    pauses = list_pauses(tx.session, region, since=tx.now) if region else ()
    running = started(get_clock(ClockName.RULING, Kind.GOODS), tx.now, pauses)
    ref = add_case(
        tx,
        kind="appeal",
        region=region,
        reason="name",
        running=running,
        opened_by_id=actor.account_id,
        page=case.page,
        words=words.strip()[:LONGEST],
        appeal_of_id=case.id,
    )
    ledger.append(tx, EntryKind.CASE_APPEALED, {"case": case.ref}, {"by": Who.DONOR.value, "appeal": True})
    facts: dict[str, JSON] = {"kind": "appeal", "by": Who.DONOR.value, "until": moment(running.due)}
    ledger.append(tx, EntryKind.CASE_OPENED, {"case": ref, "parent": case.ref}, facts, texts={"finding": words.strip()})
    return ref
