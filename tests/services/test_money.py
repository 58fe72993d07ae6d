"""A gift of money from the claim to the call-back: who may do what, what is sealed, and what clocks do."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.organisations import Becomes, Part
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.tables import compare
from charity.models.cases import Case
from charity.models.ledger import ENTRIES
from charity.models.organisation_rows import reference_of
from charity.models.organisations import BankShown, Organisation, OrganisationPerson, Payout, WishReceiver
from charity.models.outbox import Notice
from charity.models.pledges import Pledge
from charity.queries.cases import get_case
from charity.queries.organisations.money import get_money_desk, get_transfer
from charity.queries.organisations.own import get_desk
from charity.services.organisations import decide, officers, people
from charity.services.organisations.decide import Rights
from charity.services.pledges import acknowledge, cases, clocks, confirm, money, plan, receive, rule, send, waiting
from charity.services.pledges.claim import claim
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.payees import let_pay
from tests.services import town as t

NAME = "云桥同心慈善基金会"
DOCUMENT = "PZ20261122000777"
REFUND = "TH20261122000778"


@dataclass(frozen=True, slots=True)
class Fund:
    """A town with a foundation, its officer, and a wish for ten shares of 20 yuan."""

    town: t.Town
    officer: Actor
    office: Actor
    ref: str
    wish: str


@pytest.fixture
def at(app: Flask) -> Fund:
    with transaction() as tx:
        v.add_regions(tx)
    officer, office = t.person(), t.person((Role.ADMINISTRATOR, t.COUNTY))
    ref = c.verified(officer, office, NAME, 1, t.COUNTY)
    town = t.found_town()
    wish = t.wish(
        town,
        wanted=10,
        unit_fen=20_00,
        kind="money",
        category="living-costs",
        unit_label="share",
        point_id=None,
        receiver=ref,
    )
    with transaction() as tx:
        tx.session.add(WishReceiver(wish_id=t.wish_row(wish).id, organisation_id=c.row_of(ref).id))
    end_reading()
    return Fund(town, officer, office, ref, wish)


def given(at: Fund, donor: Actor, *, units: int = 3, to: str = "held") -> str:
    ref = claim(donor, at.wish, units=units, display="nickname").id
    steps = {
        "sent": lambda: send.send(donor, ref),
        "at_point": lambda: receive.receive(at.officer, ref),
        "handed_over": lambda: pay(at, ref),
        "confirmed": lambda: confirm.confirm(at.town.reviewer, ref, basis="call-back"),
    }
    for state, step in () if to == "held" else steps.items():
        step()
        if state == to:
            break
    return ref


def pay(at: Fund, ref: str) -> None:
    """Pay what is here to the family's account, which the officer opened."""
    let_pay(at.officer, ref)
    receive.hand_over(at.officer, ref, document=DOCUMENT)


def notices(kind: str) -> list[int]:
    end_reading()
    return list(reading().scalars(select(Notice.account_id).where(Notice.kind == kind).order_by(Notice.id)))


def run_out(ref: str) -> str:
    """Let the clock of a pledge run out now: it began long ago."""
    row = t.pledge_row(ref)
    assert row.act_by is not None
    assert row.clock_started_at is not None
    began = row.clock_started_at - (row.act_by - clock.now()) - timedelta(minutes=1)
    with transaction() as tx:
        past = {"clock_started_at": began, "act_by": tx.now - timedelta(seconds=1), "is_overdue": False}
        tx.session.execute(update(Pledge).where(Pledge.ref == ref).values(past))
    end_reading()
    return clocks.pledge_due(SYSTEM, ref)


def test_money_goes_from_the_donor_through_the_organisation_to_the_family(at: Fund) -> None:
    donor = t.person()
    ref = given(at, donor)
    with pytest.raises(Missing):
        get_transfer(donor, ref)
    money.open_bank(donor, ref)
    end_reading()
    card = get_transfer(donor, ref)
    assert (card.bank.number, card.reference, card.fen) == (c.BANK_NUMBER, reference_of(ref), 60_00)
    assert card.reference == reference_of(ref) != reference_of(at.wish)
    assert [row.account_id for row in reading().scalars(select(BankShown))] == [donor.account_id]
    send.send(donor, ref)
    assert notices("money-on-its-way") == [at.officer.account_id]
    receive.receive(at.officer, ref)
    pay(at, ref)
    assert at.town.reviewer.account_id in notices("money-to-call-back")
    confirm.confirm(at.town.reviewer, ref, basis="call-back")
    row = t.wish_row(at.wish)
    assert (row.committed, row.in_transit, row.fulfilled) == (3, 0, 3)
    assert t.entry_kinds(at.wish)[1:] == [
        "pledge.claimed",
        "pledge.sent",
        "pledge.received",
        "pledge.handed-over",
        "pledge.confirmed",
    ]
    told = b"".join(reading().scalars(select(ENTRIES.c.body)))
    for secret in (DOCUMENT, c.BANK_NUMBER, c.BANK_NAME, NAME):
        assert secret.encode() not in told
    [payout] = reading().scalars(select(Payout))
    assert DOCUMENT.encode() not in payout.document_sealed
    end_reading()


def test_the_account_shows_to_the_claimant_alone_and_only_while_open(at: Fund) -> None:
    donor, other = t.person(), t.person()
    ref = given(at, donor)
    with pytest.raises(Missing):
        money.open_bank(other, ref)
    with pytest.raises(Missing):
        money.open_bank(at.town.volunteer, ref)
    money.open_bank(donor, ref)
    end_reading()
    with pytest.raises(Missing):
        get_transfer(other, ref)
    plan.cancel(donor, ref)
    end_reading()
    with pytest.raises(Missing):
        get_transfer(donor, ref)
    with pytest.raises(Conflict, match="not-in-this-state"):
        money.open_bank(donor, ref)


def test_an_account_that_is_looked_at_again_takes_no_money(at: Fund) -> None:
    donor = t.person()
    ref = given(at, donor)
    money.open_bank(donor, ref)  # who never saw it is let go
    decide.change_rights(at.office, at.ref, rights=Rights())
    with pytest.raises(Conflict, match="no-receiver-now"):
        money.open_bank(donor, ref)
    with pytest.raises(Conflict, match="no-receiver-now"):
        claim(t.person(), at.wish, units=1, display="nickname")


def test_the_receiving_organisation_is_never_its_donor(at: Fund) -> None:
    with pytest.raises(NotPermitted, match="receiver-is-donor"):
        claim(at.officer, at.wish, units=1, display="nickname")
    with pytest.raises(NotPermitted, match="receiver-is-donor"):
        claim(c.acting(at.officer, at.ref), at.wish, units=1, display="nickname")
    other = c.verified(at.officer, at.office, "云桥织造有限公司", 2, t.COUNTY, kind="enterprise")
    with pytest.raises(NotPermitted, match="receiver-is-donor"):
        claim(c.acting(at.officer, other), at.wish, units=1, display="nickname")
    member = t.person()
    people.join(member, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    ref = given(at, member, to="sent")  # the control: a member may give
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member"]
    with pytest.raises(Conflict, match="officer-gives-here"):
        c.make_officer(at.officer, at.office, at.ref, card.ref)
    with transaction() as tx:  # who became one in another way handles nothing, and nobody handles his gift
        row = OrganisationPerson.account_id == member.account_id
        tx.session.execute(update(OrganisationPerson).where(row).values(part=Part.OFFICER.value))
    for officer in (member, at.officer):
        with pytest.raises(NotPermitted, match="receiver-is-donor"):
            receive.receive(officer, ref)


def test_who_gives_speaks_for_the_receiver_when_his_gift_has_arrived(at: Fund) -> None:
    member = t.person()
    people.join(member, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    ref = given(at, member, to="at_point")
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member"]
    with pytest.raises(Conflict, match="officer-gives-here"):
        officers.ask(at.officer, at.ref, card.ref, becomes=Becomes.OFFICER)
    pay(at, ref)
    c.make_officer(at.officer, at.office, at.ref, card.ref)
    end_reading()
    assert [one.part for one in get_desk(member, at.ref).people] == ["officer", "officer"]


def test_the_receiver_does_not_wait_for_its_own_wish_either(at: Fund) -> None:
    given(at, t.person(), units=10)
    with pytest.raises(NotPermitted, match="receiver-is-donor"):
        waiting.join(at.officer, at.wish, units=1)
    waiting.join(t.person(), at.wish, units=1)


def test_no_volunteer_touches_money_and_no_slip_confirms_it(at: Fund) -> None:
    donor, stranger = t.person(), t.person()
    other = c.verified(stranger, at.office, "另一家慈善基金会", 3, t.COUNTY)
    ref = given(at, donor, to="sent")
    assert c.row_of(other).takes_money
    for who in (at.town.volunteer, at.town.poster, at.town.reviewer, stranger, donor):
        with pytest.raises(Missing):
            receive.receive(who, ref)
    receive.receive(at.officer, ref)
    with pytest.raises(Missing):
        receive.hand_over(at.town.volunteer, ref, document=DOCUMENT)
    let_pay(at.officer, ref)
    with pytest.raises(Invalid, match="document-missing"):
        receive.hand_over(at.officer, ref, document=" ")
    pay(at, ref)
    with pytest.raises(Invalid, match="basis-needs-call-back"):
        confirm.confirm(at.town.reviewer, ref, basis="slip")
    with pytest.raises(Missing):
        confirm.confirm(at.officer, ref, basis="call-back")


def test_no_code_of_the_family_confirms_money(at: Fund) -> None:
    t.card(at.town, "12345678")
    ref = given(at, t.person(), to="handed_over")
    with pytest.raises(Conflict, match="not-in-this-state"):
        acknowledge.acknowledge(t.person((Role.VOLUNTEER, t.VILLAGE)), ref, code="12345678")
    with pytest.raises(Conflict, match="not-in-this-state"):
        acknowledge.send_code(at.officer, ref)
    assert t.pledge_row(ref).state == "handed_over"
    confirm.confirm(at.town.reviewer, ref, basis="call-back")


def test_a_part_that_arrives_leaves_the_rest_on_its_way_with_its_own_reference(at: Fund) -> None:
    ref = given(at, t.person(), units=5, to="sent")
    receive.receive(at.officer, ref, units=2)
    end_reading()
    piles = get_money_desk(at.officer, at.ref).piles
    [rest], [here] = piles["arrive"].rows, piles["pay"].rows
    assert (here.ref, here.units, rest.units) == (ref, 2, 3)
    assert rest.reference == reference_of(rest.ref) != here.reference
    receive.undo(at.officer, ref)
    assert t.pledge_row(ref).state == "sent"


def test_silence_leaves_the_units_committed_until_an_auditor_rules(at: Fund) -> None:
    ref = given(at, t.person())
    assert run_out(ref) == "lapse"
    assert t.pledge_row(ref).state == "lapsed_unsettled"
    assert t.wish_row(at.wish).committed == 3
    assert notices("money-unsettled") == [at.officer.account_id]
    rule.rule(at.town.auditor, ref, ruling="sent", grounds="转账回单")
    row = t.pledge_row(ref)
    assert (row.state, row.clock, row.sent_at is None) == ("sent", "money-arrival", False)
    assert clocks.pledge_reminder(SYSTEM, ref)
    assert notices("due-money-arrival") == [at.officer.account_id]
    receive.receive(at.officer, ref)


def test_an_officer_says_in_the_open_case_that_the_money_came(at: Fund) -> None:
    ref = given(at, t.person())
    run_out(ref)
    with pytest.raises(Missing):
        money.report_late(t.person(), ref)
    case = money.report_late(at.officer, ref)
    with pytest.raises(Conflict, match="case-open-already"):
        money.report_late(at.officer, ref)
    assert notices("money-found") == notices("case-to-rule")
    assert get_case(at.town.auditor, case).card.reason == "money-found"
    end_reading()
    rule.rule(at.town.auditor, ref, ruling="sent", grounds="到账单")
    assert t.pledge_row(ref).state == "sent"
    assert "case.answered" in t.entry_kinds(at.wish)
    assert compare(db.engine).pledges == 1


def test_an_officer_may_appeal_a_ruling_about_money_he_handled(at: Fund) -> None:
    ref = given(at, t.person(), to="at_point")
    cases.dispute(at.town.poster, ref, reason="misuse")
    rule.rule(at.town.auditor, ref, ruling="refuted", grounds="查无此款")
    with pytest.raises(Missing):
        cases.appeal(t.person(), ref, grounds="款项在账")
    cases.appeal(at.officer, ref, grounds="款项在账")
    assert t.entry_kinds(at.wish)[-2:] == ["case.appealed", "case.opened"]


def test_an_unsettled_gift_is_overdue_above_and_lapses_at_last(at: Fund) -> None:
    ref = given(at, t.person())
    run_out(ref)
    assert run_out(ref) == "overdue-level-above"
    assert at.town.city_auditor.account_id in notices("pledge-overdue")
    assert run_out(ref) == "lapse"
    assert t.pledge_row(ref).state == "lapsed"
    assert t.wish_row(at.wish).committed == 0
    end_reading()
    assert reading().scalars(select(Case.state)).all() == ["closed"]


def test_money_that_comes_after_the_end_opens_a_case(at: Fund) -> None:
    ref = given(at, t.person())
    run_out(ref)
    rule.rule(at.town.auditor, ref, ruling="lapsed", grounds="没有转账")
    with pytest.raises(Missing):
        money.report_late(t.person(), ref)
    money.report_late(at.officer, ref)
    with pytest.raises(Conflict, match="case-open-already"):
        money.report_late(at.officer, ref)
    rule.rule(at.town.city_auditor, ref, ruling="sent", grounds="晚到了")
    assert t.pledge_row(ref).state == "sent"
    assert t.wish_row(at.wish).in_transit == 3


@pytest.mark.parametrize(("ruling", "state", "in_transit"), [("sent", "sent", 3), ("former", "cancelled", 0)])
def test_money_that_comes_for_a_cancelled_claim_is_ruled_too(
    at: Fund, ruling: str, state: str, in_transit: int
) -> None:
    donor = t.person()
    ref = given(at, donor)
    plan.cancel(donor, ref)
    case = money.report_late(at.officer, ref)
    end_reading()
    assert get_case(at.town.auditor, case).rulings == ("former", "sent")
    rule.rule(at.town.auditor, ref, ruling=ruling, grounds="到账单")
    assert t.pledge_row(ref).state == state
    assert t.wish_row(at.wish).in_transit == in_transit
    end_reading()
    assert compare(db.engine).pledges == 1


def test_an_officer_who_does_not_look_is_overdue_at_the_county(at: Fund) -> None:
    ref = given(at, t.person(), to="sent")
    row = t.pledge_row(ref)
    assert row.act_by == row.clock_started_at + timedelta(days=15)
    assert row.remind_at == row.clock_started_at + timedelta(days=7.5)  # at once he was told with the reference
    assert run_out(ref) == "overdue-county"
    assert notices("pledge-overdue") == [at.office.account_id]
    receive.receive(at.officer, ref)
    assert not t.pledge_row(ref).is_overdue


def test_an_officer_who_does_not_pay_is_overdue_at_the_county(at: Fund) -> None:
    ref = given(at, t.person(), to="at_point")
    assert t.pledge_row(ref).act_by == t.pledge_row(ref).clock_started_at + timedelta(days=15)
    assert run_out(ref) == "overdue-county"
    assert t.pledge_row(ref).is_overdue
    assert notices("pledge-overdue") == [at.office.account_id]
    pay(at, ref)


TAMPERED: dict[str, tuple[type, dict[str, object]]] = {
    "receiver-differs": (WishReceiver, {"organisation_id": 0}),
    "organisation-differs": (Organisation, {"state": "ended"}),
    "organisation-differs at": (Organisation, {"takes_money": False}),
    "organisation-differs at organisation": (Organisation, {"is_vetted": True}),
}


@pytest.mark.parametrize("code", TAMPERED)
def test_the_book_knows_who_receives_money_and_what_an_organisation_may(at: Fund, code: str) -> None:
    other = c.verified(t.person(), at.office, "另一家慈善基金会", 3, t.COUNTY)
    end_reading()
    compare(db.engine)
    table, values = TAMPERED[code]
    changed = {name: c.row_of(other).id if name == "organisation_id" else value for name, value in values.items()}
    with transaction() as tx:
        tx.session.execute(update(table).values(changed))
    end_reading()
    with pytest.raises(Differs, match=code):
        compare(db.engine)


def test_the_book_follows_rights_given_and_taken(at: Fund) -> None:
    decide.change_rights(at.office, at.ref, rights=Rights(is_vetted=True, vetting="公安证明"))
    decide.change_rights(at.office, at.ref, rights=Rights(takes_money=True))
    end_reading()
    compare(db.engine)
    decide.end(at.office, at.ref, reason="own-wish")
    end_reading()
    compare(db.engine)


def test_the_book_agrees_with_the_tables_after_all_of_it(at: Fund) -> None:
    given(at, t.person(), to="confirmed")
    ref = given(at, t.person(), units=4, to="sent")
    receive.receive(at.officer, ref, units=1)
    receive.return_(at.officer, ref, reason="refused", document=REFUND)
    late = given(at, t.person(), units=1)
    run_out(late)
    end_reading()
    compared = compare(db.engine)
    assert (compared.wishes, compared.pledges) == (1, 4)
