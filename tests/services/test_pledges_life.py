"""The goods life, act by act: from the claim to the confirmed wish, with every counter on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, TooMany
from charity.domain.slips import SlipCheck
from charity.models.pledges import BoardLine, Pledge
from charity.services.pledges.acknowledge import acknowledge, send_code
from charity.services.pledges.claim import claim
from charity.services.pledges.confirm import check_code, confirm, store_slip
from charity.services.pledges.plan import cancel, extend, plan
from charity.services.pledges.receive import hand_over, receive, return_, undo
from charity.services.pledges.send import add_parcel, open_slip, send
from tests.services import town as t
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def brought_to(town: Town, state: str, *, units: int = 1, wanted: int = 1) -> tuple[str, str, t.Actor]:
    donor, wish = t.person(), t.wish(town, wanted=wanted)
    ref = claim(donor, wish, units=units, display="nickname").id
    steps = {
        "planned": lambda: plan(donor, ref),
        "sent": lambda: send(donor, ref, courier="sf", tracking="SF1234567890123"),
        "at_point": lambda: receive(town.volunteer, ref),
        "handed_over": lambda: hand_over(town.volunteer, ref),
        "confirmed": lambda: confirm(town.reviewer, ref, basis="call-back"),
    }
    for name, step in steps.items():
        if t.pledge_row(ref).state == state:
            break
        step()
        assert t.pledge_row(ref).state == name
    return ref, wish, donor


def test_the_whole_way(town: Town) -> None:
    ref, wish, donor = brought_to(town, "confirmed", wanted=1)
    row, account = t.wish_row(wish), t.account_row(donor)
    assert (row.state, row.committed, row.in_transit, row.fulfilled, row.reserved) == ("closed", 1, 0, 1, 0)
    assert (account.open_pledges, account.open_fen, account.confirmed_pledges) == (0, 0, 1)
    assert t.given_fen(donor, town.beneficiary) == 5_000
    assert t.entry_kinds(wish) == [
        "wish.published",
        "pledge.claimed",
        "pledge.planned",
        "pledge.sent",
        "pledge.received",
        "pledge.handed-over",
        "pledge.confirmed",
        "wish.closed",
    ]
    end_reading()
    assert reading().execute(select(func.sum(BoardLine.value))).scalar_one() == 1
    assert t.pledge_row(ref).act_by is None


def test_counters_on_the_way(town: Town) -> None:
    ref, wish, donor = brought_to(town, "planned", units=2, wanted=5)
    assert (t.account_row(donor).open_pledges, t.account_row(donor).open_fen) == (1, 10_000)
    send(donor, ref, courier="sf", tracking="SF1234567890123")
    assert (t.wish_row(wish).committed, t.wish_row(wish).in_transit) == (2, 2)
    receive(town.volunteer, ref)
    assert (t.account_row(donor).open_pledges, t.account_row(donor).open_fen) == (0, 0)
    assert t.wish_row(wish).in_transit == 2


def test_cancel_gives_everything_back(town: Town) -> None:
    ref, wish, donor = brought_to(town, "planned")
    placed = t.wish_row(wish).wall_at
    cancel(donor, ref)
    account = t.account_row(donor)
    assert (account.open_pledges, account.open_fen, account.lapses_in_row) == (0, 0, 0)
    assert t.given_fen(donor, town.beneficiary) == 0
    assert t.wish_row(wish).committed == 0
    assert t.wish_row(wish).wall_at == placed - 14 * 86_400
    with pytest.raises(Conflict, match="not-in-this-state"):
        cancel(donor, ref)


def test_another_persons_pledge_looks_missing(town: Town) -> None:
    ref, _, _ = brought_to(town, "held")
    stranger = t.person()
    for act in (lambda: plan(stranger, ref), lambda: cancel(stranger, ref), lambda: open_slip(stranger, ref)):
        with pytest.raises(Missing):
            act()
    with pytest.raises(Missing):
        receive(town.neighbour, ref)


def test_extend_once(town: Town) -> None:
    ref, _, donor = brought_to(town, "planned")
    before = t.pledge_row(ref).act_by
    extend(donor, ref)
    after = t.pledge_row(ref).act_by
    assert before is not None and after is not None
    assert after - before == timedelta(days=7)
    with pytest.raises(Conflict, match="extended-already"):
        extend(donor, ref)


def test_made_to_order_has_thirty_days_and_no_extension(town: Town) -> None:
    ref, _, donor = brought_to(town, "held")
    plan(donor, ref, made_to_order=True)
    due = t.pledge_row(ref).act_by
    assert due == MONDAY + timedelta(days=30)
    with pytest.raises(Conflict, match="no-extension-here"):
        extend(donor, ref)


def test_partial_receipt_splits(town: Town) -> None:
    ref, wish, donor = brought_to(town, "sent", units=3, wanted=3)
    done = receive(town.volunteer, ref, units=2)
    assert (done.state, done.units) == ("at_point", 2)
    end_reading()
    rest = reading().execute(select(Pledge).where(Pledge.split_from_id.is_not(None))).scalar_one()
    assert (rest.state, rest.units, rest.amount_fen) == ("sent", 1, 5_000)
    assert rest.parcel_code != t.pledge_row(ref).parcel_code
    account = t.account_row(donor)
    assert (account.open_pledges, account.open_fen) == (1, 5_000)
    assert t.wish_row(wish).in_transit == 3
    receive(town.volunteer, rest.ref)
    assert t.account_row(donor).open_pledges == 0
    with pytest.raises(Invalid, match="received-more-than-sent"):
        receive(town.volunteer, brought_to(town, "sent")[0], units=2)


def test_undo_within_a_day_by_the_doer_only(town: Town, travel: Travel) -> None:
    ref, _, donor = brought_to(town, "at_point")
    with pytest.raises(Conflict, match="undo-not-yours"):
        undo(t.person((t.Role.VOLUNTEER, t.TOWNSHIP)), ref)
    undo(town.volunteer, ref)
    assert t.pledge_row(ref).state == "sent"
    assert t.account_row(donor).open_pledges == 1
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    undo(town.volunteer, ref)
    assert t.pledge_row(ref).state == "at_point"
    travel(MONDAY + timedelta(hours=25))
    with pytest.raises(Conflict, match="undo-too-late"):
        undo(town.volunteer, ref)


@pytest.mark.parametrize("state", ["sent", "at_point"])
def test_return_frees_the_units(town: Town, state: str) -> None:
    ref, wish, donor = brought_to(town, state)
    with pytest.raises(Invalid, match="reason-unknown"):
        return_(town.volunteer, ref, reason="because")
    return_(town.volunteer, ref, reason="wrong-item", courier="sf", tracking="SF9999999999999")
    assert t.pledge_row(ref).state == "returned"
    assert (t.wish_row(wish).committed, t.wish_row(wish).in_transit) == (0, 0)
    assert (t.account_row(donor).open_pledges, t.given_fen(donor, town.beneficiary)) == (0, 0)


def test_parcels(town: Town) -> None:
    ref, _, donor = brought_to(town, "planned")
    with pytest.raises(Invalid, match="tracking-shape"):
        send(donor, ref, courier="sf", tracking="no number")
    send(donor, ref, courier="sf", tracking="SF1234567890123", shop_order="A-123456")
    for _ in range(9):
        add_parcel(donor, ref, courier="ems", tracking="1234567890123")
    with pytest.raises(Conflict, match="too-many-parcels"):
        add_parcel(donor, ref, courier="ems", tracking="1234567890123")


def test_brought_by_hand_needs_no_number(town: Town) -> None:
    ref, _, donor = brought_to(town, "held")
    plan(donor, ref, method="by-hand")
    assert send(donor, ref).state == "sent"


def test_the_address_is_logged_before_it_shows(town: Town) -> None:
    ref, _, donor = brought_to(town, "held")
    with pytest.raises(Conflict):
        open_slip(donor, ref)
    plan(donor, ref)
    open_slip(donor, ref)
    receive_after = send(donor, ref, courier="sf", tracking="SF1234567890123")
    assert receive_after.state == "sent"
    receive(town.volunteer, ref)
    with pytest.raises(Conflict):
        open_slip(donor, ref)


def test_card_code_confirms_once(town: Town) -> None:
    t.card(town, "111111", "222222")
    ref, _, _ = brought_to(town, "handed_over")
    assert acknowledge(town.volunteer, ref, code="111 111").state == "confirmed"
    assert t.pledge_row(ref).confirmed_by == "card"
    other, _, _ = brought_to(town, "handed_over")
    with pytest.raises(Invalid, match="family-code-wrong"):
        acknowledge(town.volunteer, other, code="111111")
    assert acknowledge(town.volunteer, other, code="222222").state == "confirmed"


def test_five_wrong_codes_go_to_the_reviewer(town: Town) -> None:
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    for left in (4, 3, 2, 1):
        with pytest.raises(Invalid, match="family-code-wrong") as wrong:
            acknowledge(town.volunteer, ref, code="999999")
        assert wrong.value.params == {"left": left}
    for code in ("999999", "111111"):
        with pytest.raises(TooMany, match="codes-locked"):
            acknowledge(town.volunteer, ref, code=code)
    assert t.pledge_row(ref).clock == "call-back"
    assert confirm(town.reviewer, ref, basis="call-back").state == "confirmed"


def test_a_code_by_sms(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.pledges.acknowledge.new_code", lambda digits: "424242")
    ref, _, _ = brought_to(town, "handed_over")
    for _ in range(3):
        send_code(town.volunteer, ref)
    with pytest.raises(TooMany):
        send_code(town.volunteer, ref)
    assert acknowledge(town.volunteer, ref, code="424242").state == "confirmed"
    assert t.pledge_row(ref).confirmed_by == "sms"


def test_slip_then_confirmation(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    with pytest.raises(Conflict, match="no-slip"):
        confirm(town.reviewer, ref, basis="slip")
    slip = {"storage_key": "k", "sha256": "ab" * 32, "look": "0" * 16, "width": 10, "height": 10}
    with pytest.raises(Invalid, match="witness-missing"):
        store_slip(town.volunteer, ref, witness=" ", **slip)
    assert store_slip(town.volunteer, ref, witness="Witness", **slip).state == "handed_over"
    with pytest.raises(Invalid, match="slip-not-checked"):
        confirm(town.reviewer, ref, basis="slip")
    assert confirm(town.reviewer, ref, basis="slip", checks=frozenset(SlipCheck)).state == "confirmed"


def test_the_check_of_codes_is_anothers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    with pytest.raises(NotPermitted, match="printer-checks"):
        check_code(town.printer, ref, outcome="true")
    check_code(town.reviewer, ref, outcome="true")
    with pytest.raises(Missing):
        check_code(town.reviewer, ref, outcome="true")
    assert t.pledge_row(ref).state == "confirmed"


def test_a_doubtful_check_opens_a_case(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    assert check_code(town.reviewer, ref, outcome="doubtful").state == "disputed"


def test_nobody_is_two_sides(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    both = t.person((t.Role.VOLUNTEER, t.TOWNSHIP), (t.Role.REVIEWER, t.TOWNSHIP))
    sent, _, _ = brought_to(town, "sent")
    receive(both, sent)
    with pytest.raises(NotPermitted, match="other-side"):
        confirm(both, ref, basis="call-back")
    with pytest.raises(NotPermitted, match="other-side"):
        claim(both, t.wish(town), units=1, display="nickname")
    giver = t.person((t.Role.REVIEWER, t.TOWNSHIP))
    claim(giver, t.wish(town), units=1, display="nickname")
    with pytest.raises(NotPermitted, match="other-side"):
        confirm(giver, ref, basis="call-back")


def test_self_dealing_and_the_cap_of_three_count_nothing_on_boards(town: Town) -> None:
    donor = t.person()
    for _ in range(4):
        ref = claim(donor, t.wish(town), units=1, display="name").id
        plan(donor, ref)
        send(donor, ref, courier="sf", tracking="SF1234567890123")
        receive(town.volunteer, ref)
        hand_over(town.volunteer, ref)
        confirm(town.reviewer, ref, basis="call-back")
    near = t.person((t.Role.ADMINISTRATOR, t.TOWNSHIP))
    ref = claim(near, t.wish(town), units=1, display="name").id
    plan(near, ref)
    send(near, ref, courier="sf", tracking="SF1234567890123")
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    confirm(town.reviewer, ref, basis="call-back")
    end_reading()
    assert reading().execute(select(func.sum(BoardLine.value))).scalar_one() == 3
