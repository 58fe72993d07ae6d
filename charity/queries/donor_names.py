"""How a donor is named to others: as he asked to be, and never otherwise."""

from charity.adapters.crypto import unseal
from charity.domain.boards import Display


def shown_name(ref: str, nickname: str, sealed: bytes | None, display: str) -> str:
    """Give the name a donor chose to be called by; empty when he chose none."""
    if display == Display.ANONYMOUS:
        return ""
    if display == Display.NAME and sealed is not None:
        return unseal(sealed, place=f"accounts.public_name:{ref}")
    return nickname
