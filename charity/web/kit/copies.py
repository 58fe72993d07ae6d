"""Copies of documents in requests and answers: taken in beside their record, and sent as downloads only."""

from collections.abc import Callable
from typing import IO

from flask import Response, current_app

from charity.adapters.sealed_documents import ENDINGS, Copy, forget_copy, keep_copy, open_copy
from charity.domain.errors import Missing, Refused
from charity.web.kit.pictures import photo_store


def keep_with(upload: IO[bytes], record: Callable[[Copy], str]) -> None:
    """Keep a copy first, then its record (which gives the key that stands); a refused or repeated call leaves none."""
    copy = keep_copy(upload, photo_store())  # pyright: ignore[reportArgumentType]
    try:
        kept = record(copy)
    except Refused:
        forget_copy(copy.key, photo_store())
        raise
    if kept != copy.key:  # the same request again: its first copy stands
        forget_copy(copy.key, photo_store())


def send_copy(key: str, media_type: str, name: str) -> Response:
    """Send a copy as a download under a name of ours; nothing in it may run or load, and no cache keeps it."""
    try:
        data = open_copy(key, photo_store())
    except FileNotFoundError:
        raise Missing from None
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ENDINGS[media_type]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }
    return current_app.response_class(data, content_type=media_type, headers=headers)
