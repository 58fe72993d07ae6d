"""Proposing a circle for a family that agrees, and the township's look at it before anybody may join."""

from sqlalchemy import select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain import wish_texts
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.circle_gifts import may_promise
from charity.domain.circle_states import CircleAct, CircleState
from charity.domain.circles import NEEDED_FOR_CIRCLE, Promise, PromiseKind, Terms, may_propose
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid
from charity.domain.households import LifeState, may_be_published
from charity.domain.kinds import Kind
from charity.domain.permissions import is_allowed, may
from charity.domain.points import PointFacts, PointKind, may_serve
from charity.domain.regions import city_of, county_of, province_of
from charity.domain.sides import Side, may_review
from charity.domain.wishes import BeneficiaryKind
from charity.ledger.seating import add_seats
from charity.models.acts import act
from charity.models.catalogue import find_category
from charity.models.circle_rows import has_live_circle, wants_no_circle
from charity.models.circles import Circle
from charity.models.consents import agreed_of
from charity.models.counties import public_county
from charity.models.covering import covering_programmes
from charity.models.households import Household
from charity.models.naming import list_names
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.register import get_household
from charity.models.sides import lock_account
from charity.services.circles.ground import lock_circle, move_circle, take_side, tell_one, tell_township
from charity.services.circles.ground import write_circle as _write

USUAL = Terms()


@act
def propose(
    tx: Tx, actor: Actor, household_ref: str, *, promise: Promise, terms: Terms = USUAL, programme_code: str = ""
) -> str:
    """Propose a circle for a verified family that agreed; gives its reference. The township looks at it next."""
    household = get_household(tx, actor, household_ref, "circle.propose")
    may_propose(terms, promise, today=day_of(tx.now))
    _may_have_circle(tx, household)
    point = _check_template(tx, household, promise, terms) if promise.kind is PromiseKind.GOODS else None
    programme_id = _find_programme(tx, household, programme_code)
    circle = make_circle(tx, household, promise, terms, programme_id=programme_id, point=point, by=actor.account_id)
    take_side(tx, actor, circle, _side(actor, household.region_code))
    write_proposal(tx, circle)
    tell_township(tx, circle, "circle-to-review", but=actor.account_id)
    return circle.ref


def make_circle(
    tx: Tx,
    household: Household,
    promise: Promise,
    terms: Terms,
    *,
    programme_id: int | None,
    point: ServicePoint | None,
    by: int,
) -> Circle:
    """Make the row of a circle that is proposed now; nothing is asked here and nothing written down."""
    return Circle(
        ref=new_ref(),
        household_id=household.id,
        programme_id=programme_id,
        region_code=household.region_code,
        province=province_of(household.region_code),
        city=city_of(household.region_code),
        county=county_of(household.region_code),
        target=terms.target,
        least=terms.least,
        taken=0,
        months=terms.months,
        term=1,
        not_before=terms.not_before,
        state=CircleState.PROPOSED.value,
        promise_kind=promise.kind.value,
        monthly_fen=promise.monthly_fen if point is not None else 0,
        title=promise.title.strip(),
        details=promise.details.strip(),
        category=promise.category,
        reason_code=promise.reason_code,
        unit_label=promise.unit_label,
        point_id=None if point is None else point.id,
        proposer_id=by,
        proposed_at=tx.now,
    )


@act
def approve(tx: Tx, actor: Actor, circle_ref: str) -> None:
    """Agree to a proposed circle and its template: its seats are open from now on. Never by its proposer."""
    circle = _get_to_review(tx, actor, circle_ref)
    may_review(reviewer=actor.account_id, poster=circle.proposer_id)
    take_side(tx, actor, circle, Side.TOWNSHIP)
    may_be_published(LifeState(tx.session.get_one(Household, circle.household_id).life_state))
    if not is_agreed_to(tx, circle):
        raise Conflict("circle-consent-missing")
    open_circle(tx, circle, reviewer_id=actor.account_id)
    tell_one(tx, circle, circle.proposer_id, "circle-opened")


@act
def reject(tx: Tx, actor: Actor, circle_ref: str, *, reason: str) -> None:
    """Turn a proposed circle down; the reason is a code, for its proposer."""
    circle = _get_to_review(tx, actor, circle_ref)
    may_review(reviewer=actor.account_id, poster=circle.proposer_id)
    take_side(tx, actor, circle, Side.TOWNSHIP)
    circle.reviewer_id, circle.ended_at = actor.account_id, tx.now
    move_circle(tx, circle, CircleAct.REJECT, "circle.refused", {"by": Role.REVIEWER.value, "reason": reason})
    tell_one(tx, circle, circle.proposer_id, "circle-rejected")


@act
def approve_term(tx: Tx, actor: Actor, circle_ref: str) -> None:
    """Look at the template again for the next term; never by who proposed it or recorded the family's yes."""
    circle = _get_to_review(tx, actor, circle_ref)
    may_review(reviewer=actor.account_id, poster=circle.proposer_id)
    take_side(tx, actor, circle, Side.TOWNSHIP)
    if circle.state != CircleState.RUNNING.value or circle.renewal_asked_at is None:
        raise Conflict("not-in-this-state", params={"state": circle.state, "act": "renew"})
    if circle.agreed_by_id == actor.account_id:
        raise Conflict("recorder-reviews")
    circle.reviewed_term, circle.reviewer_id, circle.reviewed_at = circle.term + 1, actor.account_id, tx.now


def is_agreed_to(tx: Tx, circle: Circle) -> bool:
    """Say whether the family's consent to a circle stands now; the head speaks for it."""
    agreed = agreed_of(tx.session, NEEDED_FOR_CIRCLE, household_id=circle.household_id, member_id=None, moment=tx.now)
    return agreed >= NEEDED_FOR_CIRCLE


def _get_to_review(tx: Tx, actor: Actor, ref: str) -> Circle:
    lock_account(tx, actor.account_id)
    circle = lock_circle(tx, ref)
    may(actor, "circle.review", circle.region_code)
    return circle


def _side(actor: Actor, region: str) -> Side:
    return Side.FIELD if is_allowed(actor, "household.register", region) else Side.TOWNSHIP


def _may_have_circle(tx: Tx, household: Household) -> None:
    may_be_published(LifeState(household.life_state))
    if household.verified_at is None:
        raise Conflict("household-not-verified")
    agreed = agreed_of(tx.session, NEEDED_FOR_CIRCLE, household_id=household.id, member_id=None, moment=tx.now)
    if not agreed >= NEEDED_FOR_CIRCLE or wants_no_circle(tx, household.id):
        raise Conflict("circle-consent-missing")
    if has_live_circle(tx, household.id):
        raise Conflict("circle-exists")


def _check_template(tx: Tx, household: Household, promise: Promise, terms: Terms) -> ServicePoint:
    """Hold the monthly gift against the rules of a wish; one that needs a second reviewer is no monthly gift."""
    category = find_category(tx.session, promise.category)
    may_promise(promise, category, seats=terms.target, today=day_of(tx.now))
    wish_texts.may_tell(promise.title, promise.details, list_names(tx, household))
    return _find_point(tx, household, promise.point_ref)


def _find_point(tx: Tx, household: Household, ref: str) -> ServicePoint:
    point = tx.session.scalars(select(ServicePoint).where(ServicePoint.ref == ref)).one_or_none()
    if point is None:
        raise Invalid("point-unknown", field="point_ref")
    facts = PointFacts(
        kind=PointKind(point.kind),
        region=point.region_code,
        pupils=point.pupils,
        villages_served=point.villages_served,
        is_closed=point.closed_at is not None,
    )
    may_serve(facts, BeneficiaryKind.HOUSEHOLD, region=household.region_code)
    return point


def _find_programme(tx: Tx, household: Household, code: str) -> int | None:
    """Find the programme a circle belongs to; it must cover the region and the day."""
    if not code:
        return None
    covering = covering_programmes(household.region_code, Kind.GOODS.value, day_of(tx.now))
    found = tx.session.scalars(covering.where(Programme.code == code).limit(1)).one_or_none()
    if found is None:
        raise Invalid("no-legal-basis", field="programme_code")
    return found.id


def write_proposal(tx: Tx, circle: Circle) -> None:
    """Keep a proposed circle and put it into the book."""
    tx.session.add(circle)
    facts: dict[str, JSON] = {
        "kind": circle.promise_kind,
        "months": circle.months,
        "price": circle.monthly_fen,
        "county": public_county(tx.session, circle.county, household_id=circle.household_id),
    }
    _write(tx, circle, "circle.proposed", facts, texts={"title": circle.title, "details": circle.details})


def open_circle(tx: Tx, circle: Circle, *, reviewer_id: int) -> None:
    """Open all seats of a circle whose gift a reviewer has looked at."""
    circle.reviewer_id, circle.reviewed_at, circle.reviewed_term = reviewer_id, tx.now, circle.term
    move_circle(tx, circle, CircleAct.OPEN, "circle.opened", {"by": Role.REVIEWER.value})
    add_seats(tx, circle)
