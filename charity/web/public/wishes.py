"""The wall of wishes and the page of one wish, for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext

from charity.adapters.locale import DEFAULT
from charity.adapters.share_picture import draw
from charity.domain.aliases import alias_in_english
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.errors import Missing, Refused
from charity.domain.identity import SchoolStage
from charity.domain.interests import Interests
from charity.domain.kinds import Kind
from charity.domain.regions import Level
from charity.domain.served import NOTHING_STATED
from charity.queries.next_wishes import list_next_with_interests
from charity.queries.ranking.wall import list_ranked
from charity.queries.regions import place_name
from charity.queries.wall import WallFilters, WallPage, list_wall
from charity.queries.wish_cards import WishCard
from charity.queries.wishes.page import find_public, get_wish
from charity.web.kit.chooser import choose_within
from charity.web.kit.doors import OPEN
from charity.web.kit.forms import clean_line
from charity.web.kit.headers import may_be_kept
from charity.web.kit.item_names import know
from charity.web.kit.kept import kept
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.ranking import log_served
from charity.web.kit.sentences import sentence
from charity.web.kit.viewer import viewer

bp = Blueprint("public_wishes", __name__)
DOORS = {"wall": OPEN, "where": OPEN, "show": OPEN, "share": OPEN}
LONGEST_SEARCH = 60
PICTURE_KEPT = 60
KINDS = tuple(kind.value for kind in Kind)
STAGES = tuple(stage.value for stage in SchoolStage)
PRICES = tuple(PRICE_BANDS)
SHOWN = "charity.shown"  # put there by a door that wants to know what the wall's answer was made of


@dataclass(frozen=True, slots=True)
class Shown:
    """What one answer of the wall was made of."""

    text: str
    found: WallPage
    token: str
    next_url: str | None


@bp.get("/wishes")
@kept
def wall() -> tuple[str, int] | str:
    """Show a page of the wall; a filter that makes no sense is left out and said so."""
    filters = filters_of(request.args)
    is_start = filters == WallFilters() and not request.args.get("cursor")
    following, interests = list_next_with_interests(viewer()) if is_start else ((), None)
    try:
        found = _found(filters, request.args.get("cursor"), interests)
        problem = ""
    except Refused as refused:
        found = _found(WallFilters(q=filters.q))
        problem = sentence(refused.code, refused.params)
    name_places([*(card.county for card in (*following, *found.cards)), filters.region])
    token, next_url = log_served(found.served), next_url_of(filters, found.next)
    shown = page(
        "public/wishes/wall.html",
        found=found,
        token=token,
        is_for_you=found.served.stated != NOTHING_STATED,
        following=following,
        filters=filters,
        problem=problem,
        is_choice=_is_choice(filters),
        kinds=KINDS,
        stages=STAGES,
        prices=PRICES,
        next_url=next_url,
        first_url=_url(filters) if request.args.get("cursor") else None,
        where_url="/wishes/where?" + urlencode(_said(filters)),
        anywhere_url=_url(replace(filters, region="")),
        is_filtered=filters != WallFilters(),
        intention_url=_intention_url(filters),
        print_url="/wishes/print?" + urlencode(_said(filters)),
    )
    if not problem and SHOWN in request.environ:
        request.environ[SHOWN] = Shown(shown, found, token, next_url)
    return (shown, 422) if problem else shown


def next_url_of(filters: WallFilters, cursor: str | None) -> str | None:
    """Give the address of the page that begins at a cursor."""
    return None if cursor is None else _url(filters, cursor=cursor)


def _found(filters: WallFilters, cursor: str | None = None, interests: Interests | None = None) -> WallPage:
    """Take the order of reasons where nothing is asked for, and the plain one inside filters and searches."""
    if filters == WallFilters():
        return list_ranked(viewer(), cursor, interests=interests)
    return list_wall(viewer(), filters, cursor)


def _is_choice(filters: WallFilters) -> bool:
    """Say whether filters are of the few hundred that the form's lists give: only such drawings are remembered."""
    listed = ((filters.kind, KINDS), (filters.stage, STAGES), (filters.price, PRICES))
    return not (filters.q or filters.region) and all(chosen in ("", *choices) for chosen, choices in listed)


def filters_of(asked: Mapping[str, str]) -> WallFilters:
    """Read what somebody looks for from the names and values of an address."""
    return WallFilters(
        kind=asked.get("kind", "")[:12],
        region=asked.get("region", "")[:12],
        stage=asked.get("stage", "")[:16],
        price=asked.get("price", "")[:12],
        nearly=asked.get("nearly") == "1",
        longest=asked.get("longest") == "1",
        able=asked.get("able") == "1",
        q=(clean_line(asked.get("q", "")[:LONGEST_SEARCH]) or ""),
    )


def _said(filters: WallFilters) -> dict[str, str]:
    words = {"kind": filters.kind, "region": filters.region, "stage": filters.stage, "price": filters.price}
    ticks = {"nearly": filters.nearly, "longest": filters.longest, "able": filters.able}
    words |= {name: "1" if is_set else "" for name, is_set in ticks.items()} | {"q": filters.q}
    return {name: value for name, value in words.items() if value}


def _url(filters: WallFilters, *, cursor: str = "") -> str:
    return address_of("/wishes", filters, cursor=cursor)


def address_of(path: str, filters: WallFilters, *, cursor: str = "") -> str:
    """Give the address of a page with what somebody looks for, and where it begins."""
    said = _said(filters) | ({"cursor": cursor} if cursor else {})
    return f"{path}?{urlencode(said)}" if said else path


def _intention_url(filters: WallFilters) -> str:
    said = {name: value for name, value in _said(filters).items() if name in ("region", "stage")}
    return f"/intentions/new?{urlencode(said)}" if said else "/intentions/new"


@bp.get("/wishes/where")
def where() -> str:
    """Choose the place whose wishes are shown, step by step down to the county."""
    choice = choose_within(("",), down_to=Level.COUNTY)
    filters = replace(filters_of(request.args), region=choice.chosen)
    return page("public/wishes/where.html", choice=choice, here_url=_url(filters), chosen=choice.chosen)


@bp.get("/wishes/<ref>")
def show(ref: str) -> str:
    """Show one wish."""
    wish = get_wish(viewer(), ref)
    know({} if wish.item_names is None else {wish.card.category: wish.item_names})
    name_places([wish.card.county, *(card.county for card in wish.similar)])
    may_be_kept(1)
    settings = current_app.extensions["settings"]
    spoken: str = current_app.extensions["language"]()
    alias = wish.alias if spoken == DEFAULT else alias_in_english(wish.alias)
    address = f"{settings.public_url}/wishes/{ref}"
    return page("public/wishes/show.html", wish=wish, alias=alias, address=address)


@bp.get("/wishes/<ref>/share.png")
def share(ref: str) -> Response:
    """Draw the picture that stands beside a shared link."""
    card = find_public(ref)
    if card is None:
        raise Missing
    response = current_app.response_class(_picture(card), content_type="image/png")
    response.headers["Cache-Control"] = f"public, max-age={PICTURE_KEPT}"
    return response


def _picture(card: WishCard) -> bytes:
    spoken: str = current_app.extensions["language"]()
    place = place_name(card.county, language=spoken)
    stage = f" · {label('stage', card.school_stage)}" if card.school_stage else ""
    return draw(
        brand=_("N+1 Circle"),
        title=card.title,
        place=f"{place}{stage}",
        units=ngettext("%(num)s unit still free", "%(num)s units still free", card.units_left),
        note=_("The platform never charges you."),
        wanted=card.units_wanted,
        confirmed=card.fulfilled,
        in_transit=card.in_transit,
        committed=card.committed,
    )
