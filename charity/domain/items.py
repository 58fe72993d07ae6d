"""Keeping the catalogue: what an administrator may change of a thing that can be asked for, and what follows of it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from charity.domain.actors import Actor, Role
from charity.domain.catalogue import Category, Necessity, SizeOf
from charity.domain.errors import Conflict, Invalid, NotPermitted, SignInNeeded
from charity.domain.forbidden import may_say
from charity.domain.kinds import Kind
from charity.domain.regions import Level, level_of
from charity.domain.wishes import BeneficiaryKind

MOST_BAND_FEN = 5_000_00
MONTHS = range(1, 13)
LONGEST_NAME = 40
LONGEST_CODE = 24  # as long as every column that holds a category
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """What one thing of the catalogue is from now on; money in fen for a piece."""

    low_fen: int
    top_fen: int
    necessity: Necessity
    size: SizeOf
    season: tuple[int, ...] = ()
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class ItemNames:
    """What a thing is called, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A thing that administrators add: its code for ever, who may ask for it, and what can be changed later."""

    code: str
    beneficiaries: frozenset[BeneficiaryKind]
    asks_interest: bool
    names: ItemNames
    item: ItemChange


def may_add(new: NewItem, *, taken: Collection[str]) -> Category:
    """Refuse a code that is badly formed or taken, a thing for nobody, bad names or bands; give the thing it makes."""
    if len(new.code) > LONGEST_CODE:
        raise Invalid("item-code-length", field="code", params={"most": LONGEST_CODE})
    if not _CODE.fullmatch(new.code):
        raise Invalid("item-code-shape", field="code")
    if new.code in taken:
        raise Conflict("item-code-taken", field="code")
    if not new.beneficiaries:
        raise Invalid("item-for-nobody", field="beneficiaries")
    may_be_called(new.names)
    made = category_of(new.code, new.beneficiaries, asks_interest=new.asks_interest)
    may_change(made, new.item)
    return changed(made, new.item)


def may_be_called(names: ItemNames) -> None:
    """Refuse names that are missing in a language, too long, written in the other one, or that ask for contact."""
    for field, text in (("zh", names.zh), ("en", names.en)):
        if not 1 < len(text.strip()) <= LONGEST_NAME:
            raise Invalid("item-name-length", field=field, params={"most": LONGEST_NAME})
        may_say(text, field=field)
    if not _HAN.search(names.zh):
        raise Invalid("item-name-language", field="zh")
    if _HAN.search(names.en):
        raise Invalid("item-name-language", field="en")


def category_of(code: str, beneficiaries: frozenset[BeneficiaryKind], *, asks_interest: bool) -> Category:
    """Give a thing that was added, before anything that can be changed of it."""
    return Category(
        code=code,
        kind=Kind.GOODS,
        low_fen=0,
        top_fen=0,
        necessity=Necessity.GROWING,
        beneficiaries=beneficiaries,
        asks_interest=asks_interest,
    )


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
