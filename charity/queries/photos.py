"""Which files of pictures are in use."""

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.models.photos import Photo


def is_kept(key: str, sha256: str) -> bool:
    """Say whether a picture that was just taken in is written down; asked anew, after the transaction before."""
    end_reading()
    kept = select(Photo.id).where(Photo.sha256 == bytes.fromhex(sha256), Photo.storage_key == key)
    return reading().execute(kept.limit(1)).first() is not None
