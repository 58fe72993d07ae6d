"""Deriving a wish from its entries: the fold counts as the rules say, and stops at what cannot follow."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.counters import COMMITTED, FULFILLED, IN_TRANSIT
from charity.domain.entries import Body, EntryKind
from charity.domain.kinds import PledgeState
from charity.domain.replay import Impossible, PledgeFigures, WishFigures, WishStory

AT = "2026-05-01T08:00:00Z"
LINE = {"pseudonym": "0123456789abc", "county": "990101", "metric": "wishes", "month": "2026-05", "value": 1}
K = EntryKind


def wish(kind: EntryKind, state: str, wanted: int) -> Body:
    return Body(kind, AT, {"wish": "w"}, {"state": state, "wanted": wanted})


def pledge(kind: EntryKind, before: str | None, after: str, units: int = 2, ref: str = "p", **more: Any) -> Body:
    return Body(kind, AT, {"wish": "w", "pledge": ref}, {"units": units, "from": before, "to": after, **more})


def offer(kind: EntryKind, units: int) -> Body:
    return Body(kind, AT, {"wish": "w", "offer": "o"}, {"units": units})


def split(units: int, left: int) -> Body:
    facts = {"units": units, "left": left, "from": "sent", "to": "sent"}
    return Body(K.PLEDGE_SPLIT, AT, {"wish": "w", "pledge": "p", "part": "q"}, facts)


def told(*bodies: Body) -> WishStory:
    story = WishStory()
    for body in bodies:
        story.tell(body)
    return story


BEGUN = (wish(K.WISH_SUBMITTED, "submitted", 5), wish(K.WISH_PUBLISHED, "approved", 5))
SENT = (
    *BEGUN,
    pledge(K.PLEDGE_CLAIMED, None, "held"),
    pledge(K.PLEDGE_PLANNED, "held", "planned"),
    pledge(K.PLEDGE_SENT, "planned", "sent"),
)
DONE = (*SENT, pledge(K.PLEDGE_HANDED_OVER, "sent", "handed_over"),
        pledge(K.PLEDGE_CONFIRMED, "handed_over", "confirmed", lines=[LINE]))  # fmt: skip


def test_the_whole_way() -> None:
    assert told(*BEGUN).figures() == WishFigures("approved", 5, 0, 0, 0, 0)
    assert told(*SENT).figures() == WishFigures("approved", 5, 2, 2, 0, 0)
    assert told(*DONE).figures() == WishFigures("approved", 5, 2, 0, 2, 0)
    assert told(*DONE).pledges() == {"p": PledgeFigures("confirmed", 2)}


@pytest.mark.parametrize("state", PledgeState)
def test_every_state_counts_as_the_rules_say(state: PledgeState) -> None:
    figures = told(*BEGUN, pledge(K.PLEDGE_CLAIMED, None, state)).figures()
    counted = [2 * int(state in states) for states in (COMMITTED, IN_TRANSIT, FULFILLED)]
    assert figures == WishFigures("approved", 5, *counted, 0)


def test_a_partial_receipt_makes_two_of_one() -> None:
    story = told(*SENT, split(1, 1), pledge(K.PLEDGE_RECEIVED, "sent", "at_point", 1))
    assert story.pledges() == {"p": PledgeFigures("at_point", 1), "q": PledgeFigures("sent", 1)}
    assert story.figures() == WishFigures("approved", 5, 2, 2, 0, 0)


@pytest.mark.parametrize("end", [K.OFFER_ACCEPTED, K.OFFER_DECLINED, K.OFFER_EXPIRED, K.OFFER_ENDED])
def test_an_offer_reserves_until_it_ends(end: EntryKind) -> None:
    story = told(*BEGUN, offer(K.OFFER_OPENED, 2))
    assert story.figures() == WishFigures("approved", 5, 0, 0, 0, 2)
    story.tell(offer(end, 2))
    assert story.figures() == WishFigures("approved", 5, 0, 0, 0, 0)


def test_a_dispute_from_confirmed_takes_the_lines_back_and_a_ruling_restores_them() -> None:
    disputed = pledge(K.PLEDGE_DISPUTED, "confirmed", "disputed", reversed=[LINE])
    story = told(*DONE, disputed)
    assert story.figures() == WishFigures("approved", 5, 2, 2, 0, 0)
    story.tell(pledge(K.PLEDGE_RULED, "disputed", "confirmed", restored=[LINE]))
    assert story.figures() == WishFigures("approved", 5, 2, 0, 2, 0)
    story.tell(disputed)


def test_cases_and_corrections_move_nothing() -> None:
    before = told(*SENT).figures()
    case = Body(K.CASE_RULED, AT, {"case": "c", "wish": "w"}, {})
    assert told(*SENT, case, Body(K.CORRECTION, AT, {"wish": "w"}, {"corrects": 1})).figures() == before


def test_a_wish_that_nobody_submitted_has_no_figures() -> None:
    assert told(pledge(K.PLEDGE_CLAIMED, None, "held")).figures() is None


IMPOSSIBLE = {
    "pledge-claimed-twice": (*SENT, pledge(K.PLEDGE_CLAIMED, None, "held")),
    "pledge-unknown": (*BEGUN, pledge(K.PLEDGE_SENT, "planned", "sent")),
    "pledge-elsewhere": (*SENT, pledge(K.PLEDGE_SENT, "planned", "sent")),
    "pledge-other-units": (*SENT, pledge(K.PLEDGE_RECEIVED, "sent", "at_point", 1)),
    "split-does-not-add-up": (*SENT, split(2, 1)),
    "offer-not-open": (*BEGUN, offer(K.OFFER_DECLINED, 1)),
    "offer-open-twice": (*BEGUN, offer(K.OFFER_OPENED, 1), offer(K.OFFER_OPENED, 1)),
    "line-reversed-that-does-not-stand": (
        *DONE,
        pledge(K.PLEDGE_DISPUTED, "confirmed", "disputed", reversed=[{**LINE, "value": 2}]),
    ),
    "not-a-number": (pledge(K.PLEDGE_CLAIMED, None, "held", units="two"),),  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_what_cannot_follow_is_named(code: str) -> None:
    with pytest.raises(Impossible, match=code):
        told(*IMPOSSIBLE[code])


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(list(PledgeState))), max_size=30))
def test_counters_never_contradict_each_other(claims: list[tuple[int, PledgeState]]) -> None:
    story = told(*BEGUN)
    for number, (units, state) in enumerate(claims):
        story.tell(pledge(K.PLEDGE_CLAIMED, None, "held", units, ref=f"p{number}"))
        story.tell(pledge(K.PLEDGE_RULED, "held", state, units, ref=f"p{number}"))
    figures = story.figures()
    assert figures is not None
    assert (
        figures.in_transit + figures.fulfilled
        <= figures.committed
        == sum(units for units, state in claims if state in COMMITTED)
    )
