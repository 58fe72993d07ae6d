"""The public book: what happened, record by record, and how anybody can check it without trusting us."""

from flask import Blueprint, Response, current_app, request, url_for

from charity.domain.errors import Missing
from charity.queries import book
from charity.web.kit.book_words import fact_rows
from charity.web.kit.doors import OPEN
from charity.web.kit.page import page
from charity.web.kit.viewer import viewer

bp = Blueprint("public_book", __name__)
DOORS = {"show": OPEN, "leaf": OPEN, "entry": OPEN, "checkpoint": OPEN}
LARGEST_NUMBER = 2**53


@bp.get("/book")
def show() -> str:
    """Show the newest records, and what a checkpoint is."""
    before = _before(request.args.get("before"))
    card = book.get_book(viewer(), before=before)
    return page(
        "public/book/show.html",
        book=card,
        is_first=before is None,
        next_url=None if card.before is None else url_for(".show", before=card.before),
    )


@bp.get("/book/<int:number>")
def leaf(number: int) -> str:
    """Show one record with its proof."""
    card = book.get_leaf(viewer(), _possible(number))
    return page("public/book/leaf.html", leaf=card, facts=fact_rows(card.entry.facts))


@bp.get("/book/<int:number>/entry.json")
def entry(number: int) -> Response:
    """Give one record's exact bytes, as they were hashed."""
    data = book.get_leaf_data(viewer(), _possible(number))
    return current_app.response_class(data, mimetype="application/json")


@bp.get("/log/checkpoint")
def checkpoint() -> Response:
    """Give the newest checkpoint as a C2SP signed note."""
    note = book.get_checkpoint_note(viewer())
    return current_app.response_class(note, content_type="text/plain; charset=utf-8")


def _before(text: str | None) -> int | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit()):
        raise Missing
    return _possible(int(text))


def _possible(number: int) -> int:
    """Refuse numbers no database can hold."""
    if number > LARGEST_NUMBER:
        raise Missing
    return number
