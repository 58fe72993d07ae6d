"""Pairing agreements: both sides say yes, milestones are the place's to see, overdue ones are public."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Grant, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.jobs.agreements import run_out
from charity.models.ledger import ENTRIES
from charity.models.organisations import Milestone
from charity.queries.figures import forget_figures, get_figures
from charity.queries.organisations.agreements import (
    Pairings,
    count_overdue,
    list_counties,
    list_for_office,
    list_for_officers,
    list_public,
    list_running,
)
from charity.queries.organisations.milestones import list_milestones
from charity.queries.organisations.public import get_organisation
from charity.services.organisations import agreements, decide
from charity.services.organisations.agreements import Pairing, Step
from charity.services.pledges import cases, rule
from charity.services.wishes import takedowns
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.people import browser
from tests.kit.visits import post, signed_in
from tests.services import town as t

NAME = "云桥织造有限公司"


@dataclass(frozen=True, slots=True)
class Pair:
    """An office, an officer and his organisation, and what they might agree on."""

    office: Actor
    officer: Actor
    ref: str
    pairing: Pairing


def count_pairings() -> Pairings:
    """Read what the public figures say."""
    end_reading()
    forget_figures()
    return get_figures(with_demo=True).pairings


@pytest.fixture
def at(app: Flask) -> Pair:
    with transaction() as tx:
        v.add_regions(tx)
    office, officer = t.person((Role.ADMINISTRATOR, t.COUNTY)), t.person()
    ref = c.verified(officer, office, NAME, 1, t.COUNTY, kind="enterprise")
    today = day_of(now())
    steps = (
        Step("阅览室开放", today + timedelta(days=30)),
        Step("二十名青年到厂实习", today + timedelta(days=90)),
    )
    pairing = Pairing(
        organisation=ref,
        commitments="一年内建一间阅览室,接收二十名青年实习",
        starts_on=today,
        ends_on=today + timedelta(days=365),
        steps=steps,
    )
    return Pair(office, officer, ref, pairing)


def kinds() -> list[str]:
    end_reading()
    rows = reading().execute(select(ENTRIES.c.kind, ENTRIES.c.body).order_by(ENTRIES.c.id))
    return [kind for kind, _ in rows if kind.startswith("agreement.")]


def test_an_agreement_is_public_once_both_said_yes(at: Pair) -> None:
    ref = agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)
    end_reading()
    assert list_public(at.ref) == ()
    with pytest.raises(Missing):
        agreements.answer(t.person(), at.ref, ref, agrees=True)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    end_reading()
    [card] = list_public(at.ref)
    assert (card.region, card.level, card.state) == (v.COUNTY, "village", "running")
    assert v.VILLAGE not in repr(card)
    assert [step.is_overdue for step in card.steps] == [False, False]
    assert list_for_officers(at.officer, at.ref).cards[0].region == v.VILLAGE
    with pytest.raises(Conflict, match="agreement-not-so"):
        agreements.answer(at.officer, at.ref, ref, agrees=False)
    assert kinds() == ["agreement.opened"]


def test_overdue_milestones_are_counted_in_public_until_the_place_sees_them_met(at: Pair) -> None:
    ref = agreements.propose(at.office, v.COUNTY, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    with transaction() as tx:
        tx.session.execute(update(Milestone).values(due_on=day_of(tx.now) - timedelta(days=1)))
    end_reading()
    assert (count_pairings().running, count_pairings().overdue) == (1, 2)
    [card] = list_public(at.ref)
    assert [step.is_overdue for step in card.steps] == [True, True]
    with pytest.raises(Missing):
        agreements.meet(at.officer, card.steps[0].ref)
    with pytest.raises(Missing):
        agreements.meet(t.person((Role.ADMINISTRATOR, v.OTHER_COUNTY)), card.steps[0].ref)
    agreements.meet(at.office, card.steps[0].ref)
    end_reading()
    assert count_pairings().overdue == 1
    agreements.end(at.office, ref)
    end_reading()
    assert (count_pairings().running, list_public(at.ref)[0].state) == (0, "ended")
    assert count_pairings().overdue == 1  # that it ended makes no promise good
    assert kinds() == ["agreement.opened", "agreement.met", "agreement.ended"]


def test_what_was_due_after_an_early_end_is_never_overdue(at: Pair, travel: Callable[[datetime], None]) -> None:
    ref = agreements.propose(at.office, v.COUNTY, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    began = now()
    travel(began + timedelta(days=60))
    agreements.end(at.office, ref)
    end_reading()
    travel(began + timedelta(days=120))
    [card] = list_public(at.ref)
    assert [step.is_overdue for step in card.steps] == [True, False], "due on day 30 and on day 90; ended on day 60"
    assert (count_pairings().running, count_pairings().overdue) == (0, 1)
    assert (count_overdue(v.COUNTY), count_overdue(v.OTHER_COUNTY)) == (1, 0)
    assert ([one.ref for one in list_running(region=v.COUNTY).cards], list_counties()) == ([ref], (v.COUNTY,))
    assert [line.title for line in list_milestones(at.office).lines] == [card.steps[0].title]
    for pile in ("soon", "later", "met"):
        assert list_milestones(at.office, pile=pile).lines == ()
    end_reading()
    agreements.meet(at.office, card.steps[0].ref)  # what was owed by the end may still be made good, and shows its day
    with pytest.raises(Conflict, match="agreement-not-so"):
        agreements.meet(at.office, card.steps[1].ref)
    end_reading()
    [met, after] = list_public(at.ref)[0].steps
    assert (met.met_on, met.is_overdue, after.met_on) == (day_of(now()), False, None)
    assert (count_pairings().overdue, list_running().cards, list_counties()) == (0, (), ())


def test_an_organisation_out_of_sight_tells_no_county(at: Pair) -> None:
    agreements.answer(at.officer, at.ref, agreements.propose(at.office, v.COUNTY, pairing=at.pairing), agrees=True)
    end_reading()
    assert list_counties() == (v.COUNTY,)
    case = cases.report(VISITOR, reason="privacy", words="!", page=f"/organisations/{at.ref}", wish_ref=None)
    takedowns.take_down(t.person((Role.REVIEWER, v.TOWNSHIP)), case, scope="thing")
    end_reading()
    assert (list_counties(), list_running().cards) == ((), ())


def test_an_agreement_goes_out_of_sight_by_itself_and_comes_back_and_its_organisation_stays(
    at: Pair, travel: Callable[[datetime], None]
) -> None:
    ref, other = (agreements.propose(at.office, v.COUNTY, pairing=at.pairing) for _ in range(2))
    for one in (ref, other):
        agreements.answer(at.officer, at.ref, one, agrees=True)
    travel(now() + timedelta(days=60))
    end_reading()
    assert (count_pairings().running, count_pairings().overdue, count_overdue(v.COUNTY)) == (2, 2, 2)
    case = cases.report(VISITOR, reason="privacy", words="!", page=f"/agreements/{ref}?lang=en", wish_ref=None)
    for stranger in (at.officer, t.person((Role.REVIEWER, v.OTHER_COUNTY)), t.person()):
        with pytest.raises(Missing):
            takedowns.take_down(stranger, case, scope="thing")
    taker = t.person((Role.REVIEWER, v.TOWNSHIP))
    assert takedowns.take_down(taker, case, scope="thing") == 1
    with pytest.raises(Conflict, match="nothing-to-take-down"):
        takedowns.take_down(taker, case, scope="thing")
    end_reading()
    assert [one.ref for one in list_public(at.ref)] == [one.ref for one in list_running().cards] == [other]
    assert (count_pairings().running, count_pairings().overdue, count_overdue(v.COUNTY)) == (1, 1, 1)
    assert {one.ref for one in list_for_officers(at.officer, at.ref).cards} == {ref, other}, "both sides see it still"
    second = cases.report(VISITOR, reason="privacy", words="!", page=f"/agreements/{other}", wish_ref=None)
    takedowns.take_down(taker, second, scope="thing")
    end_reading()
    assert (list_counties(), list_running().cards, count_pairings().running) == ((), (), 0)
    assert get_organisation(at.ref).name == NAME, "the control: the organisation's own page stays"
    end_reading()
    own = replace(at.office, grants=(*at.office.grants, Grant(role=Role.REVIEWER, region=v.COUNTY)))
    with pytest.raises(NotPermitted, match="own-decision"):
        takedowns.bring_back(own, second, reason="没有问题")
    assert takedowns.bring_back(taker, second, reason="没有问题") == 1
    end_reading()
    assert [one.ref for one in list_public(at.ref)] == [other]
    end_reading()
    rule.rule_concern(t.person((Role.AUDITOR, v.COUNTY)), case, ruling="upheld", grounds="含有村名")
    with pytest.raises(Conflict, match="concern-upheld"):
        takedowns.bring_back(taker, case, reason="没有问题")
    assert takedowns.bring_back(t.person((Role.AUDITOR, v.COUNTY)), case, reason="已经改正了") == 1
    end_reading()
    assert {one.ref for one in list_public(at.ref)} == {ref, other}


def test_the_line_of_an_agreement_leads_to_taking_it_down_on_each_page(app: Flask, at: Pair) -> None:
    ref = agreements.propose(at.office, v.COUNTY, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    end_reading()
    visitor, taker, link = browser(app), t.person((Role.REVIEWER, v.TOWNSHIP)), f"/concern?page=/agreements/{ref}"
    public, api = ("/agreements", f"/organisations/{at.ref}"), ("/api/v1/agreements", f"/api/v1/organisations/{at.ref}")
    assert all(link in visitor.get(url).get_data(as_text=True) for url in public)
    assert all(at.pairing.commitments in repr(visitor.get(url).get_json()) for url in api)
    said = {"reason": "privacy", "words": "!", "page": f"/agreements/{ref}"}
    case = post(visitor, "/concern", said, shown_at=link).location.partition("number=")[2]
    page, desk = f"/audit/cases/{case}", signed_in(app, taker)
    assert "This agreement with its steps" in desk.get(f"{page}?lang=en").get_data(as_text=True)
    assert post(desk, f"{page}/take-down", {"scope": "thing"}, shown_at=page).status_code == 302
    for url in (*public, *api):
        shown = visitor.get(url)
        assert shown.status_code == 200
        assert at.pairing.commitments not in (shown.get_data(as_text=True), repr(shown.get_json(silent=True)))
        assert ref not in shown.get_data(as_text=True)
        assert at.pairing.steps[0].title not in repr(shown.get_json(silent=True)) + shown.get_data(as_text=True)


@pytest.mark.parametrize(("hour", "owed"), [(15, 0), (17, 1)])
def test_the_day_of_the_end_is_the_days_of_the_place(
    at: Pair, travel: Callable[[datetime], None], hour: int, owed: int
) -> None:
    """Sixteen o'clock in UTC is midnight there: what was due on the next day is owed only when it had begun."""
    ref = agreements.propose(at.office, v.COUNTY, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    due = at.pairing.steps[0].due_on
    travel(datetime(due.year, due.month, due.day, hour, tzinfo=UTC) - timedelta(days=1))
    agreements.end(at.office, ref)
    travel(now() + timedelta(days=10))
    end_reading()
    assert (count_pairings().overdue, count_overdue()) == (owed, owed)
    assert sum(step.is_overdue for step in list_public(at.ref)[0].steps) == owed


def test_a_proposal_that_ended_without_an_answer_owes_nothing(at: Pair, travel: Callable[[datetime], None]) -> None:
    ref = agreements.propose(at.office, v.COUNTY, pairing=at.pairing)
    travel(now() + timedelta(days=60))
    agreements.end(at.office, ref)
    travel(now() + timedelta(days=60))
    end_reading()
    assert (count_pairings().overdue, list_running().cards) == (0, ())


def test_who_speaks_for_the_organisation_does_not_judge_it(at: Pair) -> None:
    officer = t.person((Role.ADMINISTRATOR, t.COUNTY))
    own = c.verified(officer, at.office, "另一家织造公司", 2, t.COUNTY, kind="enterprise")
    with pytest.raises(NotPermitted, match="own-organisation"):
        agreements.propose(officer, v.COUNTY, pairing=replace(at.pairing, organisation=own))
    with pytest.raises(Missing):
        agreements.propose(t.person((Role.ADMINISTRATOR, v.OTHER_COUNTY)), v.COUNTY, pairing=at.pairing)
    end_reading()
    assert list_for_office(at.office).cards == ()


def test_words_tell_no_village_and_ask_for_no_cash(at: Pair) -> None:
    named = replace(at.pairing, commitments=f"帮扶{v.NAMES[v.VILLAGE]}建阅览室")
    with pytest.raises(Invalid, match="text-tells-who"):
        agreements.propose(at.office, v.VILLAGE, pairing=named)
    called = replace(at.pairing, steps=(Step("请加微信 13812345678", at.pairing.starts_on),))
    with pytest.raises(Invalid):
        agreements.propose(at.office, v.VILLAGE, pairing=called)
    outside = replace(at.pairing, steps=(Step("太晚了", at.pairing.ends_on + timedelta(days=1)),))
    with pytest.raises(Invalid, match="milestone-outside-term"):
        agreements.propose(at.office, v.VILLAGE, pairing=outside)
    agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)


def test_an_agreement_ends_with_its_term(at: Pair, travel: Callable[[datetime], None]) -> None:
    ref = agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    silent = agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)
    end_reading()
    assert run_out() == 0
    travel(now() + timedelta(days=366))
    with pytest.raises(Invalid, match="term-in-past"):
        agreements.answer(at.officer, at.ref, silent, agrees=True)
    end_reading()
    assert (run_out(), kinds()) == (2, ["agreement.opened", "agreement.ended"])
    assert run_out() == 0
    owed, _later, never, _after = milestones()
    agreements.meet(at.office, owed)
    for step in (owed, never):  # said already; of the proposal that nobody answered
        with pytest.raises(Conflict, match="agreement-not-so"):
            agreements.meet(at.office, step)
    end_reading()
    assert [card.state for card in list_public(at.ref)] == ["ended"], "what nobody agreed to is never public"
    assert [step.is_overdue for card in list_for_office(at.office).cards for step in card.steps] == [
        False,
        False,
        False,
        True,
    ]


def test_an_organisation_that_ends_ends_its_agreements(at: Pair) -> None:
    ref = agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)
    agreements.answer(at.officer, at.ref, ref, agrees=True)
    waiting = agreements.propose(at.office, v.VILLAGE, pairing=at.pairing)
    decide.end(at.office, at.ref, reason="own-wish")
    assert kinds() == ["agreement.opened", "agreement.ended"]
    with pytest.raises(Conflict, match="agreement-not-so"):
        agreements.answer(at.officer, at.ref, waiting, agrees=True)


def milestones() -> list[str]:
    end_reading()
    return list(reading().scalars(select(Milestone.ref).order_by(Milestone.id)))
