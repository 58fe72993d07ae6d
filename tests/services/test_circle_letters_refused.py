"""What a family refused, or does not agree to just now, brings it no letter: not passed, not brought, in no list."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.queries.circles import letters as cards
from charity.queries.circles import room
from charity.services.circles import group_seats, household, letters, seats
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"
FIRST = date(2026, 5, 1)
FORTIETH = datetime.fromisoformat("2026-06-09T20:00:00+00:00")


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


class Post:
    """A letter of the first donor that waits for its review, one that passed, and one of the family to him."""

    def __init__(self, at: Ground, travel: Travel, *, ref: str = "", writer: Actor | None = None) -> None:
        self.at, self.writer = at, writer or at.donors[0]
        self.ref = ref or r.running(at, at.donors[:3], promise=r.LETTERS)
        travel(r.MAY)
        r.turn()
        self.waiting, self.passed = (letters.write(self.writer, self.ref, text=TEXT) for _ in range(2))
        self.answer = letters.bring(at.village.volunteer, self.ref, self.seat, text="谢谢你们。")

    @property
    def seat(self) -> str:
        return r.seats_of(self.ref)[0].ref

    def pass_one(self) -> None:
        letters.pass_on(self.at.village.reviewer, self.passed)

    def listed(self) -> tuple[set[str], set[str]]:
        """Give what the reviewer is shown to pass, and the volunteer to bring."""
        end_reading()
        to_pass = {one.ref for one in cards.list_to_review(self.at.village.reviewer)}
        to_bring = {one.ref for one in cards.list_to_bring(self.at.village.volunteer)}
        return to_pass, to_bring

    def offered(self) -> set[str]:
        """Give the letters on which the room lets somebody act."""
        end_reading()
        shown = room.get_room(self.at.village.reviewer, self.ref).letters
        return {one.ref for one in shown if one.waits or one.is_for_family}

    def works(self) -> list[Callable[[], object]]:
        reviewer, field = self.at.village.reviewer, self.at.village.volunteer
        return [
            lambda: letters.pass_on(reviewer, self.waiting),
            lambda: letters.send_back(reviewer, self.waiting, reason="unclear"),
            lambda: letters.pass_on(reviewer, self.answer),
            lambda: letters.hand_to_family(field, self.passed, day=FIRST),
        ]

    def is_stopped(self) -> bool:
        before = r.months(self.ref)
        assert (self.listed(), self.offered()) == ((set(), set()), set())
        for work in self.works():
            with pytest.raises(Missing):
                work()
        return r.months(self.ref) == before


def test_the_control_they_all_go_on_while_nobody_is_refused(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    assert post.listed() == ({post.waiting, post.answer}, {post.passed})
    assert post.offered() == {post.waiting, post.answer, post.passed}
    for number in (0, 2, 3):
        post.works()[number]()
    assert post.listed() == (set(), {post.waiting})


def test_a_refused_persons_letters_stop_and_keep_no_month(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    household.refuse_person(at.village.volunteer, post.ref, post.seat)
    assert post.listed() == (set(), set())
    with pytest.raises(Missing):
        post.pass_one()
    assert {outcome for _, outcome, _ in r.months(post.ref)} == {"open"}
    others = letters.write(at.donors[1], post.ref, text=TEXT)
    assert post.listed() == ({others}, set())
    letters.pass_on(at.village.reviewer, others)
    assert r.agrees() == 1


def test_a_letter_that_had_passed_is_not_brought_to_who_refused_its_writer(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    household.refuse_person(at.village.volunteer, post.ref, post.seat)
    assert post.is_stopped()


def test_a_refused_groups_letters_stop_whoever_wrote_them(at: Ground, travel: Travel) -> None:
    _group, ref = c.seated(at, promise=r.LETTERS)
    post = Post(at, travel, ref=ref, writer=at.donors[1])
    post.pass_one()
    household.refuse_person(at.village.volunteer, ref, post.seat)
    assert post.is_stopped()


def test_a_refused_groups_earlier_letters_stop_too(at: Ground, travel: Travel) -> None:
    founder, deputy = at.donors[:2]
    group, ref = c.seated(at, promise=r.LETTERS)
    post = Post(at, travel, ref=ref)
    post.pass_one()
    seats.leave(founder, ref)
    travel(FORTIETH)
    r.turn()
    group_seats.hand_over(founder, group)
    household.refuse_person(at.village.volunteer, ref, group_seats.take(deputy, ref, group))
    assert post.is_stopped()


def test_a_refused_circles_letters_stop(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    household.refuse_circle(at.village.volunteer, post.ref)
    assert post.is_stopped()
    assert r.agrees() == 1


def test_without_the_familys_yes_letters_wait_and_go_on_with_it(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    r.say(at, granted=False)
    assert post.is_stopped()
    r.say(at, granted=True)
    assert post.listed() == ({post.waiting, post.answer}, {post.passed})


def test_a_family_out_of_hardship_is_brought_no_more_letters(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    r.graduate(at)
    assert post.is_stopped()
    r.turn()
    assert r.circle(post.ref).state == "ended"
    assert post.is_stopped()


def test_who_left_by_notice_still_has_his_letters_passed_and_brought(at: Ground, travel: Travel) -> None:
    post = Post(at, travel)
    post.pass_one()
    seats.leave(at.donors[0], post.ref)
    travel(FORTIETH)
    r.turn()
    assert r.seats_of(post.ref)[0].state == "ended"
    assert post.listed() == ({post.waiting, post.answer}, {post.passed})
    for number in (0, 2, 3):
        post.works()[number]()
