"""What every act on a wish stands on: the locked row, its move along the life, its clock and its entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from charity.adapters.crypto import seal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import year_of
from charity.domain.clocks import ClockName, get_clock
from charity.domain.durations import next_notice
from charity.domain.entry_values import JSON
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.permissions import is_allowed, may
from charity.domain.running import started
from charity.domain.sides import Side, may_act_on_side
from charity.domain.wishes import RENEWAL, WishAct, WishState, next_state, stale_at
from charity.ledger import append
from charity.models.households import Household
from charity.models.organisation_rows import find_receiver
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.receiving import add_child_year, free_place
from charity.models.sides import list_stands, record_side
from charity.models.wishes import PictureLook, Wish, WishReview, review_place


def lock_wish(tx: Tx, ref: str) -> Wish:
    """Load a wish for changing it: its household's row is locked first, then its own."""
    household_id = tx.session.execute(select(Wish.household_id).where(Wish.ref == ref)).one_or_none()
    if household_id is None:
        raise Missing
    if household_id[0] is not None:
        tx.session.execute(select(Household.id).where(Household.id == household_id[0]).with_for_update())
    return tx.session.scalars(
        select(Wish).where(Wish.ref == ref).with_for_update().execution_options(populate_existing=True)
    ).one()


def get_own(tx: Tx, actor: Actor, ref: str) -> Wish:
    """Load a wish that the actor posted and may still post for."""
    wish = lock_wish(tx, ref)
    may(actor, "wish.post", wish.region_code)
    if wish.poster_id != actor.account_id:
        raise Missing
    return wish


def get_to_review(tx: Tx, actor: Actor, ref: str) -> Wish:
    """Load a wish the actor may review: in the own region, or in the county's pool."""
    wish = lock_wish(tx, ref)
    may_review_in(actor, wish.region_code, is_in_pool=wish.clock == ClockName.COUNTY_POOL.value)
    return wish


def may_review_in(actor: Actor, region: str, *, is_in_pool: bool) -> None:
    """Pass for reviewers of the region, and, once it is in the county's pool, for all reviewers of the county."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if is_allowed(actor, "wish.review", region):
        return
    if not (is_in_pool and any(code.startswith(region[:6]) for code in actor.regions(Role.REVIEWER))):
        raise Missing


def take_side(tx: Tx, actor: Actor, wish: Wish, side: Side) -> None:
    """Let the actor act on a side of the wish's beneficiary, or refuse when he stands on another one."""
    may_act_on_side(list_stands(tx, actor.account_id, wish.beneficiary), side, now=tx.now)
    record_side(tx, actor.account_id, wish.beneficiary, side)


def move(wish: Wish, act: WishAct) -> WishState:
    """Bring a locked wish to the state an act leads to, and give the state it was in."""
    was = WishState(wish.state)
    wish.state = next_state(was, act).value
    return was


def start_clock(tx: Tx, wish: Wish, name: ClockName) -> None:
    """Start one of the clocks of review."""
    pauses = list_pauses(tx.session, wish.region_code, since=tx.now)
    running = started(get_clock(name, Kind(wish.kind)), tx.now, pauses)
    set_clock(wish, name.value, tx.now, running.due)


def start_renewal(tx: Tx, wish: Wish) -> None:
    """Start the clock after which an approved wish goes stale."""
    pauses = list_pauses(tx.session, wish.region_code, since=tx.now)
    set_clock(wish, RENEWAL, tx.now, stale_at(tx.now, wish.season_on, pauses=pauses))


def set_clock(wish: Wish, name: str, start: datetime, due: datetime) -> None:
    """Write a running clock into a wish's row; who must act was told at once, the next reminder is at half time."""
    wish.clock, wish.clock_started_at, wish.act_by = name, start, due
    wish.remind_at = next_notice(start, due, after=start)


def stop_clock(wish: Wish) -> None:
    """Stop a wish's clock: nobody must act now."""
    wish.clock = wish.clock_started_at = wish.act_by = wish.remind_at = None


def free_limits(tx: Tx, wish: Wish, *, fen: int) -> None:
    """Give back the wish's place among the open ones, and so much of the child's money of the year."""
    free_place(tx, household_id=wish.household_id, member_id=wish.member_id)
    count_child_year(tx, wish, -fen)


def count_child_year(tx: Tx, wish: Wish, fen: int) -> None:
    """Add to what the child's wishes ask for in the year in which this one was submitted."""
    add_child_year(tx, member_id=wish.member_id, year=year_of(wish.submitted_at or tx.now), fen=fen)


def add_review(
    tx: Tx, actor: Actor, wish: Wish, decision: str, reason: str = "", *, affirmed: Sequence[str] = ()
) -> None:
    """Write down one decision of a reviewer, and what he affirmed of the wish's picture."""
    sealed = seal_some(reason, place=review_place(wish.ref))
    review = WishReview(
        wish_id=wish.id,
        reviewer_id=actor.account_id,
        decision=decision,
        reason_sealed=sealed,
        reviewed_at=tx.now,
    )
    tx.session.add(review)
    if affirmed and wish.photo_id is not None:
        tx.session.flush()
        look = PictureLook(review_id=review.id, photo_id=wish.photo_id, affirmed=",".join(affirmed))
        tx.session.add(look)


def write_entry(
    tx: Tx,
    wish: Wish,
    kind: str,
    *,
    was: WishState | None,
    facts: Mapping[str, JSON] | None = None,
    texts: Mapping[str, str] | None = None,
    subjects: Mapping[str, str] | None = None,
) -> int:
    """Put what happened to a wish into the book, after its row was changed."""
    tx.session.flush()
    told = {name: text for name, text in (texts or {}).items() if text}
    return append(
        tx,
        kind,
        {"wish": wish.ref, **(subjects or {})},
        {"state": wish.state, "wanted": wish.wanted, "was": None if was is None else was.value, **(facts or {})},
        texts=told,
    )


def subjects_of(tx: Tx, wish: Wish) -> dict[str, str]:
    """Name the programme and point of a wish, for its entry."""
    subjects: dict[str, str] = {}
    if wish.programme_id is not None:
        programme = tx.session.get(Programme, wish.programme_id)
        subjects |= {} if programme is None else {"programme": programme.ref}
    if wish.point_id is not None:
        point = tx.session.get(ServicePoint, wish.point_id)
        subjects |= {} if point is None else {"point": point.ref}
    if wish.kind == Kind.MONEY.value:
        receiver = find_receiver(tx.session, wish.id)
        subjects |= {} if receiver is None else {"organisation": receiver.ref}
    return subjects


def tell_poster(tx: Tx, wish: Wish, kind: str, params: Mapping[str, str | int] | None = None) -> None:
    """Send a notice about a wish to whoever posted it."""
    notify(tx, account_id=wish.poster_id, kind=kind, params={"wish": wish.ref, "title": wish.title, **(params or {})})
