"""Bringing a wish onto the wall and off it: legal basis, place in the order, words to find it by, clock and entry."""

from collections.abc import Sequence

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind
from charity.domain.legal import LegalBasis, may_publish, may_stand_on
from charity.domain.wall import wall_at
from charity.domain.wishes import WishState
from charity.models.counties import public_county
from charity.models.covering import covering_programmes
from charity.models.papers import BasisDocument
from charity.models.programmes import Programme
from charity.models.regions import Region
from charity.models.searching import drop_words, write_words
from charity.models.wishes import Wish
from charity.services.wishes.ground import start_renewal, stop_clock, subjects_of, write_entry


def publish(tx: Tx, wish: Wish, was: WishState, *, programme_code: str, overrides: Sequence[str] = ()) -> None:
    """Put an approved wish onto the wall, under a programme that covers its region, kind and day."""
    programme = get_programme(tx, wish, programme_code)
    wish.programme_id = programme.id
    wish.published_at = wish.published_at or tx.now
    wish.hidden_at = None  # a consent taken back before the review stands again: it was just asked
    put_up(tx, wish)
    write_entry(
        tx,
        wish,
        "wish.published",
        was=was,
        subjects=subjects_of(tx, wish),
        facts={
            "by": Role.REVIEWER.value,
            "kind": wish.kind,
            "beneficiary": wish.beneficiary_kind,
            "category": wish.category,
            "county": wish.county if names_county(tx, wish) else wish.city,
            "price": wish.unit_fen,
            "second": wish.second_reviewer_id is not None,
            **({"overrides": list(overrides)} if overrides else {}),
        },
        texts={
            "title": wish.title,
            "details": wish.details,
            "legal_basis": f"{programme.body}; {programme.certificate}; {programme.filing}",
        },
    )


def put_up(tx: Tx, wish: Wish) -> None:
    """Give a wish its place on the wall, the words to find it by, and the clock after which it goes stale."""
    wish.wall_at = wall_at(wish.published_at or tx.now, taken=wish.committed + wish.reserved, wanted=wish.wanted)
    start_renewal(tx, wish)
    tx.session.flush()
    if wish.hidden_at is None:
        write_words(tx, wish.id, wish.published_at or tx.now, public_words(tx, wish))


def take_down(tx: Tx, wish: Wish) -> None:
    """Take a wish off the wall: nobody finds it any more and no clock runs."""
    stop_clock(wish)
    drop_words(tx, [wish.id])


def get_programme(tx: Tx, wish: Wish, code: str) -> Programme:
    """Find the programme a wish is published under: the named one, its own, or the nearest that covers it."""
    today = day_of(tx.now)
    covering = covering_programmes(wish.region_code, wish.kind, today)
    if code:
        covering = covering.where(Programme.code == code)
    elif wish.programme_id is not None:
        covering = covering.where(Programme.id == wish.programme_id)
    programme = tx.session.scalars(covering.limit(1)).one_or_none()
    if programme is None:
        raise Invalid("no-legal-basis", field="programme_code")
    may_publish(
        LegalBasis(
            responsible_body=programme.body,
            certificate=programme.certificate,
            filing_number=programme.filing,
            contact=programme.contact,
            platform_link=programme.platform_url,
        ),
        Kind(wish.kind),
    )
    documents = (BasisDocument.programme_id == programme.id, BasisDocument.ended_at.is_(None))
    may_stand_on(tx.session.scalars(select(BasisDocument.valid_until).where(*documents)), today)
    return programme


def public_words(tx: Tx, wish: Wish) -> str:
    """Give the words by which a wish may be found: only what its public page shows."""
    named = [wish.province, wish.city, *([wish.county] if names_county(tx, wish) else [])]
    places = tx.session.scalars(select(Region.name).where(Region.code.in_(named)).order_by(Region.code))
    return " ".join([wish.title, wish.details, *places])


def names_county(tx: Tx, wish: Wish) -> bool:
    """Say whether the wish's page names its county: a site's does, a family's where enough families live there."""
    return public_county(tx.session, wish.county, household_id=wish.household_id) == wish.county
