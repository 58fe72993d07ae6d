"""What waits in a region, how long already, and who must act: the desks of administrators and auditors."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName
from charity.domain.kinds import PledgeState
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.regions import WIDTHS, Level
from charity.domain.wishes import WishState
from charity.ledger import count_leaves, find_newest
from charity.models.cases import Case
from charity.models.concerned import is_left_alone
from charity.models.households import Household
from charity.models.ledger import QUEUE
from charity.models.pledges import Pledge, worth
from charity.models.wishes import Wish
from charity.queries.audit.filters import is_overdue
from charity.queries.desk_lists import consents_ending, silent_volunteers, terms_ending
from charity.queries.organisations.waiting import count_questions
from charity.queries.pledges.cards import must_act
from charity.queries.register_books import CheckCard, find_check
from charity.queries.scopes import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Things of one sort that wait: how many, how many of them too long, and since when the oldest."""

    count: int = 0
    late: int = 0
    oldest_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """What waits in one township (or, of a larger region, one county)."""

    region: str
    review: Pile
    pool: Pile
    returned: Pile
    overdue: Pile


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueLine:
    """Overdue pledges of one clock, and who must act on them."""

    clock: str
    waits_for: str
    pile: Pile


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFigures:
    """The figures of the own region."""

    households: int
    wishes_open: int
    wishes_closed: int
    pledges_running: int
    pledges_confirmed: int
    confirmed_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The administrator's overview of his regions."""

    regions: tuple[str, ...]
    review: Pile
    pool: Pile
    returned: Pile
    overdue: Pile
    cases: Pile
    silent: int
    ending: int
    consents: int
    officers: Pile
    places: tuple[PlaceLine, ...]
    clocks: tuple[OverdueLine, ...]
    figures: RegionFigures
    check: CheckCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookState:
    """How the public book stands: records with a number, records waiting for one, the newest checkpoint."""

    leaves: int
    waiting: int
    signed_size: int | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDesk:
    """The auditor's desk."""

    regions: tuple[str, ...]
    cases: Pile
    overdue: Pile
    unsettled: Pile
    disputed: Pile
    clocks: tuple[OverdueLine, ...]
    book: BookState


def get_overview(viewer: Actor) -> Overview:
    """Give the overview of the regions the viewer administers."""
    may_anywhere(viewer, "pause.manage")
    regions, now = regions_for(viewer, "pause.manage"), clock.now()
    width = _width(regions)
    wishes = _wish_piles(regions, width, now)
    late = _overdue_rows(regions, width, now)
    places = _by_place(late, now)
    return Overview(
        regions=regions,
        review=_sum(pile for (_, name), pile in wishes.items() if name == "review"),
        pool=_sum(pile for (_, name), pile in wishes.items() if name == "pool"),
        returned=_sum(pile for (_, name), pile in wishes.items() if name == "returned"),
        overdue=_sum(places.values()),
        cases=_cases(regions, now),
        places=_places(wishes, places),
        clocks=_by_clock(late, now),
        **_people(regions, now),
        officers=_officers(viewer, now),
        figures=_figures(regions),
        check=find_check(),
    )


def get_audit_desk(viewer: Actor) -> AuditDesk:
    """Give the desk of the regions the viewer audits."""
    may_anywhere(viewer, "pledge.rule")
    regions, now = regions_for(viewer, "pledge.rule"), clock.now()
    late = _overdue_rows(regions, WIDTHS[Level.COUNTY], now)
    looked_at = _looked_at(regions, now)
    return AuditDesk(
        regions=regions,
        cases=_cases(regions, now, anywhere=True),
        overdue=_sum(_by_place(late, now).values()),
        unsettled=looked_at.get(PledgeState.LAPSED_UNSETTLED.value, Pile()),
        disputed=looked_at.get(PledgeState.DISPUTED.value, Pile()),
        clocks=_by_clock(late, now),
        book=_book(),
    )


def _width(regions: tuple[str, ...]) -> int:
    """Count by township inside a county, by county in anything larger."""
    is_small = all(len(region) >= WIDTHS[Level.COUNTY] for region in regions)
    return WIDTHS[Level.TOWNSHIP] if is_small else WIDTHS[Level.COUNTY]


def _days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, (now - since).days)


def _sum(piles: Any) -> Pile:
    given = list(piles)
    ages = [pile.oldest_days for pile in given if pile.oldest_days is not None]
    return Pile(
        count=sum(pile.count for pile in given),
        late=sum(pile.late for pile in given),
        oldest_days=max(ages, default=None),
    )


def _wish_piles(regions: tuple[str, ...], width: int, now: datetime) -> dict[tuple[str, str], Pile]:
    place = func.substr(Wish.region_code, 1, width).label("place")
    in_pool = Wish.clock == ClockName.COUNTY_POOL.value
    pile = case((Wish.state == WishState.RETURNED.value, "returned"), (in_pool, "pool"), else_="review").label("pile")
    rows = reading().execute(
        select(
            place,
            pile,
            func.count(),
            func.sum(case((Wish.act_by < now, 1), else_=0)),
            func.min(Wish.submitted_at),
        )
        .where(Wish.state.in_((WishState.SUBMITTED.value, WishState.RETURNED.value)), within(Wish.region_code, regions))
        .group_by("place", "pile")
    )
    return {
        (where, name): Pile(count=count, late=int(late), oldest_days=_days(oldest, now))
        for where, name, count, late, oldest in rows
    }


def _overdue_rows(regions: tuple[str, ...], width: int, now: datetime) -> list[Any]:
    place = func.substr(Pledge.region_code, 1, width).label("place")
    ask: Select[*tuple[Any, ...]] = (
        select(place, Pledge.clock, Pledge.kind, func.count().label("count"), func.min(Pledge.act_by).label("oldest"))
        .where(within(Pledge.region_code, regions), is_overdue(now))
        .group_by("place", Pledge.clock, Pledge.kind)
    )
    return list(reading().execute(ask))


def _late(row: Any, now: datetime) -> Pile:
    return Pile(count=row[3], late=row[3], oldest_days=_days(row.oldest, now))


def _by_place(rows: list[Any], now: datetime) -> dict[str, Pile]:
    found: dict[str, list[Pile]] = defaultdict(list)
    for row in rows:
        found[row.place].append(_late(row, now))
    return {place: _sum(piles) for place, piles in found.items()}


def _by_clock(rows: list[Any], now: datetime) -> tuple[OverdueLine, ...]:
    found: dict[tuple[str, str], list[Pile]] = defaultdict(list)
    for row in rows:
        found[row.clock or "", must_act(row.kind, row.clock) or ""].append(_late(row, now))
    lines = [OverdueLine(clock=name, waits_for=who, pile=_sum(piles)) for (name, who), piles in found.items()]
    return tuple(sorted(lines, key=lambda line: (-line.pile.count, line.clock, line.waits_for)))


def _places(wishes: dict[tuple[str, str], Pile], overdue: dict[str, Pile]) -> tuple[PlaceLine, ...]:
    places = sorted({place for place, _ in wishes} | overdue.keys())
    return tuple(
        PlaceLine(
            region=place,
            review=wishes.get((place, "review"), Pile()),
            pool=wishes.get((place, "pool"), Pile()),
            returned=wishes.get((place, "returned"), Pile()),
            overdue=overdue.get(place, Pile()),
        )
        for place in places
    )


def _cases(regions: tuple[str, ...], now: datetime, *, anywhere: bool = False) -> Pile:
    here = select(Pledge.id).where(within(Pledge.region_code, regions))
    reach = within(Case.region_code, regions) | Case.pledge_id.in_(here)
    is_late = (Case.act_by < now) | is_left_alone(now)
    count, late, oldest = (
        reading()
        .execute(
            select(
                func.count(),
                func.sum(case((is_late, 1), else_=0)),
                func.min(Case.opened_at),
            ).where(Case.state == "open", reach | (Case.region_code == "") if anywhere else reach)
        )
        .one()
    )
    return Pile(count=count, late=int(late or 0), oldest_days=_days(oldest, now))


def _people(regions: tuple[str, ...], now: datetime) -> dict[str, int]:
    lists = {
        "silent": silent_volunteers(regions, now),
        "ending": terms_ending(regions, now),
        "consents": consents_ending(regions, now),
    }
    counts = [
        select(func.count()).select_from(ask.order_by(None).subquery()).scalar_subquery() for ask in lists.values()
    ]
    return dict(zip(lists, reading().execute(select(*counts)).one(), strict=True))


def _officers(viewer: Actor, now: datetime) -> Pile:
    count, late, oldest = count_questions(regions_for(viewer, "organisation.manage"), now)
    return Pile(count=count, late=late, oldest_days=_days(oldest, now))


def _figures(regions: tuple[str, ...]) -> RegionFigures:
    session = reading()
    wishes = {
        state: count
        for state, count in session.execute(
            select(Wish.state, func.count()).where(within(Wish.region_code, regions)).group_by(Wish.state)
        )
    }
    pledges = {
        state: (count, int(fen or 0))
        for state, count, fen in session.execute(
            select(Pledge.state, func.count(), func.sum(worth()))
            .where(within(Pledge.region_code, regions))
            .group_by(Pledge.state)
        )
    }
    homes = session.execute(
        select(func.count()).where(Household.closed_at.is_(None), within(Household.region_code, regions))
    ).scalar_one()
    running = ("held", "planned", "sent", "at_point", "handed_over", "disputed")
    confirmed = pledges.get(PledgeState.CONFIRMED.value, (0, 0))
    return RegionFigures(
        households=homes,
        wishes_open=wishes.get(WishState.APPROVED.value, 0),
        wishes_closed=wishes.get(WishState.CLOSED.value, 0),
        pledges_running=sum(pledges.get(state, (0, 0))[0] for state in running),
        pledges_confirmed=confirmed[0],
        confirmed_fen=confirmed[1],
    )


def _looked_at(regions: tuple[str, ...], now: datetime) -> dict[str, Pile]:
    states = (PledgeState.LAPSED_UNSETTLED.value, PledgeState.DISPUTED.value)
    rows = reading().execute(
        select(
            Pledge.state,
            func.count(),
            func.sum(case((Pledge.act_by < now, 1), else_=0)),
            func.min(Pledge.clock_started_at),
        )
        .where(Pledge.state.in_(states), within(Pledge.region_code, regions))
        .group_by(Pledge.state)
    )
    return {
        state: Pile(count=count, late=int(late), oldest_days=_days(oldest, now)) for state, count, late, oldest in rows
    }


def _book() -> BookState:
    session = reading()
    newest = find_newest(session)
    waiting = session.execute(select(func.count()).select_from(QUEUE)).scalar_one()
    return BookState(
        leaves=count_leaves(session),
        waiting=waiting,
        signed_size=None if newest is None else newest.size,
        signed_at=None if newest is None else newest.signed_at,
    )
