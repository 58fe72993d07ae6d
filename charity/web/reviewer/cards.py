"""Printing a family's code card: its codes leave once, in one PDF; asking for the same PDF again makes no new card."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from charity.adapters.fonts import printable
from charity.domain.actors import Role
from charity.domain.errors import NotPermitted
from charity.queries.households import get_household
from charity.queries.regions import place_name
from charity.services.register import cards
from charity.services.register.cards import PrintedCard
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.papers import NO_COPIES, may_draw, send_paper
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("reviewer_cards", __name__)
TOWNSHIP = frozenset({Role.REVIEWER})
DOORS = {"show": TOWNSHIP, "print_card": TOWNSHIP}
Answer = Response | tuple[str, int, dict[str, str]]


@bp.get("/households/<ref>/card")
def show(ref: str) -> Answer:
    """Tell what a new card does to the old one, and offer it."""
    return _show(ref, ActForm())


def _show(ref: str, form: ActForm) -> Answer:
    card = get_household(viewer(), ref, pooled=True)
    if not card.may_print:
        raise NotPermitted("role-needed")
    # The button has a key of its own: pressing it after a refusal is a new wish for a card, not the same one again.
    again = ActForm(formdata=None)
    return page("reviewer/cards/show.html", card=card, form=form, again=again), form_status(), NO_COPIES


@bp.post("/households/<ref>/card")
def print_card(ref: str) -> Answer:
    """Make a new card and answer with it; the card before is void."""
    form = ActForm()
    done = submit(form, lambda: _made(ref))
    return _show(ref, form) if done is None else _sheet(done.result)


def _made(ref: str) -> PrintedCard:
    """Make a card that can be drawn: its codes are never shown again, so nothing may fail once they stand."""
    may_draw(get_household(viewer(), ref, pooled=True).alias)
    return cards.print_card(viewer(), ref)


def _sheet(card: PrintedCard) -> Response:
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print a card
    from charity.adapters.pdf import code_card  # noqa: PLC0415

    return send_paper(
        lambda: code_card(
            title=_("Confirmation card"),
            bearer=card.alias,
            township=printable(place_name(card.township)),
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
        ),
        "code-card.pdf",
    )
