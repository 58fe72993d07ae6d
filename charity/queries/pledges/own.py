"""A donor's own pledges: the list, one with its whole way, the shipping slip once its showing is logged."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from charity.adapters import clock
from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.kinds import MEETS_AT_POINT, Kind, PledgeState
from charity.domain.pledges import NOT_BACK, UNDO_WITHIN, Act, acts_in, may_doubt_return
from charity.domain.service import Mode
from charity.domain.sides import Side, Who, is_for
from charity.models.cases import Case, grounds_place
from charity.models.pledges import Parcel, Pledge
from charity.models.points import AddressShown, ServicePoint
from charity.models.service import ServiceVisit
from charity.models.wishes import Wish
from charity.queries.cursors import read_number
from charity.queries.next_wishes import list_next
from charity.queries.pledges.cards import PledgeCard, Step, Stop, card_of, cards, list_steps, stops_of
from charity.queries.pledges.said import RefundLine, SaidLine, find_refund, list_said

PER_PAGE = 20
OPEN = ("held", "planned", "sent", "at_point", "handed_over", "disputed", "lapsed_unsettled")
SLIP_SHOWS = timedelta(minutes=15)  # then its button logs the next showing
SLIP_STATES = frozenset({PledgeState.PLANNED.value, PledgeState.SENT.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPledges:
    """One page of a donor's pledges."""

    cards: tuple[PledgeCard, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLine:
    """One parcel with its numbers, for those who may see them."""

    courier: str
    tracking: str
    shop_order: str
    is_return: bool
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case about a pledge, as a party sees it."""

    ref: str
    kind: str
    state: str
    reason: str
    ruling: str
    grounds: str
    opened_at: datetime
    act_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPledge:
    """One pledge with its way, and what its donor may do now."""

    card: PledgeCard
    stops: tuple[Stop, ...]
    parcels: tuple[ParcelLine, ...]
    cases: tuple[CaseLine, ...]
    method: str
    day: date | None
    size: str
    acts: frozenset[str]
    may_see_slip: bool
    may_appeal: bool
    next_wish: str | None
    said: tuple[SaidLine, ...]
    refund: RefundLine | None
    owes_refund: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCard:
    """Where to post the parcel; shown to its claimant only, after the showing was logged."""

    pledge: str
    kind: str
    recipient: str
    phone: str
    address: str
    postcode: str
    hours: str
    parcel_code: str


def list_own(viewer: Actor, *, is_open: bool = True, cursor: str | None = None) -> OwnPledges:
    """List the viewer's pledges, newest first: those that are open, or those that have ended."""
    _signed_in(viewer)
    query = cards().where(Pledge.account_id == viewer.account_id)
    query = query.where(Pledge.state.in_(OPEN) if is_open else Pledge.state.not_in(OPEN))
    if cursor:
        query = query.where(Pledge.id < read_number(cursor))
    rows = reading().execute(query.order_by(Pledge.id.desc()).limit(PER_PAGE + 1)).all()
    more = len(rows) > PER_PAGE
    return OwnPledges(
        cards=tuple(card_of(row) for row in rows[:PER_PAGE]), next=str(rows[PER_PAGE - 1].id) if more else None
    )


def get_card(viewer: Actor, ref: str) -> PledgeCard:
    """Give the card of the viewer's own pledge; anybody else's is missing."""
    return card_of(_own(viewer, ref))


def get_own(viewer: Actor, ref: str) -> OwnPledge:
    """Give the viewer's own pledge with its whole way; anybody else's is missing."""
    row = _own(viewer, ref)
    card = card_of(row)
    kind = Kind(card.kind)
    acts = {act.value for act in acts_in(kind, PledgeState(card.state)) if is_for(kind, act, Who.DONOR)} & _DONORS
    if row.is_extended or row.is_made_to_order:
        acts -= {Act.EXTEND.value}
    steps = list_steps(row.id)
    if not _may_undo(steps):
        acts -= {Act.UNDO.value}
    cases = list_cases(row.id)
    owes = _owes_refund(card, steps)
    if card.state == PledgeState.RETURNED.value and not _may_doubt(card, steps, cases):
        acts -= {Act.DISPUTE.value}
    return OwnPledge(
        card=card,
        stops=stops_of(card, steps),
        parcels=list_parcels(row.id),
        cases=cases,
        method=row.method,
        day=row.agreed_on,
        size=row.size,
        acts=frozenset(acts),
        may_see_slip=kind in MEETS_AT_POINT and card.state in SLIP_STATES,
        may_appeal=may_appeal(cases),
        said=list_said(row.id, is_open=True) if kind is Kind.MONEY else (),
        refund=find_refund(row.id) if kind is Kind.MONEY and not owes else None,
        owes_refund=owes,
        next_wish=_next_wish(viewer, row) if card.state == PledgeState.CONFIRMED.value else None,
    )


_DONORS = frozenset(
    act.value for act in (Act.PLAN, Act.CANCEL, Act.EXTEND, Act.SEND, Act.DISPUTE, Act.HAND_OVER, Act.RETURN, Act.UNDO)
)


def _may_undo(steps: tuple[Step, ...]) -> bool:
    """Say whether the donor himself said lately that it has come, so that he may take it back."""
    last = steps[-1]
    is_own = (last.act, last.side) == (Act.HAND_OVER.value, Side.GIVING.value)
    return is_own and clock.now() - last.at <= UNDO_WITHIN


def _owes_refund(card: PledgeCard, steps: tuple[Step, ...]) -> bool:
    """Say whether a ruling gave money back, and its organisation has not said by which document it went."""
    if (card.kind, card.state) != (Kind.MONEY.value, PledgeState.RETURNED.value):
        return False
    return [step.act for step in steps if step.state == card.state][-1] == Act.RULE.value


def _may_doubt(card: PledgeCard, steps: tuple[Step, ...], cases: tuple[CaseLine, ...]) -> bool:
    """Say whether the donor may still say that his money did not come back: for 30 days, once a return."""
    at = max(step.at for step in steps if step.state == PledgeState.RETURNED.value)
    is_said = any(case.state == "open" or (case.reason == NOT_BACK and case.opened_at >= at) for case in cases)
    is_awaited = card.clock == ClockName.REFUND.value and not card.is_overdue
    try:
        may_doubt_return(
            returned_at=at, is_said=is_said, is_awaited=is_awaited, is_late=card.is_overdue, now=clock.now()
        )
    except Conflict:
        return False
    return True


def may_appeal(cases: tuple[CaseLine, ...]) -> bool:
    """Say whether a ruling may still be appealed."""
    now = clock.now()
    return any(
        case.state == "ruled" and case.kind != "appeal" and case.act_by is not None and case.act_by >= now
        for case in cases
    )


def _own(viewer: Actor, ref: str) -> Any:
    _signed_in(viewer)
    row = (
        reading()
        .execute(
            cards()
            .add_columns(
                Pledge.method,
                Pledge.is_extended,
                Pledge.is_made_to_order,
                Pledge.point_id,
                Wish.size,
                ServiceVisit.agreed_on,
            )
            .outerjoin(ServiceVisit, ServiceVisit.pledge_id == Pledge.id)
            .where(Pledge.ref == ref, Pledge.account_id == viewer.account_id)
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    return row


def _signed_in(viewer: Actor) -> None:
    if not viewer.is_signed_in:
        raise SignInNeeded


def list_parcels(pledge_id: int) -> tuple[ParcelLine, ...]:
    """List a pledge's parcels, oldest first."""
    rows = reading().execute(
        select(
            Parcel.ref,
            Parcel.courier,
            Parcel.tracking_sealed,
            Parcel.order_sealed,
            Parcel.is_return,
            Parcel.added_at,
        )
        .where(Parcel.pledge_id == pledge_id)
        .order_by(Parcel.id)
    )
    return tuple(
        ParcelLine(
            courier=row.courier,
            tracking=unseal(row.tracking_sealed, place=f"parcels.tracking:{row.ref}"),
            shop_order=unseal(row.order_sealed, place=f"parcels.order:{row.ref}") if row.order_sealed else "",
            is_return=row.is_return,
            added_at=row.added_at,
        )
        for row in rows
    )


def list_cases(pledge_id: int) -> tuple[CaseLine, ...]:
    """List a pledge's cases, oldest first."""
    rows = (
        reading()
        .execute(
            select(
                Case.ref,
                Case.kind,
                Case.state,
                Case.reason,
                Case.ruling,
                Case.grounds_sealed,
                Case.opened_at,
                Case.act_by,
            )
            .where(Case.pledge_id == pledge_id)
            .order_by(Case.id)
        )
        .all()
    )
    return tuple(_case_line(row) for row in rows)


def _case_line(row: Any) -> CaseLine:
    return CaseLine(
        ref=row.ref,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        ruling=row.ruling,
        grounds=unseal_some(row.grounds_sealed, place=grounds_place(row.ref)),
        opened_at=row.opened_at,
        act_by=row.act_by,
    )


def get_slip(viewer: Actor, ref: str) -> SlipCard:
    """Give the shipping slip of the viewer's own open goods pledge; without a logged showing there is none."""
    row = _own(viewer, ref)
    shown = exists().where(
        AddressShown.pledge_id == row.id,
        AddressShown.account_id == viewer.account_id,
        AddressShown.shown_at > clock.now() - SLIP_SHOWS,
    )
    if row.state not in SLIP_STATES or not reading().execute(select(shown)).scalar_one():
        raise Missing
    point = reading().execute(select(ServicePoint).where(ServicePoint.id == row.point_id)).scalar_one()
    address = unseal(point.address_sealed, place=f"service_points.address:{point.ref}")
    return SlipCard(
        pledge=ref,
        kind=row.kind,
        recipient=unseal(point.recipient_sealed, place=f"service_points.recipient:{point.ref}"),
        phone=unseal(point.phone_sealed, place=f"service_points.phone:{point.ref}"),
        address="" if row.method == Mode.REMOTE.value else address,
        postcode=point.postcode,
        hours=point.hours,
        parcel_code=row.parcel_code or "",
    )


def _next_wish(viewer: Actor, row: Any) -> str | None:
    """Find another open wish of the same family, or of the same place, for the donor who helped before."""
    found = list_next(viewer, after=row.id)
    return found[0].ref if found else None
