"""What the clocks do to wishes when nobody acted: called by the job that applies deadlines, inside its transaction."""

from charity.adapters.db import Tx
from charity.domain.calendar import day_of, local
from charity.domain.clocks import ClockName, get_clock
from charity.domain.consents import TOLD, is_due_for_renewal
from charity.domain.durations import due_at, next_notice
from charity.domain.kinds import Kind
from charity.domain.regions import county_of, township_of
from charity.domain.wishes import RENEWAL, WishAct, WishState
from charity.ledger.waiting import end_offers, end_waiting
from charity.models.consents import agreed_of, ends_on
from charity.models.outbox import notify, was_told
from charity.models.pausing import list_pauses
from charity.models.searching import drop_words
from charity.models.wish_people import list_reviewers
from charity.models.wishes import Wish
from charity.services.wishes.ground import lock_wish, move, tell_poster, write_entry
from charity.services.wishes.publishing import take_down
from charity.services.wishes.standing import drop_details, needed_by

REVIEWS = frozenset({ClockName.REVIEW.value, ClockName.SECOND_REVIEW.value})


def stale_due(tx: Tx, ref: str) -> bool:
    """Let an approved wish go stale when its time is over; False when it was renewed meanwhile."""
    wish = lock_wish(tx, ref)
    if wish.clock != RENEWAL or wish.act_by is None or wish.act_by > tx.now or wish.state != WishState.APPROVED:
        return False
    was = move(wish, WishAct.GO_STALE)
    if wish.committed == 0 and wish.circle_id is None and wish.unhelped_at is None:
        wish.unhelped_at = tx.now  # stays, whoever renews or withdraws it: no figure gets better by that
    take_down(tx, wish)
    write_entry(tx, wish, "wish.stale", was=was, facts={"by_clock": True})
    end_offers(tx, wish, "wish-stale", by_clock=True)
    tell_poster(tx, wish, "wish-stale")
    return True


def review_due(tx: Tx, ref: str) -> bool:
    """Move a wish that nobody reviewed in time into the county's pool; False when it was reviewed meanwhile."""
    wish = lock_wish(tx, ref)
    if wish.clock not in REVIEWS or wish.act_by is None or wish.act_by > tx.now:
        return False
    _into_pool(tx, wish)
    return True


def pool(tx: Tx, ref: str) -> bool:
    """Move a wish that nobody of its township may review into the county's pool, after three working days."""
    wish = lock_wish(tx, ref)
    if wish.clock not in REVIEWS or wish.clock_started_at is None:
        return False
    start, wait = wish.clock_started_at, get_clock(ClockName.COUNTY_POOL, Kind(wish.kind)).duration
    if due_at(start, wait, list_pauses(tx.session, wish.region_code, since=start)) > tx.now:
        return False
    _into_pool(tx, wish)
    return True


def _into_pool(tx: Tx, wish: Wish) -> None:
    # The pool has no further clock: the wish stays overdue there, counted in public, until somebody reviews it.
    wish.clock, wish.remind_at = ClockName.COUNTY_POOL.value, None
    for account_id in list_reviewers(tx, county_of(wish.region_code), but=wish.poster_id):
        notify(tx, account_id=account_id, kind="wish-in-county-pool", params={"wish": wish.ref, "title": wish.title})


def consent_over(tx: Tx, ref: str) -> bool:
    """Take a wish out of sight when a consent it needs has run out, or off it a detail nobody agrees to any more.

    Its deliveries run on, and a renewal asks again.
    """
    wish = lock_wish(tx, ref)
    if wish.hidden_at is not None or wish.household_id is None:
        return False
    home, member = wish.household_id, wish.member_id
    needed = needed_by(tx, wish)
    if agreed_of(tx.session, needed, household_id=home, member_id=member, moment=tx.now) >= needed:
        return drop_details(tx, wish)
    wish.hidden_at = tx.now
    drop_words(tx, [wish.id])
    tx.session.flush()
    end_waiting(tx, wish, by_clock=True)
    if wish.state != WishState.WITHDRAWN.value:  # nobody asks for it any more: there is nothing to renew
        tell_poster(tx, wish, "wish-consent-ended")
    return True


def consent_soon_over(tx: Tx, ref: str) -> bool:
    """Tell the poster once, within the last 60 days, that a consent a wish needs will end."""
    wish = lock_wish(tx, ref)
    if wish.hidden_at is not None or wish.household_id is None:
        return False
    until = ends_on(tx.session, needed_by(tx, wish), household_id=wish.household_id, member_id=wish.member_id)
    if until is None or not is_due_for_renewal(until, today=day_of(tx.now)):
        return False
    if was_told(tx, account_id=wish.poster_id, kind="wish-consent-ends-soon", about=wish.ref, since=tx.now - TOLD):
        return False
    tell_poster(tx, wish, "wish-consent-ends-soon", {"until": until.isoformat()})
    return True


def due(tx: Tx, ref: str) -> bool:
    """Apply whichever clock of a wish has run out."""
    return stale_due(tx, ref) or review_due(tx, ref)


def remind(tx: Tx, ref: str) -> bool:
    """Remind whoever must act on a wish, and set the next reminder; False when there is nothing to remind of."""
    wish = lock_wish(tx, ref)
    if wish.remind_at is None or wish.remind_at > tx.now or wish.act_by is None or wish.clock_started_at is None:
        return False
    until = f"{local(wish.act_by):%Y-%m-%d %H:%M}"
    if wish.clock == RENEWAL:
        tell_poster(tx, wish, "wish-renew-soon", {"until": until})
    else:
        _remind_reviewers(tx, wish, until)
    wish.remind_at = next_notice(wish.clock_started_at, wish.act_by, after=tx.now)
    return True


def _remind_reviewers(tx: Tx, wish: Wish, until: str) -> None:
    for account_id in list_reviewers(tx, township_of(wish.region_code), but=wish.poster_id):
        params = {"wish": wish.ref, "title": wish.title, "until": until}
        notify(tx, account_id=account_id, kind="wish-review-soon", params=params)
