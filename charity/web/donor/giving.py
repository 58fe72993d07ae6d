"""A donor's home: what waits for him, the journeys of his parcels, the next wishes, and his years."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from charity.domain.skills import NO_SKILLS
from charity.queries.circles.own import list_own_offers as list_seat_offers
from charity.queries.giving import get_home, get_year
from charity.queries.next_wishes import list_next
from charity.queries.skills import FIRST, get_own_skills, list_teachable
from charity.queries.waiting import list_open_offers
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_giving", __name__)
DOORS = {"home": SIGNED_IN, "year": SIGNED_IN, "hours": SIGNED_IN}


@bp.get("/giving")
def home() -> ResponseReturnValue:
    """Show a donor's home."""
    found, following = get_home(viewer()), list_next(viewer())
    teachable = list_teachable(viewer(), limit=FIRST)
    shown = (*following, *teachable)
    name_places([*(card.county for card in shown), *(journey.card.county for journey in found.journeys)])
    return page(
        "donor/giving/home.html",
        found=found,
        following=following,
        teachable=teachable,
        offers=list_open_offers(viewer()),
        seat_offers=list_seat_offers(viewer()),
        say=say,
        stations=stations_of,
    )


@bp.get("/giving/hours")
def hours() -> ResponseReturnValue:
    """Show the open wishes for hours that fit what a donor said he can do."""
    cards = list_teachable(viewer())
    name_places(card.county for card in cards)
    return page("donor/giving/hours.html", cards=cards, is_said=get_own_skills(viewer()) != NO_SKILLS)


@bp.get("/giving/<int:year>")
def year(year: int) -> ResponseReturnValue:
    """Show what was confirmed in one calendar year, each with its certificate."""
    found = get_year(viewer(), year, request.args.get("cursor"))
    name_places(card.county for card in found.cards)
    next_url = None if found.next is None else f"/giving/{year}?cursor={found.next}"
    return page("donor/giving/year.html", found=found, next_url=next_url)
