"""Pictures in requests and answers: taking one in from a form, and sending one in a width."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, request
from werkzeug.datastructures import FileStorage

from charity.adapters import photos
from charity.adapters.photos import Photo
from charity.adapters.sealed_pictures import forget_sealed, put_sealed
from charity.adapters.storage import Store, open_store
from charity.domain.errors import Missing, Refused
from charity.queries.photos import is_kept

T = TypeVar("T")
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


def photo_store() -> Store:
    """Give the place where pictures lie, opened once per process."""
    extensions = current_app.extensions
    if "photo_store" not in extensions:
        extensions["photo_store"] = open_store(extensions["settings"].photo_url)
    return extensions["photo_store"]


def with_photo(upload: FileStorage | None, call: Callable[[Photo | None], T], *, may_hold_codes: bool = False) -> T:
    """Take a picture in (if one was sent) and call a service with it; a refused or repeated call leaves no files.

    A picture that only staff sees, such as a slip's, may hold codes to scan; one that everybody sees may not.
    """
    if upload is None or not upload.filename:
        return call(None)
    store = photo_store()
    stream = upload.stream
    photo = photos.take_in(stream, store, may_hold_codes=may_hold_codes)  # pyright: ignore[reportArgumentType]
    try:
        done = call(photo)
    except Refused:
        photos.forget(photo.key, store)
        raise
    if not is_kept(photo.key, photo.sha256):  # the same request again: its first answer and first picture stand
        photos.forget(photo.key, store)
    return done


def with_sealed(drawn: bytes, call: Callable[[str], str]) -> None:
    """Keep a drawn paper sealed, then what is written down of it; a refused or repeated call leaves no file."""
    key = put_sealed(drawn, photo_store())
    try:
        kept = call(key)
    except Refused:
        forget_sealed(key, photo_store())
        raise
    if kept != key:  # the same request again: its first file stands
        forget_sealed(key, photo_store())


def send_photo(key: str | None, width: int, form: str, *, is_public: bool) -> Response:
    """Send a picture in one of its widths; Missing when there is none."""
    if not key or width not in photos.WIDTHS or form not in TYPES:
        raise Missing
    try:
        data = photo_store().get(f"{key}-{width}.{form}")
    except FileNotFoundError:
        raise Missing from None
    response = current_app.response_class(data, content_type=TYPES[form])
    # A public picture may be taken out of sight at any time: caches must ask again before long.
    response.headers["Cache-Control"] = "public, max-age=60, must-revalidate" if is_public else "private, no-store"
    response.set_etag(f"{key}-{width}")
    response.make_conditional(request)
    return response
