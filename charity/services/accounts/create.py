"""Making an account from the operator's shell: the first administrator has nobody above him."""

from datetime import date

from sqlalchemy import update

from charity.adapters.db import Tx, end_reading, reading
from charity.adapters.logins import Login, read_login
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.nicknames import MOST, may_choose
from charity.domain.passwords import may_use
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.names_down import list_names_kept
from charity.models.new_accounts import accept, put_account
from charity.models.regions import Region
from charity.models.roles import put_grant
from charity.services.accounts.codes import find_account


def create(
    actor: Actor,
    *,
    login: str,
    password: str | None,
    role: Role,
    region: str,
    until: date | None = None,
    nickname: str = "",
    hashed: str | None = None,
    by_mail: bool = True,
) -> str:
    """Make a verified account with a role (region "" is the whole country) and give its ref.

    A ready hash spares hashing where many invented people share one password; nobody signs in without either.
    """
    if not actor.is_system:
        raise NotPermitted("role-needed")
    wanted = read_login(login)
    if password is not None:
        may_use(password, login=wanted.value)
    if region and reading().get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    end_reading()
    if password is not None:
        hashed = hash_password(password)
    name = nickname or (wanted.value.partition("@")[0] if wanted.kind == "email" else wanted.value[-4:])
    return _create(actor, wanted, hashed, name[:MOST], role, region, until, by_mail=by_mail)


@act
def _create(
    tx: Tx,
    _actor: Actor,
    login: Login,
    hashed: str | None,
    name: str,
    role: Role,
    region: str,
    until: date | None,
    *,
    by_mail: bool,
) -> str:
    may_choose(list_names_kept(tx.session, name), {"nickname": name})
    account_id = put_account(tx, login, hashed=hashed, nickname=name, language="zh")
    if account_id is None:
        raise Conflict("login-taken", field="login")
    proved = {f"{login.kind}_verified_at": tx.now, "by_mail": by_mail}
    ref = tx.session.execute(
        update(Account).where(Account.id == account_id).values(proved).returning(Account.ref)
    ).scalar_one()
    accept(tx, account_id)
    if role is not Role.DONOR:  # every person may give; that needs no grant
        put_grant(tx, account_id, role=role, region=region, until=until, granted_by=None)
    return ref


@act
def grant_role(tx: Tx, actor: Actor, *, login: str, role: Role, region: str, until: date | None = None) -> None:
    """Give an account one more role, from the operator's shell."""
    if not actor.is_system:
        raise NotPermitted("role-needed")
    account = find_account(tx, read_login(login))
    if account is None:
        raise Missing
    if region and tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    put_grant(tx, account.id, role=role, region=region, until=until, granted_by=None)
