"""Setting how long a kind of record is kept: two people, within bounds, told in the book."""

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.entries import EntryKind
from charity.domain.errors import Missing
from charity.domain.opinions import OpinionAct
from charity.domain.retention import Record, may_keep_for, may_set_periods
from charity.domain.wishes import may_give_reason
from charity.ledger.opinions import need_second_yes
from charity.models.acts import act
from charity.models.retention import RetentionChange, kept_for, lock_retention, sealed_reason


@act
def keep_for(tx: Tx, actor: Actor, code: str, *, days: int, shown: int, reason: str) -> str:
    """Keep a kind of record for so many days from now on, once a second person has said yes to exactly this."""
    region = may_set_periods(actor)
    if code not in set(Record):
        raise Missing
    record = Record(code)
    lock_retention(tx)
    may_give_reason(reason)
    was = kept_for(tx.session)[record]
    may_keep_for(record, days, was=was, shown=shown)
    told = {"record": code, "was": str(was), "days": str(days)}
    need_second_yes(tx, actor, OpinionAct.RETENTION, region, told=told, reason=reason)
    ref = new_ref()
    tx.session.add(
        RetentionChange(
            ref=ref,
            record=code,
            was=was,
            days=days,
            reason_sealed=sealed_reason(ref, reason),
            made_by_id=actor.account_id,
            made_at=tx.now,
        )
    )
    tx.session.flush()
    facts = {"kind": code, "count": days, "by": Role.ADMINISTRATOR.value}
    ledger.append(tx, EntryKind.RETENTION_CHANGED, {"period": ref}, facts, texts={"reason": reason.strip()})
    return ref
