"""What a concern is about: told by whatever address shows it, or named by whoever looks into it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded
from charity.ledger import sequence
from charity.ledger.reading import find_record
from charity.models.ledger import LEAVES
from charity.models.outbox import Notice
from charity.queries.concerns import get_concern
from charity.services.pledges import cases, rule
from charity.services.wishes import takedowns
from tests.kit import ring
from tests.kit import village as v
from tests.kit.charities import verified
from tests.kit.people import browser
from tests.kit.visits import post, signed_in
from tests.safety.world import picture

NUMBERLESS = (
    "/wishes",
    "/",
    "/figures",
    "/book",
    "/wishes/cards.pdf?wish={first}&wish={second}",
    "/photos/{first}-640.webp",
)


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def person(*roles: tuple[Role, str]) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, *roles)


def reported(page: str) -> str:
    return cases.report(VISITOR, reason="privacy", words="A child can be told.", page=page)


def told(actor: Actor, kind: str) -> int:
    end_reading()
    mine = select(Notice.id).where(Notice.account_id == actor.account_id, Notice.kind == kind)
    return len(reading().scalars(mine).all())


def photo_of(client: FlaskClient, wish: str) -> str:
    return client.get(f"/wishes/{wish}").get_data(as_text=True).partition("/photos/")[2][:13]


def leaf_about(topic: str, ref: str) -> int:
    """Give the book's number of the first record about something."""
    with transaction() as tx:
        sequence(tx)
    numbers = reading().scalars(select(LEAVES.c.number).order_by(LEAVES.c.number)).all()
    records = [(number, find_record(reading(), number)) for number in numbers]
    end_reading()
    return next(number for number, record in records if record and record.body.subjects.get(topic) == ref)


def test_every_address_that_shows_a_wish_leads_to_taking_it_down(app: Flask, village: v.Village) -> None:
    client = app.test_client()
    wish = v.published(village, v.BOOKS, picture=picture())
    photo, leaf = photo_of(client, wish), leaf_about("wish", wish)
    pages = [f"/photos/{photo}-{width}.{form}" for width, form in ((640, "webp"), (320, "jpeg"))]
    pages += [f"/wishes/{wish}/share.png", f"/wishes/cards.pdf?wish={wish}", f"/book?wish={wish}&before=9"]
    pages += [f"/api/v1/wishes/{wish}", f"/book/{leaf}", f"/book/{leaf}/entry.json"]
    for page in pages:
        case = reported(page)
        assert case in signed_in(app, village.reviewer).get("/audit/cases").get_data(as_text=True), page
        assert takedowns.take_down(village.reviewer, case, scope="thing") == 1, page
        assert client.get(f"/wishes/{wish}").status_code == 404, page
        assert takedowns.bring_back(person((Role.AUDITOR, v.COUNTY)), case, reason="looked into") == 1
        assert client.get(f"/wishes/{wish}").status_code == 200
    assert told(village.reviewer, "concern-reported") == len(pages)
    assert takedowns.take_down(village.reviewer, reported(pages[0]), scope="photo") == 1
    assert client.get(pages[0]).status_code == 404


def test_a_record_of_a_circle_or_an_organisation_leads_to_it(app: Flask) -> None:
    at = ring.ground()
    circle = ring.formed(at)
    officer, office = person(), person((Role.ADMINISTRATOR, v.COUNTY))
    organisation = verified(officer, office, "云桥基金会", 1, v.COUNTY)
    for topic, ref in (("circle", circle), ("organisation", organisation)):
        leaf, url = leaf_about(topic, ref), f"/{topic}s/{ref}"
        case = reported(f"/book/{leaf}")
        assert takedowns.take_down(at.village.reviewer, case, scope="thing") == 1
        assert app.test_client().get(url).status_code == 404
        shown = signed_in(app, at.village.reviewer).get(f"/audit/cases/{case}").get_data(as_text=True)
        assert f"/book/{leaf}" in shown, "the reported address is kept"
        takedowns.bring_back(person((Role.AUDITOR, v.COUNTY)), case, reason="looked into")
        assert app.test_client().get(url).status_code == 200


@pytest.mark.parametrize("page", NUMBERLESS)
def test_a_concern_about_no_one_thing_is_taken_up_named_and_taken_down(
    app: Flask, village: v.Village, page: str
) -> None:
    first, second = v.published(village, v.BOOKS), v.published(village, v.COAT)
    auditor, far = person((Role.AUDITOR, v.COUNTY)), person((Role.AUDITOR, v.OTHER_COUNTY))
    case = reported(page.format(first=first, second=second))
    assert told(village.reviewer, "concern-reported") == 0
    for who in (village.reviewer, village.administrator, village.donor):
        with pytest.raises(Missing):
            takedowns.take_up(who, case)
    with pytest.raises(SignInNeeded):
        takedowns.take_up(VISITOR, case)
    takedowns.take_up(far, case)
    end_reading()
    assert get_concern(case).looked_into_at is not None
    with pytest.raises(Conflict, match="thing-unknown"):
        takedowns.take_down(auditor, case, scope="thing")
    for wrong in ("0000000000000", "nothing", "/wishes", f"/wishes/{first}x"):
        with pytest.raises(Invalid, match="thing-missing"):
            takedowns.take_up(auditor, case, thing=wrong)
    with pytest.raises(Invalid, match="thing-missing"):
        takedowns.take_up(far, case, thing=first)  # it stands in another county
    takedowns.take_up(auditor, case, thing=second)
    takedowns.take_up(auditor, case, thing=f"https://nplus1.example/wishes/{second}?lang=en")
    with pytest.raises(Conflict, match="thing-known"):
        takedowns.take_up(auditor, case, thing=first)
    assert told(village.reviewer, "concern-reported") == 1
    assert case in signed_in(app, village.reviewer).get("/audit/cases").get_data(as_text=True)
    assert takedowns.take_down(village.reviewer, case, scope="thing") == 1
    assert [app.test_client().get(f"/wishes/{wish}").status_code for wish in (first, second)] == [200, 404]


def test_what_is_named_may_be_a_circle_an_organisation_or_a_board(app: Flask) -> None:
    at = ring.ground()
    circle = ring.formed(at)
    officer, office = person(), person((Role.ADMINISTRATOR, v.COUNTY))
    organisation = verified(officer, office, "云桥基金会", 1, v.COUNTY)
    auditor = person((Role.AUDITOR, v.COUNTY))
    for ref, url in ((circle.upper(), f"/circles/{circle}"), (organisation, f"/organisations/{organisation}")):
        case = reported("/figures")
        takedowns.take_up(auditor, case, thing=ref)
        takedowns.take_down(at.village.reviewer, case, scope="thing")
        assert app.test_client().get(url).status_code == 404
        takedowns.bring_back(person((Role.AUDITOR, v.COUNTY)), case, reason="looked into")
        assert app.test_client().get(url).status_code == 200
    case = reported("/figures")
    takedowns.take_up(auditor, case, thing=f"/boards?region={v.COUNTY}")
    assert case in signed_in(app, at.village.reviewer).get("/audit/cases").get_data(as_text=True)


def test_what_was_answered_as_unfounded_is_named_no_more(village: v.Village) -> None:
    wish, auditor = v.published(village, v.BOOKS), person((Role.AUDITOR, v.COUNTY))
    right, wrong = reported("/wishes"), reported("/wishes")
    rule.rule_concern(auditor, right, ruling="upheld", grounds="it stands there")
    rule.rule_concern(auditor, wrong, ruling="unfounded", grounds="it does not stand there")
    with pytest.raises(Conflict, match="concern-closed"):
        takedowns.take_up(auditor, wrong, thing=wish)
    takedowns.take_up(auditor, right, thing=wish)
    assert takedowns.take_down(auditor, right, scope="thing") == 1


def test_an_auditor_names_it_on_the_page_of_the_case(app: Flask, village: v.Village) -> None:
    wish, auditor = v.published(village, v.BOOKS), person((Role.AUDITOR, v.COUNTY))
    visitor = browser(app)
    sent = post(visitor, "/concern", {"reason": "privacy", "words": "A name.", "page": "/wishes"})
    case = sent.location.partition("number=")[2]
    desk, url = signed_in(app, auditor), f"/audit/cases/{case}"
    page = desk.get(f"{url}?lang=en").get_data(as_text=True)
    assert "The page does not tell what the concern is about." in page
    assert "take-down" not in page
    refused = post(desk, f"{url}/take-up", {"thing": "no such thing"}, shown_at=url)
    assert refused.status_code == 422
    assert post(desk, f"{url}/take-up", {"thing": ""}, shown_at=url).status_code == 302
    assert "Being looked into" in visitor.get(f"/concern/{case}?lang=en").get_data(as_text=True)
    assert post(desk, f"{url}/take-up", {"thing": wish}, shown_at=url).status_code == 302
    assert f"{url}/take-down" in desk.get(url).get_data(as_text=True)
    colleague = signed_in(app, village.reviewer)
    assert post(colleague, f"{url}/take-down", {"scope": "thing"}, shown_at=url).status_code == 302
    assert app.test_client().get(f"/wishes/{wish}").status_code == 404


def test_an_address_of_a_picture_may_be_copied_into_the_form(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.BOOKS, picture=picture())
    copied = f"https://nplus1.example/photos/{photo_of(app.test_client(), wish)}-640.webp"
    said = {"reason": "privacy", "words": "A name.", "page": "/wishes", "where": copied}
    case = post(browser(app), "/concern", said).location.partition("number=")[2]
    assert takedowns.take_down(village.reviewer, case, scope="photo") == 1
