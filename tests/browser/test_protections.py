"""What protects a family: likenesses looked at side by side, papers signed and renewed, rules on one screen."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.calendar import day_of
from charity.domain.consents import LASTS
from charity.models.households import Consent, Member
from tests.browser import world
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.browser import DESKTOP
from tests.kit.village import Village

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
ALIKE = "欧阳健国"  # spoken like the head of the village's own family


def adult_of(village: Village) -> str:
    found = select(Member.ref).where(Member.household_id == village.family.id, Member.relation == "head")
    ref = reading().scalars(found).one()
    end_reading()
    return ref


def ends_soon(village: Village) -> None:
    """Let what the head of the family allows end in ten days."""
    ours = Consent.household_id == village.family.id, Consent.given_by == "self"
    with transaction() as tx:
        soon = day_of(now() + timedelta(days=10))
        values = {"valid_until": soon, "recorded_at": now() + timedelta(days=10) - LASTS}
        tx.session.execute(update(Consent).where(*ours).values(**values))


def test_who_sounds_like_another_stops_until_the_township_has_looked_at_both(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    volunteer = enter("volunteer", by=village.volunteer)
    volunteer.go(f"/households/new?region={v.VILLAGE}").fill(category="low-income", head_name=ALIKE, address="七组二号")
    volunteer.press("Register the family", status=409)
    volunteer.fill(override="他是同村另一户").press("Register the family")
    home = volunteer.path.rsplit("/", 1)[1]
    township = enter("reviewer", size=DESKTOP, by=village.reviewer)
    township.go(f"/households/{home}").fill(purpose="review").press("Open the file").to(
        f"main a[href^='/households/{home}/look-alikes/']"
    )
    township.reads("The name as it is spoken").press("Decide", status=422)
    township.fill(decision="different", reason="上门看过，是两户").press("Decide")
    township.go(f"/households/{home}", state="decided").reads("Cleared by the township")


def test_a_signed_paper_is_photographed_and_consents_are_renewed(enter: Callable[..., Eyes], tmp_path: Path) -> None:
    village = world.build()
    ends_soon(village)
    photo, head = world.picture(tmp_path), adult_of(village)
    eyes = enter("volunteer", by=village.volunteer)
    eyes.go(f"/households/{village.family.ref}").reads("no photo yet").follow("Photo of a signed paper")
    eyes.press("Keep the photo", status=422).fill(member=head, photo=photo).press("Keep the photo")
    eyes.reads("The photo is kept, sealed.").reads_not("no photo yet")
    eyes.go("/desk/today").to(f"main a[href='/households/consents?of={village.family.ref}']")
    eyes.fill(refs=f"{village.family.ref}.{head}.self").press("Renew the ticked consents", status=409)
    eyes.fill(refs=f"{village.family.ref}.{head}.self", photo=photo).press("Renew the ticked consents")
    eyes.reads("No consent ends soon")
    eyes.go("/desk/today").reads_not("Consents that have ended or end soon")


def test_an_official_reads_on_one_screen_what_may_be_published(enter: Callable[..., Eyes]) -> None:
    world.build()
    eyes = enter("visitor")
    eyes.go("/").to("footer a[href='/officials']")
    eyes.reads("For officials: what may be published")
