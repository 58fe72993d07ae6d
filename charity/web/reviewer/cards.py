"""Printing a family's code card: its codes leave once, in this one PDF."""

from flask import Blueprint, Response, current_app

from charity.adapters.pdf import code_card
from charity.domain.actors import Role
from charity.queries.regions import place_name
from charity.services.register import cards
from charity.web.kit.viewer import viewer

bp = Blueprint("reviewer_cards", __name__)
DOORS = {"print_card": frozenset({Role.REVIEWER})}


@bp.post("/households/<ref>/card")
def print_card(ref: str) -> Response:
    """Make a new card and answer with it; the card before is void."""
    card = cards.print_card(viewer(), ref)
    pdf = code_card(alias=card.alias, codes=list(card.codes), township=place_name(card.township))
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="code-card.pdf"'}
    return current_app.response_class(pdf, mimetype="application/pdf", headers=headers)
