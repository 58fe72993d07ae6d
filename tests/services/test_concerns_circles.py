"""A circle and the wishes of its months tell the same about a family: a concern about one takes both out of sight."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.kinds import Kind
from charity.models.cases import Case
from charity.models.produce import ProduceBatch, ProducePart
from charity.models.takedowns import TakeDown
from charity.models.wishes import Wish
from charity.queries import home
from charity.services.pledges import cases
from charity.services.wishes import takedowns
from tests.kit import ring
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(ring.APRIL)
    return ring.ground()


def reported(page: str) -> str:
    return cases.report(VISITOR, reason="child-safety", words="It tells who the family is.", page=page)


def colleague() -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))


def in_may(at: Ground, travel: Travel, **terms: ring.Promise) -> tuple[str, str]:
    """Let a circle run into May; gives it and its month's wish."""
    circle = ring.running(at, at.donors[:3], **terms)
    travel(ring.MAY)
    ring.turn()
    (wish,) = ring.wishes(circle)
    return circle, wish.ref


def shown(app: Flask, circle: str, wish: str, title: str) -> set[str]:
    """List the public addresses that show a circle or a wish of its months, or its words."""
    client = app.test_client()
    home.forget_home()
    own = (f"/circles/{circle}", f"/api/v1/circles/{circle}", f"/wishes/{wish}", f"/api/v1/wishes/{wish}")
    own += (f"/wishes/{wish}/share.png",)
    found = {url for url in own if client.get(url).status_code == 200}
    for url in ("/", "/wishes", f"/wishes?q={title[:4]}", "/circles", "/book", "/open/wishes.json", "/api/v1/wishes"):
        text = client.get(url).get_data(as_text=True)
        found |= {url} if any(told in text for told in (circle, wish, title)) else set()
    return found


@pytest.mark.parametrize("scope", ["thing", "everything"])
@pytest.mark.parametrize("by_wish", [False, True])
def test_a_circle_and_its_months_go_and_come_back_together(
    app: Flask, at: Ground, travel: Travel, *, by_wish: bool, scope: str
) -> None:
    circle, wish = in_may(at, travel)
    title = ring.circle(circle).title
    before = shown(app, circle, wish, title)
    assert before >= {f"/circles/{circle}", f"/wishes/{wish}", f"/wishes/{wish}/share.png", f"/api/v1/wishes/{wish}"}
    case = reported(f"/wishes/{wish}" if by_wish else f"/circles/{circle}")
    assert takedowns.take_down(at.village.reviewer, case, scope=scope) == 2
    assert shown(app, circle, wish, title) == set()
    travel(ring.JUNE)
    ring.turn()
    assert [one.ref for one in ring.wishes(circle)] == [wish], "no month opens meanwhile"
    assert takedowns.bring_back(colleague(), case, reason="it tells nobody") == 2
    assert shown(app, circle, wish, title) >= before
    ring.turn()
    assert len(ring.wishes(circle)) == 2, "the control: the month opens as soon as the circle is back"


def test_every_month_goes_with_a_wish_of_one(app: Flask, at: Ground, travel: Travel) -> None:
    circle, first = in_may(at, travel)
    travel(ring.JUNE)
    ring.turn()
    _, second = (wish.ref for wish in ring.wishes(circle))
    stranger = v.published(at.village, v.BOOKS)
    takedowns.take_down(at.village.reviewer, reported(f"/wishes/{second}"), scope="thing")
    urls = (f"/wishes/{first}", f"/wishes/{second}", f"/circles/{circle}", f"/wishes/{stranger}")
    assert [app.test_client().get(url).status_code for url in urls] == [404, 404, 404, 200]


def test_a_batch_of_a_circles_month_goes_with_its_circle(app: Flask, at: Ground, travel: Travel) -> None:
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)
    circle, wish = in_may(at, travel, promise=ring.produce())
    part = select(ProducePart.wish_id).join(Wish, Wish.id == ProducePart.wish_id).where(Wish.ref == wish)
    of_month = select(ProduceBatch.ref).join(ProducePart).where(ProducePart.wish_id.in_(part))
    batch = reading().execute(of_month).scalar_one()
    client = app.test_client()
    assert client.get(f"/batches/{batch}").status_code == client.get(f"/circles/{circle}").status_code == 200
    takedowns.take_down(at.village.reviewer, reported(f"/batches/{batch}"), scope="thing")
    for url in (f"/batches/{batch}", f"/wishes/{wish}", f"/circles/{circle}"):
        assert client.get(url).status_code == 404


def test_a_month_stays_out_of_sight_with_a_circle_that_another_concern_took(
    app: Flask, at: Ground, travel: Travel
) -> None:
    circle, wish = in_may(at, travel)
    first, second = reported(f"/wishes/{wish}"), reported(f"/circles/{circle}")
    takedowns.take_down(at.village.reviewer, first, scope="thing")
    with transaction() as tx:  # as two stand of which the one about the circle came before the other
        other = select(Case.id).where(Case.ref == second).scalar_subquery()
        tx.session.execute(update(TakeDown).where(TakeDown.circle_id.is_not(None)).values(case_id=other))
    assert takedowns.bring_back(colleague(), first, reason="looked into") == 0
    assert app.test_client().get(f"/wishes/{wish}").status_code == 404
