"""The lives of circles and seats, the forecast, and the book's own account of them."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from charity.domain.circle_replay import CircleStory
from charity.domain.circle_states import (
    HELD,
    LIVE,
    MOVES,
    SEAT_MOVES,
    TAKEN,
    CircleAct,
    CircleState,
    SeatAct,
    SeatState,
    next_seat_state,
    next_state,
)
from charity.domain.circles import (
    Health,
    Outcome,
    Place,
    Promise,
    PromiseKind,
    Risk,
    Terms,
    at_risk,
    follows_on,
    forecast,
    is_renewed,
    leaves_on,
    may_bring,
    may_propose,
    outcome_of,
    plus_months,
    term_start,
)
from charity.domain.entries import Body, EntryKind
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import PledgeState
from charity.domain.replay import Impossible

TODAY = date(2026, 4, 20)
CIRCLE, AT = "c" * 13, "2026-05-01T08:00:00Z"
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_every_state_can_be_reached_and_the_last_ones_left_by_no_act() -> None:
    assert set(MOVES.values()) | {CircleState.PROPOSED} == set(CircleState)
    assert set(SEAT_MOVES.values()) | {SeatState.OPEN} == set(SeatState)
    assert {was for was, _ in MOVES} == LIVE
    assert SeatState.ENDED not in {was for was, _ in SEAT_MOVES}


@given(state=st.sampled_from(CircleState), act=st.sampled_from(CircleAct))
def test_an_act_that_the_table_lacks_is_refused(state: CircleState, act: CircleAct) -> None:
    if (state, act) in MOVES:
        assert next_state(state, act) is MOVES[state, act]
    else:
        with pytest.raises(Conflict):
            next_state(state, act)


@given(state=st.sampled_from(SeatState), act=st.sampled_from(SeatAct))
def test_a_seats_act_that_the_table_lacks_is_refused(state: SeatState, act: SeatAct) -> None:
    if (state, act) in SEAT_MOVES:
        assert next_seat_state(state, act) is SEAT_MOVES[state, act]
    else:
        with pytest.raises(Conflict):
            next_seat_state(state, act)


@given(day=DAYS, months=st.integers(0, 60))
def test_months_are_counted_like_the_calendar(day: date, months: int) -> None:
    later = plus_months(day, months)
    assert later.day == 1
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert day <= term_start(day, None) <= plus_months(day, 1)


@pytest.mark.parametrize(
    "terms",
    [Terms(target=2), Terms(target=10), Terms(least=0), Terms(target=4, least=5), Terms(months=2), Terms(months=37)],
)
def test_numbers_that_cannot_be_right(terms: Terms) -> None:
    with pytest.raises(Invalid):
        may_propose(terms, Promise(monthly_fen=100), today=TODAY)


def test_a_day_in_the_past_and_goods_for_nothing() -> None:
    with pytest.raises(Invalid):
        may_propose(Terms(not_before=date(2026, 4, 19)), Promise(monthly_fen=100), today=TODAY)
    with pytest.raises(Invalid):
        may_propose(Terms(), Promise(), today=TODAY)
    may_propose(Terms(), Promise(kind=PromiseKind.LETTER), today=TODAY)


def test_notice_is_thirty_days() -> None:
    assert leaves_on(TODAY) == date(2026, 5, 20)


PLACES = st.builds(
    Place,
    state=st.sampled_from(SeatState),
    since=st.none() | DAYS,
    until=st.none() | DAYS,
    has_successor=st.booleans(),
    lapses=st.integers(0, 3),
)


@given(places=st.lists(PLACES, max_size=9), months=st.integers(0, 24), least=st.integers(1, 9))
def test_the_forecast_counts_every_month_once(places: list[Place], months: int, least: int) -> None:
    ahead = forecast(places, first=date(2026, 5, 1), months=months, least=least)
    assert len({month.month for month in ahead}) == months
    for month in ahead:
        assert 0 <= month.covered <= sum(place.state in HELD for place in places)
        assert month.is_below is (month.covered < least)
        assert month.is_empty is (month.covered == 0)


@given(notices=st.lists(st.none() | st.dates(date(2026, 4, 1), date(2026, 9, 30)), min_size=1, max_size=9))
@example(notices=[date(2026, 5, 2)])
def test_no_month_has_more_givers_than_the_circle_has_seats(notices: list[date | None]) -> None:
    places: list[Place] = []
    for day in notices:
        if day is None:
            places.append(Place(state=SeatState.ACTIVE))
            continue
        last = leaves_on(day)
        places += [
            Place(state=SeatState.LEAVING, until=last),
            Place(state=SeatState.ACCEPTED, since=follows_on(last)),
        ]
    for month in forecast(places, first=date(2026, 4, 1), months=8, least=1):
        assert month.covered == len(notices)


def health(*places: Place, state: CircleState = CircleState.RUNNING, least: int = 1) -> Health:
    return Health(
        state=state,
        least=least,
        places=places,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 1),
        formed_on=date(2026, 1, 1),
    )


def test_why_a_circle_is_at_risk() -> None:
    active, leaving = Place(state=SeatState.ACTIVE), date(2026, 5, 20)
    alone = Place(state=SeatState.LEAVING, until=leaving, has_successor=False)
    followed = Place(state=SeatState.LEAVING, until=leaving)
    successor = Place(state=SeatState.ACCEPTED, since=leaving)
    assert at_risk(health(active), today=TODAY) == ()
    assert at_risk(health(active, alone), today=TODAY) == (Risk.NO_SUCCESSOR,)
    assert at_risk(health(followed, successor), today=TODAY) == ()
    assert at_risk(health(alone), today=TODAY) == (Risk.NO_SUCCESSOR, Risk.UNCOVERED_SOON)
    assert at_risk(health(active, least=2), today=TODAY) == (Risk.BELOW_LEAST, Risk.UNCOVERED_SOON)
    assert at_risk(health(Place(state=SeatState.ACTIVE, lapses=2)), today=TODAY) == (Risk.LAPSED_TWICE,)
    assert at_risk(health(state=CircleState.FORMING), today=TODAY) == (Risk.BELOW_LEAST,)
    assert at_risk(health(state=CircleState.ENDED), today=TODAY) == ()


def test_another_term_needs_both_sides() -> None:
    assert is_renewed(household=True, reviewed=True, yes=2, least=2)
    assert not is_renewed(household=None, reviewed=True, yes=2, least=2)
    assert not is_renewed(household=False, reviewed=True, yes=2, least=2)
    assert not is_renewed(household=True, reviewed=False, yes=2, least=2)
    assert not is_renewed(household=True, reviewed=True, yes=1, least=2)


@given(pledge=st.none() | st.sampled_from(PledgeState), was=st.sampled_from(Outcome), is_over=st.booleans())
def test_judging_a_month_twice_changes_nothing(pledge: PledgeState | None, was: Outcome, is_over: bool) -> None:
    once = outcome_of(pledge, was=was, is_over=is_over)
    assert outcome_of(pledge, was=once, is_over=is_over) is once


def told(kind: EntryKind, seat: str = "", letter: str = "", **facts: str | int | list[str]) -> Body:
    subjects = {"circle": CIRCLE} | ({"seat": seat} if seat else {}) | ({"letter": letter} if letter else {})
    return Body(kind, AT, subjects, dict(facts))  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(SeatAct)), max_size=80))
def test_a_story_with_more_seats_than_n_is_impossible(acts: list[tuple[int, SeatAct]]) -> None:
    story, seats = CircleStory(), dict.fromkeys(range(1, 10), SeatState.OPEN)
    story.tell(told(EntryKind.CIRCLE_PROPOSED, life="proposed", seats=3, least=2))
    for number in seats:
        story.tell(told(EntryKind.SEAT_OPENED, f"s{number:012d}", seat_state="open", number=number))
    for number, act in acts:
        if (seats[number], act) not in SEAT_MOVES:
            continue
        after = seats | {number: SEAT_MOVES[seats[number], act]}
        entry = told(EntryKind.CIRCLE_JOINED, f"s{number:012d}", seat_state=after[number].value, number=number)
        if sum(state in TAKEN for state in after.values()) > 3:
            with pytest.raises(Impossible):
                story.tell(entry)
            return
        story.tell(entry)
        seats = after
        figures = story.figures()
        assert figures is not None
        assert figures.taken == sum(state in TAKEN for state in seats.values()) <= 3


def test_a_month_opens_once_and_a_letter_counts_once() -> None:
    story, seat = CircleStory(), "s" * 13
    story.tell(told(EntryKind.CIRCLE_PROPOSED, life="proposed", seats=3, least=2))
    story.tell(told(EntryKind.SEAT_OPENED, seat, seat_state="open", number=1))
    with pytest.raises(Impossible):
        story.tell(told(EntryKind.MONTH_KEPT, seat, month="2026-05"))
    story.tell(told(EntryKind.MONTH_OPENED, seat, month="2026-05"))
    story.tell(told(EntryKind.MONTH_KEPT, seat, month="2026-05"))
    with pytest.raises(Impossible):
        story.tell(told(EntryKind.MONTH_OPENED, seat, month="2026-05"))
    story.tell(told(EntryKind.LETTER_PASSED, seat, letter="a", month="2026-05", lines=["one"]))
    with pytest.raises(Impossible):
        story.tell(told(EntryKind.LETTER_PASSED, seat, letter="b", month="2026-05", lines=["one"]))


def test_a_letter_is_brought_once_and_only_after_it_has_passed() -> None:
    story, seat = CircleStory(), "s" * 13
    story.tell(told(EntryKind.CIRCLE_PROPOSED, life="proposed", seats=3, least=2))
    story.tell(told(EntryKind.SEAT_OPENED, seat, seat_state="open", number=1))
    brought = told(EntryKind.LETTER_BROUGHT, seat, letter="a", day="2026-05-03")
    with pytest.raises(Impossible, match="letter-not-passed"):
        story.tell(brought)
    story.tell(told(EntryKind.LETTER_PASSED, seat, letter="a", month="2026-05", lines=[]))
    assert dict(story.seats()[seat].letters) == {"a": ""}
    story.tell(brought)
    assert dict(story.seats()[seat].letters) == {"a": "2026-05-03"}
    with pytest.raises(Impossible, match="letter-brought-twice"):
        story.tell(brought)


def test_a_letter_cannot_be_brought_before_it_passed_or_tomorrow() -> None:
    may_bring(passed=TODAY, on=TODAY, today=TODAY)
    for passed, on in ((None, TODAY), (TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=1))):
        with pytest.raises(Invalid):
            may_bring(passed=passed, on=on, today=TODAY)
