"""The audit list: its filters add up, its pages miss nothing, its scope holds; and the trail of one pledge."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.clocks import ClockName, MustAct
from charity.domain.errors import Invalid, Missing, NotPermitted
from charity.domain.kinds import Kind, PledgeState
from charity.queries import audit
from charity.queries.audit import AuditFilters
from charity.queries.pledges.cards import must_act
from charity.services.evidence import open_evidence
from charity.services.pledges.cases import dispute
from charity.services.pledges.confirm import confirm
from charity.services.pledges.rule import rule
from charity.services.pledges.send import open_slip
from tests.kit.village import counting
from tests.queries import crowd
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, Town

Travel = Callable[[datetime], None]
Pledge = dict[str, Any]


@pytest.fixture
def pledges(app: Flask, travel: Travel) -> list[Pledge]:
    travel(crowd.NOW)
    return crowd.gather(150, seed=7)


def listed(viewer: Actor, filters: AuditFilters) -> list[str]:
    """Follow the cursor to the end."""
    refs: list[str] = []
    cursor = None
    while True:
        end_reading()
        page = audit.list_pledges(viewer, filters, cursor)
        refs += [row.ref for row in page.rows]
        cursor = page.next
        if cursor is None:
            return refs


def plainly(pledges: list[Pledge], scope: str, asked: AuditFilters) -> set[str]:
    """Filter in plain Python, told apart from the way the list asks the database."""

    def fits(one: Pledge) -> bool:
        low, high = PRICE_BANDS[asked.amount] if asked.amount else (0, None)
        late = one["act_by"] is not None and (one["is_overdue"] or one["act_by"] < crowd.NOW)
        day = day_of(one["claimed_at"])
        return all((
            one["region_code"].startswith(scope),
            one["region_code"].startswith(asked.region),
            asked.state in ("", one["state"]),
            asked.kind in ("", one["kind"]),
            asked.clock in ("", one["clock"]),
            asked.waits in ("", must_act(one["kind"], one["clock"])),
            asked.donor in ("", one["donor"]),
            asked.point in ("", one["point"]),
            asked.confirmed_by in ("", one["confirmed_by"]),
            not asked.overdue or late,
            asked.since is None or day >= asked.since,
            asked.until is None or day <= asked.until,
            low <= one["amount_fen"] <= (high or 10**9),
        ))  # fmt: skip

    return {one["ref"] for one in pledges if fits(one)}


def random_filters(chance: random.Random, pledges: list[Pledge]) -> AuditFilters:
    some, today = chance.choice(pledges), day_of(crowd.NOW)
    options: dict[str, list[Any]] = {
        "state": [state.value for state in PledgeState],
        "kind": [kind.value for kind in Kind],
        "region": ["99", "990101", "990101001", "990102002", "990199"],
        "overdue": [True],
        "clock": [clock.value for clock in ClockName],
        "waits": [who.value for who in MustAct],
        "donor": [some["donor"]],
        "point": [some["point"]],
        "since": [today - timedelta(days=chance.randint(10, 60))],
        "until": [today - timedelta(days=chance.randint(0, 10))],
        "confirmed_by": list(crowd.WAYS),
        "amount": list(PRICE_BANDS),
    }
    names = chance.sample(list(options), chance.choice((0, 1, 1, 2, 2, 3)))
    return AuditFilters(**{name: chance.choice(options[name]) for name in names})


def test_filters_combine_as_plain_python_does(pledges: list[Pledge]) -> None:
    viewers = {scope: t.person((Role.AUDITOR, scope)) for scope in ("99", "990101", "990102")}
    chance, found = random.Random(11), 0
    for _ in range(120):
        scope, asked = chance.choice(list(viewers)), random_filters(chance, pledges)
        expected = plainly(pledges, scope, asked)
        refs = listed(viewers[scope], asked)
        assert len(refs) == len(set(refs))
        assert set(refs) == expected, asked
        assert audit.count_pledges(viewers[scope], asked) == len(expected)
        assert {row.ref for row in audit.stream_pledges(viewers[scope], asked)} == expected
        found += bool(expected)
    assert found > 40, "the filters must find something, or this proves nothing"


def test_pages_follow_the_cursor_in_order(pledges: list[Pledge]) -> None:
    viewer = t.person((Role.ADMINISTRATOR, "99"))
    assert len(listed(viewer, AuditFilters())) == len(pledges)
    due = {one["ref"]: one["act_by"] for one in pledges}
    late = [due[ref] for ref in listed(viewer, AuditFilters(overdue=True))]
    assert late and late == sorted(late), "the most urgent first"


def test_a_page_costs_one_question(pledges: list[Pledge]) -> None:
    viewer = t.person((Role.ADMINISTRATOR, "99"))
    end_reading()
    with counting() as asked:
        audit.list_pledges(viewer, AuditFilters())
    assert len(asked) == 1


@pytest.mark.parametrize(
    "filters",
    [
        AuditFilters(state="gone"),
        AuditFilters(kind="gold"),
        AuditFilters(clock="noon"),
        AuditFilters(waits="nobody"),
        AuditFilters(confirmed_by="word"),
        AuditFilters(amount="much"),
        AuditFilters(region="9901x"),
        AuditFilters(since=date(2026, 2, 2), until=date(2026, 2, 1)),
    ],
)
def test_unknown_filters_are_refused_not_passed_over(app: Flask, filters: AuditFilters) -> None:
    with pytest.raises(Invalid):
        audit.list_pledges(t.person((Role.AUDITOR, "99")), filters)


@pytest.mark.parametrize("cursor", ["x", "x~1", "2026-03-02T00:00:00~1", "2026-03-02T00:00:00+00:00~x"])
def test_unreadable_cursors(app: Flask, cursor: str) -> None:
    with pytest.raises((Invalid, ValueError)) as refused:
        audit.list_pledges(t.person((Role.AUDITOR, "99")), AuditFilters(overdue=True), cursor)
    assert isinstance(refused.value, Invalid)


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def test_a_donor_is_found_by_the_exact_log_in_where_he_gave(town: Town) -> None:
    donor = brought_to(town, "held")[2]
    login = f"{donor.ref}@example.org"
    assert audit.find_donor(town.auditor, login) == donor.ref
    assert audit.find_donor(t.person((Role.AUDITOR, "990102")), login) is None
    assert audit.find_donor(town.auditor, f"x{login}") is None
    with pytest.raises(Invalid):
        audit.find_donor(town.auditor, "not an address")


def test_the_trail_tells_everything_once(town: Town) -> None:
    ref, _, donor = brought_to(town, "planned")
    open_slip(donor, ref)
    for state in ("sent", "at_point", "handed_over"):
        _step(town, donor, ref, state)
    confirm(town.reviewer, ref, basis="call-back")
    dispute(donor, ref, reason="not-received", words="nobody came")
    rule(town.auditor, ref, ruling="former", grounds="The family says it has it.")
    end_reading()
    trail = audit.get_trail(town.auditor, ref)
    acts = ["claim", "plan", "send", "receive", "hand-over", "confirm", "dispute", "rule"]
    assert [step.act for step in trail.steps] == acts
    assert [step.side for step in trail.steps][3:6] == ["field", "field", "township"]
    assert trail.steps[0].who and trail.steps[-1].to_state == "confirmed"
    assert [entry.kind for entry in trail.entries][:2] == ["pledge.claimed", "pledge.planned"]
    assert {"case.opened", "case.ruled"} <= {entry.kind for entry in trail.entries}
    assert all(entry.number is None for entry in trail.entries), "nothing is sealed yet"
    assert [case.ruling for case in trail.cases] == ["former"]
    assert [look.who for look in trail.addresses] == [trail.donor]
    assert {line.kind for line in trail.notices} >= {"pledge-disputed"} or trail.notices


def _step(town: Town, donor: Actor, ref: str, state: str) -> None:
    from charity.services.pledges.receive import hand_over, receive
    from charity.services.pledges.send import send

    if state == "sent":
        send(donor, ref, courier="sf", tracking="SF1234567890123")
    elif state == "at_point":
        receive(town.volunteer, ref)
    else:
        hand_over(town.volunteer, ref)


def test_tracking_shows_whole_only_after_a_logged_purpose(town: Town, travel: Travel) -> None:
    ref = brought_to(town, "sent")[0]
    office = t.person((Role.ADMINISTRATOR, COUNTY))
    for viewer in (town.auditor, office):
        parcel = audit.get_trail(viewer, ref).parcels[0]
        assert (parcel.tracking, parcel.is_whole) == ("…0123", False)
    assert not audit.get_trail(office, ref).may_open
    with pytest.raises(Invalid, match="purpose-unknown"):
        open_evidence(town.auditor, ref, purpose="curious")
    open_evidence(town.auditor, ref, purpose="sample")
    end_reading()
    trail = audit.get_trail(town.auditor, ref)
    assert trail.parcels[0].tracking == "SF1234567890123"
    assert [(look.what) for look in trail.openings] == ["sample"]
    assert audit.get_trail(office, ref).parcels[0].tracking == "…0123", "a grant is one person's"
    travel(MONDAY + timedelta(minutes=16))
    assert audit.get_trail(town.auditor, ref).parcels[0].tracking == "…0123"


def test_outside_the_region_everything_is_missing(town: Town) -> None:
    ref = brought_to(town, "sent")[0]
    for viewer in (t.person((Role.AUDITOR, "990102")), t.person((Role.ADMINISTRATOR, "990102"))):
        with pytest.raises(Missing):
            audit.get_trail(viewer, ref)
        with pytest.raises(Missing):
            open_evidence(viewer, ref, purpose="case")
        assert audit.list_pledges(viewer, AuditFilters()).rows == ()
        assert audit.list_points(viewer) == ()
    for actor in (town.reviewer, town.volunteer):
        with pytest.raises(NotPermitted):
            audit.list_pledges(actor, AuditFilters())
        with pytest.raises(Missing):
            audit.get_trail(actor, ref)
    with pytest.raises(Missing):
        open_evidence(t.person((Role.ADMINISTRATOR, COUNTY)), ref, purpose="case")


def test_told_filters_name_only_what_narrows() -> None:
    asked = AuditFilters(state="held", overdue=True, since=date(2026, 1, 2))
    assert asked.told() == {"state": "held", "overdue": "1", "since": "2026-01-02"}
    assert replace(asked, state="", overdue=False, since=None).told() == {}
