"""Statements that make an account and record what it accepts; who may have one is decided elsewhere."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.adapters.logins import Login
from charity.domain.documents import AGREED_AT_SIGN_UP, VERSIONS, Document
from charity.models.accounts import Account, TermsAccepted


def put_account(tx: Tx, login: Login, *, hashed: str | None, nickname: str, language: str) -> int | None:
    """Insert an account with an unproved address; None when the address has one."""
    ref = new_ref()
    values: dict[str, Any] = {
        "ref": ref,
        "nickname": nickname,
        "password_hash": hashed,
        "pseudonym": new_ref(),
        "language": language,
        "by_sms": login.kind == "phone",
        "created_at": tx.now,
        f"{login.kind}_sealed": seal(login.value, place=f"accounts.{login.kind}:{ref}"),
        f"{login.kind}_digest": login.digest,
    }
    put = (sqlite.insert if tx.is_sqlite else postgresql.insert)(Account).values(values)
    return tx.session.execute(put.on_conflict_do_nothing().returning(Account.id)).scalar_one_or_none()


def accept(tx: Tx, account_id: int, documents: Iterable[Document] = AGREED_AT_SIGN_UP) -> None:
    """Record that an account accepts the documents in force, or says what some of them name."""
    for document in documents:
        tx.session.execute(
            insert(TermsAccepted).values(
                account_id=account_id, document=document.value, version=VERSIONS[document], accepted_at=tx.now
            )
        )
