"""Two reviewers at the same moment: one number for two families does not stand by one word twice."""

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.models.households import Household
from charity.models.payees import Payee
from charity.services.register import payees
from tests.races.test_acts_at_once import at_once
from tests.services import town as t
from tests.services.test_money import Fund
from tests.services.test_money import at as fund  # noqa: F401
from tests.services.test_payees import OWN, add_head, home

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]


def test_one_number_written_down_twice_at_once_stands_once(app: Flask, fund: Fund) -> None:  # noqa: F811
    other = t.found_town()
    for town in (fund.town, other):
        add_head(town)
    with transaction() as tx:
        theirs = tx.session.get_one(Household, int(other.beneficiary[1:])).ref
    asked = ((fund.town.reviewer, home(fund)), (other.reviewer, theirs))
    given = at_once(app, [lambda a=a: payees.record(a[0], a[1], account=OWN, agreed=True) for a in asked])
    assert all(isinstance(answer, str) for answer in given), given
    end_reading()
    assert sorted(reading().scalars(select(Payee.state))) == ["standing", "waiting"]
    end_reading()
