"""Whether a key is the one a database was sealed with."""

from charity.adapters import crypto


def does_open(sealed: tuple[str, bytes] | None, data_key: str) -> bool:
    """Say whether the key opens what is sealed; with nothing sealed, every key is right."""
    if sealed is None:
        return True
    ref, address = sealed
    crypto.configure(data_key)
    try:
        crypto.unseal(address, place=f"accounts.email:{ref}")
    except crypto.Unreadable:
        return False
    return True
