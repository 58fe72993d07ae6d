"""What a wish for hours says beside the hours, kept beside its row; nobody hands one in without."""

from charity.adapters.crypto import seal, unseal_some
from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.service import (
    Mode,
    Terms,
    may_ask_for,
    may_go_on_with_children,
    may_meet_children,
    serves_children,
)
from charity.domain.wish_texts import may_tell
from charity.domain.wishes import BeneficiaryKind
from charity.models.minors import has_adult
from charity.models.naming import with_spoken
from charity.models.points import ServicePoint
from charity.models.service import ServiceTerms, adult_place
from charity.models.service_rows import find_terms
from charity.models.sites import Site
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import Whose
from charity.services.wishes.receivers import may_receive

SCHOOL = "school"


def keep_terms(tx: Tx, wish: Wish, whose: Whose, terms: Terms) -> None:
    """Write a service's terms down beside its wish, in place of earlier ones; refuses what may not be asked for."""
    may_ask_for(terms, whose.kind, hours=wish.wanted, today=day_of(tx.now))
    adult = terms.second_adult.strip()
    may_tell(wish.title, wish.details, with_spoken([adult] if adult else []))
    among_children = _is_among_children(tx, whose, terms.subject)
    row = tx.session.get(ServiceTerms, wish.id)
    if row is None:
        row = ServiceTerms(wish_id=wish.id)
        tx.session.add(row)
    row.subject, row.mode = terms.subject, terms.mode.value
    row.first_on, row.last_on = terms.first_on, terms.last_on
    row.serves_children = among_children
    row.second_adult_sealed = seal(adult, place=adult_place(wish.ref)) if adult else None
    wish.season_on = terms.last_on  # when its days are over, nobody can claim it any more
    tx.session.flush()


def may_hand_in(tx: Tx, wish: Wish, whose: Whose) -> None:
    """Refuse to hand in or publish a wish for hours without its terms, or to children without what protects them.

    One for money needs an organisation that receives it.
    """
    if wish.kind == Kind.MONEY.value:
        may_receive(tx, wish)
    if wish.kind != Kind.SERVICE.value:
        return
    row = tx.session.get(ServiceTerms, wish.id)
    if row is None:
        raise Conflict("terms-missing")
    terms = Terms(
        subject=row.subject,
        mode=Mode(row.mode),
        first_on=row.first_on,
        last_on=row.last_on,
        second_adult=unseal_some(row.second_adult_sealed, place=adult_place(wish.ref)),
    )
    may_ask_for(terms, whose.kind, hours=wish.wanted, today=day_of(tx.now))
    point = None if wish.point_id is None else tx.session.get(ServicePoint, wish.point_id)
    if point is None:
        raise Invalid("point-missing", field="point_ref")
    row.serves_children = _is_among_children(tx, whose, row.subject)  # who lives there may have changed since
    if row.serves_children:
        may_meet_children(terms, PointKind(point.kind))


def may_be_shown(tx: Tx, wish: Wish) -> None:
    """Refuse to show hours published for grown-ups that are with children now, and do not say what those need."""
    terms = find_terms(tx.session, wish.id, moment=tx.now) if wish.kind == Kind.SERVICE.value else None
    if terms is not None and terms.serves_children:
        may_go_on_with_children(terms.mode, terms.through, names_adult=terms.second_adult_sealed is not None)


def _is_among_children(tx: Tx, whose: Whose, subject: str) -> bool:
    home = whose.household_id
    with_adult = home is None or has_adult(tx.session, home, moment=tx.now)
    return serves_children(subject, whose.kind, is_school=_is_school(tx, whose), has_adult=with_adult)


def _is_school(tx: Tx, whose: Whose) -> bool:
    if whose.kind is not BeneficiaryKind.SITE:
        return False
    site = tx.session.get(Site, whose.site_id)
    return site is not None and site.kind == SCHOOL
