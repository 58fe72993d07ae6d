"""A letter that has passed is brought to its family by the volunteer, and its donor sees the day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.errors import Refused
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.tables import compare
from charity.models.circles import Letter
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice
from charity.services.circles import household, letters
from tests.kit import ring as r
from tests.kit.client import Client
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"
THIRD = date(2026, 5, 3)
NOON = datetime.fromisoformat("2026-05-04T04:00:00+00:00")


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def of(app: Flask) -> Callable[[Actor], Client]:
    return lambda who: signed_in(app, who)


Of = Callable[[Actor], Client]


def passed(at: Ground, travel: Travel) -> tuple[str, str]:
    """Give a circle and a letter to its family that has passed on the first of May; it is the fourth now."""
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    letter = letters.write(at.donors[0], ref, text=TEXT)
    letters.pass_on(at.village.reviewer, letter)
    travel(NOON)
    return ref, letter


def brought(letter: str) -> tuple[date | None, int]:
    """Give the day on record and how many entries of the book tell of a letter that was brought."""
    end_reading()
    told = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.kind == "letter.brought")
    day = reading().scalars(select(Letter.brought_on).where(Letter.ref == letter)).one()
    return day, reading().scalar(told) or 0


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


@pytest.mark.backends("sqlite")
def test_the_volunteer_reads_it_marks_the_day_and_the_donor_sees_it(at: Ground, of: Of, travel: Travel) -> None:
    ref, letter = passed(at, travel)
    page, field = f"/circles/{ref}/letters/{letter}/brought", of(at.village.volunteer)
    assert page in field.get("/desk/circles").text
    assert page in field.get(f"/circles/{ref}/room").text
    assert TEXT in field.get(page).text
    assert "It has not been brought" in of(at.donors[0]).get(f"/circles/{ref}/room?lang=en").text
    assert post(field, page, {"day": "2026-05-03"}, shown_at=page).location == "/desk/circles"
    assert brought(letter) == (THIRD, 1)
    assert page not in field.get("/desk/circles").text
    assert "Brought to the family on May 3, 2026" in of(at.donors[0]).get(f"/circles/{ref}/room?lang=en").text
    assert "May 3, 2026" in of(at.donors[0]).get("/inbox?lang=en").text
    assert r.agrees() == 1


@pytest.mark.backends("sqlite")
def test_a_wrong_day_gives_the_form_back(at: Ground, of: Of, travel: Travel) -> None:
    ref, letter = passed(at, travel)
    page = f"/circles/{ref}/letters/{letter}/brought"
    for day, words in (("2026-05-05", "still to come"), ("2026-04-30", "had not passed"), ("", "required")):
        shown = post(of(at.village.volunteer), f"{page}?lang=en", {"day": day}, shown_at=page)
        assert (shown.status_code, words in shown.text) == (422, True), day
    assert brought(letter) == (None, 0)


@pytest.mark.backends("sqlite")
def test_nobody_else_brings_it_and_a_letter_that_waits_is_not_there(at: Ground, of: Of, travel: Travel) -> None:
    ref, letter = passed(at, travel)
    waiting = letters.write(at.donors[1], ref, text=TEXT)
    for who in (at.donors[0], at.donors[1], at.village.reviewer):
        assert of(who).get(f"/circles/{ref}/letters/{letter}/brought").status_code in {403, 404}
        assert refused(lambda who=who: letters.hand_to_family(who, letter, day=THIRD)) == "missing"
    assert of(at.village.volunteer).get(f"/circles/{ref}/letters/{waiting}/brought").status_code == 404
    assert refused(lambda: letters.hand_to_family(at.village.volunteer, waiting, day=THIRD)) == "not-in-this-state"


@pytest.mark.backends("sqlite")
def test_after_the_familys_refusal_no_page_lets_a_letter_on(at: Ground, of: Of, travel: Travel) -> None:
    ref, letter = passed(at, travel)
    waiting = letters.write(at.donors[0], ref, text=TEXT)
    field, township = of(at.village.volunteer), of(at.village.reviewer)
    bring, review, desk = f"/circles/{ref}/letters/{letter}/brought", f"/reviews/letters/{waiting}", "/reviews/circles"
    assert review in township.get(desk).text
    assert review in township.get(f"/circles/{ref}/room").text
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[0]).ref)
    for client, page in ((field, "/desk/circles"), (field, f"/circles/{ref}/room"), (township, desk)):
        shown = client.get(page)
        assert (shown.status_code, bring in shown.text, review in shown.text) == (200, False, False), page
    assert review not in township.get(f"/circles/{ref}/room").text
    assert [field.get(bring).status_code, township.get(review).status_code] == [404, 404]
    assert post(township, f"{review}/pass", {}, shown_at=f"/circles/{ref}/family").status_code == 404
    assert r.months(ref) == [("2026-05", "kept", ""), ("2026-05", "open", "")]


def test_a_second_word_changes_nothing_and_tells_nobody_again(at: Ground, travel: Travel) -> None:
    _ref, letter = passed(at, travel)
    field = at.village.volunteer
    assert letters.hand_to_family(field, letter, day=THIRD) == "2026-05-03"
    assert letters.hand_to_family(field, letter, day=THIRD + timedelta(days=1)) == "2026-05-03"
    assert brought(letter) == (THIRD, 1)
    told = select(func.count()).select_from(Notice).where(Notice.kind == "circle-letter-brought")
    assert reading().scalar(told) == 1


def test_a_day_changed_behind_the_book_is_named(at: Ground, travel: Travel) -> None:
    _ref, letter = passed(at, travel)
    letters.hand_to_family(at.village.volunteer, letter, day=THIRD)
    assert r.agrees() == 1
    with transaction() as tx:
        tx.session.execute(update(Letter).values(brought_on=THIRD - timedelta(days=1)))
    with pytest.raises(Differs):
        compare(db.engine)
