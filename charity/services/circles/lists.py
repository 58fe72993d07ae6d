"""An administrator's side of a list of families: staging it as a dry run, handing it in, dropping it."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_gifts import category_code, may_promise, reason_code, teaches, unit_label
from charity.domain.circles import Promise, Terms, gift_kind, may_propose
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded
from charity.domain.openings import (
    ListRow,
    OpeningAct,
    OpeningState,
    RowState,
    common_region,
    may_stage,
    narrowed,
    offices,
)
from charity.domain.permissions import may, regions_for
from charity.models.acts import act
from charity.models.catalogue import find_category
from charity.models.opening_rows import count_rows, list_covering_reviewers
from charity.models.openings import CircleOpening, OpeningRow, OpeningTerms
from charity.models.programmes import Programme
from charity.models.sides import lock_account
from charity.services.circles.list_ground import TERMS, lock_list, may_open_under, move_list, tell
from charity.services.circles.list_reading import ListReader, ReadRow
from charity.services.circles.propose import BESIDE, PRICED


@act
def stage(tx: Tx, actor: Actor, programme_ref: str, *, terms: Terms, promise: Promise, rows: Sequence[ListRow]) -> str:
    """Read a list of families and keep what would be done, and what is wrong in which row; gives its reference.

    Nothing is opened and nobody is told: the list can be dropped, or handed in for the second look.
    """
    programme, regions = _get_programme(tx, actor, programme_ref)
    may_open_under(tx, programme)
    may_stage(len(rows))
    today = day_of(tx.now)
    may_propose(terms, promise, today=today)
    kind = gift_kind(promise.kind)
    if kind is not None:
        if programme.kind != kind.value:
            raise Invalid("no-legal-basis", field="promise")
        if teaches(promise.subject):  # who sits beside the children is to be said for each family
            raise Invalid("children-not-by-list", field="subject")
        may_promise(promise, find_category(tx.session, category_code(promise)), seats=terms.target, today=today)
    lock_account(tx, actor.account_id)
    read = list(ListReader(tx, actor.account_id, regions, promise).read(rows))
    opening = _make(tx, actor, programme, terms, promise, _region(read, regions))
    tx.session.execute(insert(OpeningRow), [row.values(opening.id) for row in read])
    return opening.ref


@act
def submit(tx: Tx, actor: Actor, ref: str) -> None:
    """Hand the good rows of a staged list in for the second look; its wrong rows stay out."""
    opening = _get_own(tx, actor, ref)
    may_open_under(tx, tx.session.get_one(Programme, opening.programme_id))
    if not count_rows(tx, opening.id).get(RowState.WAITING.value):
        raise Conflict("list-without-good-rows")
    move_list(opening, OpeningAct.SUBMIT)
    opening.submitted_by_id, opening.submitted_at = actor.account_id, tx.now
    but = {opening.staged_by_id, actor.account_id}
    for account_id in list_covering_reviewers(tx, opening.region_code, but=but):
        tell(tx, opening, account_id, "list-to-review")


@act
def drop(tx: Tx, actor: Actor, ref: str) -> None:
    """Give up a list that nobody has agreed to yet."""
    move_list(_get_own(tx, actor, ref), OpeningAct.DROP)


def _get_programme(tx: Tx, actor: Actor, ref: str) -> tuple[Programme, tuple[str, ...]]:
    """Read a programme, and the regions in which the actor may open circles under it."""
    if not actor.is_signed_in:
        raise SignInNeeded
    programme = tx.session.scalars(select(Programme).where(Programme.ref == ref)).one_or_none()
    held = offices(regions_for(actor, "circles.list"))
    regions = () if programme is None else narrowed(held, programme.region_code)
    if programme is None or not regions:
        raise Missing
    return programme, regions


def _get_own(tx: Tx, actor: Actor, ref: str) -> CircleOpening:
    lock_account(tx, actor.account_id)
    opening = lock_list(tx, ref)
    may(actor, "circles.list", opening.region_code)
    return opening


def _region(read: Sequence[ReadRow], regions: Sequence[str]) -> str:
    """Give the smallest region that holds all families whose circles may be opened, else the actor's own."""
    good = common_region(row.household.region_code for row in read if row.household is not None and row.trouble is None)
    return good if good.startswith(tuple(regions)) else regions[0]


def _make(tx: Tx, actor: Actor, programme: Programme, terms: Terms, promise: Promise, region: str) -> CircleOpening:
    opening = CircleOpening(
        ref=new_ref(),
        programme_id=programme.id,
        region_code=region,
        state=OpeningState.STAGED.value,
        target=terms.target,
        least=terms.least,
        months=terms.months,
        not_before=terms.not_before,
        promise_kind=promise.kind.value,
        monthly_fen=promise.monthly_fen if promise.kind in PRICED else 0,
        title=promise.title.strip(),
        details=promise.details.strip(),
        category=category_code(promise),
        reason_code=reason_code(promise),
        unit_label=unit_label(promise),
        staged_by_id=actor.account_id,
        staged_at=tx.now,
    )
    tx.session.add(opening)
    tx.session.flush()
    if promise.kind in BESIDE:
        tx.session.add(OpeningTerms(opening_id=opening.id, **{name: getattr(promise, name) for name in TERMS}))
        tx.session.flush()
    return opening
