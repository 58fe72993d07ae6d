"""Who may serve children: an administrator keeps on record that somebody was vetted, under which name, until when."""

from datetime import date

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.adapters.logins import read_login
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.permissions import may
from charity.domain.service import Proof, may_vet
from charity.ledger.releasing import release_unvetted
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.regions import Region
from charity.models.service import Vetting, real_name_place
from charity.models.sides import lock_account

RECORD = "vetting.record"


@act
def record(tx: Tx, actor: Actor, *, login: str, region: str, real_name: str, proof: str, until: date | None) -> str:
    """Write down that the person or organisation of a log-in was vetted for a region; gives the record's ref."""
    may(actor, RECORD, region)
    if region and tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    if proof not in set(Proof):
        raise Invalid("proof-unknown", field="proof")
    if until is None:
        raise Invalid("vetting-term", field="until")
    may_vet(real_name=real_name, until=until, today=day_of(tx.now))
    account = _find(tx, login)
    if account.id == actor.account_id:
        raise NotPermitted("not-oneself")
    ref = new_ref()
    tx.session.add(
        Vetting(
            ref=ref,
            account_id=account.id,
            region_code=region,
            real_name_sealed=seal(real_name.strip(), place=real_name_place(ref)),
            proof=proof,
            vetted_by_id=actor.account_id,
            vetted_at=tx.now,
            until=until,
        )
    )
    tx.session.flush()
    notify(tx, account_id=account.id, kind="vetted", params={"day": until.isoformat()})
    return ref


@act
def revoke(tx: Tx, actor: Actor, ref: str) -> None:
    """End a record at once: nothing can be claimed or agreed by it, and what was promised by it is let go."""
    whose = tx.session.execute(select(Vetting.account_id).where(Vetting.ref == ref)).scalar_one_or_none()
    if whose is None:
        raise Missing
    lock_account(tx, whose)  # whoever agrees on a day at this moment is before or behind
    found = tx.session.scalars(select(Vetting).where(Vetting.ref == ref).with_for_update()).one()
    may(actor, RECORD, found.region_code)
    if found.revoked_at is not None:
        raise Conflict("vetting-revoked-already")
    found.revoked_by_id, found.revoked_at = actor.account_id, tx.now
    tx.session.flush()
    notify(tx, account_id=found.account_id, kind="vetting-revoked", params={})
    release_unvetted(tx, found.account_id)


def _find(tx: Tx, login: str) -> Account:
    """Find who is vetted: a person by a proved log-in, an organisation by the number of its account."""
    wanted = login.strip()
    by_ref = select(Account).where(Account.ref == wanted, Account.kind == "organisation")
    account = tx.session.scalars(by_ref).one_or_none() if len(wanted) == 13 else None
    if account is None:
        told = read_login(wanted)
        column, proved = (
            (Account.email_digest, Account.email_verified_at)
            if told.kind == "email"
            else (Account.phone_digest, Account.phone_verified_at)
        )
        account = tx.session.scalars(select(Account).where(column == told.digest, proved.is_not(None))).one_or_none()
    if account is None or account.closed_at is not None or account.disabled_at is not None:
        raise Invalid("person-unknown", field="login")
    return account
