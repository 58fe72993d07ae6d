"""Six-digit codes that prove an address, and the sealed note of what is being proved."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, insert, select, update

from charity.adapters.crypto import Unreadable, digest, is_same, new_code, seal, unseal
from charity.adapters.db import Tx
from charity.adapters.logins import Login, read_login
from charity.domain.errors import Invalid, TooMany
from charity.models.accounts import Account, LoginCode
from charity.models.outbox import put_message
from charity.models.throttles import count_try

Purpose = Literal["verify", "reset"]
DIGITS = 6
CODE_LIVES = timedelta(minutes=10)
WRONG_TRIES = 5
SENDS_A_MINUTE, SENDS_AN_HOUR, SENDS_PER_ADDRESS = 1, 6, 30
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_PLACE = "pending.address:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What a code will prove once it is typed; the browser keeps it, sealed, so that only that browser can finish."""

    purpose: Purpose
    login: str
    language: str
    password_hash: str | None = None
    nickname: str | None = None
    account_id: int = 0


def pack(pending: Pending) -> str:
    """Seal a note for the browser."""
    return base64.urlsafe_b64encode(seal(json.dumps(asdict(pending)), place=_PLACE)).decode()


def unpack(packed: str, purpose: Purpose) -> Pending:
    """Open a note from the browser; Invalid when it is not one of ours for this purpose."""
    try:
        pending = Pending(**json.loads(unseal(base64.urlsafe_b64decode(packed.encode()), place=_PLACE)))
    except (Unreadable, binascii.Error, ValueError, TypeError):
        raise Invalid("start-again") from None
    if pending.purpose != purpose:
        raise Invalid("start-again")
    return pending


def is_login(login: Login) -> ColumnElement[bool]:
    """Give the condition that an account has this address."""
    return (Account.email_digest if login.kind == "email" else Account.phone_digest) == login.digest


def find_account(tx: Tx, login: Login) -> Account | None:
    """Find the account of an address that was not closed."""
    return tx.session.scalars(select(Account).where(is_login(login), Account.closed_at.is_(None))).one_or_none()


def is_verified(account: Account, login: Login) -> bool:
    """Say whether this address of the account was proved."""
    return (account.email_verified_at if login.kind == "email" else account.phone_verified_at) is not None


def may_send(tx: Tx, login: Login, address: bytes) -> None:
    """Refuse another message to an address that got one just now; the same for addresses nobody has."""
    minute = count_try(tx, digest("send-minute", login.value), window=MINUTE)
    hour = count_try(tx, digest("send-hour", login.value), window=HOUR)
    network = count_try(tx, digest("send-network", address.hex()), window=HOUR)
    if minute > SENDS_A_MINUTE:
        raise TooMany("code-sent-just-now")
    if hour > SENDS_AN_HOUR or network > SENDS_PER_ADDRESS:
        raise TooMany("too-many-codes")


def send_code(tx: Tx, account_id: int, login: Login, *, purpose: Purpose, language: str) -> None:
    """Send a new code to an address; an older one for the same purpose no longer counts."""
    name = purpose_of(purpose, login)
    tx.session.execute(delete(LoginCode).where(LoginCode.account_id == account_id, LoginCode.purpose == name))
    code = new_code(DIGITS)
    tx.session.execute(
        insert(LoginCode).values(
            account_id=account_id,
            purpose=name,
            code_digest=_digest(name, login, code),
            created_at=tx.now,
            expires_at=tx.now + CODE_LIVES,
        )
    )
    told = {"code": code, "minutes": CODE_LIVES // MINUTE}
    send(tx, login, kind=f"{purpose}-code", told=told, language=language, account_id=account_id)


def send(
    tx: Tx, login: Login, *, kind: str, told: dict[str, str | int], language: str, account_id: int | None = None
) -> None:
    """Put a message to an address into the outbox."""
    put_message(
        tx,
        channel=login.channel,
        kind=kind,
        told=json.dumps(told, ensure_ascii=False, sort_keys=True),
        language=language,
        account_id=account_id,
        to=login.value,
    )


def purpose_of(purpose: Purpose, login: Login) -> str:
    """Name a code's purpose in the table."""
    return f"verify-{login.kind}" if purpose == "verify" else "reset"


def use_code(tx: Tx, account_id: int, login: Login, *, purpose: Purpose, code: str) -> bool:
    """Use up the right code; a wrong one counts, and after five the code is dead."""
    name = purpose_of(purpose, login)
    counted = (
        update(LoginCode)
        .where(LoginCode.account_id == account_id, LoginCode.purpose == name)
        .where(LoginCode.used_at.is_(None), LoginCode.expires_at > tx.now, LoginCode.wrong_tries < WRONG_TRIES)
        .values(wrong_tries=LoginCode.wrong_tries + 1)  # counted first: two tries at once are two tries
        .returning(LoginCode.id, LoginCode.code_digest)
    )
    row = tx.session.execute(counted).one_or_none()
    if row is None or not is_same(row.code_digest, _digest(name, login, code.strip())):
        return False
    tx.session.execute(update(LoginCode).where(LoginCode.id == row.id).values(used_at=tx.now))
    return True


def _digest(name: str, login: Login, code: str) -> bytes:
    return digest("code", "\x00".join((name, login.value, code)))


def login_of(pending: Pending) -> Login:
    """Read the address a note is about."""
    return read_login(pending.login)
