"""A family's account: who writes it down, who opens it for what, and that a change alone moves no money."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, TooMany
from charity.domain.payees import PayeeAccount
from charity.jobs.clocks import apply_due
from charity.models.accounts import RoleGrant
from charity.models.households import Household, Member
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice
from charity.models.payees import Payee, PayeeShown
from charity.models.pledges import Pledge
from charity.queries.access import AccessFilters, list_access
from charity.queries.payees import get_family, get_opened, get_waiting, list_looks_of, list_needed
from charity.services.pledges import confirm, paying, receive
from charity.services.register import payees, records
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.payees import stand_account, write_head
from tests.services import town as t
from tests.services.test_money import DOCUMENT, Fund, given, notices
from tests.services.test_money import at as plain_fund

__all__ = ["plain_fund"]
NUMBER, OTHER_NUMBER = "6217991122334455667", "6217009988776655443"
OWN = PayeeAccount(way="account", holder="欧阳采薇", bank="云桥农商行清河分理处", number=NUMBER)
OTHER = replace(OWN, number=OTHER_NUMBER)
OF_VILLAGE = PayeeAccount(
    way="village", holder="清河村村民委员会", bank="云桥农商行", number=OTHER_NUMBER, note="村委两人签字,当面按手印领取"
)
WHY = "旧卡丢失补办"


def add_head(town: t.Town) -> None:
    """Let the family have a head who can agree."""
    with transaction() as tx:
        write_head(tx, int(town.beneficiary[1:]), by=town.volunteer.account_id)


def head_of(household: str) -> str:
    end_reading()
    of_head = select(Member.ref).join(Household, Household.id == Member.household_id)
    ref = reading().scalars(of_head.where(Household.ref == household, Member.relation == "head")).one()
    end_reading()
    return ref


@pytest.fixture
def fund(plain_fund: Fund) -> Fund:
    add_head(plain_fund.town)
    return plain_fund


def home(at: Fund) -> str:
    end_reading()
    ref = reading().scalars(select(Household.ref).where(Household.id == int(at.town.beneficiary[1:]))).one()
    end_reading()
    return ref


def second_reviewer() -> Actor:
    return t.person((Role.REVIEWER, t.TOWNSHIP))


def recorded(at: Fund, account: PayeeAccount = OWN, *, by: Actor | None = None, reason: str = "") -> str:
    who = by or at.town.reviewer
    return payees.record(who, home(at), account=account, agreed=True, reason=reason)


def row_of(ref: str) -> Payee:
    end_reading()
    return reading().scalars(select(Payee).where(Payee.ref == ref)).one()


def later(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "held", lambda: moment)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_officer_opens_it_for_a_payment_that_stands_at_his_organisation_alone(fund: Fund) -> None:
    recorded(fund)
    donor, stranger = t.person(), t.person()
    sent, here = given(fund, donor, units=1, to="sent"), given(fund, donor, units=1, to="at_point")
    other = c.verified(stranger, fund.office, "清河助学慈善基金会", 2, t.COUNTY)
    for who in (stranger, c.acting(stranger, other), fund.town.volunteer, fund.town.reviewer, fund.office, donor):
        with pytest.raises((Missing, NotPermitted)):
            paying.open_payee(who, here, purpose="pay")
        with pytest.raises(Missing):
            get_opened(who, here)
    with pytest.raises(Conflict, match="not-in-this-state"):
        paying.open_payee(fund.officer, sent, purpose="pay")
    with pytest.raises(Invalid, match="purpose-unknown"):
        paying.open_payee(fund.officer, here, purpose="curious")
    with pytest.raises(Missing):
        get_opened(fund.officer, here)
    paying.open_payee(fund.officer, here, purpose="pay")
    end_reading()
    assert get_opened(fund.officer, here) == OWN
    [look] = list_looks_of(fund.town.reviewer, home(fund))
    assert (look.organisation, look.purpose) == ("云桥同心慈善基金会", "pay")
    [line] = list_access(t.person((Role.AUDITOR, t.COUNTY)), AccessFilters(look="payee")).lines
    assert (line.who_ref, line.pledge_ref) == (fund.officer.ref, here)
    with pytest.raises(Missing):
        get_opened(fund.officer, sent)
    receive.hand_over(fund.officer, here, document=DOCUMENT)
    end_reading()
    with pytest.raises(Missing):
        get_opened(fund.officer, here)
    end_reading()


def test_what_is_written_down_is_sealed_and_nobody_of_the_township_reads_it_again(fund: Fund) -> None:
    ref = recorded(fund)
    row = row_of(ref)
    assert NUMBER.encode() not in row.told_sealed
    assert OWN.holder.encode() not in row.told_sealed
    shown = repr(get_family(fund.town.reviewer, home(fund)))
    end_reading()
    assert "…5667" in shown
    for secret in (NUMBER, OWN.holder):
        assert secret not in shown
    with pytest.raises(Missing):
        get_family(fund.town.volunteer, home(fund))
    with pytest.raises(Missing):
        payees.record(fund.town.volunteer, home(fund), account=OTHER, agreed=True, reason=WHY)
    told = b"".join(reading().scalars(select(ENTRIES.c.body)))
    told += "".join(reading().scalars(select(Notice.params))).encode()
    end_reading()
    for secret in (NUMBER, OWN.holder, OWN.bank, NUMBER[-4:]):
        assert secret.encode() not in told


def test_a_volunteer_of_the_family_is_on_another_side(fund: Fund) -> None:
    both = t.person((Role.REVIEWER, t.TOWNSHIP), (Role.VOLUNTEER, t.VILLAGE))
    household = home(fund)
    records.record_fact(both, household, key="income-per-head", value="4000", as_of=clock.now().date())
    with pytest.raises(NotPermitted, match="other-side"):
        payees.record(both, household, account=OWN, agreed=True)


def test_without_the_familys_yes_nobody_writes_it_down_or_opens_it(fund: Fund) -> None:
    household = home(fund)
    with pytest.raises(Invalid, match="payee-not-agreed"):
        payees.record(fund.town.reviewer, household, account=OWN, agreed=False)
    recorded(fund)
    here = given(fund, t.person(), units=1, to="at_point")
    paying.open_payee(fund.officer, here, purpose="pay")
    end_reading()
    assert get_opened(fund.officer, here) == OWN
    head = head_of(household)
    no = records.ConsentGiven(purpose=Purpose.PAYMENT, is_granted=False, given_by=GivenBy.SELF)
    records.record_consent(fund.town.reviewer, household, head, given=no)
    end_reading()
    with pytest.raises(Missing):
        get_opened(fund.officer, here)
    end_reading()
    with pytest.raises(Conflict, match="payee-not-agreed"):
        paying.open_payee(fund.officer, here, purpose="pay")


@pytest.mark.parametrize(("years", "speaks"), [(10, "guardian"), (16, "both"), (30, "self")])
def test_a_family_headed_by_a_child_has_an_account_by_its_guardian(plain_fund: Fund, years: int, speaks: str) -> None:
    born = f"{clock.now().year - years - 1}-01-02"
    household_id = int(plain_fund.town.beneficiary[1:])
    with transaction() as tx:
        write_head(tx, household_id, by=plain_fund.town.volunteer.account_id, birth=born)
    reviewer, household = plain_fund.town.reviewer, home(plain_fund)
    for other in {"self", "guardian", "both", "nobody"} - {speaks}:
        with pytest.raises(Invalid, match="payee-speaks"):
            payees.record(reviewer, household, account=OWN, agreed=True, speaks=other)
    payees.record(reviewer, household, account=OWN, agreed=True, speaks=speaks)
    here = given(plain_fund, t.person(), units=1, to="at_point")
    paying.open_payee(plain_fund.officer, here, purpose="pay")


def test_a_change_while_money_is_here_needs_a_second_person_and_waits(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(fund)
    here = given(fund, t.person(), units=1, to="at_point")
    paying.open_payee(fund.officer, here, purpose="pay")
    with pytest.raises(Invalid, match="reason-needed"):
        recorded(fund, OTHER)
    change = recorded(fund, OTHER, reason=WHY)
    assert row_of(change).state == "waiting"
    assert fund.officer.account_id in notices("payee-changing")
    end_reading()
    with pytest.raises(Missing):
        get_opened(fund.officer, here)  # what was open closes at once
    end_reading()
    with pytest.raises(Conflict, match="payee-changing"):
        paying.open_payee(fund.officer, here, purpose="pay")
    with pytest.raises(NotPermitted, match="not-ones-own-question"):
        payees.second(fund.town.reviewer, change, number=OTHER_NUMBER)
    other = second_reviewer()
    with pytest.raises(Invalid, match="payee-number-differs"):
        payees.second(other, change, number=NUMBER)
    payees.second(other, change, number=f"{OTHER_NUMBER[:4]} {OTHER_NUMBER[4:]}")
    assert fund.officer.account_id in notices("payee-changed")
    with pytest.raises(Conflict, match="payee-waits"):
        paying.open_payee(fund.officer, here, purpose="pay")
    later(monkeypatch, clock.now() + timedelta(hours=73))
    with pytest.raises(Conflict, match="payee-untold"):
        paying.open_payee(fund.officer, here, purpose="pay")
    payees.tell(fund.town.volunteer, change, is_right=True)
    assert fund.officer.account_id in notices("payee-told-yes")
    paying.open_payee(fund.officer, here, purpose="pay")
    end_reading()
    assert get_opened(fund.officer, here) == OTHER
    end_reading()


def test_a_refused_change_leaves_what_stood(fund: Fund) -> None:
    recorded(fund)
    here = given(fund, t.person(), units=1, to="at_point")
    change = recorded(fund, OTHER, reason=WHY)
    far = t.person((Role.REVIEWER, v.OTHER_COUNTY))
    for who in (far, fund.office, fund.town.volunteer):
        with pytest.raises(Missing):
            payees.refuse(who, change)
        end_reading()
        with pytest.raises(Missing):
            get_waiting(who, change)
    payees.refuse(second_reviewer(), change)
    paying.open_payee(fund.officer, here, purpose="returned")
    end_reading()
    assert get_opened(fund.officer, here) == OWN
    end_reading()


def test_numbers_are_not_guessed(fund: Fund) -> None:
    given(fund, t.person(), units=1, to="at_point")
    change, other = recorded(fund), second_reviewer()
    for _ in range(5):
        with pytest.raises(Invalid):
            payees.second(other, change, number="62170000000000")
    with pytest.raises(TooMany):
        payees.second(other, change, number=NUMBER)


def test_a_quiet_change_waits_even_when_nothing_is_under_way(fund: Fund) -> None:
    first = recorded(fund)
    change = recorded(fund, OTHER, reason=WHY)
    assert row_of(first).state == "replaced"
    here = given(fund, t.person(), units=1, to="at_point")
    with pytest.raises(Conflict, match="payee-waits"):
        paying.open_payee(fund.officer, here, purpose="pay")
    with transaction() as tx:
        tx.session.execute(update(Payee).where(Payee.ref == change).values(opens_at=tx.now))
    payees.tell(fund.town.volunteer, change, is_right=True)
    paying.open_payee(fund.officer, here, purpose="pay")  # the control


def test_money_of_which_nobody_knows_counts_as_under_way(fund: Fund) -> None:
    recorded(fund)
    gift = given(fund, t.person(), units=1, to="sent")
    with transaction() as tx:
        tx.session.execute(update(Pledge).where(Pledge.ref == gift).values(state="lapsed_unsettled"))
    assert row_of(recorded(fund, OTHER, reason=WHY)).state == "waiting", "nobody changes the account alone meanwhile"


def test_the_way_of_a_village_and_a_number_known_elsewhere_need_a_second_person(fund: Fund) -> None:
    assert row_of(recorded(fund, OF_VILLAGE)).state == "waiting"
    other_town = t.found_town()
    add_head(other_town)
    with transaction() as tx:
        household = tx.session.get_one(Household, int(other_town.beneficiary[1:])).ref
    ref = payees.record(other_town.reviewer, household, account=OTHER, agreed=True)
    assert row_of(ref).state == "waiting"
    end_reading()
    assert get_waiting(second_reviewer(), ref).card.elsewhere == 1
    with pytest.raises(Invalid, match="payee-note"):
        payees.record(other_town.reviewer, household, account=replace(OF_VILLAGE, note=""), agreed=True)
    end_reading()


def test_the_township_is_asked_as_soon_as_money_comes(fund: Fund) -> None:
    given(fund, t.person(), units=1, to="at_point")
    assert fund.town.reviewer.account_id in notices("payee-needed")
    assert [one.household for one in list_needed(fund.town.reviewer)] == [home(fund)]
    end_reading()


def test_where_the_yes_has_ended_the_township_is_asked_and_the_same_account_renews_it(fund: Fund) -> None:
    ref = recorded(fund)
    first = given(fund, t.person(), units=1, to="at_point")
    assert (notices("payee-needed"), list_needed(fund.town.reviewer)) == ([], ())
    end_reading()
    household, head = home(fund), head_of(home(fund))
    no = records.ConsentGiven(purpose=Purpose.PAYMENT, is_granted=False, given_by=GivenBy.SELF)
    yes = replace(no, is_granted=True)
    records.record_consent(fund.town.volunteer, household, head, given=no)
    with pytest.raises(NotPermitted, match="payment-with-account"):
        records.record_consent(fund.town.volunteer, household, head, given=yes)
    given(fund, t.person(), units=1, to="at_point")
    assert fund.town.reviewer.account_id in notices("payee-needed")
    assert [one.household for one in list_needed(fund.town.reviewer)] == [household]
    end_reading()
    assert recorded(fund) == ref
    assert list_needed(fund.town.reviewer) == ()
    end_reading()
    paying.open_payee(fund.officer, first, purpose="pay")


def test_who_alone_wrote_it_down_does_not_call_the_family_back(fund: Fund) -> None:
    recorded(fund)
    here = given(fund, t.person(), units=1, to="at_point")
    paying.open_payee(fund.officer, here, purpose="pay")
    receive.hand_over(fund.officer, here, document=DOCUMENT)
    with pytest.raises(NotPermitted, match="payee-recorder"):
        confirm.confirm(fund.town.reviewer, here, basis="call-back")
    confirm.confirm(second_reviewer(), here, basis="call-back")
    assert t.pledge_row(here).state == "confirmed"
    end_reading()
    assert len(reading().scalars(select(PayeeShown)).all()) == 1
    end_reading()


def test_money_is_paid_only_to_an_account_that_is_payable_and_was_opened_here(fund: Fund) -> None:
    here, more = (given(fund, t.person(), units=1, to="at_point") for _ in range(2))
    with pytest.raises(Conflict, match="payee-missing"):
        receive.hand_over(fund.officer, here, document=DOCUMENT)
    change = recorded(fund)
    with pytest.raises(Conflict, match="payee-changing"):
        receive.hand_over(fund.officer, here, document=DOCUMENT)
    payees.refuse(second_reviewer(), change)
    stand_account(int(fund.town.beneficiary[1:]), by=fund.town.reviewer.account_id)
    with pytest.raises(Conflict, match="payee-not-opened"):
        receive.hand_over(fund.officer, here, document=DOCUMENT)
    paying.open_payee(fund.officer, more, purpose="pay")
    receive.hand_over(fund.officer, here, document=DOCUMENT)  # opened for another gift to the same family
    with pytest.raises(NotPermitted, match="payee-recorder"):
        confirm.confirm(fund.town.reviewer, here, basis="call-back")
    confirm.confirm(second_reviewer(), here, basis="call-back")


def call_back_alone(at: Fund) -> str:
    """Let money be paid where one reviewer of the township is left, who wrote the account down alone."""
    with transaction() as tx:
        printer = RoleGrant.account_id == at.town.printer.account_id
        tx.session.execute(update(RoleGrant).where(printer).values(ends_on=date(2026, 3, 1)))
    recorded(at)
    here = given(at, t.person(), units=1, to="at_point")
    paying.open_payee(at.officer, here, purpose="pay")
    receive.hand_over(at.officer, here, document=DOCUMENT)
    return here


def test_where_the_recorder_is_alone_the_county_calls_the_family_back(fund: Fund) -> None:
    here = call_back_alone(fund)
    apply_due(clock.now() + timedelta(days=2))
    assert notices("pledge-in-county-pool") == []
    apply_due(clock.now() + timedelta(days=6))
    told = notices("pledge-in-county-pool")
    assert fund.town.neighbour.account_id in told
    assert fund.town.reviewer.account_id not in told
    with pytest.raises(NotPermitted, match="payee-recorder"):
        confirm.confirm(fund.town.reviewer, here, basis="call-back")
    assert confirm.confirm(fund.town.neighbour, here, basis="call-back").state == "confirmed"


def test_where_another_reviewer_is_there_the_call_back_stays_in_the_township(fund: Fund) -> None:
    second_reviewer()
    call_back_alone(fund)
    apply_due(clock.now() + timedelta(days=6))
    assert notices("pledge-in-county-pool") == []


def test_a_family_takes_its_account_away(fund: Fund) -> None:
    recorded(fund)
    here = given(fund, t.person(), units=1, to="at_point")
    payees.end(fund.town.reviewer, home(fund))
    with pytest.raises(Conflict, match="payee-missing"):
        paying.open_payee(fund.officer, here, purpose="pay")
    assert fund.officer.account_id in notices("payee-gone")
    with pytest.raises(Missing):
        payees.end(fund.town.reviewer, home(fund))
    another = recorded(fund, OTHER)
    payees.second(second_reviewer(), another, number=OTHER_NUMBER)
    with pytest.raises(Conflict, match="payee-waits"):  # taking one away first is no way around the wait
        paying.open_payee(fund.officer, here, purpose="pay")
