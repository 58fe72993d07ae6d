"""Jinja filters that follow the reader's language: money, days, moments, numbers, places."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask, current_app
from flask_babel import get_locale

from charity.adapters.locale import DEFAULT, TIMEZONE, locale_of
from charity.domain.aliases import alias_in_english

SHANGHAI = ZoneInfo(TIMEZONE)
FEN = 100


def _locale() -> Locale:
    return get_locale() or locale_of(DEFAULT)


def yuan(fen: int) -> str:
    """Show integer fen as money; whole yuan go without decimals."""
    return _yuan(fen, _locale())


@lru_cache(maxsize=4096)
def _yuan(fen: int, locale: Locale) -> str:
    if fen % FEN:
        return format_currency(Decimal(fen) / FEN, "CNY", locale=locale)
    return format_currency(fen // FEN, "CNY", format="¤#,##0", locale=locale, currency_digits=False)


def number(value: float | Decimal) -> str:
    """Show a number with the separators of the language."""
    return _number(value, _locale())


@lru_cache(maxsize=4096)
def _number(value: float | Decimal, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


def day(value: date | datetime) -> str:
    """Show a calendar day; a moment shows its day in Asia/Shanghai."""
    here = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    return _day(here, _locale())


@lru_cache(maxsize=4096)
def _day(value: date, locale: Locale) -> str:
    return format_date(value, "medium", locale=locale)


def moment(value: datetime) -> str:
    """Show a moment: its day and the time of day in Asia/Shanghai."""
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def iso(value: date | datetime) -> str:
    """Write a day or moment for machines, in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat()


def place(code: str) -> str:
    """Name a region in the reader's language."""
    names: Callable[[str], str] = current_app.extensions["place_names"]
    return names(code)


def alias(name: str) -> str:
    """Say a family's or child's alias in the reader's language; only Chinese readers see the Chinese words."""
    return name if _locale().language == DEFAULT else alias_in_english(name)


def init_formats(app: Flask, *, place_names: Callable[[str], str]) -> None:
    """Give the filters to the templates; place_names says a region's name by its code."""
    app.extensions["place_names"] = place_names
    app.jinja_env.filters.update(yuan=yuan, number=number, day=day, moment=moment, iso=iso, place=place, alias=alias)
