"""Printing a family's code card: its codes leave once, in this one PDF."""

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _

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
    pdf = code_card(
        title=_("Confirmation card"),
        bearer=card.alias,
        township=place_name(card.township),
        codes=card.codes,
        codes_title=_("Single-use codes"),
        instructions=[
            _("When you have received something, give the next free code to the person who hands it over."),
            _("Cross the code out after use. Each code works once."),
            _("Give no code before you have received. Nobody may ask you for money for it."),
            _("If the card is lost, ask the township for a new one; the old codes then stop working."),
        ],
        brand=_("N+1 Circle"),
        serial=card.ref,
    )
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="code-card.pdf"'}
    return current_app.response_class(pdf, mimetype="application/pdf", headers=headers)
