"""Money that a ruling gives back: the organisation names the refund's document, its donor says that it never came."""

from collections.abc import Callable

import pytest

from charity.services.pledges import cases, rule
from tests.browser.eyes import Eyes
from tests.kit.browser import DESKTOP
from tests.services import town as t
from tests.services.test_money import REFUND, Fund, given
from tests.services.test_money import at as fund

__all__ = ["fund"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def test_money_that_a_ruling_gives_back_is_followed_by_its_donor_and_an_auditor(
    fund: Fund, enter: Callable[..., Eyes]
) -> None:
    giver = t.person()
    ref = given(fund, giver, to="at_point")
    cases.dispute(giver, ref, reason="misuse")
    rule.rule(fund.town.auditor, ref, ruling="returned", grounds="机构说账户已注销，请退回捐赠人")
    donor = (
        enter("donor", by=giver)
        .go(f"/pledges/{ref}", state="owed")
        .reads(
            "A ruling gives your money back. As soon as the organisation has transferred it,"
            " the number of the document stands here."
        )
    )
    owed = donor.say("To be sent back")
    assert donor.page.locator("main .chip").first.inner_text() == owed
    assert donor.page.locator(".journey li strong").last.inner_text() == owed
    officer = enter("officer", size=DESKTOP, by=fund.officer).go(f"/organisations/{fund.ref}/money", state="owed")
    officer.to(f"main a[href='/organisations/{fund.ref}/money/{ref}']").reads("A ruling gives it back to its donor")
    officer.press("Confirm the refund", status=422)
    officer.fill(document=REFUND).press("Confirm the refund").go(f"/organisations/{fund.ref}/money/{ref}", state="back")
    officer.reads("It went back to the donor.")
    donor.go(f"/pledges/{ref}", state="back").follow("The money did not come back")
    donor.fill(words="对账单里没有这笔退款").press("Ask for a ruling")
    auditor = enter("auditor", size=DESKTOP, by=fund.town.auditor)
    auditor.go("/audit/cases").to("main a[href^='/audit/cases/']").reads("What the organisation says")
    assert REFUND in auditor.text()
