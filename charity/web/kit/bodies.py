"""How large a request may be: a form with a photo may be larger than its photo, so that what was typed is read."""

from typing import TYPE_CHECKING, Final

from flask import Flask, Request, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_BODY: Final = 16 * 1024 * 1024
# Beyond any photo of a phone. Files of a form go to disk while they arrive, and each one is judged by itself.
LARGEST_FORM_WITH_FILES: Final = 64 * 1024 * 1024
LARGEST_TEXTS: Final = 1024 * 1024


class BoundedRequest(Request):
    """A request whose body ends where no person sends more; only what is beyond that loses what was typed."""

    def __init__(self, environ: "WSGIEnvironment", populate_request: bool = True, shallow: bool = False) -> None:
        super().__init__(environ, populate_request, shallow)
        is_form_with_files = self.mimetype == "multipart/form-data"
        self.max_content_length = LARGEST_FORM_WITH_FILES if is_form_with_files else LARGEST_BODY


def init_bodies(app: Flask) -> None:
    """Bound what is read of each request, and give the disk back that its files took."""
    app.request_class = BoundedRequest

    def let_go(error: BaseException | None) -> None:
        del error
        request.close()

    app.teardown_request(let_go)
