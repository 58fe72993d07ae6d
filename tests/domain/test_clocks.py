"""Every line of the table of clocks by name, and the arithmetic of due times."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.calendar import day_end, day_of, is_weekday
from charity.domain.clocks import (
    CLOCKS,
    Anchor,
    ClockName,
    End,
    MustAct,
    clocks_of,
    duration_of,
    get_clock,
    may_extend,
)
from charity.domain.durations import (
    Duration,
    NoticeMoment,
    Pause,
    days,
    due_at,
    elapsed,
    hours,
    next_working_day,
    notice_times,
    resume,
    started_on,
    working_days,
)
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import FINAL, STATES

N, S, M = ClockName, PledgeState, MustAct
GOODS, SERVICE, PRODUCE, MONEY = Kind
# Monday noon in Shanghai.
START = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind", "state", "who", "duration", "end"),
    [
        (N.REVIEW, GOODS, None, M.REVIEWER, working_days(5), End.COUNTY_POOL),
        (N.SECOND_REVIEW, GOODS, None, M.REVIEWER, working_days(3), End.COUNTY_POOL),
        (N.COUNTY_POOL, GOODS, None, M.REVIEWER, working_days(3), End.COUNTY_POOL),
        (N.PLAN, GOODS, S.HELD, M.DONOR, hours(72), End.LAPSE),
        (N.SEND, GOODS, S.PLANNED, M.DONOR, days(14), End.LAPSE),
        (N.SEND, SERVICE, S.PLANNED, M.DONOR, days(7), End.LAPSE),
        (N.SEND, MONEY, S.HELD, M.DONOR, days(7), End.LAPSE),
        (N.SEND, PRODUCE, S.PLANNED, M.SELLER, days(0), End.RELEASE_OVERDUE_SELLER),
        (N.TRACE, GOODS, S.SENT, M.DONOR, days(15), End.REMIND_TRACE),
        (N.ARRIVAL, GOODS, S.SENT, M.KEEPER, days(45), End.OPEN_CASE),
        (N.MONEY_ARRIVAL, MONEY, S.SENT, M.OFFICER, days(15), End.OVERDUE_COUNTY),
        (N.ATTEST, SERVICE, S.SENT, M.KEEPER, days(7), End.TOWNSHIP_DESK),
        (N.ARRIVAL, SERVICE, S.SENT, M.KEEPER, days(30), End.OPEN_CASE),
        (N.BUYER_RECEIPT, PRODUCE, S.SENT, M.DONOR, days(15), End.DEEM_HANDED_OVER),
        (N.HAND_OVER, GOODS, S.AT_POINT, M.KEEPER, days(15), End.OVERDUE_TOWNSHIP),
        (N.HAND_OVER, MONEY, S.AT_POINT, M.OFFICER, days(15), End.OVERDUE_COUNTY),
        (N.REFUND, MONEY, S.RETURNED, M.OFFICER, days(15), End.OVERDUE_COUNTY),
        (N.ACKNOWLEDGE, GOODS, S.HANDED_OVER, M.HOUSEHOLD, days(15), End.CALL_BACK),
        (N.CALL_BACK, GOODS, S.HANDED_OVER, M.REVIEWER, working_days(10), End.OPEN_CASE),
        (N.OFFER, GOODS, None, M.DONOR, hours(48), End.EXPIRE_OFFER),
        (N.RULING, GOODS, S.DISPUTED, M.AUDITOR, working_days(15), End.OVERDUE_LEVEL_ABOVE),
        (N.APPEAL, GOODS, None, M.PARTY, working_days(10), End.RULING_STANDS),
        (N.UNSETTLED_OVERDUE, MONEY, S.LAPSED_UNSETTLED, M.AUDITOR, days(15), End.OVERDUE_LEVEL_ABOVE),
        (N.UNSETTLED, MONEY, S.LAPSED_UNSETTLED, M.AUDITOR, days(30), End.LAPSE),
    ],
)
def test_the_table(name, kind, state, who, duration, end):
    clock = get_clock(name, kind)
    assert (clock.state, clock.must_act, clock.duration, clock.at_end) == (state, who, duration, end)


def test_every_clock_of_the_table_is_named_above():
    marks = [mark for mark in test_the_table.pytestmark if mark.name == "parametrize"]
    named = {(case[0], case[1]) for case in marks[0].args[1]}
    assert {clock.name for clock in CLOCKS} == {name for name, _ in named} == set(ClockName)
    assert len(CLOCKS) == len(named)


def test_longer_and_organisations_clocks():
    assert duration_of(get_clock(N.PLAN, GOODS), by_organisation=True) == working_days(7)
    assert duration_of(get_clock(N.SEND, GOODS), by_organisation=True) == days(14)
    assert duration_of(get_clock(N.SEND, GOODS), extended=True) == days(21)
    assert duration_of(get_clock(N.SEND, GOODS), longer=True) == days(30)
    assert duration_of(get_clock(N.ARRIVAL, GOODS), longer=True) == days(60)
    assert duration_of(get_clock(N.HAND_OVER, GOODS), longer=True) == days(30)
    assert duration_of(get_clock(N.HAND_OVER, MONEY), longer=True) == days(15)


def test_where_a_clock_starts():
    assert get_clock(N.SEND, SERVICE).anchor is Anchor.AGREED_DATE
    assert get_clock(N.SEND, PRODUCE).anchor is Anchor.HARVEST_END
    agreed = date(2026, 6, 1)
    assert due_at(started_on(agreed), days(7)) == day_end(date(2026, 6, 8))
    assert due_at(started_on(agreed), days(0)) == day_end(agreed)


def test_only_goods_are_extended_and_only_once():
    clock = get_clock(N.SEND, GOODS)
    may_extend(clock, already=False, made_to_order=False)
    with pytest.raises(Conflict, match="extended-already"):
        may_extend(clock, already=True, made_to_order=False)
    with pytest.raises(Conflict, match="no-extension-here"):
        may_extend(clock, already=False, made_to_order=True)
    with pytest.raises(Conflict, match="no-extension-here"):
        may_extend(get_clock(N.SEND, SERVICE), already=False, made_to_order=False)


@pytest.mark.parametrize("kind", Kind)
def test_a_clock_runs_in_every_state_that_waits_for_somebody(kind):
    for state in STATES[kind] - FINAL - {S.CONFIRMED}:
        assert clocks_of(kind, state), (kind, state)
    for state in FINAL | {S.CONFIRMED}:
        assert not clocks_of(kind, state)


def test_a_kind_without_a_clock_says_so():
    with pytest.raises(KeyError):
        get_clock(N.PLAN, MONEY)


@pytest.mark.parametrize(
    ("start", "duration", "pauses", "due"),
    [
        (START, hours(72), [], datetime(2026, 5, 7, 4, tzinfo=UTC)),
        (START, days(14), [], datetime(2026, 5, 18, 4, tzinfo=UTC)),
        # Five working days from Monday noon end the next Monday noon.
        (START, working_days(5), [], datetime(2026, 5, 11, 4, tzinfo=UTC)),
        # From a Saturday they start on Monday and end when Friday is over in Shanghai.
        (datetime(2026, 5, 9, 4, tzinfo=UTC), working_days(5), [], datetime(2026, 5, 15, 16, tzinfo=UTC)),
        (START, hours(72), [Pause(date(2026, 5, 5), date(2026, 5, 6))], datetime(2026, 5, 9, 4, tzinfo=UTC)),
        (START, hours(72), [Pause(date(2026, 5, 4), date(2026, 5, 4))], datetime(2026, 5, 7, 16, tzinfo=UTC)),
        # A pause over a week-end costs working time nothing.
        (START, working_days(5), [Pause(date(2026, 5, 9), date(2026, 5, 10))], datetime(2026, 5, 11, 4, tzinfo=UTC)),
        # 17:00 UTC is already the next day in Shanghai.
        (
            datetime(2026, 5, 4, 17, tzinfo=UTC),
            hours(1),
            [Pause(date(2026, 5, 5), date(2026, 5, 5))],
            datetime(2026, 5, 5, 17, tzinfo=UTC),
        ),
    ],
)
def test_due_times(start, duration, pauses, due):
    assert due_at(start, duration, pauses) == due


MOMENTS = st.datetimes(datetime(2025, 6, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
DURATIONS = st.builds(
    Duration, st.integers(0, 45 * 24 * 3600).map(lambda s: timedelta(seconds=s)), working=st.booleans()
)


@st.composite
def pause_lists(draw):
    first = date(2025, 6, 1)
    gaps = draw(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 20)), max_size=4))
    return [Pause(first + timedelta(days=a), first + timedelta(days=a + b)) for a, b in gaps]


@given(MOMENTS, DURATIONS, pause_lists(), pause_lists())
def test_more_pauses_never_make_a_deadline_earlier(start, duration, some, more):
    assert due_at(start, duration) <= due_at(start, duration, some) <= due_at(start, duration, [*some, *more])


@given(MOMENTS, DURATIONS, DURATIONS, pause_lists())
def test_a_longer_duration_is_never_due_earlier(start, one, other, pauses):
    less, more = sorted((one.span, other.span))
    assert due_at(start, Duration(less, one.working), pauses) <= due_at(start, Duration(more, one.working), pauses)


@given(MOMENTS, DURATIONS, pause_lists())
def test_what_runs_until_due_is_the_duration_and_no_deadline_falls_inside_a_pause(start, duration, pauses):
    due = due_at(start, duration, pauses)
    assert elapsed(start, due, working=duration.working, pauses=pauses) == duration.span
    last = day_of(due - timedelta(microseconds=1)) if duration.span else day_of(due)
    assert not any(pause.first <= last <= pause.last for pause in pauses)
    assert not duration.working or is_weekday(last)


@given(MOMENTS, st.integers(0, 60), st.integers(0, 90), pause_lists())
def test_a_resumed_clock_has_at_least_seven_unpaused_days(start, left_days, disputed_days, pauses):
    due = due_at(start, days(left_days), pauses)
    now = start + timedelta(days=disputed_days)
    resumed = resume(now, stopped_at=start, due=due, pauses=pauses)
    assert resumed.due == due_at(now, days(max(7, left_days)), pauses)
    assert resumed.due == due_at(now, resumed.left, pauses)


def test_a_resumed_clock_of_working_days_keeps_counting_working_days():
    due = due_at(START, working_days(10))
    resumed = resume(START + timedelta(days=7), stopped_at=START, due=due, working=True)
    assert resumed.left == working_days(10)
    assert resumed.due == START + timedelta(days=21)
    short = resume(START, stopped_at=START, due=START + timedelta(days=1), working=True)
    assert short.due == START + timedelta(days=7)


@given(MOMENTS, st.integers(1, 60 * 24))
def test_notices_come_in_order_and_before_the_deadline(start, count):
    due = start + timedelta(hours=count)
    times = notice_times(start, due)
    assert times[0].at == start
    assert times[0].moment is NoticeMoment.AT_ONCE
    assert [t.at for t in times] == sorted({t.at for t in times})
    assert all(t.at < due for t in times)


def test_notices_at_once_at_half_time_and_the_day_before():
    times = notice_times(START, START + timedelta(days=14))
    assert [(t.moment, (t.at - START).days) for t in times] == [
        (NoticeMoment.AT_ONCE, 0),
        (NoticeMoment.HALF_TIME, 7),
        (NoticeMoment.LAST_DAY, 13),
    ]
    assert [t.moment for t in notice_times(START, START + timedelta(hours=48))] == [
        NoticeMoment.AT_ONCE,
        NoticeMoment.HALF_TIME,
    ]


def test_the_next_working_day():
    assert next_working_day(date(2026, 5, 8)) == date(2026, 5, 11)
    assert next_working_day(date(2026, 5, 8), [Pause(date(2026, 5, 11), date(2026, 5, 12))]) == date(2026, 5, 13)
