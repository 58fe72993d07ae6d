"""Keeping public wishes true: renewing them, lowering what is wanted, opening them again after a ruling."""

from collections.abc import Sequence

from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid
from charity.domain.limits import limits_passed, may_override
from charity.domain.permissions import is_allowed, may
from charity.domain.reviews import Decision
from charity.domain.sides import Side, may_review
from charity.domain.wall import wall_at
from charity.domain.wishes import Counters, WishAct, lower_wanted, may_give_reason, may_renew
from charity.ledger.waiting import tell_waiting
from charity.models.acts import act
from charity.models.doubles import is_photo_down
from charity.models.receiving import get_standing, take_place
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import may_publish_about, whose_of
from charity.services.wishes.ground import (
    add_review,
    count_child_year,
    free_limits,
    lock_wish,
    move,
    take_side,
    tell_poster,
    write_entry,
)
from charity.services.wishes.publishing import get_standing_programme, put_up, take_down
from charity.services.wishes.standing import drop_details, may_stand

MOST_AT_ONCE = 200


@act
def renew(tx: Tx, actor: Actor, ref: str) -> None:
    """Say that a need still stands; a stale wish is public again."""
    _renew(tx, actor, lock_wish(tx, ref))


@act
def renew_many(tx: Tx, actor: Actor, refs: Sequence[str]) -> int:
    """Renew many wishes at once, all or none, and give their number."""
    if not refs:
        raise Invalid("nothing-chosen", field="refs")
    if len(refs) > MOST_AT_ONCE:
        raise Invalid("too-many-chosen", field="refs", params={"most": MOST_AT_ONCE})
    wishes = [lock_wish(tx, ref) for ref in sorted(set(refs))]
    for wish in wishes:
        _renew(tx, actor, wish)
    return len(wishes)


def _renew(tx: Tx, actor: Actor, wish: Wish) -> None:
    may(actor, "wish.renew", wish.region_code)
    _may_keep(wish)
    side = _side_of(actor, wish)
    take_side(tx, actor, wish, side)
    may_renew(today=day_of(tx.now), season_ends=wish.season_on)
    _may_show_beneficiary(tx, wish)
    was = move(wish, WishAct.RENEW)
    wish.hidden_at = None  # the consent that hid it stands again, as was just asked
    put_up(tx, wish)
    by = Role.VOLUNTEER if side is Side.FIELD else Role.REVIEWER
    write_entry(tx, wish, "wish.renewed", was=was, facts={"by": by.value, "side": side.value})


def _may_show_beneficiary(tx: Tx, wish: Wish) -> None:
    whose = whose_of(tx, wish)
    may_publish_about(tx, whose)
    may_stand(tx, wish, whose)
    drop_details(tx, wish)
    if is_photo_down(tx.session, wish.photo_id, wish_id=wish.id):
        wish.photo_id = None  # it stands without the picture that a concern keeps out of sight elsewhere


def _may_keep(wish: Wish) -> None:
    """Refuse to keep a circle's wish like others: its month opens and ends it."""
    if wish.circle_id is not None:
        raise Conflict("wish-of-circle")


def _side_of(actor: Actor, wish: Wish) -> Side:
    return Side.FIELD if is_allowed(actor, "wish.post", wish.region_code) else Side.TOWNSHIP


@act
def lower(tx: Tx, actor: Actor, ref: str, *, wanted: int, reason: str) -> str:
    """Lower what a public wish wants, never below what is taken, and give its state; it closes when that fulfils it."""
    wish = lock_wish(tx, ref)
    may(actor, "wish.lower", wish.region_code)
    _may_keep(wish)
    may_review(reviewer=actor.account_id, poster=wish.poster_id)
    take_side(tx, actor, wish, Side.TOWNSHIP)
    lowered = lower_wanted(_counters(wish), wanted=wanted, reason=reason)
    freed = (wish.wanted - lowered.wanted) * wish.unit_fen
    was = move(wish, WishAct.LOWER)
    wish.wanted = lowered.wanted
    if wish.published_at is not None:
        wish.wall_at = wall_at(wish.published_at, taken=wish.committed + wish.reserved, wanted=wish.wanted)
    count_child_year(tx, wish, -freed)
    add_review(tx, actor, wish, Decision.LOWER.value, reason.strip())
    facts = {"by": Role.REVIEWER.value, "side": Side.TOWNSHIP.value}
    write_entry(tx, wish, "wish.lowered", was=was, facts=facts, texts={"reason": reason.strip()})
    if lowered.closes:
        was = move(wish, WishAct.CLOSE)
        wish.closed_at = tx.now
        free_limits(tx, wish, fen=0)
        take_down(tx, wish)
        write_entry(tx, wish, "wish.closed", was=was, facts=facts)
        tell_waiting(tx, wish, "waiting-ended")
    tell_poster(tx, wish, "wish-lowered", {"wanted": wish.wanted})
    return wish.state


def _counters(wish: Wish) -> Counters:
    return Counters(
        wanted=wish.wanted,
        committed=wish.committed,
        in_transit=wish.in_transit,
        fulfilled=wish.fulfilled,
        reserved=wish.reserved,
    )


@act
def reopen(tx: Tx, actor: Actor, ref: str, *, reason: str, override_reason: str = "") -> None:
    """Make a closed wish public again, because a ruling freed units and the need still stands.

    It takes a place among the open ones again: where none is free, the reviewer says why it may be one more.
    """
    may_give_reason(reason)
    wish = lock_wish(tx, ref)
    may(actor, "wish.review", wish.region_code)
    _may_keep(wish)
    may_review(reviewer=actor.account_id, poster=wish.poster_id)
    take_side(tx, actor, wish, Side.TOWNSHIP)
    if wish.fulfilled >= wish.wanted:
        raise Conflict("nothing-to-reopen")
    _may_show_beneficiary(tx, wish)
    get_standing_programme(tx, wish)  # what was closed is asked for anew, unlike a need that is renewed
    if _is_one_more(tx, wish, override_reason):
        add_review(tx, actor, wish, Decision.OVERRIDE.value, override_reason.strip())
    was = move(wish, WishAct.REOPEN)
    wish.closed_at = wish.hidden_at = None
    if wish.season_on is not None and wish.season_on < day_of(tx.now):
        wish.season_on = None  # the reviewer says that the need stands, although its season is over
    take_place(tx, household_id=wish.household_id, member_id=wish.member_id)
    put_up(tx, wish)
    add_review(tx, actor, wish, Decision.REOPEN.value, reason.strip())
    facts = {"by": Role.REVIEWER.value, "side": Side.TOWNSHIP.value}
    write_entry(tx, wish, "wish.reopened", was=was, facts=facts, texts={"reason": reason.strip()})
    tell_poster(tx, wish, "wish-reopened")


def _is_one_more(tx: Tx, wish: Wish, override_reason: str) -> bool:
    """Say whether a wish is beyond the open ones its people may have, and refuse that without a reason."""
    year = day_of(tx.now).year
    standing = get_standing(tx, household_id=wish.household_id, member_id=wish.member_id, year=year)
    # Its money was counted when it was handed in, and stays counted.
    passed = [code for code in limits_passed(standing, fen=0) if code != "child-year"]
    may_override(passed, reason=override_reason)
    return bool(passed)
