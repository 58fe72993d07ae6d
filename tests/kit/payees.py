"""An account of a family that stands, opened by an officer, so that money may be paid to it."""

from datetime import timedelta

from sqlalchemy import select

from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx, end_reading, transaction
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.consents import Audience, GivenBy, Purpose
from charity.domain.payees import PayeeAccount, PayeeState
from charity.models.households import Consent, Member
from charity.models.payee_rows import find_live, number_digest, seal_account
from charity.models.payees import Payee
from charity.models.pledges import Pledge
from charity.services.pledges.paying import open_payee

ACCOUNT = PayeeAccount(way="account", holder="欧阳采薇", bank="云桥农商行杏树坪分理处", number="6217551122334455999")


def write_head(tx: Tx, household_id: int, *, by: int, birth: str = "1980-01-02") -> Member:
    """Write down the head of a family."""
    ref = new_ref()
    head = Member(
        ref=ref,
        household_id=household_id,
        alias="晨露 7",
        name_sealed=seal("欧阳采薇", place=f"members.name:{ref}"),
        name_digest=digest("name", "欧阳采薇"),
        birth_sealed=seal(birth, place=f"members.birth:{ref}"),
        sex_sealed=seal("female", place=f"members.sex:{ref}"),
        relation="head",
        recorded_by_id=by,
        recorded_at=tx.now,
    )
    tx.session.add(head)
    tx.session.flush()
    return head


def stand_account(household_id: int, *, by: int) -> None:
    """Let a family have an account that its head agreed to, unless one stands."""
    with transaction() as tx:
        if find_live(tx.session, household_id, PayeeState.STANDING) is not None:
            return
        theirs = select(Member).where(Member.household_id == household_id, Member.relation == "head")
        head = tx.session.scalars(theirs).first() or write_head(tx, household_id, by=by)
        tx.session.add(_yes(tx, head, by))
        ref = new_ref()
        tx.session.add(
            Payee(
                ref=ref,
                household_id=household_id,
                way=ACCOUNT.way,
                told_sealed=seal_account(ACCOUNT, ref=ref),
                number_digest=number_digest(ACCOUNT.number),
                agreed_on=day_of(tx.now),
                state=PayeeState.STANDING.value,
                recorded_by_id=by,
                recorded_at=tx.now,
                opens_at=tx.now,
            )
        )


def _yes(tx: Tx, head: Member, by: int) -> Consent:
    return Consent(
        household_id=head.household_id,
        member_id=head.id,
        purpose=Purpose.PAYMENT.value,
        audience=Audience.RECEIVER.value,
        is_granted=True,
        given_by=GivenBy.SELF.value,
        valid_until=day_of(tx.now) + timedelta(days=365),
        recorded_by_id=by,
        recorded_at=tx.now,
    )


def let_pay(officer: Actor, pledge_ref: str) -> None:
    """Let an account stand for the family of a gift that is here, and its officer open it."""
    end_reading()
    with transaction() as tx:
        whose, donor = tx.session.execute(
            select(Pledge.beneficiary, Pledge.account_id).where(Pledge.ref == pledge_ref)
        ).one()
    stand_account(int(whose[1:]), by=donor)
    open_payee(officer, pledge_ref, purpose="pay")
