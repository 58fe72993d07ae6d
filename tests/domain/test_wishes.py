from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.durations import Pause
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import Kind, UnitOf
from charity.domain.legal import LegalBasis, may_publish, missing_in_basis
from charity.domain.wishes import (
    CANCELS_PLEDGES,
    ENDS_OFFERS,
    FINAL,
    MOVES,
    NEEDS_REASON,
    OPEN,
    PUBLIC,
    BeneficiaryKind,
    Counters,
    Label,
    Need,
    WishAct,
    WishState,
    acts_in,
    label_of,
    lower_wanted,
    may_renew,
    may_submit,
    needs_second_reviewer,
    next_state,
    stale_at,
    takes_claims,
    units_left,
)

W, A = WishState, WishAct
TODAY = date(2026, 5, 4)
EDGES = {(before, after) for (before, _), after in MOVES.items()}


def test_every_state_is_reachable_from_a_draft():
    seen = {W.DRAFT}
    while more := {after for before, after in EDGES if before in seen} - seen:
        seen |= more
    assert seen == set(W)


def test_dead_ends_are_only_the_declared_ones():
    leaving = {before for before, after in EDGES if before is not after}
    assert set(W) - leaving == FINAL


def test_every_act_leads_somewhere():
    assert {act for _, act in MOVES} == set(A)
    assert set(NEEDS_REASON) | ENDS_OFFERS | CANCELS_PLEDGES <= set(A)


@pytest.mark.parametrize("state", W)
def test_an_act_out_of_place_is_a_conflict(state):
    for act in set(A) - acts_in(state):
        with pytest.raises(Conflict, match="not-in-this-state"):
            next_state(state, act)


@pytest.mark.parametrize(
    ("state", "act", "after"),
    [
        (W.DRAFT, A.SUBMIT, W.SUBMITTED),
        (W.SUBMITTED, A.RETURN, W.RETURNED),
        (W.RETURNED, A.SUBMIT, W.SUBMITTED),
        (W.SUBMITTED, A.ENDORSE, W.SUBMITTED),
        (W.SUBMITTED, A.APPROVE, W.APPROVED),
        (W.APPROVED, A.GO_STALE, W.STALE),
        (W.STALE, A.RENEW, W.APPROVED),
        (W.STALE, A.CLOSE, W.CLOSED),
        (W.CLOSED, A.REOPEN, W.APPROVED),
    ],
)
def test_the_life_of_a_wish(state, act, after):
    assert next_state(state, act) is after


def test_withdrawing_is_possible_from_draft_submitted_approved_and_stale_only():
    assert {state for state, act in MOVES if act is A.WITHDRAW} == {W.DRAFT, W.SUBMITTED, W.APPROVED, W.STALE}


def test_only_an_approved_wish_takes_claims():
    assert [state for state in W if takes_claims(state)] == [W.APPROVED]
    assert W.APPROVED in PUBLIC
    assert not PUBLIC & {W.DRAFT, W.SUBMITTED, W.RETURNED, W.WITHDRAWN}
    assert not OPEN & (FINAL | {W.CLOSED, W.DRAFT})


def test_full_is_a_label_of_an_approved_wish_only():
    assert label_of(W.APPROVED, 0) is Label.FULL
    assert label_of(W.APPROVED, 1) is W.APPROVED
    assert label_of(W.STALE, 0) is W.STALE


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_units_left(wanted, committed, reserved):
    left = units_left(wanted=wanted, committed=committed, reserved=reserved)
    assert left + committed + reserved == wanted


@given(
    st.integers(1, 30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(-2, 32),
)
def test_lowering_never_goes_below_what_is_taken(wanted, committed, in_transit, fulfilled, reserved, lower):
    counters = Counters(
        wanted=wanted, committed=committed, in_transit=in_transit, fulfilled=fulfilled, reserved=reserved
    )
    if not counters.are_sound:
        return
    if 1 <= lower < wanted and lower >= committed + reserved:
        lowered = lower_wanted(counters, wanted=lower, reason="two came from the school")
        assert lowered.wanted == lower
        assert lowered.closes == (fulfilled == lower)
    else:
        with pytest.raises((Invalid, Conflict)):
            lower_wanted(counters, wanted=lower, reason="two came from the school")


def test_lowering_needs_a_reason_and_may_close():
    counters = Counters(wanted=5, committed=3, fulfilled=3)
    assert lower_wanted(counters, wanted=3, reason="enough").closes
    with pytest.raises(Invalid, match="reason-missing"):
        lower_wanted(counters, wanted=3, reason="  ")
    with pytest.raises(Conflict, match="wanted-below-committed"):
        lower_wanted(counters, wanted=2, reason="enough")


def _need(**changed):
    given_ = {
        "kind": Kind.GOODS,
        "unit": UnitOf.PIECE,
        "wanted": 2,
        "unit_fen": 80_00,
        "beneficiary": BeneficiaryKind.HOUSEHOLD,
    } | changed
    return Need(**given_)


def test_a_sensible_need_may_be_submitted():
    may_submit(_need(), today=TODAY)
    may_submit(_need(unit=UnitOf.SHARE, unit_fen=50_00), today=TODAY)
    may_submit(_need(season_ends=TODAY), today=TODAY)
    assert _need().price_fen == 160_00


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"unit": UnitOf.HOUR}, "unit-not-of-kind"),
        ({"wanted": 0}, "units-out-of-range"),
        ({"wanted": 100_001}, "units-out-of-range"),
        ({"unit_fen": 0}, "price-out-of-range"),
        ({"unit_fen": -1}, "price-out-of-range"),
        ({"unit": UnitOf.SHARE, "unit_fen": 30_00}, "share-size"),
        ({"season_ends": TODAY - timedelta(days=1)}, "season-over"),
    ],
)
def test_a_need_that_cannot_be_right_is_refused(changed, code):
    with pytest.raises(Invalid, match=code):
        may_submit(_need(**changed), today=TODAY)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"odd": True}, True),
        ({"branded": True}, True),
        ({"unit_fen": 100_01, "band_top_fen": 100_00}, True),
        ({"unit_fen": 100_00, "band_top_fen": 100_00}, False),
        ({"is_child": True, "price_fen": 300_00}, False),
        ({"is_child": True, "price_fen": 300_01}, True),
        ({"is_child": False, "price_fen": 900_00}, False),
    ],
)
def test_odd_branded_or_dear_needs_a_second_reviewer(changed, expected):
    facts = {
        "unit_fen": 90_00,
        "price_fen": 90_00,
        "band_top_fen": 100_00,
        "odd": False,
        "branded": False,
        "is_child": True,
        "child_fen": 300_00,
    }
    assert needs_second_reviewer(**(facts | changed)) is expected


def test_a_wish_goes_stale_after_90_days_or_when_its_season_is_over():
    approved = datetime(2026, 5, 4, 3, tzinfo=UTC)
    assert stale_at(approved) == approved + timedelta(days=90)
    assert stale_at(approved, date(2026, 6, 1)) == datetime(2026, 6, 1, 16, tzinfo=UTC)
    assert stale_at(approved, date(2027, 6, 1)) == approved + timedelta(days=90)
    paused = (Pause(date(2026, 5, 20), date(2026, 5, 24)),)
    assert stale_at(approved, pauses=paused) == approved + timedelta(days=95)
    assert stale_at(approved, date(2026, 6, 1), pauses=paused) == stale_at(approved, date(2026, 6, 1))
    may_renew(today=TODAY, season_ends=TODAY)
    with pytest.raises(Invalid, match="season-over"):
        may_renew(today=TODAY, season_ends=TODAY - timedelta(days=1))


def test_publication_needs_a_legal_basis():
    whole = LegalBasis(responsible_body="A", certificate="B", filing_number="C", contact="D")
    may_publish(whole, Kind.GOODS)
    for basis in (None, LegalBasis(), LegalBasis(responsible_body="A", contact="D", certificate=" ")):
        with pytest.raises(Conflict, match="legal-basis-missing"):
            may_publish(basis, Kind.GOODS)
    assert missing_in_basis(LegalBasis(responsible_body="A", contact="D"), Kind.SERVICE) == ()
    assert missing_in_basis(LegalBasis(responsible_body="A", contact="D"), Kind.MONEY) == (
        "certificate",
        "filing_number",
    )
