"""Families whose last adult leaves: what they asked for of hours is with children from then on."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.calendar import day_of
from charity.domain.errors import NotPermitted
from charity.domain.households import OUT_OF_HARDSHIP, LifeState
from charity.domain.service import Giver, may_go_on_with_children, may_serve_children
from charity.domain.wishes import PUBLIC
from charity.ledger.offering import offer_freed
from charity.ledger.releasing import UNSENT, release_pledge
from charity.ledger.showing import show_circles
from charity.ledger.waiting import end_waiting
from charity.models.circles import Circle, CircleTerms
from charity.models.households import Household
from charity.models.moving import PledgeRow, list_pledges_of_wish
from charity.models.organisation_rows import is_vetted
from charity.models.outbox import notify
from charity.models.service import ServiceTerms
from charity.models.service_rows import TermsRow, find_terms, find_vetting, find_visit
from charity.models.wall import hide_wish
from charity.models.willing import meets_children
from charity.models.wishes import Wish


def mind_children(tx: Tx, household: Household) -> None:
    """Ask anew, after somebody came or left, whether the hours of a locked family are with children.

    What was promised by who may not be with children is let go; a wish that does not say what hours with children need
    goes out of sight, and whoever posted it is told. Hours that were given stay what they were on their day.
    """
    _mind_circles(tx, household)
    theirs = select(Wish).where(Wish.household_id == household.id, Wish.beneficiary_kind == "household")
    of_hours = theirs.join(ServiceTerms, ServiceTerms.wish_id == Wish.id).order_by(Wish.id)
    for wish in tx.session.scalars(of_hours.with_for_update(of=Wish).execution_options(populate_existing=True)).all():
        _mind_wish(tx, wish)


def _mind_circles(tx: Tx, household: Household) -> None:
    circles = select(Circle, CircleTerms).join(CircleTerms, CircleTerms.circle_id == Circle.id)
    is_eased = False
    for circle, terms in tx.session.execute(circles.where(Circle.household_id == household.id).order_by(Circle.ref)):
        with_children = meets_children(tx.session, circle, moment=tx.now)
        is_eased = is_eased or (terms.serves_children and not with_children)
        terms.serves_children = with_children
    tx.session.flush()
    if is_eased and LifeState(household.life_state) not in OUT_OF_HARDSHIP:
        show_circles(tx, household.id)


def _mind_wish(tx: Tx, wish: Wish) -> None:
    terms, row = find_terms(tx.session, wish.id, moment=tx.now), tx.session.get_one(ServiceTerms, wish.id)
    if terms is None or row.serves_children == terms.serves_children:
        return
    row.serves_children = terms.serves_children
    tx.session.flush()
    if not terms.serves_children:
        return
    if not _is_guarded(terms) and wish.state in {state.value for state in PUBLIC} and wish.hidden_at is None:
        hide_wish(tx, wish)
        end_waiting(tx, wish, by_clock=False)
        notify(tx, account_id=wish.poster_id, kind="wish-unguarded", params={"wish": wish.ref, "title": wish.title})
    for pledge in list_pledges_of_wish(tx.session, wish.id, UNSENT):
        if not _may_come(tx, pledge, terms):
            release_pledge(tx, pledge, reason="vetting-missing", by_clock=False)
            offer_freed(tx, wish.id)


def _is_guarded(terms: TermsRow) -> bool:
    try:
        may_go_on_with_children(terms.mode, terms.through, names_adult=terms.second_adult_sealed is not None)
    except NotPermitted:
        return False
    return True


def _may_come(tx: Tx, pledge: PledgeRow, terms: TermsRow) -> bool:
    if not _is_guarded(terms):
        return False
    visit = find_visit(tx.session, pledge.id)
    giver = Giver.PERSON
    if pledge.account_kind == AccountKind.ORGANISATION.value:
        giver = Giver.VETTED_ORGANISATION if is_vetted(tx.session, pledge.account_id) else Giver.ORGANISATION
    today = day_of(tx.now)
    vetted = find_vetting(tx.session, pledge.account_id, pledge.region_code, today)
    try:
        may_serve_children(vetted, terms.through, giver, day=today if visit is None else visit.agreed_on)
    except NotPermitted:
        return False
    return True
