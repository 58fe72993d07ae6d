"""A circle's gifts of one month: what they stand on, what keeps a seat from one, the wish, and each seat's pledge."""

from sqlalchemy import select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.calendar import day_of, month_bounds
from charity.domain.circles import gift_kind, lasts_until, month_text, unit_price
from charity.domain.entry_values import JSON
from charity.domain.errors import NotPermitted
from charity.domain.kinds import Kind, PledgeState
from charity.domain.limits import DEFAULTS
from charity.domain.points import PointKind
from charity.domain.running import Circumstances, Running, first_clock, started
from charity.domain.service import Mode, Through, through_of
from charity.domain.sides import Side, Who, may_act_on_side
from charity.ledger import append
from charity.ledger.writing import moment
from charity.models.accounts import Account
from charity.models.circle_gifts import (
    MonthGifts,
    add_gift,
    add_month_wish,
    find_circle_point,
    find_circle_terms,
    take_given,
)
from charity.models.circle_rows import pauses_of
from charity.models.circles import Circle, CircleTerms, Seat
from charity.models.counties import public_county
from charity.models.covering import find_standing
from charity.models.desks import list_holders
from charity.models.moving import add_step
from charity.models.outbox import was_told
from charity.models.pausing import prefixes_of
from charity.models.points import ServicePoint
from charity.models.sides import read_stands, record_side
from charity.models.willing import has_willing_child
from charity.models.wish_people import list_reviewers
from charity.models.wishes import Wish
from charity.services.circles.ground import tell_one
from charity.services.circles.hours import is_right_for_hours, serves_children

CODE_LENGTH = 8
LIMIT, UNVETTED = "yearly-limit", "vetting-missing"


def stand_on(tx: Tx, circle: Circle) -> MonthGifts | None:
    """Find everything this month's gifts need; None while any of it is missing, and then nothing may be published."""
    kind, terms = gift_kind(circle.promise_kind), find_circle_terms(tx.session, circle.id)
    if kind is None or (kind is not Kind.GOODS and terms is None):
        return None
    today, point = day_of(tx.now), None if kind is Kind.PRODUCE else find_circle_point(tx, circle)
    seller = _find_seller(tx, circle) if kind is Kind.PRODUCE else None
    programme = find_standing(tx.session, circle.region_code, kind.value, today, own_id=circle.programme_id)
    if programme is None or (seller if kind is Kind.PRODUCE else point) is None:
        return None
    if terms is not None and serves_children(tx, circle) and not _may_meet(tx, circle, terms, point):
        return None
    units = 1 if terms is None else terms.units
    return MonthGifts(
        kind=kind,
        units=units,
        unit_fen=unit_price(circle.promise_kind, circle.monthly_fen, units),
        programme_id=programme.id,
        programme_ref=programme.ref,
        legal_basis=f"{programme.body}; {programme.certificate}; {programme.filing}",
        point=point,
        last_on=None if kind is Kind.GOODS else lasts_until(today),
        terms=terms,
        seller_id=seller,
    )


def _find_seller(tx: Tx, circle: Circle) -> int | None:
    """Find who ships a family's produce: whoever proposed the circle, or a volunteer of its place once he is gone.

    Nobody who stands on another side of this family could: he would be refused, and the month be lost.
    """
    holders = list_holders(tx.session, "volunteer", prefixes_of(circle.region_code), now=tx.now)
    ordered = sorted(holders, key=lambda account_id: (account_id != circle.proposer_id, account_id))
    return next((one for one in ordered if _may_be_seller(tx, one, circle)), None)


def _may_be_seller(tx: Tx, account_id: int, circle: Circle) -> bool:
    try:
        may_act_on_side(read_stands(tx, account_id, f"h{circle.household_id}"), Side.FIELD, now=tx.now)
    except NotPermitted:
        return False
    return True


def _may_meet(tx: Tx, circle: Circle, terms: CircleTerms, point: ServicePoint | None) -> bool:
    """Say whether children may be met at this point this month: their elders agree, and no call without a school."""
    if point is None or terms.second_adult_sealed is None:
        return False
    is_school = through_of(PointKind(point.kind)) is Through.SCHOOL
    is_call = terms.mode == Mode.REMOTE.value and not is_school
    home = circle.household_id
    return not is_call and has_willing_child(tx.session, home, moment=tx.now, at_school=is_school)


def tell_stuck(tx: Tx, circle: Circle) -> None:
    """Tell the township once a month that a month cannot open, because something it stands on is missing."""
    since = month_bounds(month_text(day_of(tx.now)))[0]
    for account_id in list_reviewers(tx, circle.region_code[:9], but=0):
        if not was_told(tx, account_id=account_id, kind="circle-month-stuck", about=circle.ref, since=since):
            tell_one(tx, circle, account_id, "circle-month-stuck")


def hindrance(tx: Tx, circle: Circle, seat: Seat, gifts: MonthGifts) -> str:
    """Say why a seat's donor is not asked this month, and count the gift in his year where nothing keeps him."""
    if seat.account_id is None:
        return LIMIT
    is_group = seat.group_id is not None and serves_children(tx, circle)
    if is_group or not is_right_for_hours(tx, seat.account_id, circle):
        return UNVETTED
    beneficiary, most = f"h{circle.household_id}", DEFAULTS.donor_household_year_fen
    return "" if take_given(tx, seat.account_id, beneficiary, fen=gifts.fen, most=most) else LIMIT


def publish(tx: Tx, circle: Circle, gifts: MonthGifts, *, seats: int) -> Wish:
    """Publish a month's wish, all of whose units its seats have promised."""
    wish = add_month_wish(tx, circle, gifts, wanted=seats * gifts.units)
    subjects = {"wish": wish.ref, "circle": circle.ref, "programme": gifts.programme_ref}
    if gifts.point is not None:
        subjects["point"] = gifts.point.ref
    append(
        tx,
        "wish.published",
        subjects,
        {
            "state": wish.state,
            "wanted": wish.wanted,
            "was": None,
            "by_clock": True,
            "kind": wish.kind,
            "beneficiary": wish.beneficiary_kind,
            "category": wish.category,
            "county": public_county(tx.session, wish.county, household_id=wish.household_id),
            "price": wish.unit_fen,
        },
        texts={
            name: text
            for name, text in {
                "title": wish.title,
                "details": wish.details,
                "legal_basis": gifts.legal_basis,
            }.items()
            if text
        },
    )
    return wish


def give(tx: Tx, circle: Circle, wish: Wish, seat: Seat, gifts: MonthGifts) -> int:
    """Write one seat's gift as held: its donor promised it when he sat down; goods are planned in the same breath."""
    state = PledgeState.PLANNED if gifts.is_planned else PledgeState.HELD
    running, ref = _clock(tx, circle, seat, gifts.kind, state), new_ref()
    code = new_ref()[:CODE_LENGTH].upper() if gifts.is_planned else None
    pledge_id = add_gift(tx, wish, seat, gifts, ref=ref, parcel_code=code, running=running)
    subjects = {"wish": wish.ref, "pledge": ref}
    until: dict[str, JSON] = {"until": moment(running.due)}
    shared: dict[str, JSON] = {"units": gifts.units, "by": Who.CLOCK.value, "by_clock": True}
    held, planned = PledgeState.HELD, PledgeState.PLANNED
    claimed: dict[str, JSON] = {"from": None, "to": held, "kind": wish.kind, "price": wish.unit_fen}
    first = append(tx, "pledge.claimed", subjects, shared | claimed | ({} if gifts.is_planned else until))
    units = gifts.units
    add_step(tx, pledge_id=pledge_id, act="claim", before=None, after=held, units=units, actor_id=None, entry_id=first)
    if gifts.is_planned:
        sent_by: dict[str, JSON] = {"from": held, "to": planned, **until, "method": "shop"}
        second = append(tx, "pledge.planned", subjects, shared | sent_by)
        add_step(
            tx, pledge_id=pledge_id, act="plan", before=held, after=planned, units=units, actor_id=None, entry_id=second
        )
    if seat.account_id is not None:
        record_side(tx, seat.account_id, wish.beneficiary, Side.GIVING)
    return pledge_id


def _clock(tx: Tx, circle: Circle, seat: Seat, kind: Kind, state: PledgeState) -> Running:
    clock = first_clock(kind, state)
    if clock is None:
        raise RuntimeError(f"no clock runs for {state} {kind}")
    whose = tx.session.execute(select(Account.kind).where(Account.id == seat.account_id)).scalar_one()
    team = Circumstances(by_organisation=whose == AccountKind.ORGANISATION.value)
    return started(clock, tx.now, pauses_of(tx, circle), circumstances=team)
