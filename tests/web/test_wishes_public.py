"""The front page, the wall and a wish's page for visitors: what they show, cost and never tell."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import update

from charity.adapters.db import end_reading, transaction
from charity.models.pledges import Pledge
from charity.models.wall import hide_wishes
from charity.queries.home import forget_home
from charity.queries.regions import forget_names
from tests.browser import giving
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import signed_in

DAY = datetime(2026, 5, 1, tzinfo=UTC)
CANARIES = ("欧阳", "建国", "小禾", "桃花坞", "柳林", "望云", "13900000000", "人民路")


@pytest.fixture
def place(app: Flask) -> v.Village:
    forget_home()
    forget_names()
    return v.build()


def test_the_front_page_of_an_empty_site(app: Flask, client: Client) -> None:
    forget_home()
    page = client.get("/?lang=en")
    assert page.status_code == 200
    assert "No wish is waiting just now" in page.get_data(as_text=True)


def test_the_front_page_shows_figures_and_wishes(place: v.Village, client: Client) -> None:
    v.published(place)
    page = client.get("/").get_data(as_text=True)
    assert "冬季棉衣一件" in page
    assert "清河市" in page


def test_the_wall_and_its_filters(place: v.Village, client: Client) -> None:
    ref = v.published(place)
    for url in (
        "/wishes",
        "/wishes?q=棉衣",
        "/wishes?q=my",
        "/wishes?kind=goods&stage=primary&price=100-300&longest=1",
    ):
        text = client.get(url).get_data(as_text=True)
        assert f'href="/wishes/{ref}"' in text, url
    for url in ("/wishes?q=飞船", "/wishes?region=990102", "/wishes?nearly=1"):
        text = client.get(url).get_data(as_text=True)
        assert f'href="/wishes/{ref}"' not in text, url
    assert client.get("/wishes?price=x").status_code == 422
    assert client.get("/wishes?cursor=x").status_code == 422
    assert client.get("/wishes/where").status_code == 200
    assert "石岭县" in client.get("/wishes/where?region=9901").get_data(as_text=True)


def test_paging_by_link(place: v.Village, client: Client) -> None:
    with transaction() as tx:
        for number in range(30):
            v.add_public(tx, place.volunteer, f"读物 {number:02}", at=DAY)
    first = client.get("/wishes").get_data(as_text=True)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&")).get_data(as_text=True)
    assert "读物 23" in first
    assert "读物 24" in second
    assert "读物 00" not in second


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_wish(place: v.Village, client: Client, language: str) -> None:
    ref = v.published(place, v.QUILT)
    response = client.get(f"/wishes/{ref}?lang={language}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "云桥省慈善会" in text
    assert f"http://circle.test/wishes/{ref}/share.png" in text
    assert "wish.published" not in text


def test_the_shared_picture(place: v.Village, client: Client) -> None:
    ref = v.published(place)
    picture = client.get(f"/wishes/{ref}/share.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert client.get("/wishes/0000000000000/share.png").status_code == 404


def test_nobody_learns_who_or_where(place: v.Village, client: Client) -> None:
    ref = v.published(place)
    for url in ("/", "/wishes", f"/wishes/{ref}", f"/wishes/{ref}?lang=en"):
        text = client.get(url).get_data(as_text=True)
        assert not [canary for canary in CANARIES if canary in text], url


def test_what_is_not_public_is_missing(place: v.Village, client: Client) -> None:
    ref = v.submitted(place)
    assert client.get(f"/wishes/{ref}").status_code == 404
    assert client.get(f"/wishes/{ref}/share.png").status_code == 404


def test_a_hidden_wish_is_gone_at_once(place: v.Village, client: Client) -> None:
    ref = v.published(place)
    assert client.get(f"/wishes/{ref}").status_code == 200
    with transaction() as tx:
        hide_wishes(tx, household_id=place.family.id)
    assert client.get(f"/wishes/{ref}").status_code == 404
    assert ref not in client.get("/wishes").get_data(as_text=True)
    assert client.get(f"/wishes/{ref}/share.png").status_code == 404


def test_a_public_page_asks_at_most_four_questions(place: v.Village, client: Client) -> None:
    ref = v.published(place)
    client.get("/healthz")
    for url in ("/", "/wishes", "/wishes?q=棉衣", "/wishes?region=990101", f"/wishes/{ref}"):
        forget_home()
        forget_names()
        end_reading()
        with v.counting() as asked:
            assert client.get(url).status_code == 200
        assert len(asked) <= 4, (url, asked)


def test_lists_are_kept_for_a_moment_and_pages_of_wishes_never(place: v.Village, client: Client, app: Flask) -> None:
    ref = v.published(place)
    app.config["KEPT_SECONDS"] = 60.0
    try:
        first = client.get("/wishes")
        with v.counting() as asked:
            again = client.get("/wishes")
        assert again.data == first.data
        assert not asked
        assert client.get("/wishes?lang=en").data != first.data
        with transaction() as tx:
            hide_wishes(tx, household_id=place.family.id)
        assert client.get(f"/wishes/{ref}").status_code == 404
        assert ref not in client.get("/wishes?kind=goods").get_data(as_text=True)
    finally:
        del app.config["KEPT_SECONDS"]
        app.extensions["kept_pages"].clear()
    assert ref not in client.get("/wishes").get_data(as_text=True)


def test_a_donor_sees_first_where_he_helped_before(place: v.Village, client: Client, app: Flask) -> None:
    pledge = giving.sent(place.donor, v.published(place, v.BOOKS))
    with transaction() as tx:
        tx.session.execute(update(Pledge).where(Pledge.ref == pledge).values(state="at_point"))
        last = v.add_public(tx, place.volunteer, "the youngest here", at=DAY, beneficiary="s1").ref
        for number in range(30):
            v.add_public(tx, place.volunteer, f"older {number}", at=DAY - timedelta(days=9), county="990201")
        elsewhere = v.add_person(tx)
    donor, words = signed_in(app, place.donor), "Where you have helped before"
    shown = donor.get("/wishes?lang=en").text
    assert shown.index(words) < shown.index(f"/wishes/{last}") < shown.index("All wishes")
    assert f"/wishes/{last}" in donor.get("/pledges").text.partition(words)[2]
    filtered = ("/wishes?kind=goods", "/wishes?q=old", "/wishes?region=99", "/wishes?longest=1", "/wishes?nearly=1")
    following = re.search(r'rel="next" href="([^"]+)"', shown)
    assert following
    for url in (*filtered, following[1].replace("&amp;", "&"), "/wishes?price=x"):
        assert words not in donor.get(url).text, url
    for somebody in (client, signed_in(app, elsewhere)):
        assert words not in somebody.get("/wishes?lang=en").text
    card = re.compile(r'<h3><a href="/wishes/(\w+)"')
    assert card.findall(shown.partition("All wishes")[2]) == card.findall(client.get("/wishes").text), (
        "one order for all"
    )


def test_a_signed_in_wall_asks_at_most_four_questions(place: v.Village, app: Flask) -> None:
    pledge = giving.sent(place.donor, v.published(place, v.BOOKS))
    with transaction() as tx:
        tx.session.execute(update(Pledge).where(Pledge.ref == pledge).values(state="confirmed"))
        v.add_public(tx, place.volunteer, "here", at=DAY, beneficiary="s1")
    donor = signed_in(app, place.donor)
    assert 'id="following"' in donor.get("/wishes").text
    end_reading()
    with v.counting() as asked:
        donor.get("/wishes")
    assert len(asked) <= 4, asked


def test_nobody_fills_the_memory_of_drawings_with_filters_of_his_own(place: v.Village, client: Client) -> None:
    v.published(place)
    kept = current_app.jinja_env.globals["drawn_piece"].__self__._kept

    def grows_by(*questions: str) -> int:
        client.get("/wishes")
        before = len(kept)
        for question in questions:
            client.get(f"/wishes?{question}")
        return len(kept) - before

    made_up = [f"{name}={n}" for name in ("q", "kind", "stage", "price", "region") for n in ("no", "such", "990203")]
    assert grows_by(*made_up, f"region={v.COUNTY}", f"region={v.CITY}") == 0
    assert grows_by("kind=service&nearly=1", "kind=service&nearly=1") == 1  # the control: a choice of the form's lists
