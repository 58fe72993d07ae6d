"""Statements about payments to families' accounts; no rule."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.kinds import PledgeState
from charity.domain.payees import DOUBTED
from charity.domain.pledges import Act
from charity.models.cases import Case
from charity.models.organisations import Payout
from charity.models.payees import PayeeTold
from charity.models.pledges import Pledge, PledgeStep


def doubted_payments() -> Select[str]:
    """Ask for gifts last paid to an account of which the family said no, and into which nobody looks for that."""
    other = Payout.__table__.alias("later")
    newer = exists().where(other.c.pledge_id == Payout.pledge_id, other.c.id > Payout.id, ~other.c.is_refund)
    looked_into = exists().where(Case.pledge_id == Pledge.id, Case.reason == DOUBTED)
    return (
        select(Pledge.ref)
        .join(Payout, Payout.pledge_id == Pledge.id)
        .join(PayeeTold, PayeeTold.payee_id == Payout.payee_id)
        .where(
            PayeeTold.is_right.is_(False),
            Payout.is_refund.is_(False),
            ~newer,
            Pledge.state.in_((PledgeState.HANDED_OVER.value, PledgeState.CONFIRMED.value)),
            ~looked_into,
        )
    )


def is_doubted(tx: Tx, pledge_ref: str) -> bool:
    """Say whether one gift is among them."""
    return tx.session.scalar(doubted_payments().where(Pledge.ref == pledge_ref)) is not None


def is_refund_owed(session: Session, pledge_id: int) -> bool:
    """Say whether a ruling gave a gift's money back, and no document of the refund was named since."""
    last = select(PledgeStep.act).where(
        PledgeStep.pledge_id == pledge_id, PledgeStep.to_state == PledgeState.RETURNED.value
    )
    return session.scalar(last.order_by(PledgeStep.id.desc()).limit(1)) == Act.RULE.value
