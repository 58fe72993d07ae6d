"""What is printed for a programme: cards of its circles and a poster, in the reader's language, as PDF."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext

from charity.adapters.fonts import printable
from charity.queries.circles.joining import Joining
from charity.queries.circles.list_cards import CircleFacts
from charity.queries.circles.lists import ListCard
from charity.web.kit.formats import alias, day, place
from charity.web.kit.papers import base_url, brand, send_paper
from charity.web.kit.places import name_places
from charity.web.kit.promise_words import promise_words


def draw_cards(card: ListCard, circles: Sequence[CircleFacts]) -> Response:
    """Draw one run of cards; nothing on them tells who a family is."""
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print cards
    from charity.adapters.pdf_cards import CircleCard, circle_cards  # noqa: PLC0415

    name_places(circle.place for circle in circles)
    base = base_url()
    drawn = [
        CircleCard(
            title=alias(circle.alias),
            place=printable(place(circle.place)),
            lines=(printable(card.programme), promise_words(card), _term(circle), _seats(circle)),
            link=f"{base}/circles/{circle.ref}",
            seats=circle.target,
            taken=circle.taken,
        )
        for circle in circles
    ]
    foot = _("Scan the code and take a seat in this circle")
    return send_paper(
        lambda: circle_cards(drawn, title=printable(card.programme), foot=foot, brand=brand()), "circle-cards.pdf"
    )


def draw_poster(card: ListCard, joining: Joining) -> Response:
    """Draw the poster by which the whole programme is joined."""
    # heavy, see above
    from charity.adapters.pdf_cards import poster  # noqa: PLC0415

    link = join_url(card)
    lines = [
        ngettext("%(num)s donor accompanies one family", "%(num)s donors accompany one family", card.target),
        promise_words(card),
        ngettext("%(num)s month", "%(num)s months", card.months),
    ]
    return send_paper(
        lambda: poster(
            title=printable(card.programme),
            seats=card.target,
            lines=lines,
            link=link,
            shown_link=link.partition("://")[2],
            notes=[_basis(joining)],
            brand=brand(),
        ),
        "poster.pdf",
    )


def join_url(card: ListCard) -> str:
    """Give the address by which a list's programme is joined."""
    return f"{base_url()}/join/{card.join_code}"


def _term(circle: CircleFacts) -> str:
    length = ngettext("%(num)s month", "%(num)s months", circle.months)
    if circle.starts_on is None:
        return length
    begins = _("from %(first)s", first=day(circle.starts_on))
    return f"{length} · {begins}"


def _seats(circle: CircleFacts) -> str:
    return _("%(taken)s of %(target)s seats are taken", taken=circle.taken, target=circle.target)


def _basis(joining: Joining) -> str:
    told = (joining.body, joining.certificate, joining.filing, joining.contact)
    return " · ".join(text for text in told if text)
