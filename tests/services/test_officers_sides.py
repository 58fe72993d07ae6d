"""An officer is one person: what he does in an organisation's name puts himself on the giving side, too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor
from charity.domain.errors import NotPermitted
from charity.domain.sides import Side
from charity.models.sides import list_stands, record_side
from charity.queries.organisations.own import get_desk
from charity.services.circles import seats
from charity.services.organisations import people
from charity.services.pledges import confirm, receive
from tests.kit import charities as c
from tests.kit import ring as r
from tests.kit.payees import let_pay
from tests.services import town as t
from tests.services.test_money import DOCUMENT, Fund, given
from tests.services.test_money import at as fund

Travel = Callable[[datetime], None]
__all__ = ["fund"]


def make_officer(at: Fund, who: Actor) -> Actor:
    """Let somebody speak for the foundation, and give him as he acts in its name."""
    people.join(who, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    end_reading()
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member"]
    c.make_officer(at.officer, at.office, at.ref, card.ref)
    return c.acting(who, at.ref)


def test_a_reviewer_of_the_family_handles_no_money_for_it_in_an_organisations_name(fund: Fund) -> None:
    reviewer = fund.town.reviewer
    with transaction() as tx:
        record_side(tx, reviewer.account_id, fund.town.beneficiary, Side.TOWNSHIP)
    acting = make_officer(fund, reviewer)
    ref = given(fund, t.person(), to="sent")
    with pytest.raises(NotPermitted, match="other-side"):
        receive.receive(acting, ref)
    receive.receive(fund.officer, ref)
    with pytest.raises(NotPermitted, match="other-side"):
        receive.hand_over(acting, ref, document=DOCUMENT)
    with pytest.raises(NotPermitted, match="other-side"):
        receive.return_(acting, ref, reason="refused")


def test_whoever_paid_in_an_organisations_name_does_not_call_the_family_back(fund: Fund) -> None:
    caller = fund.town.reviewer
    acting = make_officer(fund, caller)
    ref = given(fund, t.person(), to="sent")
    receive.receive(acting, ref)
    let_pay(fund.officer, ref)
    receive.hand_over(acting, ref, document=DOCUMENT)
    with pytest.raises(NotPermitted, match="other-side"):
        confirm.confirm(caller, ref, basis="call-back")


def test_an_officer_takes_no_seat_in_its_name_with_a_family_he_works_for(app: Flask, travel: Travel) -> None:
    travel(r.APRIL)
    ground = r.ground(3)
    circle = r.formed(ground)
    team, officer, other = ground.donors
    whose = f"h{r.circle(circle).household_id}"
    with transaction() as tx:
        record_side(tx, officer.account_id, whose, Side.FIELD)
    with pytest.raises(NotPermitted, match="seat-not-possible"):
        seats.join(replace(team, officer_id=officer.account_id), circle)
    seats.join(replace(team, officer_id=other.account_id), circle)
    with transaction() as tx:
        assert [stand.side for stand in list_stands(tx, other.account_id, whose)] == [Side.GIVING]
