"""How a donor is named to others: as he asked to be, and never otherwise; and who looked or acted, in any case."""

from typing import Final

from sqlalchemy import ColumnElement, func

from charity.adapters.crypto import unseal
from charity.domain.boards import Display
from charity.models.accounts import Account

# Who looked or acted is always told, also after a concern took the name somebody bore.
WHO: Final[ColumnElement[str]] = func.coalesce(func.nullif(Account.nickname, ""), Account.pseudonym)


def shown_name(ref: str, nickname: str, sealed: bytes | None, display: str) -> str:
    """Give the name a donor chose to be called by; empty when he chose none."""
    if display == Display.ANONYMOUS:
        return ""
    if display == Display.NAME and sealed is not None:
        return unseal(sealed, place=f"accounts.public_name:{ref}")
    return nickname
