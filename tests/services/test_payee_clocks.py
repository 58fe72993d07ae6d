"""Accounts that wait have clocks: the second person, the village's question, the county's; then the level above may."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Missing, NotPermitted
from charity.jobs.payees import turn_doubted, turn_payees
from charity.ledger.verifying.tables import compare
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case
from charity.models.payees import PayeeClock
from charity.models.pledges import Pledge
from charity.queries.payee_clocks import list_payees_due
from charity.queries.payees import get_waiting, list_to_tell_around, list_waiting
from charity.services.pauses import add_pause
from charity.services.pledges import confirm, paying, receive, rule
from charity.services.register import payees
from tests.kit import village as v
from tests.services import town as t
from tests.services.test_money import DOCUMENT, Fund, given, notices
from tests.services.test_money import at as plain_fund
from tests.services.test_payees import OF_VILLAGE, OTHER, OTHER_NUMBER, WHY, add_head, recorded, row_of, second_reviewer

__all__ = ["plain_fund"]
MONDAY = datetime.fromisoformat("2026-03-02T03:00:00+00:00")
Travel = Callable[[datetime], None]


@pytest.fixture
def fund(plain_fund: Fund, travel: Travel) -> Fund:
    add_head(plain_fund.town)
    travel(MONDAY)
    with transaction() as tx:
        first = day_of(MONDAY) - timedelta(days=400)
        tx.session.execute(update(RoleGrant).values(starts_on=first))
    end_reading()
    return plain_fund


def act_by(payee: str, wait: str) -> datetime | None:
    end_reading()
    found = reading().get(PayeeClock, (row_of(payee).id, wait))
    return None if found is None else found.act_by


def changed(at: Fund) -> str:
    recorded(at)
    return recorded(at, OTHER, reason=WHY)


def from_city() -> Actor:
    return t.person((Role.REVIEWER, v.OTHER_COUNTY))


def waiting_for(who: Actor) -> list[str]:
    end_reading()
    found = [one.card.ref for one in list_waiting(who)]
    end_reading()
    return found


def to_tell_for(who: Actor) -> list[str]:
    end_reading()
    found = [one.payee for one in list_to_tell_around(who)]
    end_reading()
    return found


def test_what_waits_for_a_second_person_is_reminded_and_then_the_level_above_may(fund: Fund, travel: Travel) -> None:
    payee, above, far = recorded(fund, OF_VILLAGE), from_city(), t.person((Role.REVIEWER, "9902"))
    assert act_by(payee, "second") == MONDAY + timedelta(days=3)
    assert turn_payees() == 0
    travel(MONDAY + timedelta(days=2, hours=1))
    assert (turn_payees(), turn_payees()) == (1, 0)
    assert fund.town.printer.account_id in notices("due-payee-second")
    assert fund.town.reviewer.account_id not in notices("due-payee-second")
    for who in (above, far):
        assert waiting_for(who) == []
        with pytest.raises(Missing):
            get_waiting(who, payee)
        end_reading()
        with pytest.raises(Missing):
            payees.second(who, payee, number=OTHER_NUMBER)
    travel(MONDAY + timedelta(days=3, minutes=1))
    assert (list_payees_due(MONDAY + timedelta(days=3, minutes=1), 9), turn_payees(), turn_payees()) == ([payee], 1, 0)
    assert notices("payee-overdue") == [fund.office.account_id]
    assert above.account_id in notices("payee-to-second")
    assert far.account_id not in notices("payee-to-second")
    assert (waiting_for(above), waiting_for(far)) == ([payee], [])
    with pytest.raises(Missing):
        payees.second(far, payee, number=OTHER_NUMBER)
    with pytest.raises(NotPermitted, match="not-ones-own-question"):
        payees.second(fund.town.reviewer, payee, number=OTHER_NUMBER)
    payees.second(above, payee, number=OTHER_NUMBER)
    assert row_of(payee).state == "standing"
    travel(MONDAY + timedelta(days=90))
    assert turn_payees() == 0, "the control: what was confirmed has no clock"


def test_where_a_whole_city_has_no_other_reviewer_the_province_gives_the_second_word_and_then_the_country(
    fund: Fund, travel: Travel
) -> None:
    payee, city = recorded(fund, OF_VILLAGE), from_city()
    province, elsewhere, country = (t.person((Role.REVIEWER, place)) for place in ("99", "9902", ""))
    travel(MONDAY + timedelta(days=3, minutes=1))
    others = (province, elsewhere, country)
    assert turn_payees() == 1
    assert not {who.account_id for who in others} & set(notices("payee-to-second"))
    for who in others:  # the control: as long as somebody of the city is there, nobody higher is asked
        assert waiting_for(who) == []
        with pytest.raises(Missing):
            payees.second(who, payee, number=OTHER_NUMBER)
    only = RoleGrant.role == Role.REVIEWER.value, RoleGrant.account_id != fund.town.reviewer.account_id
    with transaction() as tx:
        tx.session.execute(delete(RoleGrant).where(*only, RoleGrant.region_code.startswith("9901")))
        tx.session.execute(update(PayeeClock).values(overdue_at=None))
    end_reading()
    assert (waiting_for(province), waiting_for(country)) == ([], []), "not before it is late"
    assert turn_payees() == 1
    assert {province.account_id, elsewhere.account_id} <= set(notices("payee-to-second"))
    assert country.account_id not in notices("payee-to-second")
    assert (waiting_for(province), waiting_for(elsewhere), waiting_for(country)) == ([payee], [payee], [])
    with pytest.raises(Missing):
        payees.second(country, payee, number=OTHER_NUMBER)
    with pytest.raises(NotPermitted, match="not-ones-own-question"):
        payees.second(fund.town.reviewer, payee, number=OTHER_NUMBER)
    payees.second(province, payee, number=OTHER_NUMBER)
    assert row_of(payee).state == "standing"
    assert city.account_id != province.account_id


def test_a_family_its_village_does_not_ask_is_asked_by_the_county_and_then_from_above(
    fund: Fund, travel: Travel
) -> None:
    second, above = second_reviewer(), from_city()
    payee = changed(fund)
    assert act_by(payee, "village") == MONDAY + timedelta(days=7)
    travel(MONDAY + timedelta(days=4))
    assert (turn_payees(), turn_payees()) == (1, 0)
    assert fund.town.volunteer.account_id in notices("due-payee-tell")
    assert to_tell_for(second) == []
    with pytest.raises(Missing):
        payees.tell(second, payee, is_right=True)
    travel(MONDAY + timedelta(days=7, minutes=1))
    with transaction() as tx:  # the volunteers are there and act, but did not ask
        tx.session.execute(update(Account).values(last_acted_at=tx.now))
    end_reading()
    assert (turn_payees(), turn_payees()) == (1, 0)
    assert second.account_id in notices("payee-to-tell-nobody")
    assert (to_tell_for(second), to_tell_for(above), to_tell_for(fund.town.reviewer)) == ([payee], [], [])
    with pytest.raises(Missing):
        payees.tell(above, payee, is_right=True)
    travel(MONDAY + timedelta(days=10, minutes=2))
    assert (turn_payees(), turn_payees()) == (1, 0)
    assert above.account_id in notices("payee-to-tell-nobody")
    assert to_tell_for(above) == [payee]
    here = given(fund, t.person(), units=1, to="at_point")
    with pytest.raises(Conflict, match="payee-untold"):
        paying.open_payee(fund.officer, here, purpose="pay")
    payees.tell(above, payee, is_right=True)
    paying.open_payee(fund.officer, here, purpose="pay")


def test_the_pause_calendar_stops_it_and_a_clock_that_never_started_is_started(fund: Fund, travel: Travel) -> None:
    payee, today = recorded(fund, OF_VILLAGE), day_of(MONDAY)
    add_pause(fund.office, region=t.COUNTY, starts_on=today, ends_on=today + timedelta(days=6), reason="festival")
    assert act_by(payee, "second") == MONDAY.replace(hour=16) + timedelta(days=9), "the week stood still"
    with transaction() as tx:
        tx.session.execute(delete(PayeeClock))
    assert act_by(payee, "second") is None
    assert turn_payees() == 1
    assert act_by(payee, "second") is not None


@pytest.mark.parametrize(("to", "days"), [("handed_over", 0), ("confirmed", 3), ("confirmed", 40)])
def test_what_was_paid_to_an_account_the_family_does_not_know_is_looked_into_at_once(
    fund: Fund, travel: Travel, monkeypatch: pytest.MonkeyPatch, to: str, days: int
) -> None:
    untouched = given(fund, t.person(), units=1, to="confirmed")
    payee = recorded(fund, OTHER, reason=WHY)
    travel(MONDAY + timedelta(days=5))
    here = given(fund, t.person(), units=1, to="at_point")
    with monkeypatch.context() as patch:  # as officers could before the family was asked first
        patch.setattr(paying, "is_untold", lambda *_: False)
        paying.open_payee(fund.officer, here, purpose="pay")
        receive.hand_over(fund.officer, here, document=DOCUMENT)
    if to == "confirmed":
        confirm.confirm(second_reviewer(), here, basis="call-back")
    travel(MONDAY + timedelta(days=5 + days))
    assert turn_doubted() == 0
    payees.tell(fund.town.volunteer, payee, is_right=False)
    assert (turn_doubted(), turn_doubted()) == (1, 0)
    state = "confirmed" if days > 30 else "disputed"
    assert (t.pledge_row(here).state, t.pledge_row(untouched).state) == (state, "confirmed")
    assert notices("money-doubted") == [fund.officer.account_id]
    assert fund.town.auditor.account_id in notices("case-to-rule")
    [(reason, case_of)] = reading().execute(select(Case.reason, Pledge.ref).join(Pledge, Pledge.id == Case.pledge_id))
    assert (reason, case_of) == ("payee-doubted", here)
    end_reading()
    rule.rule(fund.town.auditor, here, ruling="refuted", grounds="款项未到该家庭")
    assert t.pledge_row(here).state == "refuted"
    assert turn_doubted() == 0
    end_reading()
    assert compare(db.engine).pledges == 2
