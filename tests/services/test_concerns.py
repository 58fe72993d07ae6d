"""Reported concerns: out of sight at once and everywhere, brought back with a reason, followed by their number."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.concerns import WITHIN_SECONDS
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.models.cases import Case
from charity.models.ledger import ENTRIES
from charity.queries import boards, home
from charity.queries.concerns import count_concerns
from charity.services.pledges import cases, claim, rule
from charity.services.register import records
from charity.services.register.records import ConsentGiven
from charity.services.wishes import ending, keeping, review, takedowns
from charity.web.kit import kept
from charity.web.public import wish_sheets, wishes
from tests.kit import harvest, listed, ring
from tests.kit import village as v
from tests.kit.charities import verified
from tests.kit.people import browser
from tests.kit.visits import post, signed_in
from tests.safety.world import picture

Travel = Callable[[datetime], None]
WORDS = "照片里看得到校名"


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def reported(wish: str) -> str:
    return cases.report(VISITOR, reason="privacy", words=WORDS, page=f"/wishes/{wish}", wish_ref=wish)


def colleague() -> Actor:
    """Bring another reviewer of the same township."""
    with transaction() as tx:
        return v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))


def auditor() -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.AUDITOR, v.COUNTY))


def places_of(app: Flask, wish: str, photo: str, title: str) -> Iterator[tuple[str, bool]]:
    """Visit whatever may show a wish, as a visitor and as a program: the address, and whether it shows it."""
    client = app.test_client()
    for url in (f"/wishes/{wish}", f"/wishes/{wish}/share.png", f"/api/v1/wishes/{wish}", f"/photos/{photo}-320.webp"):
        yield url, client.get(url).status_code == 200
    for url in ("/wishes", "/", f"/wishes?q={title[:4]}", "/api/v1/wishes", "/open/wishes.json", "/book"):
        text = client.get(url).get_data(as_text=True)
        yield url, wish in text or title in text


def shows(app: Flask, wish: str, photo: str, title: str = v.BOOKS.title) -> set[str]:
    home.forget_home()
    return {url for url, is_shown in places_of(app, wish, photo, title) if is_shown}


def photo_of(client: FlaskClient, wish: str) -> str:
    page = client.get(f"/wishes/{wish}").get_data(as_text=True)
    return page.partition("/photos/")[2][:13]


def test_a_reviewer_takes_a_wish_out_of_sight_everywhere_at_once(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.BOOKS, picture=picture())
    photo = photo_of(app.test_client(), wish)
    before = shows(app, wish, photo)
    assert before >= {f"/wishes/{wish}", "/wishes", "/api/v1/wishes", f"/photos/{photo}-320.webp", "/open/wishes.json"}
    pledge = claim.claim(village.donor, wish, units=1, display="nickname").id
    case = reported(wish)
    assert takedowns.take_down(village.reviewer, case, scope="thing") == 1
    assert shows(app, wish, photo) == set()
    donor = signed_in(app, village.donor)
    assert donor.get(f"/pledges/{pledge}").status_code == 200  # the running gift goes on
    with pytest.raises(Conflict, match="taken-down"):
        keeping.renew(village.volunteer, wish)
    with pytest.raises(NotPermitted, match="own-decision"):  # he let it through himself
        takedowns.bring_back(village.reviewer, case, reason="no name can be read in it")
    assert takedowns.bring_back(colleague(), case, reason="no name can be read in it") == 1
    assert shows(app, wish, photo) == before
    kinds = reading().scalars(select(ENTRIES.c.kind).where(ENTRIES.c.kind.startswith("case.")).order_by(ENTRIES.c.id))
    assert list(kinds) == ["case.opened", "case.taken-up", "case.hidden", "case.shown"]


def test_what_processes_and_caches_keep_is_gone_within_a_minute(app: Flask, village: v.Village) -> None:
    """Another process knows nothing of the act: it forgets by the clock, and every clock is short enough."""
    lives = (kept.SECONDS, home.KEPT, boards.KEPT, boards.TOP_KEPT, wishes.PICTURE_KEPT, wish_sheets.KEPT)
    assert max(lives) <= WITHIN_SECONDS
    wish = v.published(village, v.BOOKS)
    app.config["KEPT_SECONDS"] = 60.0
    client, wall = app.test_client(), f"/wishes?own={village.point}"  # kept by no test before
    try:
        assert wish in client.get(wall).get_data(as_text=True)
        takedowns.take_down(village.reviewer, reported(wish), scope="thing")
        assert client.get(f"/wishes/{wish}").status_code == 404
        assert wish in client.get(wall).get_data(as_text=True)  # the control: this list was kept
        app.config["KEPT_SECONDS"] = 0.05
        time.sleep(0.1)
        assert wish not in client.get(wall).get_data(as_text=True)
    finally:
        app.config["KEPT_SECONDS"] = 0.0


def test_only_the_picture_or_all_of_the_same_school_may_go(app: Flask, village: v.Village) -> None:
    first, second = v.published(village, v.BOOKS, picture=picture()), v.published(village, v.COAT)
    photo, case = photo_of(app.test_client(), first), reported(first)
    assert takedowns.take_down(village.reviewer, case, scope="photo") == 1
    assert shows(app, first, photo).isdisjoint({f"/photos/{photo}-320.webp"})
    assert f"/wishes/{first}" in shows(app, first, photo)
    assert takedowns.bring_back(colleague(), case, reason="it was only a wall") == 1
    assert f"/photos/{photo}-320.webp" in shows(app, first, photo)
    with pytest.raises(Invalid):
        takedowns.take_down(village.reviewer, case, scope="the whole site")
    assert takedowns.take_down(village.reviewer, case, scope="everything") == 1
    assert app.test_client().get(f"/wishes/{second}").status_code == 200  # a family's, not this school's
    with pytest.raises(Conflict, match="nothing-to-take-down"):
        takedowns.take_down(village.reviewer, case, scope="thing")


def alike(village: v.Village, need: v.Need, *, picture: v.photos.Photo | None) -> str:
    """Publish a wish though something like it stands already."""
    ref = v.submitted(village, need, picture=picture)
    review.approve(village.reviewer, ref, checks=v.CHECKS, override_reason="both were seen in the village")
    return ref


def test_a_picture_goes_from_every_wish_that_shows_it(app: Flask, village: v.Village) -> None:
    wishes = [v.published(village, v.BOOKS, picture=v.photo())]
    wishes += [alike(village, need, picture=v.photo()) for need in (v.COAT, v.QUILT)]
    photos = [photo_of(app.test_client(), wish) for wish in wishes]
    ending.withdraw(village.volunteer, wishes[1], reasons=["met-elsewhere"])
    case = reported(wishes[0])
    assert takedowns.take_down(village.reviewer, case, scope="photo") == len(wishes)
    for wish in wishes:
        assert "/photos/" not in app.test_client().get(f"/wishes/{wish}").get_data(as_text=True)
    assert takedowns.bring_back(colleague(), case, reason="it was only a wall") == len(wishes)
    assert [photo_of(app.test_client(), wish) for wish in wishes] == photos


def test_all_of_a_family_goes_with_what_was_taken_back_and_what_waits(app: Flask, village: v.Village) -> None:
    first, back = v.published(village, v.COAT), v.published(village, v.QUILT)
    ending.withdraw(village.volunteer, back, reasons=["met-elsewhere"])
    waits = v.submitted(village, replace(v.QUILT, title="另两床棉被"))
    case = reported(first)
    assert takedowns.take_down(village.reviewer, case, scope="everything") == 3
    assert [app.test_client().get(f"/wishes/{wish}").status_code for wish in (first, back)] == [404, 404]
    with pytest.raises(Conflict, match="taken-down"):
        review.approve(village.reviewer, waits, checks=v.CHECKS)
    assert takedowns.bring_back(colleague(), case, reason="no name can be read in it") == 2
    assert [app.test_client().get(f"/wishes/{wish}").status_code for wish in (first, back, waits)] == [200, 200, 404]
    review.approve(village.reviewer, waits, checks=v.CHECKS)


def test_the_picture_of_a_wish_taken_down_whole_is_let_through_nowhere_else(app: Flask, village: v.Village) -> None:
    first, stale = v.published(village, v.BOOKS, picture=v.photo()), alike(village, v.QUILT, picture=v.photo())
    waits = v.submitted(village, v.COAT, picture=v.photo())
    case = reported(first)
    takedowns.take_down(village.reviewer, case, scope="thing")
    with pytest.raises(Conflict, match="photo-taken-down"):
        review.approve(village.reviewer, waits, checks=v.CHECKS, override_reason="both were seen in the village")
    keeping.renew(village.volunteer, stale)
    assert "/photos/" not in app.test_client().get(f"/wishes/{stale}").get_data(as_text=True)
    takedowns.bring_back(colleague(), case, reason="no name can be read in it")
    assert photo_of(app.test_client(), first)
    review.approve(village.reviewer, waits, checks=v.CHECKS, override_reason="both were seen in the village")


def test_a_circle_goes_and_comes_back(app: Flask) -> None:
    at = ring.ground()
    circle = ring.formed(at)
    page = f"/circles/{circle}"
    case = cases.report(VISITOR, reason="child-safety", words=WORDS, page=page)
    client = app.test_client()
    assert client.get(page).status_code == 200
    takedowns.take_down(at.village.reviewer, case, scope="everything")
    assert client.get(page).status_code == 404
    ring.agree(at.village, at.village.family)  # a new yes of the family does not bring it back
    assert client.get(page).status_code == 404
    takedowns.bring_back(colleague(), case, reason="looked into")
    assert client.get(page).status_code == 200


def test_what_a_consent_hides_stays_hidden(village: v.Village) -> None:
    wish = v.published(village, v.COAT)
    case = reported(wish)
    takedowns.take_down(village.reviewer, case, scope="thing")
    no = ConsentGiven(purpose=Purpose.PUBLISH_WISH, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(village.volunteer, village.family.ref, village.family.child_ref, given=no)
    assert takedowns.bring_back(colleague(), case, reason="nothing to see") == 0


def test_reviewers_and_auditors_of_the_county_may_and_nobody_else(village: v.Village) -> None:
    wish = v.published(village, v.BOOKS)
    case = reported(wish)
    with transaction() as tx:
        neighbour = v.add_person(tx, (Role.REVIEWER, "990101002"))
        far = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP))
        elsewhere = v.add_person(tx, (Role.AUDITOR, v.OTHER_COUNTY))
    others: tuple[Actor, ...] = (far, elsewhere, village.volunteer, village.administrator, village.donor)
    for act in (
        lambda who: takedowns.take_down(who, case, scope="thing"),
        lambda who: takedowns.take_up(who, case),
        lambda who: takedowns.bring_back(who, case, reason="because"),
    ):
        for who in others:
            with pytest.raises(Missing):
                act(who)
    takedowns.take_down(neighbour, case, scope="thing")
    with pytest.raises(Invalid, match="reason-needed"):
        takedowns.bring_back(neighbour, case, reason=" ")


def test_the_number_tells_how_far_it_has_come_and_no_more(app: Flask, village: v.Village, travel: Travel) -> None:
    begun = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
    travel(begun)
    wish = v.published(village, v.BOOKS)
    visitor = browser(app)
    sent = post(visitor, "/concern", {"reason": "privacy", "words": WORDS, "page": f"/wishes/{wish}"})
    number = sent.location.partition("number=")[2]
    said = lambda: visitor.get(f"/concern/{number}?lang=en").get_data(as_text=True)  # noqa: E731
    assert "Nobody has begun to look into it yet." in said()
    assert visitor.get(f"/concern/find?number= {number.upper()} ").location == f"/concern/{number}"
    travel(begun + timedelta(minutes=7))
    desk = signed_in(app, village.reviewer)
    shown = desk.get("/audit/cases?lang=en").get_data(as_text=True)
    assert number in shown
    assert WORDS not in desk.get(f"/audit/cases/{number}").get_data(as_text=True)
    assert (
        post(
            desk, f"/audit/cases/{number}/take-down", {"scope": "thing"}, shown_at=f"/audit/cases/{number}"
        ).status_code
        == 302
    )
    assert "after 7 minutes" in desk.get(f"/audit/cases/{number}?lang=en").get_data(as_text=True)
    assert "Being looked into" in said()
    assert "after 7 minutes" in said()
    rule.rule_concern(auditor(), number, ruling="upheld", grounds="校名确实可见")
    page = said()
    assert "The concern is right" in page
    assert not any(told in page for told in (WORDS, "校名", wish, v.BOOKS.title))
    end_reading()
    figures = count_concerns(with_demo=True)
    assert (figures.reported, figures.upheld, figures.open, figures.taken_down, figures.median_minutes) == (
        1,
        1,
        0,
        1,
        7,
    )
    assert visitor.get("/concern/0000000000000").status_code == 404


def test_what_an_auditor_upheld_goes_by_anybody_and_comes_back_by_an_auditor(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.BOOKS)
    case, judge = reported(wish), auditor()
    rule.rule_concern(judge, case, ruling="upheld", grounds="the school can be told")
    assert takedowns.take_down(colleague(), case, scope="thing") == 1
    assert "bring-back" not in signed_in(app, colleague()).get(f"/audit/cases/{case}").get_data(as_text=True)
    with pytest.raises(Conflict, match="concern-upheld"):
        takedowns.bring_back(colleague(), case, reason="I see it differently")
    assert takedowns.bring_back(judge, case, reason="the words were changed") == 1
    url = f"/audit/cases/{case}"
    assert post(signed_in(app, judge), f"{url}/take-down", {"scope": "thing"}, shown_at=url).status_code == 302
    assert app.test_client().get(f"/wishes/{wish}").status_code == 404
    unfounded = reported(v.published(village, v.COAT))
    rule.rule_concern(judge, unfounded, ruling="unfounded", grounds="nothing of it is true")
    with pytest.raises(Conflict, match="concern-closed"):
        takedowns.take_down(colleague(), unfounded, scope="thing")


def test_every_page_leads_to_reporting_that_very_page(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.BOOKS)
    for url in ("/", "/wishes", f"/wishes/{wish}", "/boards", "/book", "/figures", "/circles", "/privacy", "/children"):
        foot = app.test_client().get(url).get_data(as_text=True).partition("<footer")[2]
        assert f'href="/concern?page={url}"' in foot, url
    assert 'href="/concern?page=/wishes"' in app.test_client().get("/wishes?q=a&lang=en").get_data(as_text=True)


def by_the_foot(app: Flask, url: str) -> str:
    """Report a concern as a visitor does at the foot of a page; gives its number."""
    visitor = browser(app)
    foot = visitor.get(url).get_data(as_text=True).partition("<footer")[2]
    link = "/concern" + foot.partition('href="/concern')[2].partition('"')[0]
    page = (
        visitor.get(link).get_data(as_text=True).partition('name="page"')[2].partition('value="')[2].partition('"')[0]
    )
    sent = post(visitor, "/concern", {"reason": "privacy", "words": WORDS, "page": page}, shown_at=link)
    return sent.location.partition("number=")[2]


def goes_and_comes_back(app: Flask, url: str, *, count: int) -> None:
    """Take the page of an address down by the concern at its foot, and bring it back."""
    case, judge, client = by_the_foot(app, url), auditor(), app.test_client()
    assert case in signed_in(app, colleague()).get("/audit/cases").get_data(as_text=True)
    assert takedowns.take_down(colleague(), case, scope="thing") == count
    assert client.get(url).status_code == 404
    with pytest.raises(Conflict, match="nothing-to-take-down"):
        takedowns.take_down(colleague(), case, scope="thing")
    assert takedowns.bring_back(judge, case, reason="looked into") == count
    assert client.get(url).status_code == 200


def test_the_foot_of_a_wish_or_a_batch_leads_to_taking_it_down(app: Flask, village: v.Village) -> None:
    goes_and_comes_back(app, f"/wishes/{v.published(village, v.BOOKS)}", count=1)
    goes_and_comes_back(app, f"/batches/{harvest.listed(village, harvest.add_families(village, 1))}", count=2)


def test_a_code_typed_in_capitals_is_the_same_page(app: Flask) -> None:
    at, client = listed.county(2), app.test_client()
    code = listed.code(listed.opened(at))
    typed = f"/join/{code.upper()}"
    case, judge = by_the_foot(app, typed), auditor()
    takedowns.take_down(colleague(), case, scope="thing")
    assert [client.get(url).status_code for url in (typed, f"/join/{code}")] == [404, 404]
    stored = select(Case.page).where(Case.ref == case)
    assert reading().scalar(stored) == f"/join/{code}"
    end_reading()
    with transaction() as tx:  # as one stands that was reported before
        tx.session.execute(update(Case).where(Case.ref == case).values(page=f"{typed}?lang=en"))
    assert client.get(f"/join/{code}").status_code == 404
    takedowns.bring_back(judge, case, reason="looked into")
    assert client.get(typed).status_code == 200


def test_the_foot_of_an_organisation_or_a_code_leads_to_taking_it_down(app: Flask) -> None:
    at = listed.county(2)
    url = f"/join/{listed.code(listed.opened(at))}"
    goes_and_comes_back(app, url, count=3)
    with transaction() as tx:
        officer, office = v.add_person(tx), v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
    goes_and_comes_back(app, f"/organisations/{verified(officer, office, '云桥基金会', 1, v.COUNTY)}", count=1)


def test_who_speaks_for_an_organisation_never_brings_its_page_back_himself(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        officer, office = (
            v.add_person(tx, (role, v.COUNTY), (Role.REVIEWER, v.COUNTY))
            for role in (Role.VOLUNTEER, Role.ADMINISTRATOR)
        )
    case = by_the_foot(app, f"/organisations/{verified(officer, office, '云桥基金会', 1, v.COUNTY)}")
    takedowns.take_down(officer, case, scope="thing")
    for own in (officer, office):  # who applied and speaks for it, and who let it through
        with pytest.raises(NotPermitted, match="own-decision"):
            takedowns.bring_back(own, case, reason="looked into")
    assert takedowns.bring_back(colleague(), case, reason="looked into") == 1, "the control: somebody else may"


def test_a_program_that_asks_twice_reports_once(app: Flask, village: v.Village) -> None:
    """Without an account and without a cookie; whoever else uses the same key is told so, and learns no number."""
    body = {"page": f"/wishes/{v.published(village, v.BOOKS)}", "reason": "privacy", "words": WORDS}

    def send(words: str = WORDS, *, key: str = "k1", address: str = "203.0.113.7") -> tuple[int, str | None]:
        came = {"REMOTE_ADDR": address}
        sent = app.test_client().post(
            "/api/v1/concerns", json=body | {"words": words}, headers={"Idempotency-Key": key}, environ_overrides=came
        )
        return sent.status_code, sent.get_json().get("number")

    first = send()
    assert first[0] == 201
    assert send() == first
    assert send("something else") == (422, None)
    others = [send(key="k2"), send(address="203.0.113.8")]
    assert [status for status, _ in others] == [201, 201]
    assert len({first, *others}) == 3
    end_reading()
    assert len(reading().scalars(select(Case.ref).where(Case.kind == "report")).all()) == 3
