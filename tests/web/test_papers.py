"""What is printed, through its pages: who may print what, what stands on it, and what is written down about it."""

import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from charity.adapters import fonts
from charity.adapters.crypto import seal
from charity.adapters.db import reading, transaction
from charity.domain.actors import Role
from charity.factory import DRAWING
from charity.models.households import CodeCard, FileOpened, Household
from charity.models.pledges import Pledge
from charity.models.regions import Region
from charity.models.wishes import Wish
from charity.queries.pledges import carried
from charity.services.pledges import send
from charity.services.register import households, records
from charity.web.public import wish_sheets
from charity.web.volunteer import papers, today
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


def test_an_answer_over_several_lines_is_printed(app: Flask) -> None:
    parish = p.found()
    family = households.register(parish.volunteer, v.VILLAGE, family=p.family())
    records.record_fact(parish.volunteer, family, key="plan", value="先治病\r\n再养羊\t🐑", as_of=MONDAY.date())
    client, url = signed_in(app, parish.volunteer), f"/households/{family}"
    post(client, f"{url}/open", {"purpose": "visit"}, shown_at=url)
    assert "先治病 再养羊" in " ".join(read(post(client, f"{url}/family-card", shown_at=url)).split())


def test_a_card_that_cannot_be_drawn_leaves_the_old_one_good(app: Flask) -> None:
    parish = p.found()
    family = p.settled(parish)[0]
    client, url = signed_in(app, parish.reviewer), f"/households/{family}/card"
    assert post(client, url).mimetype == "application/pdf"
    [good] = reading().scalars(select(CodeCard.ref).where(CodeCard.cancelled_at.is_(None)))
    with transaction() as tx:
        tx.session.execute(update(Household).where(Household.ref == family).values(alias="竹\U00030000 1234"))
    answer = post(client, url)
    assert answer.status_code == 422 and "\U00030000" in answer.text
    assert reading().scalars(select(CodeCard.ref).where(CodeCard.cancelled_at.is_(None))).all() == [good]


def test_the_cards_of_a_place_whose_name_no_font_has_are_printed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "system_faces", lambda: ())
    fonts._drawable.cache_clear()
    parish = p.found()
    family = p.settled(parish)[0]
    with transaction() as tx:
        tx.session.execute(update(Region).where(Region.code == v.TOWNSHIP).values(name="流波䃥镇"))
    client, url = signed_in(app, parish.reviewer), f"/households/{family}"
    assert "流波〓镇" in read(post(client, f"{url}/card"))
    assert "流波〓镇" in read(client.get(f"{url}/family-card"))
    fonts._drawable.cache_clear()


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


def test_a_sign_that_no_font_draws_keeps_no_paper_away(app: Flask, town: Town) -> None:
    titles = ("足球👟", "བོད་ཡིག་\U0001e100", "\u202d雨鞋", "😀")
    brought = [brought_to(town, "at_point") for _ in titles]
    with transaction() as tx:
        for (ref, _, _), title in zip(brought, titles, strict=True):
            wish = select(Pledge.wish_id).where(Pledge.ref == ref).scalar_subquery()
            tx.session.execute(update(Wish).where(Wish.id == wish).values(title=title))
    keeper = signed_in(app, town.volunteer)
    for what in ("labels", "list", "slips"):
        paper = read(keeper.get(f"/desk/papers/{what}"))
        assert all(t.pledge_row(ref).parcel_code in paper for ref, _, _ in brought), what
        assert "足球" in paper and "雨鞋" in paper and "〓" in paper and "物品" in paper, what


def test_papers_of_many_parcels_come_in_parts_that_say_so(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (carried, papers, today):
        monkeypatch.setattr(module, "PRINTED_AT_ONCE", 2)
    codes = {t.pledge_row(brought_to(town, "at_point")[0]).parcel_code for _ in range(3)}
    keeper = signed_in(app, town.volunteer)
    for what in ("labels", "list", "slips"):
        parts = [read(keeper.get(f"/desk/papers/{what}?part={part}")) for part in (1, 2)]
        found = [{code for code in codes if code in part} for part in parts]
        assert [len(one) for one in found] == [2, 1] and found[0] | found[1] == codes, what
        assert ("第1部分" in parts[0] and "第2部分" in parts[1]) == (what == "list")
        assert keeper.get(f"/desk/papers/{what}?part=3").status_code == 404
    for wrong in ("0", "-1", "x", "1e3", "99999999999999999999"):
        assert keeper.get(f"/desk/papers/list?part={wrong}").status_code == 404
    shown = keeper.get("/desk/today").text
    assert all(f"/desk/papers/list?part={part}" in shown for part in (1, 2)) and "part=3" not in shown


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


def test_cards_for_a_wall_show_what_is_public_and_only_that(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
        shown = v.add_public(tx, poster, "图书角读物一套", at=tx.now).ref
        other = v.add_public(tx, poster, "足球一个👟བོད\U0001e100", at=tx.now).ref
        hidden = v.add_public(tx, poster, "藏起来的心愿", at=tx.now).ref
        tx.session.execute(update(Wish).where(Wish.ref == hidden).values(hidden_at=tx.now))
    client = app.test_client()
    page = client.get("/wishes/print").text
    assert shown in page and other in page and hidden not in page
    assert "/wishes/print" in client.get("/wishes").text
    assert "一次能打印多少" not in page
    monkeypatch.setattr(wish_sheets, "MOST_ON_SHEETS", 1)
    first = client.get("/wishes/print?kind=goods").text
    [onwards] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(onwards)).text
    assert "一次能打印多少" in first and "kind=goods" in onwards
    assert (shown in first) != (shown in second) and (other in first) != (other in second)
    monkeypatch.undo()
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
