"""The pages of lists: an office brings one, another person opens it, donors join by a link; what is printed for it."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from xlsxwriter import Workbook

from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.listed import County
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
Of = Callable[[Actor], Client]


@pytest.fixture
def at(app: Flask) -> County:
    return li.county(6)


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def asked(at: County, **changes: str) -> dict[str, str]:
    return r.FILLED_IN | changes


def bring(at: County, of: Of, content: bytes, name: str = "list.csv", **changes: str):  # type: ignore[no-untyped-def]
    url = f"/admin/programmes/{li.programme(at)}/lists/new"
    data = asked(at, **changes) | {"file": (io.BytesIO(content), name)}
    return post(of(at.office), f"{url}?lang=en", data, shown_at=url)


def csv(at: County, *more: str) -> bytes:
    return "\n".join(["户卡编号", *(family.ref.upper() for family in at.families), *more]).encode("gb18030")


def test_an_office_brings_a_list_and_sees_what_is_wrong_where(at: County, of: Of) -> None:
    office = of(at.office)
    assert f"/admin/programmes/{li.programme(at)}/lists" in office.get("/admin/programmes").text
    done = bring(at, of, csv(at, "欧阳建国", at.families[0].ref))
    assert done.status_code == 303
    shown = office.get(f"{done.location}?lang=en").text
    assert "There is no such household in your region" in shown
    assert "The household stands in an earlier row, too" in shown
    assert "欧阳建国" not in shown
    url = str(done.location)
    assert post(office, f"{url}/submit", {}, shown_at=url).status_code == 303
    assert "Waits for the second look" in office.get(f"{url}?lang=en").text


def test_a_workbook_is_a_list_too(at: County, of: Of) -> None:
    out = io.BytesIO()
    book = Workbook(out)
    book.add_worksheet().write_column(0, 0, ["household", *(family.ref for family in at.families)])
    book.close()
    done = bring(at, of, out.getvalue(), "list.xlsx", promise="letter")
    assert done.status_code == 303
    assert [row[1] for row in li.found(str(done.location).split("/")[3])] == ["waiting"] * 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 broken", "This file cannot be read."),
        (b"name\nsomebody", "The first row names no column"),
        (b"household\n", "There is no row in this list."),
        (b"", "The table is empty."),
        (b"household\n" + b"x\n" * 5001, "The table has more than 5000 rows."),
        (b"h" * (4 * 1024 * 1024 + 1), "The table is too large. It may have up to 4 MB."),
    ],
)
def test_a_file_that_is_no_list_gives_the_form_back_with_one_sentence(
    at: County, of: Of, content: bytes, said: str
) -> None:
    answer = bring(at, of, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Please choose the file again." in answer.text or said in answer.text
    assert 'value="每月一床棉被"' in answer.text


def test_a_template_that_is_not_ordinary_is_refused_at_its_field(at: County, of: Of) -> None:
    answer = bring(at, of, csv(at), monthly_fen="5000")
    assert answer.status_code == 422
    assert "without a brand" in answer.text
    assert "Please choose the file again." in answer.text


def test_another_person_looks_once_and_opens_all(at: County, of: Of) -> None:
    ref = li.submitted(at, promise=li.goods())
    reviewer, url = of(at.county_reviewer), f"/reviews/lists/{ref}"
    assert url in reviewer.get("/reviews/lists").text
    assert "/reviews/lists" in reviewer.get("/reviews/circles").text
    shown = reviewer.get(f"{url}?lang=en").text
    assert "每月一床棉被" in shown
    assert f"/households/{at.families[0].ref}" in shown
    assert post(reviewer, f"{url}/reject", {}, shown_at=url).status_code == 422
    assert post(reviewer, f"{url}/agree", {}, shown_at=url).location == "/reviews/lists"
    li.carry_all()
    watched = of(at.office).get(f"/admin/lists/{ref}?lang=en").text
    assert f"/join/{li.code(ref)}" in watched
    assert "0 of 18" in watched
    again = post(reviewer, f"{url}/agree", {}, shown_at="/account")
    assert again.status_code == 409


def test_who_handed_it_in_is_shown_no_button(at: County, of: Of) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY), (Role.REVIEWER, v.COUNTY))
    from dataclasses import replace

    ref = li.submitted(replace(at, village=replace(at.village, administrator=both)))
    page = of(both).get(f"/reviews/lists/{ref}?lang=en").text
    assert "Agree and open all circles" not in page
    assert "Somebody who did not hand the list in" in page
    answer = post(of(both), f"/reviews/lists/{ref}/agree?lang=en", {}, shown_at="/account")
    assert answer.status_code == 403


def test_a_stranger_sees_the_programme_and_no_family_and_a_donor_joins_with_one_post(
    at: County, of: Of, client: Client
) -> None:
    ref = li.opened(at, promise=li.goods())
    url = f"/join/{li.code(ref)}"
    page = client.get(f"{url}?lang=en").text
    assert page.count("0 of 18 seats are taken") == 2  # in words, and as what the ring is
    assert "confirmed" not in page[page.index("<h1") : page.index("<dl")]
    assert "暖冬行动" in page
    assert "慈证字001号" in page
    assert f"/sign-in?next={url}" in page
    for circle in li.circles(ref):
        assert circle.ref not in page
    for family in at.families:
        assert family.ref not in page
    [donor] = r.more_donors(1)
    done = post(of(donor), url.upper().replace("/JOIN", "/join"), {"display": "nickname"}, shown_at=url)
    assert (done.status_code, done.location) == (303, f"/circles/{li.circles(ref)[0].ref}/room")
    again = of(donor).get(f"{url}?lang=en").text
    assert "You have a seat in a circle of this programme." in again
    assert "<form" not in again[again.index("<h1") : again.index("</article>")]
    second = post(of(donor), f"{url}?lang=en", {"display": "nickname"}, shown_at="/account")
    assert second.status_code == 409
    assert "You have a seat in this programme already." in second.text
    assert client.get("/join/zzzzzzzz").status_code == 404
    assert client.post(url).status_code in (400, 401)


def test_a_full_programme_offers_its_waiting_list(at: County, of: Of) -> None:
    ref = li.opened(at, rows=li.rows_of(at.families[:1]))
    url, crowd = f"/join/{li.code(ref)}", r.more_donors(4)
    late = of(crowd[3])
    late.get(url)
    for donor in crowd[:3]:
        assert post(of(donor), url, {"display": "nickname"}, shown_at=url).status_code == 303
    refused = post(late, f"{url}?lang=en", {"display": "nickname"}, shown_at=url)
    assert refused.status_code == 409
    assert "Join the waiting list" in refused.text
    done = post(late, f"{url}/wait", {"display": "nickname"}, shown_at=url)
    assert done.location == f"/circles/{li.circles(ref)[0].ref}/seat"
    assert "You wait for a seat in this circle." in late.get(f"{done.location}?lang=en").text
    assert "You wait for a seat in a circle of this programme." in late.get(f"{url}?lang=en").text


def test_cards_and_poster_are_for_the_offices_and_reviewers_of_the_circles(at: County, of: Of) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP))
        wide = li.willing(tx, at.village, where="990101002001")
    ref = li.opened(at, rows=li.rows_of([*at.families, wide]))
    url = f"/reviews/lists/{ref}"
    for who in (at.office, at.county_reviewer, at.village.reviewer):
        for what in ("cards", "poster"):
            answer = of(who).get(f"{url}/{what}")
            assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
            assert answer.data.startswith(b"%PDF")
    assert of(far).get(f"{url}/cards").status_code == 404
    assert of(at.village.volunteer).get(f"{url}/cards").status_code == 403
    from charity.queries.circles.list_cards import list_cards

    assert len(list_cards(at.county_reviewer, ref)) == 7
    assert len(list_cards(at.village.reviewer, ref)) == 6
    waiting = li.staged(at)
    assert of(at.county_reviewer).get(f"/reviews/lists/{waiting}/poster").status_code == 404


def test_rows_come_three_hundred_at_a_time(at: County, of: Of) -> None:
    rows = li.rows_of([], *(f"{number:013d}" for number in range(301)))
    ref = li.staged(at, rows=rows)
    office = of(at.office)
    first = office.get(f"/admin/lists/{ref}/rows?only=wrong&lang=en").text
    assert first.count("There is no such household in your region") == 300
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found
    assert office.get(found[1].replace("&amp;", "&")).text.count("<tr>") == 2


def test_another_countys_office_sees_nothing(at: County, of: Of) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
    ref = li.opened(at)
    for path in ("", "/rows"):
        assert of(far).get(f"/admin/lists/{ref}{path}").status_code == 404
    assert f"/admin/lists/{ref}" not in of(far).get(f"/admin/programmes/{li.programme(at)}/lists").text
