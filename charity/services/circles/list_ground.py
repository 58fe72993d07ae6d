"""What every act on a list of families stands on: the locked list, its terms, and what stands in a family's way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.circles import NEEDED_FOR_CIRCLE, Promise, PromiseKind, Terms
from charity.domain.errors import Conflict, Missing
from charity.domain.households import OUT_OF_HARDSHIP, LifeState
from charity.domain.openings import Column, OpeningAct, OpeningState, is_over, next_state
from charity.domain.sides import Side
from charity.domain.telling import tells_of, tells_school
from charity.models.consents import list_agreed
from charity.models.households import Household
from charity.models.likenesses import list_stopped
from charity.models.minors import has_adult
from charity.models.naming import list_names_of, list_site_names
from charity.models.opening_rows import find_opening, list_unwilling, list_with_circle
from charity.models.openings import CircleOpening, OpeningTerms
from charity.models.outbox import notify
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.sides import list_on_other_side

Points = Mapping[int, ServicePoint]
TERMS = ("units", "every", "subject", "mode", "product", "shipping")
AT_POINT = frozenset({PromiseKind.GOODS, PromiseKind.SERVICE})


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way of one family's circle, and in which cell of the list it shows."""

    code: str
    cell: Column = Column.HOUSEHOLD


def lock_list(tx: Tx, ref: str) -> CircleOpening:
    """Load a list for changing it; Missing when there is none."""
    opening = find_opening(tx, ref)
    if opening is None:
        raise Missing
    return opening


def move_list(opening: CircleOpening, act: OpeningAct) -> None:
    """Bring a locked list to the state an act leads to."""
    opening.state = next_state(OpeningState(opening.state), act).value


def tell(tx: Tx, opening: CircleOpening, account_id: int | None, kind: str) -> None:
    """Send a notice about a list to one person."""
    if account_id is not None:
        name = tx.session.get_one(Programme, opening.programme_id).name
        notify(tx, account_id=account_id, kind=kind, params={"opening": opening.ref, "programme": name})


def promise_of(tx: Tx, opening: CircleOpening) -> Promise:
    """Give what each seat of a list's circles promises."""
    said = tx.session.get(OpeningTerms, opening.id)
    of_kind: dict[str, Any] = {} if said is None else {name: getattr(said, name) for name in TERMS}
    return Promise(
        **of_kind,
        kind=PromiseKind(opening.promise_kind),
        monthly_fen=opening.monthly_fen,
        title=opening.title,
        details=opening.details,
        category=opening.category,
        reason_code=opening.reason_code,
        unit_label=opening.unit_label,
    )


def terms_of(opening: CircleOpening) -> Terms:
    """Give the numbers that a list's circles share."""
    return Terms(target=opening.target, least=opening.least, months=opening.months, not_before=opening.not_before)


def may_open_under(tx: Tx, programme: Programme) -> None:
    """Refuse a programme that is closed or over."""
    today = day_of(tx.now)
    if is_over(ends_on=programme.ends_on, is_closed=programme.closed_at is not None, today=today):
        raise Conflict("programme-not-running", field="file")


def find_troubles(
    tx: Tx, households: Sequence[Household], promise: Promise, points: Points, *, acting: Collection[tuple[int, Side]]
) -> dict[int, Trouble]:
    """Name what stands in the way of each family's circle now; families without any trouble are left out.

    A family that refused a circle and one that never agreed are told apart by nobody: a refusal has no reason.
    """
    ids = [household.id for household in households]
    agreed = list_agreed(tx.session, NEEDED_FOR_CIRCLE, ids, tx.now) - list_unwilling(tx, ids)
    has_circle, alike = list_with_circle(tx, ids), list_stopped(tx.session, ids)
    other_side = {
        one for account, side in acting for one in list_on_other_side(tx, account, [f"h{n}" for n in ids], side)
    }
    told = _told_of(tx, households, promise)
    by_hours = promise.kind is PromiseKind.SERVICE
    alone = {one for one in ids if by_hours and not has_adult(tx.session, one, moment=tx.now)}
    found: dict[int, Trouble] = {}
    for household in households:
        checks = (
            (household.closed_at is not None, Trouble("household-unknown")),
            (LifeState(household.life_state) in OUT_OF_HARDSHIP, Trouble("household-out-of-hardship")),
            (household.verified_at is None, Trouble("household-not-verified")),
            (household.id not in agreed, Trouble("consent-missing")),
            (household.id in has_circle, Trouble("circle-exists")),
            (household.id in alike, Trouble("look-alike-open")),
            (f"h{household.id}" in other_side, Trouble("other-side")),
            (household.id in told, Trouble("text-tells-who")),
            (promise.kind in AT_POINT and household.id not in points, Trouble("point-missing", Column.POINT)),
            (household.id in alone, Trouble("children-not-by-list")),
        )
        trouble = next((trouble for stands, trouble in checks if stands), None)
        if trouble is not None:
            found[household.id] = trouble
    return found


def _told_of(tx: Tx, households: Sequence[Household], promise: Promise) -> set[int]:
    """List the families whose people, place or schools the words of the promise would tell."""
    words = f"{promise.title}\n{promise.details}".strip()
    if not words:
        return set()
    counties = {household.county for household in households}
    told = {county for county in counties if tells_school(words, list_site_names(tx, county))}
    by_school = {household.id for household in households if household.county in told}
    return by_school | {family for family, names in list_names_of(tx, households).items() if tells_of(words, names)}
