"""The auditors' list of cases: by deadline, no case twice and none left out."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, transaction
from charity.domain.errors import Invalid
from charity.models.cases import Case
from charity.queries import cases
from tests.kit.visits import signed_in
from tests.services import town as t
from tests.services.town import COUNTY, MONDAY, Town

DAYS = (5, None, 1, 3, None, 1, 2)


@pytest.fixture
def town(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(cases, "PER_PAGE", 2)
    return t.found_town()


def opened(*days: int | None, state: str = "open") -> list[str]:
    """Open a case for each number of days left, in this order."""
    refs: list[str] = []
    with transaction() as tx:
        for left in days:
            refs.append(new_ref())
            due = None if left is None else MONDAY + timedelta(days=left)
            tx.session.add(_case(refs[-1], due, state))
            tx.session.flush()
    return refs


def _case(ref: str, due: datetime | None, state: str) -> Case:
    return Case(ref=ref, kind="dispute", region_code=COUNTY, reason="other", opened_at=MONDAY, state=state, act_by=due)


def listed(town: Town, *, is_open: bool = True) -> list[str]:
    """Follow the cursor to the end."""
    refs: list[str] = []
    cursor = None
    while True:
        end_reading()
        page = cases.list_cases(town.auditor, is_open=is_open, cursor=cursor)
        refs += [card.ref for card in page.cards]
        cursor = page.next
        if cursor is None:
            return refs


def test_open_cases_stand_by_deadline_and_those_without_one_last(town: Town) -> None:
    refs = opened(*DAYS)
    ruled = opened(1, 2, 3, state="final")
    assert listed(town) == [refs[place] for place in (2, 5, 6, 3, 0, 1, 4)]
    assert listed(town, is_open=False) == ruled[::-1]


def test_the_next_page_is_reached_by_its_link(town: Town, app: Flask) -> None:
    refs = opened(*DAYS)
    auditor, seen, url = signed_in(app, town.auditor), [], "/audit/cases"
    while url:
        shown = auditor.get(url)
        assert shown.status_code == 200
        seen += re.findall(r'href="/audit/cases/([0-9a-z]{13})"', shown.text)
        found = re.search(r'rel="next" href="(/audit/cases\?cursor=[^"]+)"', shown.text)
        url = found[1] if found else ""
    assert seen == [refs[place] for place in (2, 5, 6, 3, 0, 1, 4)]


@pytest.mark.parametrize("cursor", ["7", "~", "~x", "yesterday~1", "2026-03-02~1", "~-1"])
def test_a_place_that_cannot_be_is_refused(town: Town, cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor-unreadable"):
        cases.list_cases(town.auditor, cursor=cursor)
