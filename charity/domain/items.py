"""Keeping the catalogue: what an administrator may change of a thing that can be asked for, and what follows of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from charity.domain.actors import Actor, Role
from charity.domain.catalogue import Category, Necessity, SizeOf
from charity.domain.errors import Invalid, NotPermitted, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.regions import Level, level_of

MOST_BAND_FEN = 5_000_00
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """What one thing of the catalogue is from now on; money in fen for a piece."""

    low_fen: int
    top_fen: int
    necessity: Necessity
    size: SizeOf
    season: tuple[int, ...] = ()
    is_offered: bool = True


def may_keep_catalogue(actor: Actor) -> None:
    """Refuse anybody but an administrator of a whole province or the country: the bands hold everywhere."""
    if not actor.is_signed_in:
        raise SignInNeeded
    wide = [region for region in actor.regions(Role.ADMINISTRATOR) if not region or level_of(region) <= Level.PROVINCE]
    if not wide:
        raise NotPermitted("catalogue-of-province")


def may_change(category: Category, change: ItemChange) -> None:
    """Refuse a band upside down or beyond reason, a season of no month, and bands of what has no price."""
    if category.kind is not Kind.GOODS:
        raise Invalid("item-not-goods")
    if not 0 < change.low_fen < change.top_fen <= MOST_BAND_FEN:
        raise Invalid("band-order", field="top_fen", params={"most": MOST_BAND_FEN // 100})
    if any(month not in MONTHS for month in change.season) or len(set(change.season)) == len(MONTHS):
        raise Invalid("season-months", field="season")
    if change == item_of(category):
        raise Invalid("nothing-changed")


def item_of(category: Category) -> ItemChange:
    """Give what may be changed of a thing as it stands."""
    return ItemChange(
        low_fen=category.low_fen,
        top_fen=category.top_fen,
        necessity=category.necessity,
        size=category.size,
        season=category.season,
        is_offered=category.is_offered,
    )


def changed(category: Category, change: ItemChange) -> Category:
    """Give a thing as it is after a change."""
    return replace(
        category,
        low_fen=change.low_fen,
        top_fen=change.top_fen,
        necessity=change.necessity,
        size=change.size,
        season=change.season,
        is_offered=change.is_offered,
    )


def may_be_asked(category: Category) -> None:
    """Refuse a thing that the catalogue does not offer any more."""
    if not category.is_offered:
        raise Invalid("item-not-offered", field="category")


def season_end(season: tuple[int, ...], today: date) -> date | None:
    """Give the last day of the season that runs or comes next; None for what is needed all the year."""
    if not season:
        return None
    year, month = today.year, today.month
    while month not in season:
        year, month = _next(year, month)
    while _next(year, month)[1] in season:
        year, month = _next(year, month)
    following = _next(year, month)
    return date(*following, 1) - timedelta(days=1)


def _next(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < len(MONTHS) else (year + 1, 1)
