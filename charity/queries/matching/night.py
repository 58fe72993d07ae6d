"""What a night's matching reads: donors who asked to be invited, circles with seats nobody waits for, and their bars.

Numbers and codes only, in the order of their ids, so that the same rows always give the same bytes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import Session

from charity.domain.actors import AccountKind
from charity.domain.boards import is_self_dealing
from charity.domain.calendar import day_of
from charity.domain.catalogue import Category
from charity.domain.circle_states import HELD, JOINABLE, TAKEN, SeatState
from charity.domain.circles import gift_kind
from charity.domain.invitations import LOOKS_BACK, free_places
from charity.domain.kinds import Kind
from charity.domain.matching import Subject, kinds_of
from charity.domain.organisations import OrganisationState
from charity.domain.ranking import OTHER, need_level, ranked_place
from charity.domain.sides import TERM, Side
from charity.matching.candidates import Limits
from charity.matching.columns import asked, donors, subjects
from charity.matching.night import Night
from charity.models.accounts import Account, RoleGrant
from charity.models.catalogue import list_present
from charity.models.circles import Circle, CircleRefusal, CircleTerms, Seat, SeatOffer, SeatPlace
from charity.models.counties import large_counties
from charity.models.households import Household, HouseholdSide, Member
from charity.models.interests import Interest, interests_of
from charity.models.matching import MatchHousehold, MatchRun
from charity.models.organisations import Organisation

_ANY_PRICE = 2**62
Pairs = set[tuple[int, int]]


def read_night(session: Session, moment: datetime, *, within: str = "") -> Night:
    """Read who may be invited now, and where; for a trial only circles within a region."""
    people, circles = _people(session, moment), _circles(session, within)
    donor = {account.id: row for row, (account, _interest, _free) in enumerate(people)}
    home = {circle.household_id: row for row, circle in enumerate(circles)}
    barred = sorted(
        (donor[account], home[household])
        for account, household in _barred(session, moment, [person[0] for person in people], circles)
        if account in donor and household in home
    )
    stated = [interests_of(interest) for _account, interest, _free in people]
    large, things = large_counties(session), list_present(session)
    kinds, earlier = kinds_of(things), _earlier(session)
    return Night(
        donors=donors([(person[0].id, asked(said.stated, kinds)) for person, said in zip(people, stated, strict=True)]),
        circles=subjects([_subject(circle, large, things, kinds) for circle in circles], kinds),
        homes=_ints(circle.household_id for circle in circles),
        limits=Limits(
            has=_ints(0 for _ in people),
            asks=_ints(0 for _ in circles),
            most_fen=_ints(_ANY_PRICE if said.budget_fen is None else said.budget_fen for said in stated),
            unit_fen=_ints(circle.monthly_fen for circle in circles),
            barred_donor=_ints(pair[0] for pair in barred),
            barred_household=_ints(pair[1] for pair in barred),
        ),
        capacity=_ints(free for _account, _interest, free in people),
        slots=_ints(circle.open for circle in circles),
        listed=_ints(earlier.get(circle.household_id, 0) for circle in circles),
    )


def _ints(values: Iterable[int]) -> Any:
    return np.fromiter(values, np.int64)


def _people(session: Session, moment: datetime) -> list[tuple[Account, Interest, int]]:
    """List who asked to be invited, may sit, has a place free, and is not asked already."""
    held = (
        select(Seat.account_id, func.count().label("held"))
        .where(Seat.state.in_([state.value for state in sorted(TAKEN | HELD)]), Seat.account_id.is_not(None))
        .group_by(Seat.account_id)
        .subquery()
    )
    is_asked = select(SeatOffer.id).where(SeatOffer.account_id == Account.id, SeatOffer.state == "open").exists()
    is_verified = exists().where(
        Organisation.account_id == Account.id, Organisation.state == OrganisationState.VERIFIED.value
    )
    rows = session.execute(
        select(Account, Interest, func.coalesce(held.c.held, 0))
        .join(Interest, Interest.account_id == Account.id)
        .outerjoin(held, held.c.account_id == Account.id)
        .where(
            Interest.seats > 0,
            Account.closed_at.is_(None),
            Account.disabled_at.is_(None),
            or_(Account.email_verified_at.is_not(None), Account.phone_verified_at.is_not(None)),
            or_(Account.cooling_until.is_(None), Account.cooling_until <= moment),
            or_(Account.kind != AccountKind.ORGANISATION.value, is_verified),
            ~is_asked,
        )
        .order_by(Account.id)
    )
    found = [(row[0], row[1], free_places(wanted=row[1].seats, held=row[2])) for row in rows]
    return [person for person in found if person[2] > 0]


def read_regions(session: Session, night: Night) -> tuple[str, ...]:
    """Read the village of each circle of a night."""
    rows = session.execute(select(Circle.id, Circle.region_code).where(Circle.id.in_(night.circles.id.tolist())))
    known = {row.id: row.region_code for row in rows}
    return tuple(known[number] for number in night.circles.id.tolist())


def _circles(session: Session, within: str) -> Sequence[Row[Any]]:
    """List the circles with open seats for which nobody waits; one household has one at most.

    Nobody is sent to hours with children who did not come by himself, vetted.
    """
    is_open = case((Seat.state == SeatState.OPEN.value, 1))
    waits = select(SeatPlace.id).where(SeatPlace.circle_id == Circle.id, SeatPlace.left_at.is_(None)).exists()
    with_children = exists().where(CircleTerms.circle_id == Circle.id, CircleTerms.serves_children.is_(True))
    rows: Sequence[Any] = session.execute(
        select(
            Circle.id,
            Circle.household_id,
            Circle.county,
            Circle.region_code,
            Circle.category,
            Circle.reason_code,
            Circle.promise_kind,
            Circle.monthly_fen,
            func.count(is_open).label("open"),
        )
        .join(Seat, Seat.circle_id == Circle.id)
        .where(
            Circle.state.in_([state.value for state in sorted(JOINABLE)]),
            Circle.hidden_at.is_(None),
            Circle.region_code.startswith(within),
            ~waits,
            ~with_children,
        )
        .group_by(Circle.id)
        .having(func.count(is_open) > 0)
        .order_by(Circle.id)
    ).all()
    return rows


def _subject(
    circle: Row[Any], large: frozenset[str], things: Mapping[str, Category], kinds: tuple[str, ...]
) -> Subject:
    """Give a circle by what is public of it: a circle is a whole family's, so it has no age."""
    return Subject(
        id=circle.id,
        county=ranked_place(circle.county, is_named=circle.county in large),
        kind=circle.category if circle.category in kinds else OTHER,
        form=(gift_kind(circle.promise_kind) or Kind.SERVICE).value,
        need=need_level(things, circle.category, circle.reason_code),
    )


def _barred(session: Session, moment: datetime, people: list[Account], circles: Sequence[Row[Any]]) -> Pairs:
    """List the pairs (account, household) that may not be."""
    found = _met(session) | _refused(session) | _on_other_sides(session, moment)
    found |= _of_own_house(session, people)
    return found | _neighbours(session, moment, people, circles)


def _met(session: Session) -> Pairs:
    """List who sits or sat in a household's circle, or let an offer of it go: a donor's refusal is asked once."""
    sat = select(Seat.account_id, Circle.household_id).join(Circle, Circle.id == Seat.circle_id)
    let_go = (
        select(SeatOffer.account_id, Circle.household_id)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(SeatOffer.state.in_(("declined", "expired")))
    )
    rows = [*session.execute(sat.where(Seat.account_id.is_not(None))), *session.execute(let_go)]
    return {(account, household) for account, household in rows if account is not None}


def _refused(session: Session) -> Pairs:
    rows = session.execute(
        select(CircleRefusal.account_id, CircleRefusal.household_id).where(CircleRefusal.account_id.is_not(None))
    )
    return {(account, household) for account, household in rows if account is not None}


def _on_other_sides(session: Session, moment: datetime) -> Pairs:
    rows = session.execute(
        select(HouseholdSide.account_id, HouseholdSide.beneficiary).where(
            HouseholdSide.side != Side.GIVING.value,
            HouseholdSide.last_at > moment - TERM,
            HouseholdSide.beneficiary.like("h%"),
        )
    )
    return {(account, int(beneficiary[1:])) for account, beneficiary in rows}


def _of_own_house(session: Session, people: list[Account]) -> Pairs:
    """List the donors who share a phone or address with a household or one of its people, by digest."""
    homes = select(Circle.household_id).where(Circle.state.in_([state.value for state in sorted(JOINABLE)]))
    known: defaultdict[bytes, set[int]] = defaultdict(set)
    for home, *digests in session.execute(
        select(Household.id, Household.phone_digest, Household.relative_phone_digest).where(Household.id.in_(homes))
    ):
        for digest in filter(None, digests):
            known[bytes(digest)].add(home)
    for home, digest in session.execute(
        select(Member.household_id, Member.id_digest).where(
            Member.household_id.in_(homes), Member.id_digest.is_not(None)
        )
    ):
        known[bytes(digest or b"")].add(home)
    return {
        (account.id, home)
        for account in people
        for digest in (account.phone_digest, account.email_digest)
        if digest
        for home in known.get(bytes(digest), ())
    }


def _neighbours(session: Session, moment: datetime, people: list[Account], circles: Sequence[Row[Any]]) -> Pairs:
    """List the donors who hold a role in the village or township of a household."""
    today, asked_for = day_of(moment), {account.id for account in people}
    rights: defaultdict[int, list[str]] = defaultdict(list)
    for account, region in session.execute(
        select(RoleGrant.account_id, RoleGrant.region_code).where(
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            RoleGrant.role.not_in(("donor", "organisation")),
        )
    ):
        if account in asked_for:
            rights[account].append(region)
    return {
        (account, circle.household_id)
        for account, regions in rights.items()
        for circle in circles
        if is_self_dealing(donor_digests=(), member_digests=(), donor_roles_in=regions, village=circle.region_code)
    }


def _earlier(session: Session) -> dict[int, int]:
    """Count how often each household stood on the lists of the last runs."""
    last = select(MatchRun.id).order_by(MatchRun.id.desc()).limit(LOOKS_BACK)
    rows = session.execute(
        select(MatchHousehold.household_id, func.sum(MatchHousehold.listed))
        .where(MatchHousehold.run_id.in_(last))
        .group_by(MatchHousehold.household_id)
    )
    return {household: int(listed) for household, listed in rows}
