"""The download of one's own data holds one's own words to the auditors and when one saw an address; nobody else's."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import Actor
from charity.queries.accounts import get_own_data
from charity.services.pledges.cases import appeal, dispute, report
from charity.services.pledges.rule import rule
from charity.services.pledges.send import open_slip
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def data_of(actor: Actor) -> dict[str, list[dict[str, str]]]:
    end_reading()
    return get_own_data(actor)


def test_own_disputes_appeals_and_concerns_with_their_words(town: Town) -> None:
    ref, wish, donor = brought_to(town, "sent")
    dispute(donor, ref, reason="not-arrived", words="Nobody answers.")
    rule(town.auditor, ref, ruling="refuted", grounds="The courier knows nothing.")
    appeal(donor, ref, grounds="I have the receipt.")
    report(donor, reason="misuse", words="A share was taken.", wish_ref=wish, reply="ann@example.org")
    found = data_of(donor)["cases"]
    assert [(case["kind"], case["words"]) for case in found] == [
        ("dispute", "Nobody answers."),
        ("appeal", "I have the receipt."),
        ("report", "A share was taken."),
    ]
    assert found[-1]["reply"] == "ann@example.org"
    assert "The courier knows nothing" not in json.dumps(data_of(donor))
    assert (data_of(t.person())["cases"], data_of(town.auditor)["cases"]) == ([], [])


def test_when_one_was_shown_an_address(town: Town) -> None:
    ref, _, donor = brought_to(town, "planned")
    open_slip(donor, ref)
    (shown,) = data_of(donor)["addresses_shown"]
    assert shown["pledge"] == ref
    assert shown["shown_at"].startswith("2026-03-02") and len(shown["point"]) == 13
    assert "1 Main Street" not in json.dumps(shown)
    assert data_of(t.person())["addresses_shown"] == []
