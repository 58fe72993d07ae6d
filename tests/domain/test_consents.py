from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.consents import (
    AUDIENCES,
    Audience,
    ConsentRow,
    ConsentState,
    GivenBy,
    Needed,
    Purpose,
    consent_at,
    consent_needed,
    is_due_for_renewal,
    may_record,
    valid_until,
)
from charity.domain.errors import Conflict, Invalid

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = date(2026, 5, 4)
PUBLISH = Purpose.PUBLISH_WISH


@pytest.mark.parametrize(
    ("age", "needed"),
    [
        (7, Needed(own=False, elder=True, child_asked=False)),
        (8, Needed(own=False, elder=True, child_asked=True)),
        (13, Needed(own=False, elder=True, child_asked=True)),
        (14, Needed(own=True, elder=True, child_asked=False)),
        (17, Needed(own=True, elder=True, child_asked=False)),
        (18, Needed(own=True, elder=False, child_asked=False)),
    ],
)
def test_whose_yes_is_needed(age, needed):
    assert consent_needed(age) == needed


def test_who_may_say_yes():
    may_record(age=7, given_by=GivenBy.PARENT, is_granted=True)
    may_record(age=10, given_by=GivenBy.GUARDIAN, is_granted=True, child_agrees=True)
    may_record(age=10, given_by=GivenBy.CARER, is_granted=True, child_agrees=True, parent_agreed=True)
    may_record(age=15, given_by=GivenBy.SELF, is_granted=True)
    may_record(age=40, given_by=GivenBy.SELF, is_granted=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"age": 10, "given_by": GivenBy.SELF, "child_agrees": True}, "consent-needs-elder"),
        ({"age": 18, "given_by": GivenBy.PARENT}, "consent-needs-self"),
        ({"age": 5, "given_by": GivenBy.CARER}, "carer-needs-parents-yes"),
        ({"age": 8, "given_by": GivenBy.PARENT}, "child-not-asked"),
        ({"age": 8, "given_by": GivenBy.PARENT, "child_agrees": False}, "child-says-no"),
    ],
)
def test_who_may_not(facts, code):
    with pytest.raises((Invalid, Conflict), match=code):
        may_record(is_granted=True, **facts)
    may_record(is_granted=False, **facts)


def _row(given_by, granted=True, ago=10, until=None, purpose=PUBLISH, audience=None, child=None):
    return ConsentRow(
        purpose=purpose,
        audience=audience or AUDIENCES[purpose],
        is_granted=granted,
        given_by=given_by,
        recorded_at=NOW - timedelta(days=ago),
        valid_until=until,
        child_agrees=child,
    )


PARENT, SELF = GivenBy.PARENT, GivenBy.SELF


@pytest.mark.parametrize(
    ("rows", "age", "state"),
    [
        ([], 10, ConsentState.NEVER),
        ([_row(PARENT)], 10, ConsentState.GIVEN),
        ([_row(PARENT, purpose=Purpose.REGISTER)], 10, ConsentState.NEVER),
        ([_row(PARENT, audience=Audience.STAFF)], 10, ConsentState.NEVER),
        ([_row(PARENT, ago=-1)], 10, ConsentState.NEVER),
        ([_row(PARENT), _row(PARENT, granted=False, ago=5)], 10, ConsentState.WITHDRAWN),
        ([_row(PARENT, granted=False, ago=5), _row(PARENT, ago=1)], 10, ConsentState.GIVEN),
        ([_row(PARENT), _row(SELF, granted=False, ago=5)], 10, ConsentState.WITHDRAWN),
        ([_row(PARENT)], 14, ConsentState.PARTLY),
        ([_row(SELF)], 15, ConsentState.PARTLY),
        ([_row(PARENT), _row(SELF)], 15, ConsentState.GIVEN),
        ([_row(PARENT, until=TODAY)], 10, ConsentState.GIVEN),
        ([_row(PARENT, until=TODAY - timedelta(days=1))], 10, ConsentState.EXPIRED),
        ([_row(SELF, until=TODAY - timedelta(days=1)), _row(PARENT)], 15, ConsentState.EXPIRED),
        ([_row(SELF)], 40, ConsentState.GIVEN),
        # What the elders of a grown person once said binds him no more: they cannot even take it back.
        ([_row(PARENT, granted=False), _row(SELF, ago=5)], 17, ConsentState.WITHDRAWN),
        ([_row(PARENT, granted=False), _row(SELF, ago=5)], 18, ConsentState.GIVEN),
        ([_row(PARENT, granted=False)], 18, ConsentState.PARTLY),
        # A child's own no is taken back by the child and its elder together, and at 14 by nobody but itself.
        ([_row(SELF, granted=False), _row(PARENT, ago=5)], 10, ConsentState.WITHDRAWN),
        ([_row(SELF, granted=False), _row(PARENT, ago=5, child=True)], 10, ConsentState.GIVEN),
        ([_row(SELF, granted=False, ago=5), _row(PARENT, child=True)], 10, ConsentState.WITHDRAWN),
        ([_row(SELF, granted=False), _row(PARENT, ago=5, child=True)], 14, ConsentState.WITHDRAWN),
        ([_row(SELF, granted=False), _row(PARENT, ago=5)], 7, ConsentState.GIVEN),
    ],
)
def test_the_state_of_a_consent_at_a_time(rows, age, state):
    assert consent_at(rows, PUBLISH, age=age, moment=NOW, today=TODAY) is state


@given(st.permutations([_row(PARENT, ago=30), _row(PARENT, granted=False, ago=20), _row(PARENT, ago=10)]))
def test_the_order_of_reading_rows_changes_nothing(rows):
    assert consent_at(rows, PUBLISH, age=5, moment=NOW, today=TODAY) is ConsentState.GIVEN
    earlier = NOW - timedelta(days=15)
    assert consent_at(rows, PUBLISH, age=5, moment=earlier, today=TODAY) is ConsentState.WITHDRAWN


def test_a_yes_stands_a_year_but_not_past_the_14th_or_18th_birthday():
    assert valid_until(TODAY) == TODAY + timedelta(days=365)
    assert valid_until(TODAY, date(2016, 1, 1)) == TODAY + timedelta(days=365)
    assert valid_until(TODAY, date(2012, 8, 1)) == date(2026, 7, 31)
    assert valid_until(TODAY, date(2008, 6, 1)) == date(2026, 5, 31)
    assert valid_until(date(2025, 6, 1), date(2012, 2, 29)) == date(2026, 2, 28)


def test_renewal_is_queued_60_days_before_the_end():
    assert not is_due_for_renewal(None, today=TODAY)
    assert not is_due_for_renewal(TODAY + timedelta(days=61), today=TODAY)
    assert is_due_for_renewal(TODAY + timedelta(days=60), today=TODAY)
    assert is_due_for_renewal(TODAY - timedelta(days=1), today=TODAY)
