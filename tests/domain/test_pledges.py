from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import LIVES, Kind, PledgeState
from charity.domain.pledges import (
    CLOCK_ACTS,
    DISPUTABLE,
    FINAL,
    MOVES,
    RULINGS,
    RULINGS_ON_APPEAL,
    STATES,
    Act,
    Basis,
    Ruling,
    acts_in,
    may_confirm_on,
    may_dispute,
    may_doubt_return,
    may_undo,
    next_state,
    split_receipt,
)

S = PledgeState
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
KINDS = st.sampled_from(list(Kind))

HAPPY = {
    Kind.GOODS: [Act.PLAN, Act.SEND, Act.RECEIVE, Act.HAND_OVER, Act.ACKNOWLEDGE],
    Kind.SERVICE: [Act.PLAN, Act.SEND, Act.HAND_OVER, Act.CONFIRM],
    Kind.PRODUCE: [Act.PLAN, Act.SEND, Act.DEEM, Act.ACKNOWLEDGE],
    Kind.MONEY: [Act.SEND, Act.RECEIVE, Act.HAND_OVER, Act.CONFIRM],
}


def _edges(kind):
    edges = {(state, after) for (of, state, _), after in MOVES.items() if of is kind}
    for state, rulings in RULINGS.items():
        if state in STATES[kind]:
            for ruling in rulings - {Ruling.FORMER}:
                edges.add((state, S(ruling.value)))
    return edges


def _reachable(kind):
    seen, edges = {S.HELD}, _edges(kind)
    while more := {after for before, after in edges if before in seen} - seen:
        seen |= more
    return seen


@pytest.mark.parametrize("kind", Kind)
def test_each_life_is_walked_from_claim_to_confirmation(kind):
    path = [S.HELD]
    for act in HAPPY[kind]:
        path.append(next_state(kind, path[-1], act))
    assert tuple(path) == LIVES[kind].path


@pytest.mark.parametrize("kind", Kind)
def test_every_state_of_a_kind_is_reachable(kind):
    assert _reachable(kind) == STATES[kind]


@pytest.mark.parametrize("kind", Kind)
def test_dead_ends_are_only_the_declared_ones(kind):
    leaving = {before for before, after in _edges(kind) if before is not after}
    assert STATES[kind] - leaving == FINAL & STATES[kind]


@pytest.mark.parametrize("kind", Kind)
def test_every_state_that_is_not_final_can_still_end(kind):
    edges = _edges(kind)
    ends = FINAL | {S.CONFIRMED}
    for start in STATES[kind]:
        seen = {start}
        while more := {after for before, after in edges if before in seen} - seen:
            seen |= more
        assert seen & ends


def test_goods_know_no_unsettled_lapse_and_money_no_plan():
    for kind in (Kind.GOODS, Kind.SERVICE, Kind.PRODUCE):
        assert S.LAPSED_UNSETTLED not in STATES[kind]
    assert S.PLANNED not in STATES[Kind.MONEY]
    assert S.AT_POINT not in STATES[Kind.SERVICE] | STATES[Kind.PRODUCE]


@pytest.mark.parametrize(
    ("kind", "state", "act", "after"),
    [
        (Kind.GOODS, S.HELD, Act.CANCEL, S.CANCELLED),
        (Kind.GOODS, S.PLANNED, Act.CANCEL, S.CANCELLED),
        (Kind.GOODS, S.HELD, Act.LAPSE, S.LAPSED),
        (Kind.GOODS, S.PLANNED, Act.LAPSE, S.LAPSED),
        (Kind.GOODS, S.PLANNED, Act.EXTEND, S.PLANNED),
        (Kind.GOODS, S.SENT, Act.RETURN, S.RETURNED),
        (Kind.GOODS, S.AT_POINT, Act.RETURN, S.RETURNED),
        (Kind.GOODS, S.AT_POINT, Act.UNDO, S.SENT),
        (Kind.GOODS, S.HANDED_OVER, Act.UNDO, S.AT_POINT),
        (Kind.GOODS, S.HANDED_OVER, Act.SLIP, S.HANDED_OVER),
        (Kind.SERVICE, S.HANDED_OVER, Act.UNDO, S.SENT),
        (Kind.SERVICE, S.SENT, Act.RETURN, S.RETURNED),
        (Kind.PRODUCE, S.HANDED_OVER, Act.UNDO, S.SENT),
        (Kind.PRODUCE, S.PLANNED, Act.RELEASE, S.CANCELLED),
        (Kind.MONEY, S.HELD, Act.LAPSE, S.LAPSED_UNSETTLED),
        (Kind.MONEY, S.LAPSED_UNSETTLED, Act.LAPSE, S.LAPSED),
    ],
)
def test_side_ways(kind, state, act, after):
    assert next_state(kind, state, act) is after


@pytest.mark.parametrize(
    ("kind", "state", "act"),
    [
        (Kind.GOODS, S.SENT, Act.CANCEL),
        (Kind.GOODS, S.SENT, Act.LAPSE),
        (Kind.GOODS, S.HELD, Act.SEND),
        (Kind.GOODS, S.SENT, Act.HAND_OVER),
        (Kind.GOODS, S.CONFIRMED, Act.UNDO),
        (Kind.GOODS, S.HELD, Act.DISPUTE),
        (Kind.PRODUCE, S.PLANNED, Act.LAPSE),
        (Kind.MONEY, S.HELD, Act.PLAN),
        (Kind.MONEY, S.HANDED_OVER, Act.SLIP),
        (Kind.MONEY, S.HANDED_OVER, Act.ACKNOWLEDGE),
        (Kind.SERVICE, S.SENT, Act.RECEIVE),
    ],
)
def test_an_act_out_of_place_is_a_conflict(kind, state, act):
    with pytest.raises(Conflict) as refused:
        next_state(kind, state, act)
    assert refused.value.code == "not-in-this-state"
    assert refused.value.params == {"state": state.value, "act": act.value}


@pytest.mark.parametrize("kind", Kind)
def test_nothing_but_an_appeal_leads_on_from_a_final_state(kind):
    for state in FINAL & STATES[kind]:
        doubts = {Act.DISPUTE, Act.RETURN} if (kind, state) == (Kind.MONEY, S.RETURNED) else set()
        assert acts_in(kind, state) <= {Act.APPEAL} | doubts
        assert all(next_state(kind, state, act) is state for act in acts_in(kind, state))


@pytest.mark.parametrize("kind", Kind)
def test_a_dispute_is_possible_from_sent_on_and_a_ruling_gives_the_former_state_back(kind):
    for state in DISPUTABLE & STATES[kind]:
        assert next_state(kind, state, Act.DISPUTE) is S.DISPUTED
        assert next_state(kind, S.DISPUTED, Act.RULE, former=state, ruling=Ruling.FORMER) is state


@pytest.mark.parametrize("ruling", [Ruling.CONFIRMED, Ruling.RETURNED, Ruling.REFUTED])
def test_a_ruling_may_decide_otherwise(ruling):
    assert next_state(Kind.GOODS, S.DISPUTED, Act.RULE, former=S.SENT, ruling=ruling) is S(ruling.value)


@pytest.mark.parametrize("ruling", [Ruling.SENT, Ruling.LAPSED])
def test_an_unsettled_lapse_is_ruled_sent_or_lapsed(ruling):
    assert next_state(Kind.MONEY, S.LAPSED_UNSETTLED, Act.RULE, ruling=ruling) is S(ruling.value)
    with pytest.raises(Conflict):
        next_state(Kind.GOODS, S.DISPUTED, Act.RULE, former=S.SENT, ruling=ruling)


def test_a_ruling_needs_its_outcome_and_a_disputed_pledge():
    with pytest.raises(Invalid, match="ruling-missing"):
        next_state(Kind.GOODS, S.DISPUTED, Act.RULE, former=S.SENT)
    with pytest.raises(Conflict, match="not-in-this-state"):
        next_state(Kind.GOODS, S.SENT, Act.RULE, ruling=Ruling.CONFIRMED)
    with pytest.raises(Conflict, match="former-state-unknown"):
        next_state(Kind.GOODS, S.DISPUTED, Act.RULE, ruling=Ruling.FORMER)


def test_the_level_above_may_uphold_or_replace_a_first_ruling():
    assert next_state(Kind.GOODS, S.REFUTED, Act.RULE, ruling=Ruling.FORMER, on_appeal=True) is S.REFUTED
    assert next_state(Kind.GOODS, S.REFUTED, Act.RULE, ruling=Ruling.CONFIRMED, on_appeal=True) is S.CONFIRMED
    with pytest.raises(Conflict):
        next_state(Kind.GOODS, S.REFUTED, Act.RULE, ruling=Ruling.CONFIRMED)
    assert all(state not in RULINGS for state in RULINGS_ON_APPEAL)


@given(kind=KINDS, state=st.sampled_from(list(S)), act=st.sampled_from(list(Act)))
def test_the_table_and_the_function_agree(kind, state, act):
    if act is Act.RULE:
        return
    if act in acts_in(kind, state):
        assert next_state(kind, state, act) in STATES[kind]
    else:
        with pytest.raises(Conflict):
            next_state(kind, state, act)


def test_every_act_is_used_somewhere():
    used = {act for _, _, act in MOVES}
    assert used | {Act.RULE} == set(Act)
    assert used >= CLOCK_ACTS


def test_undo_is_the_doers_within_a_day():
    may_undo(done_at=NOW - timedelta(hours=24), done_by=7, actor=7, now=NOW)
    with pytest.raises(Conflict, match="undo-too-late"):
        may_undo(done_at=NOW - timedelta(hours=24, seconds=1), done_by=7, actor=7, now=NOW)
    with pytest.raises(Conflict, match="undo-not-yours"):
        may_undo(done_at=NOW, done_by=8, actor=7, now=NOW)
    with pytest.raises(Conflict, match="undo-not-yours"):
        may_undo(done_at=NOW, done_by=None, actor=7, now=NOW)


def test_money_that_went_back_is_doubted_within_30_days_and_once():
    may_doubt_return(returned_at=NOW - timedelta(days=30), is_said=False, now=NOW)
    with pytest.raises(Conflict, match="dispute-too-late"):
        may_doubt_return(returned_at=NOW - timedelta(days=30, seconds=1), is_said=False, now=NOW)
    with pytest.raises(Conflict, match="case-open-already"):
        may_doubt_return(returned_at=NOW, is_said=True, now=NOW)
    with pytest.raises(Conflict, match="refund-awaited"):
        may_doubt_return(returned_at=NOW, is_said=False, is_awaited=True, now=NOW)
    may_doubt_return(returned_at=NOW - timedelta(days=300), is_said=False, is_late=True, now=NOW)


def test_only_money_that_went_back_is_ruled_to_be_on_its_way_again():
    again = next_state(Kind.MONEY, S.RETURNED, Act.RULE, ruling=Ruling.SENT, on_appeal=True)
    assert again is S.SENT
    with pytest.raises(Conflict):
        next_state(Kind.GOODS, S.RETURNED, Act.RULE, ruling=Ruling.SENT, on_appeal=True)
    with pytest.raises(Conflict):
        next_state(Kind.MONEY, S.RETURNED, Act.RULE, ruling=Ruling.SENT)


def test_a_confirmed_pledge_is_disputed_within_30_days():
    may_dispute(S.CONFIRMED, confirmed_at=NOW - timedelta(days=30), now=NOW)
    may_dispute(S.SENT, confirmed_at=None, now=NOW)
    with pytest.raises(Conflict, match="dispute-too-late"):
        may_dispute(S.CONFIRMED, confirmed_at=NOW - timedelta(days=30, seconds=1), now=NOW)


@given(units=st.integers(1, 1000), received=st.integers(-5, 1100))
def test_a_split_keeps_the_sum(units, received):
    if 1 <= received <= units:
        split = split_receipt(units, received)
        assert split.received == received
        assert split.received + split.rest == units
        assert split.rest >= 0
    else:
        with pytest.raises(Invalid):
            split_receipt(units, received)


def test_money_is_confirmed_by_call_back_only():
    may_confirm_on(Kind.GOODS, Basis.SLIP)
    may_confirm_on(Kind.MONEY, Basis.CALL_BACK)
    with pytest.raises(Invalid, match="basis-needs-call-back"):
        may_confirm_on(Kind.MONEY, Basis.SLIP)
