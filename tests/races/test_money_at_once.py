"""Two officers of one organisation at the same moment: money arrives once, and is paid once."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.domain.errors import Conflict
from charity.models.organisations import Payout
from charity.models.pledges import PledgeStep
from charity.queries.organisations.own import get_desk
from charity.services.organisations import people
from charity.services.pledges.money import report_late
from charity.services.pledges.receive import hand_over, receive
from tests.kit import charities as c
from tests.kit.payees import let_pay
from tests.races.test_acts_at_once import agrees, at_once
from tests.services import town as t
from tests.services.test_money import Fund, given, run_out
from tests.services.test_money import at as fund  # noqa: F401

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]


def second_officer(at: Fund) -> t.Actor:
    """Let one more person speak for the organisation."""
    other = t.person()
    people.join(other, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member"]
    c.make_officer(at.officer, at.office, at.ref, card.ref)
    end_reading()
    return other


def steps(act: str) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(PledgeStep).where(PledgeStep.act == act)) or 0


def test_two_officers_confirm_and_pay_once(app: Flask, fund: Fund) -> None:  # noqa: F811
    officers = (fund.officer, second_officer(fund))
    ref = given(fund, t.person(), units=4, to="sent")
    arrived = at_once(app, [lambda one=one: receive(one, ref, units=3) for one in officers])
    assert sum(isinstance(answer, Conflict) for answer in arrived) == 1, arrived
    assert steps("receive") == 1
    let_pay(fund.officer, ref)
    paid = at_once(app, [lambda one=one: hand_over(one, ref, document=f"PZ-{one.ref}") for one in officers])
    assert sum(isinstance(answer, Conflict) for answer in paid) == 1, paid
    end_reading()
    assert reading().scalar(select(func.count()).select_from(Payout)) == 1
    agrees()


def test_late_money_opens_one_case(app: Flask, fund: Fund) -> None:  # noqa: F811
    officers = (fund.officer, second_officer(fund))
    ref = given(fund, t.person())
    run_out(ref)
    run_out(ref)
    run_out(ref)
    told = at_once(app, [lambda one=one: report_late(one, ref) for one in officers])
    assert sum(isinstance(answer, Conflict) for answer in told) == 1, told
    agrees()
