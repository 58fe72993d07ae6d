"""What an administrator does to another's account only with a second person's yes."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from charity.adapters.crypto import unseal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict
from charity.domain.opinions import OpinionAct, common_region
from charity.ledger.opinions import need_second_yes
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.second_factors import forget_factor, has_factor
from charity.models.sessions import end_sessions, end_tokens
from charity.services.accounts.closing import under


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's addresses in full."""

    email: str
    phone: str


@act
def reset_step(tx: Tx, actor: Actor, ref: str, *, reason: str) -> None:
    """Take another's lost second step away; sessions and tokens end, and the next sign-in sets up a new one."""
    account = under(tx, actor, ref)
    if not has_factor(tx, account.id):
        raise Conflict("no-second-step")
    _seconded(tx, actor, account, OpinionAct.STEP_RESET, reason)
    forget_factor(tx, account.id)
    end_sessions(tx, account.id)
    end_tokens(tx, account.id)
    notify(tx, account_id=account.id, kind="second-step-removed", params={})


def unmask(actor: Actor, ref: str, *, reason: str) -> Contact:
    """Give a person's addresses in full, once; the person is told. Never kept among the answers."""
    return _unmask(replace(actor, once=None), ref, reason)


@act
def _unmask(tx: Tx, actor: Actor, ref: str, reason: str) -> Contact:
    account = under(tx, actor, ref)
    _seconded(tx, actor, account, OpinionAct.UNMASK, reason)
    notify(tx, account_id=account.id, kind="address-seen", params={})
    return Contact(
        unseal_some(account.email_sealed, place=f"accounts.email:{account.ref}"),
        unseal_some(account.phone_sealed, place=f"accounts.phone:{account.ref}"),
    )


def _seconded(tx: Tx, actor: Actor, account: Account, what: OpinionAct, reason: str) -> None:
    held = tx.session.scalars(select(RoleGrant.region_code).where(RoleGrant.account_id == account.id)).all()
    need_second_yes(
        tx, actor, what, common_region(held), told={"account": account.ref}, subject_id=account.id, reason=reason
    )
