"""Sheets of wish cards for a wall in a school or a company: chosen by anybody from what is public, scanned to claim."""

from collections.abc import Sequence
from threading import BoundedSemaphore
from time import monotonic
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from charity.adapters.fonts import printable
from charity.domain.errors import Busy, Missing, Refused
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wish_cards import WishCard
from charity.queries.wishes.sheets import MOST_ON_SHEETS, list_for_sheets
from charity.web.kit.doors import OPEN
from charity.web.kit.formats import place, yuan
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.papers import base_url, brand, send_paper, tongue
from charity.web.kit.places import name_places
from charity.web.kit.sentences import sentence
from charity.web.kit.viewer import viewer
from charity.web.public.wishes import KINDS, PRICES, STAGES, address_of, filters_of

if TYPE_CHECKING:
    from charity.adapters.pdf_wishes import PaperWish

bp = Blueprint("public_wish_sheets", __name__)
DOORS = {"choose": OPEN, "cards": OPEN}
LONGEST_REF = 13
KEPT = 60
MOST_KEPT = 4
# Drawing costs a processor for a while: one sheet at a time in a process, and nobody waits for it in a thread that
# claims need. What was drawn is kept for a little, for a class that prints the same page at once.
_PEN = BoundedSemaphore(1)
_Drawn = tuple[str, tuple["PaperWish", ...]]
_drawn: dict[_Drawn, tuple[float, bytes]] = {}


@bp.get("/wishes/print")
def choose() -> tuple[str, int] | str:
    """Choose open wishes for cards to print, by the wall's own filters."""
    filters, problem = filters_of(request.args), ""
    cursor = request.args.get("cursor")
    try:
        cards, after = _of_filters(filters, cursor)
    except Refused as refused:
        filters, problem = WallFilters(q=filters.q), sentence(refused.code, refused.params)
        cursor = None
        cards, after = _of_filters(filters)
    name_places([*(card.county for card in cards), filters.region])
    shown = page(
        "public/wish_sheets/choose.html",
        cards=cards,
        filters=filters,
        problem=problem,
        next_url=None if after is None else _url(filters, after),
        first_url=_url(filters) if cursor else None,
        kinds=KINDS,
        stages=STAGES,
        prices=PRICES,
    )
    return (shown, 422) if problem else shown


def _of_filters(filters: WallFilters, cursor: str | None = None) -> tuple[list[WishCard], str | None]:
    """Find as many open wishes as are printed at once, and where the next ones begin."""
    found = list_wall(viewer(), filters, cursor, limit=MOST_ON_SHEETS)
    return [card for card in found.cards if card.units_left > 0], found.next


def _url(filters: WallFilters, cursor: str = "") -> str:
    return address_of("/wishes/print", filters, cursor=cursor)


@bp.get("/wishes/cards.pdf")
def cards() -> Response:
    """Print cards of the chosen wishes, or of the first that the filters find; only what is public stands on them."""
    refs = [ref[:LONGEST_REF] for ref in request.args.getlist("wish")]
    chosen = list_for_sheets(viewer(), refs) if refs else _of_filters(filters_of(request.args))[0]
    if not chosen:
        raise Missing
    name_places(card.county for card in chosen)
    wanted = (tongue(), _paper(chosen))
    kept, content = _drawn.get(wanted, (0.0, b""))
    if monotonic() < kept:
        return send_paper(lambda: content, "wish-cards.pdf", kept=KEPT)
    if not _PEN.acquire(blocking=False):
        raise Busy("printer-busy")
    try:
        return send_paper(lambda: _draw(wanted), "wish-cards.pdf", kept=KEPT)
    finally:
        _PEN.release()


def _draw(wanted: _Drawn) -> bytes:
    """Draw cards, and keep them beside the few drawn last; only who holds the pen does."""
    from charity.adapters.pdf_wishes import wish_cards  # noqa: PLC0415  # heavy, and few ever print

    language, cards = wanted
    content = wish_cards(cards, title=_("Wish cards"), scan=_("Scan to claim"), brand=brand(), lang=language)
    _drawn.pop(wanted, None)
    while len(_drawn) >= MOST_KEPT:
        _drawn.pop(next(iter(_drawn)))
    _drawn[wanted] = (monotonic() + KEPT, content)
    return content


def _paper(chosen: Sequence[WishCard]) -> tuple["PaperWish", ...]:
    """Say what stands on the cards: all of it, so that nothing changed or hidden meanwhile is sent as it was."""
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print
    from charity.adapters.pdf_wishes import PaperWish  # noqa: PLC0415

    return tuple(
        PaperWish(
            title=printable(card.title) or str(label("kind", card.kind)),
            place=_place(card),
            lines=_lines(card),
            link=f"{base_url()}/wishes/{card.ref}",
            wanted=card.units_wanted,
            fulfilled=card.fulfilled,
            in_transit=card.in_transit,
            committed=card.committed,
        )
        for card in chosen
    )


def _place(card: WishCard) -> str:
    stage = str(label("stage", card.school_stage)) if card.school_stage else ""
    words = (place(card.county), str(label("beneficiary", card.beneficiary_kind)), stage)
    return " · ".join(word for word in words if word)


def _lines(card: WishCard) -> tuple[str, ...]:
    price = f"{yuan(card.unit_price)} / {label('unit_label', card.unit_label)}" if card.unit_price else ""
    left = ngettext("%(num)s unit still free", "%(num)s units still free", card.units_left)
    return tuple(line for line in (price, left, str(label("reason", card.reason))) if line)
