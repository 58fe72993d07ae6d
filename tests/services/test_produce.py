"""Produce from the batch to the board: reserved, shipped by the seller's side, received, the income confirmed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.calendar import day_end, day_of
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted
from charity.domain.kinds import PledgeState
from charity.jobs.clocks import settle_desks
from charity.models.accounts import RoleGrant
from charity.models.outbox import Notice
from charity.models.pledges import BoardLine, Pledge
from charity.models.produce import BuyerShown, ProduceSale
from charity.models.produce_rows import DONE
from charity.models.wishes import Wish
from charity.queries import produce as produce_queries
from charity.queries.access import AccessFilters, list_access
from charity.queries.figures import forget_figures, get_figures
from charity.queries.produce import find_batch_ref, get_order
from charity.services.pledges import acknowledge, cases, clocks, confirm, plan, receive, rule, send
from charity.services.pledges.claim import claim
from charity.services.pledges.produce import Buyer, open_buyer
from charity.services.register import cards
from charity.services.wishes import clocks as wish_clocks
from charity.services.wishes import ending, produce, review
from tests.kit import harvest as h
from tests.kit import village as v
from tests.kit.visits import signed_in

Travel = Callable[[datetime], None]


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def pledge_row(ref: str) -> Pledge:
    end_reading()
    return reading().scalars(select(Pledge).where(Pledge.ref == ref)).one()


def sale_row() -> ProduceSale:
    end_reading()
    return reading().scalars(select(ProduceSale)).one()


def told(kind: str) -> list[int]:
    end_reading()
    return list(reading().scalars(select(Notice.account_id).where(Notice.kind == kind)))


def reserved(place: v.Village, *, units: int = 3, days: int = 30) -> str:
    """List a batch of two families and reserve of the first."""
    wish = h.wishes_of(h.listed(place, h.add_families(place, 1), days=days))[0]
    ref = claim(place.donor, wish, units=units).id
    plan.plan(place.donor, ref, buyer=h.BUYER)
    return ref


def shipped(place: v.Village) -> str:
    ref = reserved(place)
    send.send(place.volunteer, ref, courier="sf", tracking="SF1239876540012", income_fen=80_00)
    return ref


def test_the_whole_way_of_a_purchase(place: v.Village) -> None:
    ref = reserved(place)
    row = pledge_row(ref)
    last = day_of(now()) + timedelta(days=30)
    assert (row.state, row.clock, row.act_by) == ("planned", "send", day_end(last))
    assert told("produce-reserved") == [place.volunteer.account_id]
    with pytest.raises(Missing):
        get_order(place.volunteer, ref).buyer_or_missing()
    open_buyer(place.volunteer, ref)
    assert get_order(place.volunteer, ref).buyer_or_missing().address == h.BUYER_ADDRESS
    with pytest.raises(Missing):  # the buyer does not ship
        send.send(place.donor, ref, courier="sf", tracking="SF1239876540012")
    send.send(place.volunteer, ref, courier="sf", tracking="SF1239876540012", income_fen=80_00)
    with pytest.raises(Missing):  # the seller does not receive
        receive.hand_over(place.volunteer, ref)
    receive.hand_over(place.donor, ref)
    with pytest.raises(Invalid, match="income-missing"):
        confirm.confirm(place.reviewer, ref, basis="call-back")
    confirm.confirm(place.reviewer, ref, basis="call-back", income_fen=85_00)
    assert (sale_row().told_fen, sale_row().income_fen, sale_row().buyer_sealed) == (80_00, 85_00, None)
    lines = {tuple(line) for line in reading().execute(select(BoardLine.metric, BoardLine.value))}
    assert lines == {("wishes", 1), ("purchases", 3 * h.PRICE)}
    assert reading().scalars(select(BuyerShown.account_id)).all() == [place.volunteer.account_id]
    seen = list_access(place.administrator, AccessFilters(look="buyer")).lines
    assert [(line.who_ref, line.pledge_ref) for line in seen] == [(place.volunteer.ref, ref)]


def test_each_purchase_of_a_large_batch_stands_on_a_part(
    app: Flask, place: v.Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(produce_queries, "ORDERS", 2)
    wish = h.wishes_of(h.listed(place, h.add_families(place, 1)))[0]
    made = {claim(place.donor, wish, units=1).id for _ in range(3)}
    for ref in made:
        plan.plan(place.donor, ref, buyer=h.BUYER)
    batch = find_batch_ref(wish)
    client = signed_in(app, place.volunteer)
    first, second = (client.get(f"/desk/produce/{batch}?part={part}").text for part in (1, 2))
    assert f"/desk/produce/{batch}?part=2" in first and "part=3" not in second
    found = [{ref for ref in made if f"/desk/orders/{ref}" in text} for text in (first, second)]
    assert [len(one) for one in found] == [2, 1] and found[0] | found[1] == made
    assert client.get(f"/desk/produce/{batch}?part=x").status_code == 404


def test_a_code_of_the_family_confirms_what_the_seller_said(place: v.Village) -> None:
    codes = cards.print_card(place.second, place.family.ref).codes
    ref = shipped(place)
    receive.hand_over(place.donor, ref)
    acknowledge.acknowledge(place.volunteer, ref, code=codes[0])
    assert (pledge_row(ref).state, sale_row().income_fen) == ("confirmed", 80_00)


def test_the_harvest_is_over_without_shipping(place: v.Village, travel: Travel) -> None:
    ref = reserved(place, days=3)
    due = pledge_row(ref).act_by
    assert due is not None
    travel(due + timedelta(minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "release-overdue-seller"
    row = pledge_row(ref)
    assert (row.state, sale_row().is_late, sale_row().buyer_sealed) == ("cancelled", True, None)
    assert told("produce-late") == [place.volunteer.account_id]
    assert told("pledge-lapsed") == []
    forget_figures()
    counted = get_figures(with_demo=True)
    assert (counted.overdue, sum(line.overdue for line in counted.counties)) == (1, 1)
    end_reading()
    wish = reading().get_one(Wish, row.wish_id)
    assert (wish.committed, wish.season_on) == (0, day_of(due - timedelta(minutes=1)))
    with transaction() as tx:
        assert wish_clocks.due(tx, wish.ref)
    with pytest.raises(Conflict, match="wish-not-open"):  # nobody can claim it any more
        claim(place.donor, wish.ref, units=1)


def test_what_has_not_been_said_to_have_come_is_taken_as_come_after_15_days(place: v.Village, travel: Travel) -> None:
    ref = shipped(place)
    travel(now() + timedelta(days=15, minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "deem-handed-over"
    assert pledge_row(ref).state == "handed_over"


def test_the_sellers_side_is_who_listed_it_until_his_term_ends(place: v.Village) -> None:
    ref = reserved(place)
    with transaction() as tx:
        other = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
        far = v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE))
    for somebody in (far, place.reviewer, place.administrator):
        with pytest.raises(Missing):
            open_buyer(somebody, ref)
    with pytest.raises(NotPermitted, match="not-your-batch"):
        open_buyer(other, ref)
    with pytest.raises(NotPermitted, match="not-your-batch"):
        send.send(other, ref, courier="sf", tracking="SF1239876540012")
    with transaction() as tx:
        own = select(RoleGrant).where(RoleGrant.account_id == place.volunteer.account_id)
        tx.session.scalars(own).one().revoked_at = tx.now
    settle_desks()
    open_buyer(other, ref)
    assert get_order(other, ref).buyer_or_missing().recipient == h.BUYER_NAME


def test_a_neighbour_ships_for_a_seller_who_is_silent(place: v.Village, travel: Callable[[datetime], None]) -> None:
    ref = reserved(place)
    with transaction() as tx:
        other = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
    travel(now() + timedelta(days=6))
    end_reading()
    assert not get_order(other, ref).may_ship
    with pytest.raises(NotPermitted, match="not-your-batch"):
        send.send(other, ref, courier="sf", tracking="SF1239876540012")
    travel(now() + timedelta(days=2))
    end_reading()
    assert get_order(other, ref).may_ship
    send.send(other, ref, courier="sf", tracking="SF1239876540012")
    assert pledge_row(ref).state == "sent"


@pytest.mark.parametrize("end", ["cancelled", "withdrawn", "returned", "confirmed"])
def test_the_buyers_address_is_gone_at_every_end(place: v.Village, end: str) -> None:
    ref = reserved(place)
    assert sale_row().buyer_sealed is not None
    assert h.BUYER_ADDRESS.encode() not in (sale_row().buyer_sealed or b"")
    if end == "cancelled":
        plan.cancel(place.donor, ref)
    elif end == "withdrawn":
        wish = reading().get_one(Wish, pledge_row(ref).wish_id).ref
        ending.withdraw(place.volunteer, wish, reasons=["no-longer-needed"])
    else:
        send.send(place.volunteer, ref, courier="sf", tracking="SF1239876540012")
        if end == "returned":
            receive.return_(place.donor, ref, reason="damaged")
        else:
            receive.hand_over(place.donor, ref)
            confirm.confirm(place.reviewer, ref, basis="call-back", income_fen=90_00)
    assert PledgeState(pledge_row(ref).state) in DONE
    assert sale_row().buyer_sealed is None


def test_the_address_closes_with_the_sale_and_after_a_quarter_of_an_hour(place: v.Village, travel: Travel) -> None:
    ref = reserved(place)
    open_buyer(place.volunteer, ref)
    travel(now() + timedelta(minutes=16))
    with pytest.raises(Missing):
        get_order(place.volunteer, ref).buyer_or_missing()
    send.send(place.volunteer, ref, courier="sf", tracking="SF1239876540012")
    open_buyer(place.volunteer, ref)
    receive.hand_over(place.donor, ref)
    with pytest.raises(Missing):
        get_order(place.volunteer, ref).buyer_or_missing()
    with pytest.raises(Conflict, match="not-in-this-state"):
        open_buyer(place.volunteer, ref)


def test_a_purchase_needs_somewhere_to_go(place: v.Village) -> None:
    wish = h.wishes_of(h.listed(place, h.add_families(place, 1)))[0]
    ref = claim(place.donor, wish, units=1).id
    for buyer, field in (
        (None, "recipient"),
        (Buyer(recipient="人", phone="1", address=h.BUYER_ADDRESS), "phone"),
        (Buyer(recipient="人", phone=h.BUYER_PHONE, address="路"), "address"),
    ):
        with pytest.raises(Invalid) as refused:
            plan.plan(place.donor, ref, buyer=buyer)
        assert refused.value.field == field


def test_a_batch_is_of_one_village_and_keeps_the_limits_of_each_family(place: v.Village) -> None:
    homes = h.add_families(place, 1)
    for _ in range(3):
        produce.list_batch(place.volunteer, batch=h.batch(homes[:1]), title="核桃", details="", unit_fen=h.PRICE)
    with pytest.raises(CapReached, match="household-open"):
        produce.list_batch(place.volunteer, batch=h.batch(homes), title="核桃", details="", unit_fen=h.PRICE)
    end_reading()
    assert len(reading().scalars(select(Wish.id)).all()) == 3  # of the refused batch nothing was kept
    with transaction() as tx:
        wide = v.add_person(tx, (Role.VOLUNTEER, v.PROVINCE))
        far = v.add_family(tx, wide, village=v.OTHER_VILLAGE).ref
    with pytest.raises(Missing):
        produce.list_batch(place.volunteer, batch=h.batch([far]), title="核桃", details="", unit_fen=h.PRICE)
    with pytest.raises(Conflict, match="batch-of-two-villages"):
        produce.list_batch(wide, batch=h.batch([homes[1], far]), title="核桃", details="", unit_fen=h.PRICE)


def test_a_part_that_was_sent_back_is_corrected(place: v.Village) -> None:
    asked = h.batch(h.add_families(place, 0))
    ref = produce.list_batch(place.volunteer, batch=asked, title="核桃", details="", unit_fen=h.PRICE)
    wish = h.wishes_of(ref)[0]
    review.send_back(place.reviewer, wish, reasons=["units-wrong"])
    produce.correct_part(place.volunteer, wish, title="今秋核桃", details="带壳", quantity=8)
    review.approve(place.reviewer, wish, checks=v.CHECKS)
    end_reading()
    row = reading().scalars(select(Wish)).one()
    assert (row.state, row.wanted, row.title) == ("approved", 8, "今秋核桃")


def test_a_disputed_purchase_keeps_its_address_until_it_is_ruled(place: v.Village) -> None:
    ref = shipped(place)
    cases.dispute(place.donor, ref, reason="not-arrived", words="没有收到")
    assert sale_row().buyer_sealed is not None


def judge(region: str) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.AUDITOR, region))


def income_book() -> tuple[int, int]:
    """Give what families earned by the ruled purchase, and how many lines of purchases stand on the boards."""
    end_reading()
    earned = reading().scalar(select(func.coalesce(func.sum(ProduceSale.income_fen), 0)))
    lines = reading().scalar(select(func.coalesce(func.sum(BoardLine.value), 0)).where(BoardLine.metric == "purchases"))
    return int(earned or 0), int(lines or 0)


@pytest.mark.parametrize("on_appeal", [False, True])
def test_a_ruling_that_confirms_keeps_the_income_as_it_was_told(place: v.Village, *, on_appeal: bool) -> None:
    ref = shipped(place)
    cases.dispute(place.donor, ref, reason="not-arrived", words="没有收到")
    assert (sale_row().told_fen, sale_row().income_fen) == (80_00, None)
    if on_appeal:
        rule.rule(judge(v.COUNTY), ref, ruling="refuted", grounds="没有寄出")
        assert (sale_row().income_fen, income_book()) == (None, (0, 0))
        cases.appeal(place.donor, ref, grounds="收到了")
        rule.rule(judge(v.COUNTY[:4]), ref, ruling="confirmed", grounds="签收记录属实")
    else:
        rule.rule(judge(v.COUNTY), ref, ruling="confirmed", grounds="签收记录属实")
    assert (pledge_row(ref).state, sale_row().income_fen) == ("confirmed", 80_00)
    assert income_book() == (80_00, pledge_row(ref).units * h.PRICE)


def test_a_ruling_leaves_the_income_that_the_family_said(place: v.Village) -> None:
    ref = shipped(place)
    receive.hand_over(place.donor, ref)
    confirm.confirm(place.reviewer, ref, basis="call-back", income_fen=75_00)
    cases.dispute(place.donor, ref, reason="wrong-item", words="与描述不符")
    rule.rule(judge(v.COUNTY), ref, ruling="former", grounds="与描述相符")
    assert (pledge_row(ref).state, sale_row().income_fen) == ("confirmed", 75_00)
