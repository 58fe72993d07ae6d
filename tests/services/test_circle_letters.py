"""Letters keep a month, gifts give a month to the boards, and whoever looks sees what is his to see."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.errors import Missing, Refused
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.tables import compare
from charity.models.circles import Circle, CircleMonth, Letter, Seat
from charity.models.ledger import ENTRIES
from charity.models.pledges import BoardLine
from charity.queries.circles import desk, own, public, room, wall
from charity.queries.circles import letters as letter_cards
from charity.services.circles import household, letters, seats
from charity.services.pledges.cases import dispute
from charity.services.pledges.confirm import confirm
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def of_letters() -> list[str]:
    """Give the months of all letters, in the order in which they were written."""
    end_reading()
    return list(reading().scalars(select(Letter.month).order_by(Letter.id)))


def month_lines() -> list[tuple[int | None, str, int]]:
    end_reading()
    rows = select(BoardLine.account_id, BoardLine.month, BoardLine.value).where(BoardLine.metric == "months")
    return [(who, month, value) for who, month, value in reading().execute(rows.order_by(BoardLine.id))]


def test_a_letter_passes_a_reviewer_and_keeps_the_month_once(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    assert r.months(ref) == [("2026-05", "open", "")] * 2
    first, again = (letters.write(at.donors[0], ref, text=TEXT) for _ in range(2))
    assert refused(lambda: letters.pass_on(at.village.volunteer, first)) == "missing"
    letters.pass_on(at.village.reviewer, first)
    letters.pass_on(at.village.reviewer, again)
    assert refused(lambda: letters.pass_on(at.village.reviewer, first)) == "not-in-this-state"
    assert r.months(ref) == [("2026-05", "kept", ""), ("2026-05", "open", "")]
    assert month_lines() == [(at.donors[0].account_id, "2026-05", 1)]
    travel(r.JUNE)
    r.turn()
    assert r.months(ref)[:2] == [("2026-05", "kept", ""), ("2026-05", "missed", "no-letter")]
    assert r.agrees() == 1


def written_in_may(at: Ground, travel: Travel) -> tuple[str, str]:
    """Let a donor write in May what nobody has read when June begins; gives the circle and the letter."""
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    letter = letters.write(at.donors[0], ref, text=TEXT)
    travel(r.JUNE)
    r.turn()
    return ref, letter


def test_a_letter_that_waits_for_its_reviewer_is_not_missed(at: Ground, travel: Travel) -> None:
    ref, letter = written_in_may(at, travel)
    assert r.months(ref)[0] == ("2026-05", "open", "")
    letters.send_back(at.village.reviewer, letter, reason="unclear")
    r.turn()
    assert r.months(ref)[0] == ("2026-05", "open", "")
    assert r.seats_of(ref)[0].lapses == 0
    travel(r.JUNE + timedelta(days=8))
    r.turn()
    assert r.months(ref)[0] == ("2026-05", "missed", "no-letter")
    assert r.seats_of(ref)[0].lapses == 1


def test_a_letter_given_back_after_its_month_is_written_anew_for_it(at: Ground, travel: Travel) -> None:
    ref, donor, reviewer = r.running(at, at.donors[:2], promise=r.LETTERS), at.donors[0], at.village.reviewer
    travel(r.MAY)
    r.turn()
    letter = letters.write(donor, ref, text=TEXT)
    travel(r.JUNE)
    r.turn()
    letters.send_back(reviewer, letter, reason="unclear")
    letters.write(at.donors[1], ref, text=TEXT)  # who was given nothing back writes for the month that runs
    travel(r.JUNE + timedelta(days=6))
    anew, of_june = (letters.write(donor, ref, text=TEXT) for _ in range(2))
    travel(r.JUNE + timedelta(days=12))
    r.turn()
    assert of_letters() == ["2026-05", "2026-06", "2026-05", "2026-06"]
    letters.pass_on(reviewer, anew)
    letters.pass_on(reviewer, of_june)
    r.turn()
    assert r.months(ref) == [
        ("2026-05", "kept", ""),
        ("2026-05", "missed", "no-letter"),
        ("2026-06", "kept", ""),
        ("2026-06", "open", ""),
    ]
    assert r.seats_of(ref)[0].lapses == 0
    assert r.agrees() == 1


def test_after_a_week_a_letter_is_for_the_month_that_runs(at: Ground, travel: Travel) -> None:
    ref, letter = written_in_may(at, travel)
    letters.send_back(at.village.reviewer, letter, reason="unclear")
    travel(r.JUNE + timedelta(days=7))
    letters.write(at.donors[0], ref, text=TEXT)
    assert of_letters() == ["2026-05", "2026-06"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("请打我电话13812345678", "contact-phone"),
        ("加我微信吧", "contact-chat"),
        ("给你们寄点现金", "forbidden-cash"),
        ("欧阳建国您好", "text-tells-who"),
        ("桃花坞真美", "text-tells-who"),
        ("小禾好好读书", "text-tells-who"),
        ("Ouyang Xiaohe, 好好读书", "text-tells-who"),
        ("望云小学的孩子们好", "text-tells-who"),
        ("好", "letter-too-short"),
        ("好" * 1001, "text-too-long"),
    ],
)
def test_what_a_letter_may_not_say(at: Ground, travel: Travel, text: str, code: str) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    assert refused(lambda: letters.write(at.donors[0], ref, text=text)) == code


def test_who_reads_which_letter(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    to_family = letters.write(at.donors[0], ref, text=TEXT)
    from_family = letters.bring(at.village.volunteer, ref, r.seat_of(ref, at.donors[0]).ref, text="谢谢你们。")

    def seen(viewer: object) -> set[str]:
        return {letter.ref for letter in room.get_room(viewer, ref).letters}  # type: ignore[arg-type]

    assert refused(lambda: letters.write(at.donors[3], ref, text=TEXT)) == "missing"
    assert seen(at.donors[0]) == {to_family}
    assert seen(at.village.volunteer) == {from_family}
    assert seen(at.village.reviewer) == {to_family, from_family}
    assert {card.ref for card in letter_cards.list_to_review(at.village.reviewer)} == {to_family, from_family}
    letters.pass_on(at.village.reviewer, to_family)
    letters.pass_on(at.village.reviewer, from_family)
    assert seen(at.donors[0]) == seen(at.village.volunteer) == {to_family, from_family}
    assert seen(at.donors[1]) == set()
    with pytest.raises(Missing):
        room.get_room(at.donors[3], ref)
    assert TEXT.encode() not in reading().scalars(select(Letter.text_sealed)).first()


def test_a_confirmed_gift_gives_its_month_and_a_ruling_takes_it_back(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    gift = r.gifts(ref)[0]
    with transaction() as tx:
        keeper = v.add_person(tx, (Role.VOLUNTEER, v.TOWNSHIP))
    send(at.donors[0], gift.ref, courier="sf", tracking="SF1234567890123")
    receive(keeper, gift.ref, units=1)
    hand_over(keeper, gift.ref)
    confirm(at.village.reviewer, gift.ref, basis="call-back")
    r.turn()
    assert month_lines() == [(at.donors[0].account_id, "2026-05", 1)]
    assert r.months(ref)[0] == ("2026-05", "kept", "")
    page = public.get_public(at.donors[0], ref)
    assert (page.months_accompanied, page.seat_months, page.giving) == (1, 1, 2)
    assert own.list_own(at.donors[0])[0].kept == 1
    dispute(at.village.reviewer, gift.ref, reason="not-received")
    assert [value for _, _, value in month_lines()] == [1, -1]
    assert r.agrees() == 1


def test_the_desk_lists_circles_at_risk_oldest_first(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    assert desk.list_at_risk(at.village.reviewer) == ()
    seats.leave(at.donors[0], ref)
    (card,) = desk.list_at_risk(at.village.reviewer)
    assert {risk.value for risk in card.risks} == {"no-successor", "uncovered-soon"}
    assert [(month.covered, month.is_below) for month in card.forecast[:2]] == [(2, False), (1, True)]
    seats.join(at.donors[2], ref)
    assert desk.list_at_risk(at.village.reviewer) == ()
    assert refused(lambda: desk.list_at_risk(at.donors[0])) == "role-needed"


def test_a_refused_circle_is_seen_by_nobody_outside(at: Ground) -> None:
    ref = r.formed(at)
    assert public.get_public(at.donors[0], ref).takes_donors
    assert [card.ref for card in wall.list_public(at.donors[0]).cards] == [ref]
    household.refuse_circle(at.village.volunteer, ref)
    assert wall.list_public(at.donors[0]).cards == ()
    with pytest.raises(Missing):
        public.get_public(at.donors[0], ref)


TAMPERED = {
    "circle-differs": update(Circle).values(least=1),
    "seat-differs": update(Seat).where(Seat.number == 3).values(state="ended", ended_at=r.MAY),
    "seat-not-in-book": None,
}


@pytest.mark.parametrize("code", TAMPERED)
def test_a_changed_row_is_named(at: Ground, code: str) -> None:
    """The control of every `agrees` above: what nobody recorded is found."""
    ref = r.running(at, at.donors[:2])
    r.agrees()
    with transaction() as tx:
        change = TAMPERED[code]
        if change is not None:
            tx.session.execute(change)
        else:
            tx.session.add(Seat(ref="0" * 13, circle_id=r.circle(ref).id, number=9, state="ended"))
    end_reading()
    with pytest.raises(Differs) as found:
        compare(db.engine)
    assert found.value.difference.code == code


def test_a_changed_month_is_named(at: Ground, travel: Travel) -> None:
    r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    with transaction() as tx:
        tx.session.execute(update(CircleMonth).values(outcome="kept"))
    end_reading()
    with pytest.raises(Differs) as found:
        compare(db.engine)
    assert found.value.difference.place.endswith("column months")


def test_the_book_knows_nobody(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3], promise=r.LETTERS)
    seats.wait(at.donors[3], ref)
    seats.leave(at.donors[0], ref)
    letters.pass_on(at.village.reviewer, letters.write(at.donors[1], ref, text=TEXT))
    travel(r.MAY)
    r.turn()
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[2]).ref)
    end_reading()
    told = b"".join(bytes(body) for body in reading().scalars(select(ENTRIES.c.body)))
    assert ref.encode() in told
    family = at.village.family
    for canary in (TEXT, "欧阳", "桃花坞", family.ref, family.child_ref, *(donor.ref for donor in at.donors)):
        assert canary.encode() not in told
