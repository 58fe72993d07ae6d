"""The waiting list: what is offered is declined, passes on to the next, and runs out when nobody answers."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from charity.adapters.db import transaction
from charity.jobs import clocks
from charity.models.waiting import Offer
from charity.services.pledges import plan, waiting
from charity.services.pledges.claim import claim
from tests.browser import world
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def let_run_out() -> None:
    """Let the time of every offer pass."""
    with transaction() as tx:
        long_ago = {"made_at": v.later(-4), "clock_started_at": v.later(-4), "act_by": v.later(-1)}
        tx.session.execute(update(Offer).where(Offer.state == "open").values(long_ago))


def test_an_offer_is_declined_and_the_next_one_runs_out(enter: Callable[..., Eyes], scripts: bool) -> None:
    village = world.build()
    wish = v.published(village)
    taken = claim(village.donor, wish, units=1, display="nickname").id
    with transaction() as tx:
        first, second = v.add_person(tx), v.add_person(tx)
    for person in (first, second):
        waiting.join(person, wish, units=1)
    plan.cancel(village.donor, taken)
    eyes = enter("donor", by=first, **alternately(zh=scripts))
    eyes.menu("Inbox").menu("My claims").reads("Kept for you").to("main a[href^='/offers/']")
    mine = eyes.path
    eyes.press("Decline").reads("The units go to the next who waits.").reads_not("Kept for you")
    eyes.go(mine, state="declined").reads_not("Accept")
    other = enter("donor", by=second, **alternately(zh=not scripts))
    other.go("/pledges").reads("Kept for you").to("main a[href^='/offers/']")
    let_run_out()
    other.fill(display="nickname").press("Accept", status=409)
    clocks.apply_deadlines()
    other.go(other.path.removesuffix("/accept"), state="expired").reads_not("Accept")
    other.menu("Inbox").reads("The units that were kept for you went to the next who waits.")
    other.menu("My claims").reads_not("Kept for you").go(f"/wishes/{wish}").reads("I make it come true")
