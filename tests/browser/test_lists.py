"""An office opens circles from a file, a reviewer looks at it once, and a donor on a phone joins by the link."""

from collections.abc import Callable
from pathlib import Path

import pytest

from charity.adapters.db import transaction
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import listed as li
from tests.kit import people
from tests.kit import village as v
from tests.kit.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def test_from_the_file_to_a_donors_seat(enter: Callable[..., Eyes], tmp_path: Path, scripts: bool) -> None:
    at = li.county(3)
    people.signed_up("phone@example.org", nickname="清泉")
    file = tmp_path / "list.csv"
    file.write_bytes("\n".join(["户卡编号", *(family.ref for family in at.families), "没有这户"]).encode("gb18030"))

    office = enter("administrator", by=at.office, size=DESKTOP)
    office.go("/admin/programmes").follow("Circles from a list").follow("Bring a list")
    office.press("See what would be opened", status=422)
    office.fill(file=file, target="3", least="2", title="每月一床棉被", category="quilt", reason_code="winter-comes")
    office.fill(monthly_fen="100").press("See what would be opened")
    office.reads("There is no such household in your region").press("Hand the list in")
    office.reads("Waits for the second look")
    ref = office.path.split("/")[3]

    reviewer = enter("reviewer", by=at.county_reviewer, **alternately(zh=not scripts))
    reviewer.go("/reviews/circles").follow("Lists of families").to(f"main a[href='/reviews/lists/{ref}']")
    reviewer.press("Turn it down", status=422).press("Agree and open all circles")
    reviewer.reads("Your decision is on record.")
    assert li.carry_all() == 3

    donor = enter("visitor")
    donor.go(f"/join/{li.code(ref)}").follow("Sign in and take a seat")
    donor.fill(login="phone@example.org", password=people.PASSWORD).press("Sign in")
    assert donor.path == f"/join/{li.code(ref)}"
    donor.fill(display="anonymous").press("Take a seat")
    donor.reads("The seat is yours. Thank you! You are told when the first month begins.")
    assert donor.path == f"/circles/{li.circles(ref)[0].ref}/room"

    office.go(f"/admin/lists/{ref}", state="open").reads("Seats taken each day").follow("All rows of the list")
    office.reads("Circle opened")
    reviewer.go(f"/reviews/lists/{ref}", state="open").reads("To print")


def test_a_full_programme_leads_to_a_waiting_list(enter: Callable[..., Eyes]) -> None:
    at = li.county(1)
    ref = li.opened(at, target=3, least=2)
    with transaction() as tx:
        crowd = [v.add_person(tx) for _ in range(4)]
    for donor in crowd[:3]:
        li.join(donor, ref)
    late = enter("donor", by=crowd[3])
    late.go(f"/join/{li.code(ref)}", state="full").fill(display="nickname").press("Join the waiting list")
    late.reads("You wait for a seat in this circle.")
