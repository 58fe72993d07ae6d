"""A family whose account was changed hears of it from its village: on the volunteer's day, without any number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Missing, NotPermitted
from charity.models.accounts import RoleGrant
from charity.models.outbox import Notice
from charity.models.payees import Payee
from charity.queries.organisations.money import find_payment
from charity.queries.payees import list_to_tell
from charity.services.pledges import paying
from charity.services.register import payees
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_money import Fund, given
from tests.services.test_payees import NUMBER, OTHER_NUMBER, OWN, WHY, add_head, later, plain_fund, second_reviewer
from tests.web.test_payees import home

__all__ = ["plain_fund"]
pytestmark = pytest.mark.backends("sqlite")
TODAY = "/desk/today"
Of = Callable[[Actor], Client]


@pytest.fixture
def fund(plain_fund: Fund) -> Fund:
    add_head(plain_fund.town)
    return plain_fund


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def changed(at: Fund) -> str:
    """Write an account down, then another one; gives the second."""
    payees.record(at.town.reviewer, home(at), account=OWN, agreed=True)
    other = type(OWN)(way=OWN.way, holder=OWN.holder, bank=OWN.bank, number=OTHER_NUMBER)
    return payees.record(at.town.reviewer, home(at), account=other, agreed=True, reason=WHY)


def states() -> list[str]:
    end_reading()
    found = list(reading().scalars(select(Payee.state).order_by(Payee.id)))
    end_reading()
    return found


def told(kind: str) -> set[int]:
    end_reading()
    found = set(reading().scalars(select(Notice.account_id).where(Notice.kind == kind)))
    end_reading()
    return found


def call_back_says(at: Fund, pledge: str) -> str:
    end_reading()
    payment = find_payment(at.town.reviewer, pledge)
    end_reading()
    return "" if payment is None else payment.told


def test_a_first_account_is_nothing_to_tell_and_a_changed_one_is(fund: Fund, of: Of) -> None:
    payees.record(fund.town.reviewer, home(fund), account=OWN, agreed=True)
    volunteer = of(fund.town.volunteer)
    assert 'id="tell"' not in volunteer.get(TODAY).text, "the control: its yes was written down with it"
    assert told("payee-to-tell") == set()
    other = type(OWN)(way=OWN.way, holder=OWN.holder, bank=OWN.bank, number=OTHER_NUMBER)
    payee = payees.record(fund.town.reviewer, home(fund), account=other, agreed=True, reason=WHY)
    assert fund.town.volunteer.account_id in told("payee-to-tell")
    shown = volunteer.get(TODAY).text
    assert f"{TODAY}/accounts/{payee}/yes" in shown
    for secret in (NUMBER, OTHER_NUMBER, OTHER_NUMBER[-4:], OWN.bank, OWN.holder, WHY):
        assert secret not in shown
    page = f"/households/{home(fund)}/payee?lang=en"
    assert "was not told of the change yet" in of(fund.town.reviewer).get(page).text
    assert post(volunteer, f"{TODAY}/accounts/{payee}/yes", shown_at=TODAY).status_code == 303
    assert 'id="tell"' not in volunteer.get(TODAY).text
    assert states() == ["replaced", "standing"]
    assert "said that it wanted the change" in of(fund.town.reviewer).get(page).text
    with pytest.raises(Conflict, match="payee-told"):
        payees.tell(fund.town.volunteer, payee, is_right=False)


def test_a_family_that_does_not_know_of_it_stops_every_payment(fund: Fund, of: Of) -> None:
    payees.record(fund.town.reviewer, home(fund), account=OWN, agreed=True)
    here = given(fund, t.person(), units=1, to="at_point")
    other = type(OWN)(way=OWN.way, holder=OWN.holder, bank=OWN.bank, number=OTHER_NUMBER)
    payee = payees.record(fund.town.reviewer, home(fund), account=other, agreed=True, reason=WHY)
    payees.second(second_reviewer(), payee, number=OTHER_NUMBER)
    volunteer, gift = of(fund.town.volunteer), f"/organisations/{fund.ref}/money/{here}"
    assert post(volunteer, f"{TODAY}/accounts/{payee}/no", shown_at=TODAY).status_code == 303
    assert set(states()) == {"replaced", "ended"}
    assert fund.town.reviewer.account_id in told("payee-doubted")
    assert fund.officer.account_id in told("payee-gone")
    assert post(of(fund.officer), f"{gift}/payee", {"purpose": "pay"}, shown_at=gift).status_code == 409


def test_nobody_but_a_volunteer_of_the_village_says_what_the_family_said(fund: Fund, of: Of) -> None:
    payee = changed(fund)
    far = t.person((Role.VOLUNTEER, v.OTHER_COUNTY))
    assert 'id="tell"' not in of(far).get(TODAY).text
    for who in (far, fund.town.reviewer, fund.officer, t.person((Role.ADMINISTRATOR, t.COUNTY))):
        for is_right in (True, False):
            with pytest.raises(Missing):
                payees.tell(who, payee, is_right=is_right)
    assert states() == ["replaced", "standing"]


def test_where_no_volunteer_is_left_a_reviewer_who_wrote_nothing_down_tells_the_family(fund: Fund, of: Of) -> None:
    second = second_reviewer()
    with transaction() as tx:
        volunteers = update(RoleGrant).where(RoleGrant.role == "volunteer")
        tx.session.execute(volunteers.values(revoked_at=tx.now))
    payee = changed(fund)
    assert told("payee-to-tell-nobody") >= {second.account_id}
    assert fund.town.reviewer.account_id not in told("payee-to-tell-nobody")
    recorder, far = of(fund.town.reviewer), of(t.person((Role.REVIEWER, v.OTHER_COUNTY)))
    for who in (recorder, far):
        assert payee not in who.get("/payees").text
    with pytest.raises(NotPermitted, match="payee-told-by-another"):
        payees.tell(fund.town.reviewer, payee, is_right=True)
    other = of(second)
    shown = other.get("/payees").text
    assert f"/payees/{payee}/told/yes" in shown
    for secret in (NUMBER, OTHER_NUMBER, OTHER_NUMBER[-4:], OWN.bank, OWN.holder, WHY):
        assert secret not in shown
    with pytest.raises(Missing):
        payees.tell(t.person((Role.REVIEWER, v.OTHER_COUNTY)), payee, is_right=False)
    assert post(other, f"/payees/{payee}/told/no", shown_at="/payees").status_code == 303
    assert states() == ["replaced", "ended"]


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_changed_account_an_officer_saw_stays_to_tell_after_it_was_set_back(
    fund: Fund, of: Of, monkeypatch: pytest.MonkeyPatch, is_seen: bool
) -> None:
    payee = changed(fund)
    later(monkeypatch, clock.now() + timedelta(hours=73))
    here = given(fund, t.person(), units=1, to="at_point")
    if is_seen:  # as officers could before the family was asked first
        monkeypatch.setattr(paying, "is_untold", lambda *_: False)
        paying.open_payee(fund.officer, here, purpose="pay")
        assert call_back_says(fund, here) == "open"
    back = payees.record(fund.town.reviewer, home(fund), account=OWN, agreed=True, reason=WHY)
    payees.second(second_reviewer(), back, number=NUMBER)
    end_reading()
    asked = {one.payee for one in list_to_tell(fund.town.volunteer)}
    assert asked == ({payee, back} if is_seen else {back}), "the control: nobody could pay to what nobody saw"
    if is_seen:
        payees.end(fund.town.reviewer, home(fund))
        payees.tell(fund.town.volunteer, payee, is_right=False)
        assert fund.town.reviewer.account_id in told("payee-doubted")
        assert call_back_says(fund, here) == "no"
        assert "does not know of the change" in of(fund.town.reviewer).get(f"/confirmations/{here}?lang=en").text
        with pytest.raises(Conflict, match="payee-told"):
            payees.tell(fund.town.volunteer, payee, is_right=False)
