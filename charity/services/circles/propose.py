"""Proposing a circle for a family that agrees, and the township's look at it before anybody may join."""

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain import wish_texts
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.circle_gifts import category_code, may_meet, may_promise, meets_children, reason_code, unit_label
from charity.domain.circle_states import CircleAct, CircleState
from charity.domain.circles import (
    EVERY_MONTH,
    NEEDED_FOR_CIRCLE,
    Promise,
    PromiseKind,
    Terms,
    gift_kind,
    may_propose,
)
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.households import LifeState, may_be_published
from charity.domain.kinds import Kind
from charity.domain.legal import may_stand_on
from charity.domain.permissions import is_allowed, may
from charity.domain.points import PointFacts, PointKind, may_serve
from charity.domain.regions import city_of, county_of, province_of
from charity.domain.sides import Side, may_review
from charity.domain.wishes import BeneficiaryKind
from charity.ledger.seating import add_seats
from charity.models.acts import act
from charity.models.catalogue import find_category
from charity.models.circle_rows import has_live_circle, wants_no_circle
from charity.models.circles import Circle, CircleTerms, circle_adult_place
from charity.models.consents import agreed_of
from charity.models.counties import public_county
from charity.models.covering import covering_programmes, find_standing, list_standing
from charity.models.households import Household
from charity.models.likenesses import find_stopping_circle
from charity.models.minors import has_adult
from charity.models.naming import list_names, list_site_names, with_spoken
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.register import get_household
from charity.models.sides import lock_account
from charity.models.willing import is_circle_agreed
from charity.models.willing import meets_children as is_with_children
from charity.services.circles.ground import lock_circle, move_circle, take_side, tell_one, tell_township
from charity.services.circles.ground import write_circle as _write
from charity.services.circles.hours import may_meet_child

USUAL = Terms()
PRICED = frozenset({PromiseKind.GOODS, PromiseKind.PRODUCE})
BESIDE = frozenset({PromiseKind.SERVICE, PromiseKind.PRODUCE})


@act
def propose(
    tx: Tx, actor: Actor, household_ref: str, *, promise: Promise, terms: Terms = USUAL, programme_code: str = ""
) -> str:
    """Propose a circle for a verified family that agreed; gives its reference. The township looks at it next."""
    household = get_household(tx, actor, household_ref, "circle.propose")
    may_propose(terms, promise, today=day_of(tx.now))
    _may_have_circle(tx, household, promise)
    point = _check_template(tx, household, promise, terms)
    _may_sell(actor, household, promise)
    programme_id = _find_programme(tx, household, promise, programme_code)
    circle = make_circle(tx, household, promise, terms, programme_id=programme_id, point=point, by=actor.account_id)
    take_side(tx, actor, circle, _side(actor, household.region_code))
    write_proposal(tx, circle, promise)
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
        monthly_fen=promise.monthly_fen if promise.kind in PRICED else 0,
        title=promise.title.strip(),
        details=promise.details.strip(),
        category=category_code(promise),
        reason_code=reason_code(promise),
        unit_label=unit_label(promise),
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
    _may_be_told_apart(tx, circle.household_id, with_children=is_with_children(tx.session, circle, moment=tx.now))
    _may_stand_on_basis(tx, circle)
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
    _may_be_told_apart(tx, circle.household_id, with_children=is_with_children(tx.session, circle, moment=tx.now))
    _may_stand_on_basis(tx, circle)
    circle.reviewed_term, circle.reviewer_id, circle.reviewed_at = circle.term + 1, actor.account_id, tx.now


def is_agreed_to(tx: Tx, circle: Circle) -> bool:
    """Say whether the family's consent to a circle stands now: its head's, and a child's where children are met."""
    return is_circle_agreed(tx.session, circle, moment=tx.now)


def _get_to_review(tx: Tx, actor: Actor, ref: str) -> Circle:
    lock_account(tx, actor.account_id)
    circle = lock_circle(tx, ref)
    may(actor, "circle.review", circle.region_code)
    return circle


def _side(actor: Actor, region: str) -> Side:
    return Side.FIELD if is_allowed(actor, "household.register", region) else Side.TOWNSHIP


def _may_have_circle(tx: Tx, household: Household, promise: Promise) -> None:
    may_be_published(LifeState(household.life_state))
    if household.verified_at is None:
        raise Conflict("household-not-verified")
    agreed = agreed_of(tx.session, NEEDED_FOR_CIRCLE, household_id=household.id, member_id=None, moment=tx.now)
    if not agreed >= NEEDED_FOR_CIRCLE or wants_no_circle(tx, household.id):
        raise Conflict("circle-consent-missing")
    if has_live_circle(tx, household.id):
        raise Conflict("circle-exists")
    by_hours = promise.kind is PromiseKind.SERVICE
    _may_be_told_apart(tx, household.id, with_children=by_hours and _meets_children(tx, household, promise))


def _may_be_told_apart(tx: Tx, household_id: int, *, with_children: bool) -> None:
    """Refuse a circle of a family, or of its children, that looks like another until the township looked at both."""
    if find_stopping_circle(tx.session, household_id, with_children=with_children) is not None:
        raise Conflict("look-alike-open")


def _check_template(tx: Tx, household: Household, promise: Promise, terms: Terms) -> ServicePoint | None:
    """Hold the monthly gift against the rules of a wish; one that needs a second reviewer is no monthly gift.

    Gives where parcels go or hours are given; letters and produce go past no service point.
    """
    if promise.kind is PromiseKind.LETTER:
        return None
    category = find_category(tx.session, category_code(promise))
    may_promise(promise, category, seats=terms.target, today=day_of(tx.now))
    adult = promise.second_adult.strip()
    named = (*list_names(tx, household), *with_spoken([adult] if adult else []))
    wish_texts.may_tell(promise.title, promise.details, named)
    wish_texts.may_tell_no_school(promise.title, promise.details, list_site_names(tx, household.county))
    if promise.kind is PromiseKind.PRODUCE:
        return None
    with_children = _meets_children(tx, household, promise)
    point = _find_point(tx, household, promise.point_ref, with_children=with_children)
    if with_children:
        may_meet(promise, PointKind(point.kind), today=day_of(tx.now))
        may_meet_child(tx, household.id, point)
    return point


def _meets_children(tx: Tx, household: Household, promise: Promise) -> bool:
    return meets_children(promise, has_adult=has_adult(tx.session, household.id, moment=tx.now))


def _may_sell(actor: Actor, household: Household, promise: Promise) -> None:
    """Refuse produce whose seller's side nobody of the village would be: who proposes it ships it."""
    if promise.kind is PromiseKind.PRODUCE and not actor.holds(Role.VOLUNTEER, household.region_code):
        raise NotPermitted("seller-is-volunteer")


def _find_point(tx: Tx, household: Household, ref: str, *, with_children: bool) -> ServicePoint:
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
    whose = BeneficiaryKind.CHILD if with_children else BeneficiaryKind.HOUSEHOLD
    # Whether the child's elders agree to a school's point is asked beside it, of each child.
    may_serve(facts, whose, region=household.region_code, guardian_agreed_to_school=True)
    return point


def _find_programme(tx: Tx, household: Household, promise: Promise, code: str) -> int | None:
    """Find the programme a circle belongs to; it must cover the region, the kind and the day."""
    if not code:
        return None
    kind = gift_kind(promise.kind) or Kind.GOODS
    covering = covering_programmes(household.region_code, kind.value, day_of(tx.now))
    found = tx.session.scalars(covering.where(Programme.code == code).limit(1)).one_or_none()
    if found is None:
        raise Invalid("no-legal-basis", field="programme_code")
    return found.id


def _may_stand_on_basis(tx: Tx, circle: Circle) -> None:
    """Refuse gifts, or a programme's circle, where no programme with a document on file stands behind them."""
    kind = gift_kind(circle.promise_kind)
    if kind is None and circle.programme_id is None:
        return
    region, today, of = circle.region_code, day_of(tx.now), (kind or Kind.GOODS).value
    if find_standing(tx.session, region, of, today, own_id=circle.programme_id) is not None:
        return
    nearest = tx.session.scalars(covering_programmes(region, of, today).limit(1)).one_or_none()
    if nearest is None:
        raise Conflict("no-legal-basis")
    standing = list_standing(tx.session, nearest.id)
    may_stand_on(standing, today, programme=nearest.code, kind=Kind(nearest.kind))


def write_proposal(tx: Tx, circle: Circle, promise: Promise) -> None:
    """Keep a proposed circle, with what hours and produce promise beside its row, and put it into the book."""
    tx.session.add(circle)
    if promise.kind in BESIDE:
        tx.session.flush()
        home = tx.session.get_one(Household, circle.household_id)
        tx.session.add(_terms(circle, promise, serves_children=_meets_children(tx, home, promise)))
    facts: dict[str, JSON] = {
        "kind": circle.promise_kind,
        "months": circle.months,
        "price": circle.monthly_fen,
        "county": public_county(tx.session, circle.county, household_id=circle.household_id),
    }
    _write(tx, circle, "circle.proposed", facts, texts={"title": circle.title, "details": circle.details})


def _terms(circle: Circle, promise: Promise, *, serves_children: bool) -> CircleTerms:
    is_service, adult = promise.kind is PromiseKind.SERVICE, promise.second_adult.strip()
    return CircleTerms(
        circle_id=circle.id,
        units=promise.units,
        every=promise.every if promise.kind is PromiseKind.PRODUCE else EVERY_MONTH,
        subject=promise.subject if is_service else "",
        mode=promise.mode if is_service else "",
        serves_children=serves_children,
        second_adult_sealed=seal(adult, place=circle_adult_place(circle.ref)) if is_service and adult else None,
        product="" if is_service else promise.product,
        shipping="" if is_service else promise.shipping,
    )


def open_circle(tx: Tx, circle: Circle, *, reviewer_id: int) -> None:
    """Open all seats of a circle whose gift a reviewer has looked at."""
    circle.reviewer_id, circle.reviewed_at, circle.reviewed_term = reviewer_id, tx.now, circle.term
    move_circle(tx, circle, CircleAct.OPEN, "circle.opened", {"by": Role.REVIEWER.value})
    add_seats(tx, circle)
