"""Whose desk it is: a team's many claims, and parcels whose volunteer's term is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from charity.jobs import clocks
from charity.models.accounts import RoleGrant
from charity.services import roles
from charity.services.pledges.claim import claim
from tests.browser import giving, world
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
TEAM, PLACES = "team@example.org", 50


def team(administrator: Actor) -> Actor:
    """Let an administrator make an account an organisation's."""
    with transaction() as tx:
        made = v.add_person(tx, email=TEAM)
    roles.grant(
        administrator, login=TEAM, role=Role.ORGANISATION, region=v.COUNTY, until=(now() + timedelta(days=300)).date()
    )
    return made


def test_an_organisation_claims_up_to_its_fifty(enter: Callable[..., Eyes], scripts: bool) -> None:
    village = world.build()
    giver = team(village.administrator)
    with transaction() as tx:
        wishes = [
            v.add_public(tx, village.volunteer, f"教室绘本 {n}", at=v.later(-20 - n), wanted=40, unit_fen=20_00)
            for n in range(2)
        ]
        first, second = [wish.ref for wish in wishes]
    for number in range(PLACES - 1):
        claim(giver, first if number % 2 else second, units=1, display="name")
    eyes = enter("organisation", by=giver, **alternately(zh=scripts))
    eyes.go(f"/wishes/{first}/claim").fill(units=1, display="name").press("Claim").reads(
        "The units are yours. Thank you! Now choose how the goods will travel."
    )
    eyes.go(f"/wishes/{second}/claim").fill(units=1).press("Claim", status=403).reads(
        "You have %(limit)s claims open, as many as possible for now. Finish one, and a place is free.", limit=PLACES
    )
    eyes.menu("My claims").follow("Show more").follow("Show more")
    assert eyes.page.locator("main .records li").count() == PLACES % 20
    eyes.go("/account")


def end_term(volunteer: Actor) -> None:
    """Let a volunteer's term have ended yesterday, and the worker look after it."""
    with transaction() as tx:
        yesterday = (now() - timedelta(days=1)).date()
        mine = RoleGrant.account_id == volunteer.account_id
        tx.session.execute(update(RoleGrant).where(mine).values(ends_on=yesterday))
    clocks.settle_desks()


def test_a_volunteers_parcels_go_to_the_township_with_the_end_of_the_term(
    enter: Callable[..., Eyes], scripts: bool
) -> None:
    village = world.build()
    pledge = giving.sent(village.donor, v.published(village, v.QUILT))
    reviewer = enter("reviewer", by=village.second, **alternately(zh=scripts))
    reviewer.menu("Parcels").reads("No parcels just now")
    end_term(village.volunteer)
    former = enter("former volunteer", by=village.volunteer, **alternately(zh=not scripts)).go("/pledges")
    assert former.page.locator("header").get_by_role("link", name=former.say("Parcels")).count() == 0
    assert former.page.goto(f"/desk/parcels/{pledge}").status == 403
    reviewer.menu("Inbox").reads("Parcels without a volunteer").menu("Parcels")
    reviewer.to(f"main a[href='/desk/parcels/{pledge}']").follow("Take in").press("Take in").press("Handed over")
    reviewer.reads("Type the code of the family")
