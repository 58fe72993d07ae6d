"""Boards of thanks: who helped, counted from confirmed gifts only."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, current_app, request

from charity.adapters.clock import now
from charity.domain.boards import ALL_TIME, BoardKey, Metric, Period, parse_metric, parse_period
from charity.domain.calendar import local
from charity.domain.errors import Missing
from charity.domain.regions import Level, is_code, level_of
from charity.queries.boards import BoardCard, get_board
from charity.queries.names_shown import list_marks
from charity.queries.regions import RegionCard, list_around
from charity.web.kit.doors import OPEN
from charity.web.kit.page import page
from charity.web.kit.viewer import viewer

bp = Blueprint("public_boards", __name__)
DOORS = {"show": OPEN}


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of the board's filters."""

    text: str
    url: str
    is_here: bool


@bp.get("/boards")
def show() -> str:
    """Show one board: a metric in a region and a period."""
    metric = parse_metric(request.args.get("metric") or Metric.WISHES)
    period = parse_period(request.args.get("period") or ALL_TIME)
    region = request.args.get("region") or ""
    if region and not (is_code(region) and level_of(region) <= Level.COUNTY):
        raise Missing
    path, below = list_around(region, language=current_app.extensions["language"]())
    if region and not path:
        raise Missing
    board = get_board(viewer(), metric, region=region, period=period)
    return page(
        "public/boards/show.html",
        board=board,
        concerns=_concerns(board, BoardKey(metric, region, period)),
        metric=metric.value,
        period=period,
        region=region,
        metrics=[Choice(each.value, _url(each, region, period), each is metric) for each in Metric],
        periods=_periods(metric, region, period, now()),
        path=[_region(card, metric, period, region) for card in path],
        below=[_region(card, metric, period, region) for card in below if card.level <= Level.COUNTY],
        country_url=_url(metric, "", period),
    )


def _concerns(board: BoardCard, key: BoardKey) -> list[str]:
    """Give the address to report the name of each row at; nothing where no name stands."""
    here = _url(key.metric, key.region, key.period)
    pages = (f"{here}&row={mark}" if mark else "" for mark in list_marks(board, key))
    return [f"/concern?{urlencode({'page': address})}" if address else "" for address in pages]


def _region(card: RegionCard, metric: Metric, period: Period, here: str) -> Choice:
    return Choice(card.name, _url(metric, card.code, period), card.code == here)


def _periods(metric: Metric, region: str, period: Period, moment: datetime) -> list[Choice]:
    today = local(moment)
    known = [ALL_TIME, Period(f"{today:%Y}"), Period(f"{today:%Y-%m}")]
    if period not in known:
        known.append(period)
    return [Choice(each, _url(metric, region, each), each == period) for each in known]


def _url(metric: Metric, region: str, period: Period) -> str:
    said = {"metric": metric.value, "region": region, "period": period}
    return f"/boards?{urlencode({name: value for name, value in said.items() if value})}"
