from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import NotPermitted
from charity.domain.kinds import Kind
from charity.domain.pledges import CLOCK_ACTS, MOVES, Act
from charity.domain.sides import (
    ACTORS,
    SIDE_OF,
    SIDE_OF_ACT,
    TERM,
    FieldAct,
    Side,
    Stand,
    Who,
    is_drawn_for_check,
    may_act,
    may_act_on_side,
    may_check_codes,
    may_receive_money,
    may_review,
    may_sign_for_site,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", Kind)
def test_every_act_of_a_kind_has_somebody_who_may_take_it(kind):
    for of, _, act in MOVES:
        if of is kind:
            assert ACTORS[kind][act]
    assert ACTORS[kind][Act.RULE] == {Who.AUDITOR}


@pytest.mark.parametrize("kind", Kind)
def test_only_clocks_take_clocks_acts(kind):
    for act in CLOCK_ACTS:
        assert ACTORS[kind][act] == {Who.CLOCK}


@pytest.mark.parametrize(
    ("kind", "act", "who"),
    [
        (Kind.GOODS, Act.SEND, Who.DONOR),
        (Kind.GOODS, Act.RECEIVE, Who.KEEPER),
        (Kind.GOODS, Act.HAND_OVER, Who.VOLUNTEER),
        (Kind.GOODS, Act.RECEIVE, Who.DESK),
        (Kind.GOODS, Act.CONFIRM, Who.REVIEWER),
        (Kind.GOODS, Act.ACKNOWLEDGE, Who.HOUSEHOLD),
        (Kind.GOODS, Act.DISPUTE, Who.CLOCK),
        (Kind.PRODUCE, Act.SEND, Who.SELLER),
        (Kind.PRODUCE, Act.HAND_OVER, Who.DONOR),
        (Kind.MONEY, Act.RECEIVE, Who.OFFICER),
        (Kind.MONEY, Act.HAND_OVER, Who.OFFICER),
        (Kind.SERVICE, Act.HAND_OVER, Who.KEEPER),
    ],
)
def test_who_may(kind, act, who):
    may_act(kind, act, who)


@pytest.mark.parametrize(
    ("kind", "act", "who"),
    [
        (Kind.GOODS, Act.RECEIVE, Who.DONOR),
        (Kind.GOODS, Act.CONFIRM, Who.VOLUNTEER),
        (Kind.GOODS, Act.CONFIRM, Who.AUDITOR),
        (Kind.GOODS, Act.RULE, Who.REVIEWER),
        (Kind.PRODUCE, Act.SEND, Who.DONOR),
        (Kind.MONEY, Act.RECEIVE, Who.VOLUNTEER),
        (Kind.MONEY, Act.HAND_OVER, Who.KEEPER),
    ],
)
def test_who_may_not(kind, act, who):
    with pytest.raises(NotPermitted, match="not-your-act"):
        may_act(kind, act, who)


def test_no_volunteer_touches_money():
    touching = {Act.RECEIVE, Act.HAND_OVER, Act.UNDO, Act.RETURN}
    assert all(ACTORS[Kind.MONEY][act] == {Who.OFFICER} for act in touching)


@pytest.mark.parametrize(("first", "second"), list(product(Side, Side)))
def test_nobody_is_two_sides_within_a_term_whichever_came_first(first, second):
    stands = [Stand(first, NOW - timedelta(days=364))]
    if first is second:
        may_act_on_side(stands, second, now=NOW)
    else:
        with pytest.raises(NotPermitted, match="other-side"):
            may_act_on_side(stands, second, now=NOW)


def test_after_a_term_a_person_may_change_sides():
    may_act_on_side([Stand(Side.GIVING, NOW - TERM)], Side.FIELD, now=NOW)


def test_the_household_and_clocks_are_on_no_side():
    assert SIDE_OF[Who.HOUSEHOLD] is SIDE_OF[Who.CLOCK] is None
    may_act_on_side([Stand(Side.GIVING, NOW)], None, now=NOW)


def test_the_poster_may_receive_and_the_printer_may_confirm():
    posted = [Stand(SIDE_OF_ACT[FieldAct.POST], NOW)]
    may_act_on_side(posted, SIDE_OF[Who.KEEPER], now=NOW)
    printed = [Stand(SIDE_OF_ACT[FieldAct.PRINT_CARD], NOW)]
    may_act_on_side(printed, SIDE_OF[Who.REVIEWER], now=NOW)


def test_every_capacity_and_every_act_knows_its_side():
    assert set(SIDE_OF) == set(Who)
    assert set(SIDE_OF_ACT) == set(FieldAct)


@given(st.lists(st.tuples(st.sampled_from(list(Side)), st.integers(0, 800)), max_size=6), st.sampled_from(list(Side)))
def test_a_side_is_refused_exactly_when_another_was_taken_within_the_term(history, side):
    stands = [Stand(taken, NOW - timedelta(days=ago)) for taken, ago in history]
    if any(taken is not side and ago < 365 for taken, ago in history):
        with pytest.raises(NotPermitted):
            may_act_on_side(stands, side, now=NOW)
    else:
        may_act_on_side(stands, side, now=NOW)


def test_reviewers_are_not_posters_and_second_reviewers_are_others():
    may_review(reviewer=1, poster=2)
    may_review(reviewer=1, poster=2, first_reviewer=3)
    with pytest.raises(NotPermitted, match="poster-reviews"):
        may_review(reviewer=1, poster=1)
    with pytest.raises(NotPermitted, match="second-reviewer-is-first"):
        may_review(reviewer=1, poster=2, first_reviewer=1)


def test_checks_and_signatures_are_made_by_others():
    may_check_codes(checker=1, printer=2)
    may_sign_for_site(signer="a", poster="b", receiver="c")
    may_receive_money(organisation=1, donor=2)
    with pytest.raises(NotPermitted, match="printer-checks"):
        may_check_codes(checker=1, printer=1)
    for poster, receiver in (("a", "b"), ("b", "a")):
        with pytest.raises(NotPermitted, match="signer-handled-it"):
            may_sign_for_site(signer="a", poster=poster, receiver=receiver)
    with pytest.raises(NotPermitted, match="receiver-is-donor"):
        may_receive_money(organisation=1, donor=1)


def test_about_one_in_ten_is_drawn_and_always_the_same_ones():
    digests = [number.to_bytes(8, "big") + bytes(24) for number in range(1000)]
    drawn = [digest for digest in digests if is_drawn_for_check(digest)]
    assert len(drawn) == 100
    assert drawn == [digest for digest in digests if is_drawn_for_check(digest)]
