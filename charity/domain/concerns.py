"""Reported concerns: what may be taken out of sight because of one, by whom, and how far one has come in public."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, urlsplit

from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Missing, NotPermitted, SignInNeeded
from charity.domain.regions import Level, county_of, is_code, level_of

_REFERENCE: Final = r"(?:wishes|circles|batches|organisations|agreements)/[0-9a-z]{13}"
_PAGE: Final = re.compile(rf"(?:/api/v1)?/({_REFERENCE}|join/[0-9a-zA-Z]{{8}})(?:[/?#].*)?", re.ASCII | re.IGNORECASE)
_BOARD: Final = re.compile(r"/boards(?:\?([^#]*))?(?:#.*)?", re.ASCII)
_PHOTO: Final = re.compile(r"/photos/([0-9a-z]{13})-\d+\.\w+(?:[?#].*)?", re.ASCII | re.IGNORECASE)
_LEAF: Final = re.compile(r"/book/(\d{1,15})(?:[/?#].*)?", re.ASCII)
_BARE: Final = re.compile(r"[0-9a-z]{13}", re.ASCII)
_CODE: Final = re.compile(r"[0-9a-z]{8}", re.ASCII)
RESPONSE: Final = timedelta(hours=24)  # by then somebody has begun to look, on whatever day of the week
WITHIN_SECONDS: Final = 60  # so soon after the act nothing of it is seen any more, whatever was kept where


class Thing(StrEnum):
    """What a concern may be about and a reviewer may take out of sight."""

    WISH = "wish"
    CIRCLE = "circle"
    BATCH = "batch"  # of produce: each family's part of it
    ORGANISATION = "organisation"  # its public page
    AGREEMENT = "agreement"  # of an organisation and a place: its line in every list and sum
    BOARD = "board"  # the names on the boards of a place
    LIST = "list"  # the circles that are joined by one code, with the page of the code


_THINGS: Final = {
    "wishes": Thing.WISH,
    "circles": Thing.CIRCLE,
    "batches": Thing.BATCH,
    "organisations": Thing.ORGANISATION,
    "agreements": Thing.AGREEMENT,
    "join": Thing.LIST,
}
_ROOMS: Final = {thing: room for room, thing in _THINGS.items()}


class Scope(StrEnum):
    """How much is taken out of sight."""

    PHOTO = "photo"
    THING = "thing"
    NAME = "name"  # the names of somebody shown there
    EVERYTHING = "everything"  # all wishes and circles of the same family or site


class ConcernState(StrEnum):
    """How far a concern has come, as everybody may read who has its number."""

    RECEIVED = "received"
    LOOKED_INTO = "looked-into"
    UPHELD = "upheld"
    UNFOUNDED = "unfounded"


def about(page: str) -> tuple[Thing, str] | None:
    """Read which thing an address is about, and its reference or code; None for a page of no thing, or of several."""
    board = _BOARD.fullmatch(page)
    if board is not None:
        place = _told(board[1], "region")
        return Thing.BOARD, place if is_code(place) and level_of(place) <= Level.COUNTY else ""
    found = _PAGE.fullmatch(page)
    if found is None:
        asked = parse_qs(page.partition("#")[0].partition("?")[2]).get("wish", []) if page.startswith("/") else []
        return (Thing.WISH, asked[0]) if len(asked) == 1 and _BARE.fullmatch(asked[0]) else None
    room, _, ref = found[1].lower().partition("/")
    return _THINGS[room], ref


def photo_of(page: str) -> str:
    """Give the reference of the picture an address leads to, in whatever size; nothing for any other address."""
    found = _PHOTO.fullmatch(page)
    return "" if found is None else found[1].lower()


def leaf_of(page: str) -> int | None:
    """Give the number of the record of the book a page shows; None for any other page."""
    found = _LEAF.fullmatch(page)
    return None if found is None else int(found[1])


def may_tell(page: str) -> bool:
    """Say whether an address may tell what a concern is about: by itself, by its picture or by its record."""
    return about(page) is not None or bool(photo_of(page)) or leaf_of(page) is not None


def addresses_of(told: str) -> tuple[str, ...]:
    """List the addresses that somebody may mean by an address, by its path alone, by a reference or by a code."""
    if told.startswith("/"):
        return (told,)
    parts, plain = urlsplit(told), told.lower()
    if parts.scheme in {"http", "https"}:
        return (parts.path + (f"?{parts.query}" if parts.query else ""),)
    if _BARE.fullmatch(plain):
        return tuple(f"/{room}/{plain}" for room in _THINGS if room != "join")
    return (f"/join/{plain}",) if _CODE.fullmatch(plain) else ()


def stands_at(thing: tuple[Thing, str], page: str, *, came_from: str = "") -> str:
    """Write the address under which a concern is kept whose thing was found otherwise than by its own page.

    `came_from` is the address that was reported. A wish stands beside the case, and boards have no reference.
    """
    kind, ref = thing
    if kind is Thing.BOARD or (about(page) == thing and not came_from):
        return page_of(page)
    return (came_from or page) if kind is Thing.WISH else f"/{_ROOMS[kind]}/{ref}?from={came_from or page}"


def row_of(page: str) -> str:
    """Give the mark of the row of a board that a concern is about; nothing where it names none."""
    board = _BOARD.fullmatch(page)
    return "" if board is None else _told(board[1], "row")


def board_of(page: str) -> tuple[str, str]:
    """Give the metric and the period of a board's page; empty where it names none."""
    board = _BOARD.fullmatch(page)
    return ("", "") if board is None else (_told(board[1], "metric"), _told(board[1], "period"))


def _told(query: str | None, name: str) -> str:
    return parse_qs(query or "").get(name, [""])[0]


def page_of(page: str) -> str:
    """Write the address of a page of a thing in the one way by which it is found again; any other as it came."""
    found = _PAGE.fullmatch(page)
    return page if found is None else f"/{found[1].lower()}"


def about_wish(page: str) -> str:
    """Give the reference of the wish a page shows; nothing for any other page."""
    thing = about(page)
    return thing[1] if thing is not None and thing[0] is Thing.WISH else ""


def may_take_down(actor: Actor, region: str) -> Role:
    """Let the reviewers of a place and of its county act, and auditors over it, who rule; gives as which of them.

    What may harm a child does not wait for office hours.
    """
    if not actor.is_signed_in:
        raise SignInNeeded
    if actor.holds(Role.AUDITOR, region) or (not region and actor.has_role(Role.AUDITOR)):
        return Role.AUDITOR
    county = county_of(region) if level_of(region) > Level.COUNTY else region
    mine = actor.regions(Role.REVIEWER)
    if not any(region.startswith(held) or held.startswith(county) for held in mine):
        raise Missing
    return Role.REVIEWER


def may_take_unknown(actor: Actor, region: str) -> Role:
    """Let auditors take up a concern of which nobody knows yet what it is about: they alone read its words."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not (actor.holds(Role.AUDITOR, region) if region else actor.has_role(Role.AUDITOR)):
        raise Missing
    return Role.AUDITOR


def may_bring_back(role: Role, *, ruling: str, region: str, is_own: bool, is_of_others: bool) -> None:
    """Refuse to show again what was upheld, but to an auditor; and to whoever posted it, let it through or bears it.

    What is everybody's, as a board above a county is, any reviewer takes out of sight at once; to show it again is for
    an auditor, or for whoever took it out by mistake.
    """
    if is_own:
        raise NotPermitted("own-decision")
    is_wide = not region or level_of(region) < Level.COUNTY
    if is_wide and is_of_others and role is not Role.AUDITOR and ruling != ConcernState.UPHELD:
        raise NotPermitted("auditors-show-again")
    if ruling == ConcernState.UPHELD and role is not Role.AUDITOR:
        raise Conflict("concern-upheld")


def state_of(ruling: str, *, is_looked_into: bool) -> ConcernState:
    """Say how far a concern has come."""
    if ruling in ("upheld", "unfounded"):
        return ConcernState(ruling)
    return ConcernState.LOOKED_INTO if is_looked_into else ConcernState.RECEIVED
