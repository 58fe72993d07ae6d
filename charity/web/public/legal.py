"""The documents people agree to or rely on, with their versions."""

from flask import Blueprint

from charity.domain.documents import VERSIONS, Document
from charity.queries.retention import list_periods
from charity.web.kit.doors import OPEN
from charity.web.kit.headers import may_be_kept
from charity.web.kit.page import page
from charity.web.kit.retention_words import RECORDS

bp = Blueprint("public_legal", __name__)
DOORS = {"terms": OPEN, "privacy": OPEN, "children": OPEN, "officials": OPEN}
KEPT_SECONDS = 300


@bp.get("/terms")
def terms() -> str:
    """Show the terms of use."""
    return _document(Document.TERMS)


@bp.get("/privacy")
def privacy() -> str:
    """Show the privacy policy, with how long each kind of record is kept now."""
    may_be_kept(KEPT_SECONDS)
    periods = [(RECORDS[code], days) for code, days in list_periods().items()]
    return page("public/legal/privacy.html", version=VERSIONS[Document.PRIVACY], periods=periods)


@bp.get("/children")
def children() -> str:
    """Show the rules for children's data."""
    return _document(Document.CHILDREN)


@bp.get("/officials")
def officials() -> str:
    """Tell officials on one screen what may be published and what not."""
    may_be_kept(KEPT_SECONDS)
    return page("public/legal/officials.html")


def _document(document: Document) -> str:
    may_be_kept(KEPT_SECONDS)
    return page(f"public/legal/{document.value}.html", version=VERSIONS[document])
