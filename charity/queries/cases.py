"""Cases as auditors see them: open ones by age, and one with the whole trail of its pledge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.pledges import AGAIN, rulings_for
from charity.domain.regions import Level, county_of, level_of
from charity.models.cases import Case, grounds_place
from charity.models.concerned import is_left_alone
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries.audit import trail_parts
from charity.queries.audit.trail import evidence_open_until
from charity.queries.audit.trail_parts import ParcelCard, SlipCard
from charity.queries.cursors import read_deadline, read_number, write_deadline
from charity.queries.pledges.cards import PledgeCard, Step, Stop, card_of, cards, list_steps, stops_of
from charity.queries.pledges.said import RefundLine, SaidLine, find_refund, list_said
from charity.queries.scopes import after_deadline

PER_PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """One case in a list."""

    id: int
    ref: str
    kind: str
    reason: str
    region: str
    state: str
    title: str | None
    opened_at: datetime
    age_days: int
    act_by: datetime | None
    is_overdue: bool
    is_left_alone: bool  # a concern that nobody has begun to look into in time


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page of cases."""

    cards: tuple[CaseCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with all that is known about its pledge."""

    card: CaseCard
    words: str
    reply: str
    page: str
    ruling: str
    grounds: str
    ruled_at: datetime | None
    wish: str | None
    pledge: PledgeCard | None
    former: str | None
    stops: tuple[Stop, ...]
    steps: tuple[Step, ...]
    parcels: tuple[ParcelCard, ...]
    slips: tuple[SlipCard, ...]
    may_open: bool
    earlier: CaseCard | None
    rulings: tuple[str, ...]
    said: tuple[SaidLine, ...]
    refund: RefundLine | None


def list_cases(viewer: Actor, *, is_open: bool = True, cursor: str | None = None) -> CasePage:
    """List the cases of the viewer's regions: open ones by deadline, or those that were ruled, newest first."""
    may_anywhere(viewer, "case.read")
    query = _cards().where(_in_reach(viewer))
    query = query.where(Case.state == "open") if is_open else query.where(Case.state != "open")
    query = _by_deadline(query, cursor) if is_open else _newest_first(query, cursor)
    rows = reading().execute(query.limit(PER_PAGE + 1)).all()
    now = clock.now()
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    return CasePage(cards=tuple(_card(row, now) for row in rows[:PER_PAGE]), next=_cursor(last, is_open=is_open))


def _by_deadline(query: Select[Any], cursor: str | None) -> Select[Any]:
    """Order by deadline, those without one last; the databases disagree on where nothing stands, so it is said."""
    if cursor:
        query = query.where(after_deadline(Case.act_by, Case.id, read_deadline(cursor)))
    return query.order_by(Case.act_by.is_(None), Case.act_by, Case.id)


def _newest_first(query: Select[Any], cursor: str | None) -> Select[Any]:
    if cursor:
        query = query.where(Case.id < read_number(cursor))
    return query.order_by(Case.id.desc())


def _cursor(last: Any, *, is_open: bool) -> str | None:
    if last is None:
        return None
    return write_deadline(last.act_by, last.id) if is_open else str(last.id)


def get_case(viewer: Actor, ref: str) -> CaseFile:
    """Give one case with its pledge's whole trail; outside the viewer's regions it is missing."""
    may_anywhere(viewer, "case.read")
    row = (
        reading()
        .execute(
            _cards()
            .add_columns(
                Case.pledge_id,
                Case.words_sealed,
                Case.reply_sealed,
                Case.page,
                Case.ruling,
                Case.grounds_sealed,
                Case.ruled_at,
                Case.appeal_of_id,
                Wish.ref.label("wish"),
            )
            .where(Case.ref == ref, _in_reach(viewer))
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    pledge = _pledge(row.pledge_id)
    parcels, slips = _evidence(viewer, row.pledge_id)
    steps = () if row.pledge_id is None else list_steps(row.pledge_id)
    card = None if pledge is None else card_of(pledge)
    is_auditors = _is_auditors(viewer, row.region, pledge)
    return CaseFile(
        card=_card(row, clock.now()),
        words=unseal_some(row.words_sealed, place=f"cases.words:{ref}") if is_auditors else "",
        reply=unseal_some(row.reply_sealed, place=f"cases.reply:{ref}") if is_auditors else "",
        page=row.page,
        ruling=row.ruling,
        grounds=unseal_some(row.grounds_sealed, place=grounds_place(ref)),
        ruled_at=row.ruled_at,
        wish=row.wish,
        pledge=card,
        former=None if pledge is None else pledge.former_state,
        stops=() if card is None else stops_of(card, steps),
        steps=steps,
        parcels=parcels,
        slips=slips,
        may_open=pledge is not None and viewer.holds(Role.AUDITOR, pledge.region),
        earlier=_earlier(row.appeal_of_id),
        rulings=_rulings(viewer, row, card),
        said=list_said(row.pledge_id, is_open=is_auditors),
        refund=find_refund(row.pledge_id) if is_auditors else None,
    )


def _is_auditors(viewer: Actor, region: str, pledge: Any) -> bool:
    """Say whether the words are the viewer's to read: officials see the case, but it may be about them."""
    if not region:
        return viewer.has_role(Role.AUDITOR)
    # The level below reads on when a case went up, as it reads the case: by the pledge's region.
    return viewer.holds(Role.AUDITOR, region) or (pledge is not None and viewer.holds(Role.AUDITOR, pledge.region))


def _evidence(viewer: Actor, pledge_id: int | None) -> tuple[tuple[ParcelCard, ...], tuple[SlipCard, ...]]:
    """List parcels and slips: whole numbers, witnesses and photos only to who has opened the evidence for a purpose."""
    if pledge_id is None:
        return (), ()
    session = reading()
    is_open = evidence_open_until(session, viewer, pledge_id, clock.now()) is not None
    parcels = trail_parts.list_parcels(session, pledge_id, is_open=is_open)
    return parcels, trail_parts.list_slips(session, pledge_id, is_open=is_open)


def _rulings(viewer: Actor, row: Any, pledge: PledgeCard | None) -> tuple[str, ...]:
    """List what the viewer may rule now; nothing for those who only read."""
    may_rule = viewer.holds(Role.AUDITOR, row.region) if row.region else viewer.has_role(Role.AUDITOR)
    if row.state != "open" or not may_rule or _has_ruled(viewer, row.appeal_of_id):
        return ()
    if pledge is None:
        return ("upheld", "unfounded")
    found = rulings_for(Kind(pledge.kind), PledgeState(pledge.state), on_appeal=row.kind in AGAIN)
    return tuple(sorted(ruling.value for ruling in found))


def _has_ruled(viewer: Actor, case_id: int | None) -> bool:
    """Say whether the viewer gave the ruling that is appealed here: somebody else decides then."""
    judged = select(Case.id).where(Case.id == case_id, Case.ruled_by_id == viewer.account_id)
    return reading().execute(judged).first() is not None


def _cards() -> Any:
    return select(
        Case.id,
        Case.ref,
        Case.kind,
        Case.reason,
        Case.region_code.label("region"),
        Case.state,
        Wish.title,
        Case.opened_at,
        Case.act_by,
        is_left_alone(clock.now()).label("is_left_alone"),
    ).outerjoin(Wish, Wish.id == Case.wish_id)


def _in_reach(viewer: Actor) -> Any:
    regions = regions_for(viewer, "case.read")
    anywhere = [Case.region_code == ""] if viewer.has_role(Role.AUDITOR) else []
    # A case that went one level up is still read below, where it came from: by its pledge's region.
    below = [Case.pledge_id.in_(select(Pledge.id).where(Pledge.region_code.startswith(region))) for region in regions]
    # What a concern is about may have to go at once: every reviewer of its county reads it, none reads its words.
    counties = {county_of(held) for held in viewer.regions(Role.REVIEWER) if level_of(held) > Level.COUNTY}
    reported = and_(Case.kind == "report", Case.region_code.in_(sorted(counties)))
    above = {held[:width] for held in viewer.regions(Role.REVIEWER) for width in (0, 2, 4, 6)}
    # A name stands on the boards of every place above, and nobody's county is its own.
    names = and_(Case.kind == "report", Case.page.startswith("/boards"), Case.region_code.in_(sorted(above)))
    return or_(*(Case.region_code.startswith(region) for region in regions), *below, *anywhere, reported, names)


def _card(row: Any, now: datetime) -> CaseCard:
    return CaseCard(
        id=row.id,
        ref=row.ref,
        kind=row.kind,
        reason=row.reason,
        region=row.region,
        state=row.state,
        title=row.title,
        opened_at=row.opened_at,
        age_days=(now - row.opened_at).days,
        act_by=row.act_by,
        is_overdue=row.state == "open" and row.act_by is not None and row.act_by < now,
        is_left_alone=row.is_left_alone,
    )


def _pledge(pledge_id: int | None) -> Any:
    if pledge_id is None:
        return None
    return reading().execute(cards().add_columns(Pledge.former_state).where(Pledge.id == pledge_id)).one()


def _earlier(case_id: int | None) -> CaseCard | None:
    if case_id is None:
        return None
    return _card(reading().execute(_cards().where(Case.id == case_id)).one(), clock.now())
