"""Closing one's own account, and the administrator's disabling and enabling of others'."""

from sqlalchemy import delete, exists, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Missing, NotPermitted, SignInNeeded
from charity.domain.permissions import is_allowed, may_anywhere
from charity.domain.sides import Who
from charity.ledger.seating import leave_circles
from charity.models.accounts import Account, LoginCode, RoleGrant
from charity.models.acts import act
from charity.models.group_rows import forget_memberships
from charity.models.intending import forget_intents
from charity.models.interests import forget_interests
from charity.models.names_down import forget_names_down
from charity.models.organisation_rows import forget_places, lock_offices
from charity.models.outbox import Notice, notify
from charity.models.roles import is_running
from charity.models.second_factors import forget_factor
from charity.models.sessions import end_sessions, end_tokens
from charity.models.skills import forget_skills
from charity.models.waiting import Offer, QueuePlace
from charity.services.accounts.changes import may_with_password

GRANT = "people.grant"


def close(actor: Actor, *, password: str) -> None:
    """Close one's own account: what names the person is wiped, the pseudonym stays in the book."""
    if not actor.is_signed_in:
        raise SignInNeeded
    may_with_password(actor, password)
    _close(actor)


@act
def _close(tx: Tx, actor: Actor) -> None:
    # The row is locked by writing to it, so that a claim in the same moment is either before or refused.
    free = update(Account).where(Account.id == actor.account_id, Account.open_pledges == 0, Account.closed_at.is_(None))
    if tx.session.execute(free.values(closed_at=tx.now).returning(Account.id)).one_or_none() is None:
        raise Conflict("open-pledges-first")
    if _waits(tx, actor.account_id):
        raise Conflict("offers-first")
    if any(len(officers) < 2 for officers in lock_offices(tx, actor.account_id)):
        raise Conflict("last-officer")
    forget_memberships(tx, actor.account_id)  # groups are locked before circles
    leave_circles(tx, actor.account_id, reason="account-closed", by=Who.DONOR)
    wipe(tx, tx.session.get_one(Account, actor.account_id))


def _waits(tx: Tx, account_id: int) -> bool:
    offer = exists().where(Offer.account_id == account_id, Offer.state == "open")
    return bool(tx.session.scalar(select(offer)))


def wipe(tx: Tx, account: Account) -> None:
    """Close an account and wipe what names its person."""
    account.closed_at = tx.now
    account.email_sealed = account.email_digest = account.email_verified_at = None
    account.phone_sealed = account.phone_digest = account.phone_verified_at = None
    account.password_hash = account.public_name_sealed = None
    account.nickname = account.pseudonym
    account.by_mail = account.by_sms = False
    tx.session.flush()
    end_sessions(tx, account.id)
    end_tokens(tx, account.id)
    held = RoleGrant.account_id == account.id
    tx.session.execute(update(RoleGrant).where(held, RoleGrant.revoked_at.is_(None)).values(revoked_at=tx.now))
    waits = QueuePlace.account_id == account.id
    tx.session.execute(update(QueuePlace).where(waits, QueuePlace.left_at.is_(None)).values(left_at=tx.now))
    forget_interests(tx, account.id)
    forget_names_down(tx, account.id)
    forget_skills(tx, account.id)
    forget_intents(tx, account.id)
    forget_memberships(tx, account.id)
    forget_places(tx, account.id)
    forget_factor(tx, account.id)
    tx.session.execute(delete(LoginCode).where(LoginCode.account_id == account.id))
    tx.session.execute(delete(Notice).where(Notice.account_id == account.id))


@act
def disable(tx: Tx, actor: Actor, ref: str) -> None:
    """Shut a person of one's own region out at once; sessions and tokens end."""
    account = under(tx, actor, ref)
    if account.disabled_at is not None:
        raise Conflict("account-disabled-already")
    account.disabled_at = tx.now
    tx.session.flush()
    end_sessions(tx, account.id)
    end_tokens(tx, account.id)


@act
def enable(tx: Tx, actor: Actor, ref: str) -> None:
    """Let a person of one's own region in again."""
    account = under(tx, actor, ref)
    if account.disabled_at is None:
        raise Conflict("account-enabled-already")
    account.disabled_at = None
    tx.session.flush()
    notify(tx, account_id=account.id, kind="account-enabled", params={})


def under(tx: Tx, actor: Actor, ref: str) -> Account:
    """Give an account all of whose running roles lie in the actor's regions, and at least one role, past or running."""
    may_anywhere(actor, GRANT)
    account = tx.session.scalars(select(Account).where(Account.ref == ref, Account.closed_at.is_(None))).one_or_none()
    if account is None:
        raise Missing
    ever = tx.session.scalars(select(RoleGrant.region_code).where(RoleGrant.account_id == account.id)).all()
    running = RoleGrant.account_id == account.id, is_running(day_of(tx.now))
    now = tx.session.scalars(select(RoleGrant.region_code).where(*running)).all()
    if not any(is_allowed(actor, GRANT, region) for region in ever) and not _is_for_everybody(actor, ever):
        raise Missing
    if not all(is_allowed(actor, GRANT, region) for region in now):
        raise NotPermitted("person-of-higher-region")
    if account.id == actor.account_id:
        raise NotPermitted("not-oneself")
    return account


def _is_for_everybody(actor: Actor, ever: object) -> bool:
    return not ever and is_allowed(actor, GRANT, "")
