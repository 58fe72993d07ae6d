"""Opening the evidence of a pledge: the purpose is written down before anything shows."""

from sqlalchemy import insert, select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Invalid, Missing
from charity.domain.evidence import OPEN_FOR, EvidencePurpose
from charity.domain.permissions import may
from charity.models.acts import act
from charity.models.evidence import EvidenceOpened
from charity.models.pledges import Pledge


@act
def open_evidence(tx: Tx, actor: Actor, pledge_ref: str, *, purpose: str) -> None:
    """Grant an auditor fifteen minutes with the tracking numbers and slips of a pledge of his region, and log it."""
    row = tx.session.execute(select(Pledge.id, Pledge.region_code).where(Pledge.ref == pledge_ref)).one_or_none()
    if row is None:
        raise Missing
    may(actor, "pledge.rule", row.region_code)
    if purpose not in set(EvidencePurpose):
        raise Invalid("purpose-unknown", field="purpose")
    tx.session.execute(
        insert(EvidenceOpened).values(
            pledge_id=row.id,
            account_id=actor.account_id,
            purpose=purpose,
            opened_at=tx.now,
            open_until=tx.now + OPEN_FOR,
        )
    )
