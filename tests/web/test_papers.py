"""What is printed, through its pages: who may print what, what stands on it, and what is written down about it."""

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from charity.adapters.crypto import seal
from charity.adapters.db import reading, transaction
from charity.domain.actors import Role
from charity.factory import DRAWING
from charity.models.households import FileOpened, Household
from charity.models.wishes import Wish
from charity.services.pledges import send
from charity.services.register import households
from charity.web.public import wish_sheets
from tests.adapters.test_pdf import HARDSHIP
from tests.kit import village as v
from tests.kit.visits import post, signed_in
from tests.services import parish as p
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

pytestmark = pytest.mark.backends("sqlite")
RARE = "欧阳㛃𠅤䶮"


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def read(answer: TestResponse) -> str:
    """Read a paper back with another program."""
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    assert answer.mimetype == "application/pdf"
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_family_card_is_printed_from_an_open_file_and_written_down(
    app: Flask, travel: Callable[[datetime], None]
) -> None:
    travel(MONDAY)
    parish = p.found()
    family = households.register(parish.volunteer, v.VILLAGE, family=p.family(head_name=RARE))
    client, url = signed_in(app, parish.volunteer), f"/households/{family}"
    assert post(client, f"{url}/family-card", shown_at=url).status_code == 404, "the file is closed"
    assert post(client, f"{url}/open", {"purpose": "visit"}, shown_at=url).status_code == 303
    inside = read(post(client, f"{url}/family-card", shown_at=url))
    assert RARE in inside and p.ADDRESS in inside
    log = signed_in(app, parish.reviewer).get(f"{url}/log?lang=en").text
    assert log.count("Printed the family&#39;s card") == 1
    travel(MONDAY + timedelta(minutes=16))
    assert post(client, f"{url}/family-card", shown_at=url).status_code == 404, "the grant is over"
    assert reading().execute(select(FileOpened.purpose).where(FileOpened.purpose == "print")).all() == [("print",)]


def test_the_public_side_is_a_paper_of_its_own_and_needs_no_open_file(app: Flask) -> None:
    parish = p.found()
    family = households.register(parish.volunteer, v.VILLAGE, family=p.family(head_name=RARE))
    client, url = signed_in(app, parish.volunteer), f"/households/{family}"
    post(client, f"{url}/open", {"purpose": "visit"}, shown_at=url)
    outside = read(client.get(f"{url}/family-card"))
    assert outside.count("\f") == 1  # one sheet with an empty back
    assert not HARDSHIP.search(outside) and RARE not in outside and p.ADDRESS not in outside
    assert f"{url}/family-card" in client.get(url).text
    assert not reading().execute(select(FileOpened).where(FileOpened.purpose == "print")).all()
    with transaction() as tx:
        far = v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE))
    assert signed_in(app, far).get(f"{url}/family-card").status_code == 404


def test_a_name_that_no_font_draws_is_told_and_nothing_is_printed_or_logged(app: Flask) -> None:
    parish = p.found()
    family = households.register(parish.volunteer, v.VILLAGE, family=p.family())
    with transaction() as tx:
        sealed = seal("王\U00030000", place=f"households.head_name:{family}")
        tx.session.execute(update(Household).where(Household.ref == family).values(head_name_sealed=sealed))
    client, url = signed_in(app, parish.volunteer), f"/households/{family}"
    post(client, f"{url}/open", {"purpose": "visit"}, shown_at=url)
    answer = post(client, f"{url}/family-card", shown_at=url)
    assert answer.status_code == 422
    assert "\U00030000" in answer.text
    assert not reading().execute(select(FileOpened).where(FileOpened.purpose == "print")).all()


def test_papers_of_a_hand_over_name_nobody_and_are_the_own_points(app: Flask, town: Town) -> None:
    ref, _, _ = brought_to(town, "at_point")
    sent, _, _ = brought_to(town, "sent")
    keeper = signed_in(app, town.volunteer)
    code = t.pledge_row(ref).parcel_code
    for what in ("labels", "list", "slips"):
        paper = read(keeper.get(f"/desk/papers/{what}"))
        assert code in paper, what
        assert t.pledge_row(sent).parcel_code not in paper, "it has not arrived"
        assert "Head" not in paper and "Somewhere" not in paper and not HARDSHIP.search(paper)
        assert ("Alias" in paper) == (what != "labels"), "a parcel in the shelf names no family"
    slip = read(keeper.get(f"/desk/papers/slips?ref={ref}&lang=en"))
    assert ref in slip and "Thumbprint" in slip and "Signature of the witness" in slip
    elsewhere = signed_in(app, t.person((Role.VOLUNTEER, "990101002")))
    assert elsewhere.get(f"/desk/papers/slips?ref={ref}").status_code == 404
    assert elsewhere.get("/desk/papers/list").status_code == 404
    assert signed_in(app, t.person()).get(f"/desk/papers/slips?ref={ref}").status_code == 403


def test_the_address_is_printed_after_its_showing_was_logged(app: Flask, town: Town) -> None:
    ref, _, donor = brought_to(town, "planned")
    giver = signed_in(app, donor)
    assert giver.get(f"/pledges/{ref}/slip.pdf").status_code == 404
    send.open_slip(donor, ref)
    paper = read(giver.get(f"/pledges/{ref}/slip.pdf"))
    label, inside = paper.split("寄件单")
    assert "1 Main Street" in label and "1 Main Street" not in inside
    assert paper.count(t.pledge_row(ref).parcel_code or "") == 2
    assert signed_in(app, t.person()).get(f"/pledges/{ref}/slip.pdf").status_code == 404


def test_cards_for_a_wall_show_what_is_public_and_only_that(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
        shown = v.add_public(tx, poster, "图书角读物一套", at=tx.now).ref
        other = v.add_public(tx, poster, "足球一个👟", at=tx.now).ref
        hidden = v.add_public(tx, poster, "藏起来的心愿", at=tx.now).ref
        tx.session.execute(update(Wish).where(Wish.ref == hidden).values(hidden_at=tx.now))
    client = app.test_client()
    page = client.get("/wishes/print").text
    assert shown in page and other in page and hidden not in page
    assert "/wishes/print" in client.get("/wishes").text
    all_of_them = read(client.get("/wishes/cards.pdf"))
    assert "图书角读物一套" in all_of_them and "足球一个" in all_of_them and "藏起来" not in all_of_them
    chosen = read(client.get(f"/wishes/cards.pdf?wish={shown}&wish={hidden}&lang=en"))
    assert "图书角读物一套" in chosen and "足球" not in chosen and "藏起来" not in chosen
    assert "Scan to claim" in chosen and v.NAMES[v.VILLAGE] not in chosen and v.NAMES[v.TOWNSHIP] not in chosen
    assert client.get(f"/wishes/cards.pdf?wish={hidden}").status_code == 404
    assert client.get("/wishes/cards.pdf?kind=nonsense").status_code == 422
    # While one sheet is drawn, another is not waited for; the same one is there already.
    with wish_sheets._PEN:
        busy = client.get(f"/wishes/cards.pdf?wish={other}&lang=en")
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
        assert client.get(f"/wishes/cards.pdf?wish={shown}&lang=en").status_code == 200
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == shown).values(title="另一套读物"))
    assert "另一套读物" in read(client.get(f"/wishes/cards.pdf?wish={shown}&lang=en"))
    assert app.view_functions.keys() >= DRAWING.keys()
