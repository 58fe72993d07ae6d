from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.actors import AccountKind
from charity.domain.errors import CapReached, Conflict
from charity.domain.kinds import PledgeState
from charity.domain.limits import (
    DonorStanding,
    Limits,
    ReceivingStanding,
    cooling_until,
    lapses_after,
    limits_passed,
    may_claim,
    may_override,
    open_fen_limit,
    open_limit,
)
from charity.domain.wishes import BeneficiaryKind

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PERSON, ORGANISATION = AccountKind.PERSON, AccountKind.ORGANISATION


@pytest.mark.parametrize(("confirmed", "limit"), [(0, 5), (1, 5), (2, 6), (3, 6), (19, 14), (20, 15), (500, 15)])
def test_a_donor_gains_a_place_for_every_two_confirmed(confirmed, limit):
    assert open_limit(confirmed, PERSON) == limit


def test_a_county_may_raise_an_organisations_places_but_nobody_elses():
    assert open_limit(0, ORGANISATION) == 50
    assert open_limit(0, ORGANISATION, 200) == 200
    assert open_limit(0, ORGANISATION, 10) == 50
    assert open_limit(0, PERSON, 200) == 5


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_confirmed_never_means_fewer_places(one, other):
    less, more = sorted((one, other))
    assert open_limit(less, PERSON) <= open_limit(more, PERSON) <= 15


def test_lapses_in_a_row():
    row = 0
    for state in (PledgeState.LAPSED, PledgeState.CANCELLED, PledgeState.RETURNED, PledgeState.LAPSED):
        row = lapses_after(row, state)
    assert row == 2
    assert lapses_after(row, PledgeState.LAPSED_UNSETTLED) == 2
    assert lapses_after(row, PledgeState.CONFIRMED) == 0


def test_two_lapses_in_a_row_cool_for_ten_days():
    assert cooling_until(1, NOW) is None
    assert cooling_until(2, None) is None
    assert cooling_until(2, NOW) == NOW + timedelta(days=10)
    assert cooling_until(3, NOW) == NOW + timedelta(days=10)


def _standing(**changed):
    facts = {
        "kind": PERSON,
        "verified": True,
        "confirmed": 0,
        "open_pledges": 4,
        "open_fen": 1_900_00,
        "year_fen": 4_900_00,
    } | changed
    return DonorStanding(**facts)


def test_a_claim_up_to_every_limit_is_allowed():
    may_claim(_standing(), fen=100_00, now=NOW)


@pytest.mark.parametrize(
    ("changed", "fen", "code"),
    [
        ({"verified": False}, 1, "verify-first"),
        ({"lapses_in_a_row": 2, "last_lapse_at": NOW - timedelta(days=10, seconds=-1)}, 1, "cooling"),
        ({"open_pledges": 5}, 1, "open-limit"),
        ({}, 100_01, "open-amount-limit"),
        ({"open_fen": 0}, 100_01, "yearly-limit"),
        ({"kind": ORGANISATION, "open_pledges": 50}, 1, "open-limit"),
    ],
)
def test_every_limit_bites(changed, fen, code):
    with pytest.raises(CapReached) as refused:
        may_claim(_standing(**changed), fen=fen, now=NOW)
    assert refused.value.code == code
    assert refused.value.status == 403


def test_what_does_not_bite():
    may_claim(_standing(lapses_in_a_row=2, last_lapse_at=NOW - timedelta(days=10)), fen=1, now=NOW)
    may_claim(_standing(open_pledges=5, confirmed=2), fen=1, now=NOW)
    may_claim(_standing(kind=ORGANISATION, open_pledges=49, open_fen=90_000_00, year_fen=0), fen=500_00, now=NOW)
    assert open_fen_limit(ORGANISATION) is None


def test_every_number_is_a_setting():
    few = Limits(first_open=1, open_fen=10_00)
    with pytest.raises(CapReached, match="open-limit"):
        may_claim(_standing(open_pledges=1), fen=1, now=NOW, limits=few)
    assert open_limit(0, PERSON, limits=few) == 1


@pytest.mark.parametrize(
    ("standing", "fen", "codes"),
    [
        (ReceivingStanding(kind=BeneficiaryKind.CHILD), 1_000_00, ()),
        (ReceivingStanding(kind=BeneficiaryKind.CHILD), 1_000_01, ("child-year",)),
        (ReceivingStanding(kind=BeneficiaryKind.CHILD, child_open=1, household_open=1), 1, ("child-open-wish",)),
        (
            ReceivingStanding(kind=BeneficiaryKind.CHILD, child_open=1, household_open=3, child_year_fen=1_000_00),
            1,
            ("household-open-wishes", "child-open-wish", "child-year"),
        ),
        (ReceivingStanding(kind=BeneficiaryKind.HOUSEHOLD, household_open=2), 9_000_00, ()),
        (ReceivingStanding(kind=BeneficiaryKind.HOUSEHOLD, household_open=3), 1, ("household-open-wishes",)),
        (ReceivingStanding(kind=BeneficiaryKind.SITE, household_open=99), 9_000_00, ()),
    ],
)
def test_the_receiving_sides_limits(standing, fen, codes):
    assert limits_passed(standing, fen=fen) == codes


def test_a_reviewer_may_override_with_a_reason():
    may_override((), reason="")
    may_override(("child-year",), reason="the roof is gone")
    with pytest.raises(Conflict, match="child-year"):
        may_override(("child-year",), reason=" ")
