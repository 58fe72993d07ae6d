"""What reviewers decide beside agreeing, who agrees to dear things, and needs that are said to stand still."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from charity.adapters.db import transaction
from charity.jobs import clocks
from charity.models.wishes import Wish
from charity.services.pledges.claim import claim
from tests.browser import world
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
GAMES = replace(v.BOOKS, title="桌上足球一台", category="sports", wanted=1)


def decide(eyes: Eyes, wish: str, name: str, words: str, **fields: object) -> None:
    """Open a wish, take a decision beside agreeing, and come back to the queue."""
    eyes.go(f"/reviews/wishes/{wish}").follow(words).press(words, status=422)
    eyes.reads("Please check the following").fill(**fields).press(words)
    assert eyes.path == "/reviews"
    eyes.reads("Your decision is on record.")


def tick_all(eyes: Eyes) -> None:
    """Tick the whole checklist and agree."""
    for tick in eyes.page.locator("[name=checks]").all():
        tick.check()
    eyes.press("I have checked everything and agree")


def test_a_reviewer_refers_rejects_and_lowers(enter: Callable[..., Eyes], scripts: bool) -> None:
    village = world.build()
    medical, game, books = v.submitted(village), v.submitted(village, GAMES), v.published(village, v.BOOKS)
    claim(village.donor, books, units=3, display="nickname")
    eyes = enter("reviewer", by=village.reviewer, **alternately(zh=scripts))
    eyes.menu("Reviews")
    decide(eyes, medical, "refer", "Refer to public assistance", reasons=["medical"], note="请到乡镇卫生院")
    decide(eyes, game, "reject", "Do not accept", reasons=["not-a-need"])
    eyes.reads("Nothing waits for review")
    eyes.go(f"/reviews/wishes/{books}").follow("Ask for fewer units")
    eyes.fill(wanted=2, reason="班里只有七个孩子").press("Ask for fewer units", status=409)
    eyes.fill(wanted=7).press("Ask for fewer units").reads("Your decision is on record.")
    eyes.go(f"/wishes/{books}").reads(eyes.count("%(num)s unit still free", "%(num)s units still free", 4) % {"num": 4})
    told(enter("volunteer", by=village.volunteer, **alternately(zh=not scripts)))


def told(eyes: Eyes) -> None:
    """The volunteer reads in the inbox and beside each wish what became of it, and why."""
    eyes.menu("Inbox")
    assert eyes.page.locator(".notices .unread").count() >= 3
    eyes.menu("Wishes I posted").follow("Over").reads("Illness: medical assistance").reads("It is not a need")
    assert "请到乡镇卫生院" in eyes.text()


def test_a_dear_thing_needs_a_second_reviewer(enter: Callable[..., Eyes], scripts: bool) -> None:
    village = world.build()
    wish = v.submitted(village, replace(v.COAT, unit_fen=360_00))
    first = enter("reviewer", by=village.reviewer, **alternately(zh=not scripts))
    first.menu("Reviews").to(f"main a[href='/reviews/wishes/{wish}']").reads("needs two reviewers")
    tick_all(first)
    first.reads("A second reviewer must agree as well.").reads("for somebody else")
    first.go(f"/reviews/wishes/{wish}", state="agreed").reads_not("I have checked everything and agree")
    first.reads("You posted this wish or agreed to it already: somebody else decides.")
    second = enter("reviewer", by=village.second, **alternately(zh=scripts))
    second.menu("Inbox").menu("Reviews").reads("second reviewer").to(f"main a[href='/reviews/wishes/{wish}']")
    tick_all(second)
    second.reads("The wish is public now.").go(f"/wishes/{wish}").reads("I make it come true")


def test_stale_wishes_are_renewed_together(enter: Callable[..., Eyes], scripts: bool) -> None:
    village = world.build()
    stale = [v.published(village, need) for need in (v.COAT, v.QUILT, v.BOOKS)]
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref.in_(stale)).values(act_by=v.later(-1)))
    clocks.apply_deadlines()
    eyes = enter("volunteer", by=village.volunteer, **alternately(zh=scripts))
    eyes.go(f"/wishes/{stale[0]}", state="stale").reads_not("I make it come true")
    eyes.menu("Wishes I posted").reads("Renew several at once").press("Renew the ticked wishes", status=422)
    eyes.fill(refs=stale[:2]).press("Renew the ticked wishes").reads("%(count)s wishes were renewed.", count=2)
    eyes.go(f"/wishes/{stale[0]}").reads("I make it come true")
    eyes.go("/desk/wishes").press("Renew").reads("The wish was renewed.").reads_not("Renew several at once")
    eyes.go(f"/wishes/{stale[2]}").reads("I make it come true")
