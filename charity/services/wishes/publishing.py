"""Bringing a wish onto the wall and off it: legal basis, place in the order, words to find it by, clock and entry."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from charity.adapters.db import Tx
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind
from charity.domain.legal import LegalBasis, may_publish, may_stand_on
from charity.domain.wall import wall_at
from charity.domain.wishes import WishState
from charity.models.catalogue import list_names
from charity.models.counties import public_county
from charity.models.covering import covering_programmes, list_standing, stands_on_file
from charity.models.programmes import Programme
from charity.models.regions import Region
from charity.models.searching import drop_words, write_words
from charity.models.wishes import Wish
from charity.services.wishes.ground import start_renewal, stop_clock, subjects_of, write_entry


@dataclass(frozen=True, slots=True)
class Overridden:
    """What a wish was published in spite of, and why, as the reviewer said and the first of two before him."""

    codes: tuple[str, ...] = ()
    reason: str = ""
    first_reason: str = ""


def publish(tx: Tx, wish: Wish, was: WishState, *, programme_code: str, overridden: Overridden | None = None) -> None:
    """Put an approved wish onto the wall, under a programme that covers its region, kind and day."""
    overridden = overridden or Overridden()
    programme = get_standing_programme(tx, wish, programme_code)
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
            **({"overrides": list(overridden.codes)} if overridden.codes else {}),
        },
        texts={
            "title": wish.title,
            "details": wish.details,
            "legal_basis": f"{programme.body}; {programme.certificate}; {programme.filing}",
            "reason": overridden.reason.strip(),
            "note": overridden.first_reason.strip(),
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
    """Find the programme a wish belongs to: the named one, its own, or the nearest that covers it."""
    programme = tx.session.scalars(_covering(tx, wish, code).limit(1)).one_or_none()
    if programme is None:
        raise Invalid("no-legal-basis", field="programme_code")
    return programme


def get_standing_programme(tx: Tx, wish: Wish, code: str = "") -> Programme:
    """Find the programme a wish is published under: complete, and with a document on file that holds today."""
    today = day_of(tx.now)
    on_file = _covering(tx, wish, code).where(stands_on_file(today)).limit(1)
    programme = tx.session.scalars(on_file).one_or_none()
    if programme is None:
        programme = get_programme(tx, wish, code)
        standing = list_standing(tx.session, programme.id)
        may_stand_on(standing, today, programme=programme.code, kind=Kind(programme.kind))
    may_publish(
        LegalBasis(
            responsible_body=programme.body,
            certificate=programme.certificate,
            filing_number=programme.filing,
            contact=programme.contact,
        ),
        Kind(wish.kind),
    )
    return programme


def _covering(tx: Tx, wish: Wish, code: str) -> Select[Programme]:
    covering = covering_programmes(wish.region_code, wish.kind, day_of(tx.now))
    if code:
        return covering.where(Programme.code == code)
    return covering if wish.programme_id is None else covering.where(Programme.id == wish.programme_id)


def public_words(tx: Tx, wish: Wish) -> str:
    """Give the words by which a wish may be found: only what its public page shows."""
    named = [wish.province, wish.city, *([wish.county] if names_county(tx, wish) else [])]
    places = tx.session.scalars(select(Region.name).where(Region.code.in_(named)).order_by(Region.code))
    called = list_names(tx.session).get(wish.category)  # what was added or renamed is found by its names as well
    return " ".join([wish.title, wish.details, *places, *((called.zh, called.en) if called else ())])


def names_county(tx: Tx, wish: Wish) -> bool:
    """Say whether the wish's page names its county: a site's does, a family's where enough families live there."""
    return public_county(tx.session, wish.county, household_id=wish.household_id) == wish.county
