"""When an organisation takes no money any more: nobody lapses for it, and everybody concerned is told."""

from collections.abc import Callable

import pytest

from charity.domain.actors import Actor
from charity.domain.organisations import BankAccount
from charity.services.organisations import decide
from charity.services.organisations.apply import change_bank
from charity.services.organisations.decide import Rights
from charity.services.pledges import money, receive, send
from tests.services import town as t
from tests.services.test_money import NAME, Fund, given, notices
from tests.services.test_money import at as fund

__all__ = ["fund"]


def another_account(at: Fund) -> None:
    change_bank(at.officer, at.ref, bank=BankAccount(holder=NAME, bank="云桥银行", number="6222998877665544"))


STOPS: dict[str, Callable[[Fund], None]] = {
    "account-changed": another_account,
    "right-taken": lambda at: decide.change_rights(at.office, at.ref, rights=Rights()),
    "ended": lambda at: decide.end(at.office, at.ref, reason="misuse"),
}


@pytest.mark.parametrize("how", STOPS)
def test_who_never_saw_the_account_is_released_and_who_did_is_asked(fund: Fund, how: str) -> None:
    unseen, seen = t.person(), t.person()
    free, shown = given(fund, unseen, units=2), given(fund, seen, units=1)
    money.open_bank(seen, shown)
    STOPS[how](fund)
    assert (t.pledge_row(free).state, t.pledge_row(shown).state) == ("cancelled", "held")
    assert (lapses(unseen), t.account_row(unseen).open_pledges) == (0, 0)
    assert notices("pledge-released") == [unseen.account_id]
    assert notices("money-stopped") == [seen.account_id]
    assert notices("receiver-stopped") == [t.wish_row(fund.wish).poster_id]
    assert t.wish_row(fund.wish).committed == 1
    send.send(seen, shown)  # it was on its way already
    assert receive.receive(fund.officer, shown).state == "at_point"


def lapses(who: Actor) -> int:
    return t.account_row(who).lapses_in_row


def test_another_right_that_changes_stops_no_gift(fund: Fund) -> None:
    ref = given(fund, t.person())
    decide.change_rights(fund.office, fund.ref, rights=Rights(takes_money=True, is_vetted=True, vetting="公安证明"))
    assert t.pledge_row(ref).state == "held"
    assert notices("receiver-stopped") == []
