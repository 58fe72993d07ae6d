"""The administrator and the auditor at their desktops."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from tests.browser import giving, world
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
NEWCOMER = "newcomer@example.org"


def auditor(region: str) -> Actor:
    """Make an auditor of a region."""
    with transaction() as tx:
        return v.add_person(tx, (Role.AUDITOR, region))


def give_role(eyes: Eyes) -> None:
    """Give a newcomer the role of a volunteer, then take it away."""
    eyes.to("main a[href='/admin/people']").follow("Give a role")
    eyes.to(f"main a[href*='region={v.TOWNSHIP}']")
    until = (now() + timedelta(days=300)).date()
    eyes.fill(login=NEWCOMER, role="volunteer", until=until).press("Give the role")
    eyes.fill(q=NEWCOMER).press("Search").to("main tbody a").press("Take away").reads("The role has ended.")


def open_point(eyes: Eyes) -> None:
    """Open a service point of the township and change its hours."""
    eyes.go("/admin/points").follow("Open a service point").to(f"main a[href*='region={v.TOWNSHIP}']")
    eyes.follow("Here, for the whole township")
    eyes.fill(kind="township", name="镇政府代收点", recipient="代收点", address="人民路1号", phone="13900000001")
    eyes.press("Keep").reads("The service point is open.").to("main tbody a")
    eyes.fill(hours="8:00-18:00").press("Keep").reads("The service point was changed.")


def open_programme(eyes: Eyes) -> None:
    """Open a programme with its legal basis."""
    eyes.go("/admin/programmes").follow("Open a programme")
    region = eyes.page.locator("[name=region] option").last.get_attribute("value")
    eyes.fill(code="SPRING", name="春芽行动", region=region, kind="goods", starts_on=now().date())
    eyes.fill(body="云溪县慈善会", certificate="慈证字002号", filing="备案字2026-02", contact="0990-7654321")
    eyes.press("Open the programme").reads(
        "The programme is open. Nothing is published under it until a document of its basis is on file."
    )
    eyes.fill(kind="filing", number="备案字2026-02", issued_by="云溪县民政局").press("Add a document")
    paper = {"name": "filing.pdf", "mimeType": "application/pdf", "buffer": v.PDF}
    eyes.page.locator("[name=file]").set_input_files(paper)
    eyes.press("Put on file").reads("The copy is on file. Its digest stands in the public book.")
    eyes.go("/basis").follow("春芽行动")


def pause(eyes: Eyes) -> None:
    """Stop the clocks of the county over a festival, and take it back."""
    eyes.go("/admin/pauses").follow("Add a pause")
    first = (now() + timedelta(days=30)).date()
    reason = eyes.page.locator("[name=reason] option").last.get_attribute("value")
    eyes.fill(starts_on=first, ends_on=first + timedelta(days=6), reason=reason).press("Pause these days")
    eyes.press("Take back")


def test_an_administrator_runs_the_county(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    with transaction() as tx:
        v.add_person(tx, email=NEWCOMER)
    pledge = giving.handed_over(village, v.published(village))
    eyes = enter("administrator", size=DESKTOP, by=village.administrator)
    eyes.menu("Administration")
    give_role(eyes)
    open_point(eyes)
    open_programme(eyes)
    pause(eyes)
    eyes.go("/audit/pledges").to(f"main a[href='/audit/pledges/{pledge}']")
    other = auditor(v.COUNTY)
    eyes.go("/audit/exports").fill(what="pledges", form="xlsx").press("Export")
    eyes.reads("A second person must agree to this. It was asked for; here you see how it stands.")
    second = enter("second person", size=DESKTOP, by=other).menu("Audit").follow("Second opinions")
    second.press("Agree")
    eyes.go("/opinions").follow("Carry it out").fill(form="xlsx")
    assert eyes.take("Export").read_bytes().startswith(b"PK")
    eyes.go("/audit/access")
    for path in ("waiting/review", "waiting/overdue", "silent", "ending", "consents"):
        eyes.go(f"/admin/{path}")


def test_an_auditor_rules_and_is_appealed(enter: Callable[..., Eyes], app: Flask) -> None:
    village = v.build()
    pledge = giving.handed_over(village, v.published(village))
    donor = enter("donor", size=PHONE, by=village.donor)
    donor.go(f"/pledges/{pledge}").follow("Something is wrong")
    donor.fill(reason="not-handed-over", words="没有人告诉我发放了。").press("Ask for a ruling")
    ruled(enter("auditor", size=DESKTOP, by=auditor(v.COUNTY)), ruling="former")
    donor.go(f"/pledges/{pledge}", state="ruled").follow("Appeal the ruling")
    donor.fill(grounds="请上级再看一次。").press("Appeal")
    ruled(enter("auditor", size=DESKTOP, by=auditor(v.CITY)), ruling="confirmed")
    world.settle_book()
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


def ruled(eyes: Eyes, *, ruling: str) -> None:
    """Look at the case and its pledge's trail, and rule."""
    eyes.menu("Audit").go("/audit/pledges").to("main tbody a")
    eyes.fill(purpose=eyes.page.locator("[name=purpose] option").last.get_attribute("value")).press("Open the evidence")
    eyes.go("/audit/cases").to("main tbody a")
    eyes.fill(ruling=ruling, grounds="电话核实,物品已在家庭。").press("Give the ruling")
    eyes.reads("The ruling is written down, and the parties are told.").go("/audit/cases?ruled=1").go("/audit/access")
