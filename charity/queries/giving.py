"""A donor's home: what waits for him, the journeys of his parcels, and what was confirmed, year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import year_bounds, year_of
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.kinds import Kind, PledgeState
from charity.ledger import timeline
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.programmes import Programme
from charity.models.wishes import Wish
from charity.queries.cursors import read_number
from charity.queries.donor_names import shown_name
from charity.queries.pledges.cards import PledgeCard, Stop, card_of, cards, list_steps_of, stops_of
from charity.queries.pledges.own import OPEN
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, with_photo
from charity.queries.wish_cards import card_of as wish_card_of

MOST_JOURNEYS = 12
MOST_YEARS = 20
PER_PAGE = 50
CONFIRMED = PledgeState.CONFIRMED.value
MOVING = (PledgeState.SENT.value, PledgeState.AT_POINT.value, PledgeState.HANDED_OVER.value)
DONOR = "donor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One pledge under way, with its stations."""

    card: PledgeCard
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """What was confirmed of a donor's gifts in one calendar year of Asia/Shanghai."""

    year: int
    wishes: int
    counties: int
    given_fen: int
    hours: int
    bought_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What a donor sees first."""

    to_do: tuple[PledgeCard, ...]
    journeys: tuple[Journey, ...]
    years: tuple[YearLine, ...]
    is_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPage:
    """One year: its sums, and a page of its confirmed pledges, newest first."""

    line: YearLine
    cards: tuple[PledgeCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certificate says; name and title are empty where they may not be told (any more)."""

    pledge: str
    name: str
    title: str
    wish: WishCard
    units: int
    confirmed_at: datetime
    confirmed_by: str
    entry: int
    body: str
    filing: str


def get_home(viewer: Actor) -> Home:
    """Gather what waits for a donor, what is under way, and his years."""
    _signed_in(viewer)
    query = cards().where(Pledge.account_id == viewer.account_id, Pledge.state.in_(OPEN))
    # No deadline comes last, whatever the database makes of nothing.
    rows = reading().execute(
        query.order_by(Pledge.act_by.is_(None), Pledge.act_by, Pledge.id).limit(MOST_JOURNEYS * 2 + 1)
    )
    found = [(row.id, card_of(row)) for row in rows]
    moving = [(number, card) for number, card in found if card.state in MOVING][:MOST_JOURNEYS]
    steps = list_steps_of([number for number, _ in moving])
    return Home(
        to_do=tuple(card for _, card in found if card.must_act == DONOR),
        journeys=tuple(Journey(card=card, stops=stops_of(card, steps.get(number, ()))) for number, card in moving),
        years=list_years(viewer),
        is_more=len(found) > MOST_JOURNEYS * 2,
    )


def list_years(viewer: Actor) -> tuple[YearLine, ...]:
    """Sum what was confirmed in each calendar year, the newest first; what is disputed or open counts in none."""
    _signed_in(viewer)
    first = reading().execute(select(func.min(Pledge.confirmed_at)).where(*_confirmed(viewer))).scalar_one()
    if first is None:
        return ()
    newest = year_of(clock.now())
    years = range(max(year_of(first), newest - MOST_YEARS + 1), newest + 1)
    return tuple(reversed(_sums(viewer, years)))


def get_year(viewer: Actor, year: int, cursor: str | None = None) -> YearPage:
    """Give one year with its confirmed pledges; a year without any is missing."""
    _signed_in(viewer)
    if not year_of(clock.now()) - MOST_YEARS < year <= year_of(clock.now()):
        raise Missing
    lines = _sums(viewer, [year])
    if not lines:
        raise Missing
    begins, ends = year_bounds(year)
    query = cards().where(*_confirmed(viewer), Pledge.confirmed_at >= begins, Pledge.confirmed_at < ends)
    if cursor:
        query = query.where(Pledge.id < read_number(cursor))
    rows = reading().execute(query.order_by(Pledge.id.desc()).limit(PER_PAGE + 1)).all()
    return YearPage(
        line=lines[0],
        cards=tuple(card_of(row) for row in rows[:PER_PAGE]),
        next=str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None,
    )


def get_certificate(viewer: Actor, ref: str) -> Certificate:
    """Give the certificate of the viewer's own confirmed pledge; anybody else's, and any other, is missing."""
    _signed_in(viewer)
    row = reading().execute(_certified(ref).where(*_confirmed(viewer))).one_or_none()
    if row is None:
        raise Missing
    in_sight = row.hidden_at is None and row.state != "withdrawn"
    return Certificate(
        pledge=ref,
        name=shown_name(row.account_ref, row.nickname, row.public_name_sealed, row.display),
        title=row.title if in_sight else "",
        wish=wish_card_of(row, clock.now()),
        units=row.units,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        entry=_entry_of(ref),
        body=row.body or "",
        filing=row.filing or "",
    )


def _certified(ref: str) -> Any:
    columns = (
        *CARD_COLUMNS,
        Wish.hidden_at,
        Pledge.units,
        Pledge.display,
        Pledge.confirmed_at,
        Pledge.confirmed_by,
        Account.ref.label("account_ref"),
        Account.nickname,
        Account.public_name_sealed,
        Programme.body,
        Programme.filing,
    )
    query = with_photo(select(*columns)).join(Pledge, Pledge.wish_id == Wish.id)
    query = query.join(Account, Account.id == Pledge.account_id)
    return query.outerjoin(Programme, Programme.id == Wish.programme_id).where(Pledge.ref == ref)


def _entry_of(ref: str) -> int:
    """Find the number of the entry that confirmed a pledge; the newest, if a ruling did so again."""
    told = [record for record in timeline(reading(), "pledge", ref) if record.body.facts.get("to") == CONFIRMED]
    if not told or told[-1].number is None:
        raise Conflict("entry-not-numbered")
    return told[-1].number


def _confirmed(viewer: Actor) -> tuple[Any, ...]:
    return (Pledge.account_id == viewer.account_id, Pledge.state == CONFIRMED, Pledge.confirmed_at.is_not(None))


def _sums(viewer: Actor, years: Sequence[int]) -> list[YearLine]:
    """Sum each of some years in one question, each within its own bounds: no year of the database's own zone."""
    bounds = {year: year_bounds(year) for year in years}
    # Not called year: the table has a column of that name, the one in which the limit counted.
    year = case(
        *(((Pledge.confirmed_at >= begins) & (Pledge.confirmed_at < ends), y) for y, (begins, ends) in bounds.items())
    ).label("calendar_year")
    gifts = Pledge.kind.in_((Kind.GOODS.value, Kind.MONEY.value))
    query = (
        select(
            year,
            func.count(Pledge.wish_id.distinct()).label("wishes"),
            func.count(Wish.county.distinct()).label("counties"),
            func.sum(case((gifts, Pledge.amount_fen), else_=0)).label("given"),
            func.sum(case((Pledge.kind == Kind.SERVICE.value, Pledge.units), else_=0)).label("hours"),
            func.sum(case((Pledge.kind == Kind.PRODUCE.value, Pledge.amount_fen), else_=0)).label("bought"),
        )
        .join(Wish, Wish.id == Pledge.wish_id)
        .where(*_confirmed(viewer))
        .group_by("calendar_year")
    )
    rows = [row for row in reading().execute(query) if row.calendar_year is not None]
    return [
        YearLine(
            year=row.calendar_year,
            wishes=row.wishes,
            counties=row.counties,
            given_fen=int(row.given),
            hours=int(row.hours),
            bought_fen=int(row.bought),
        )
        for row in sorted(rows, key=lambda row: int(row.calendar_year))
    ]


def _signed_in(viewer: Actor) -> None:
    if not viewer.is_signed_in:
        raise SignInNeeded
