"""The words of a case and how a reporter is reached are read by auditors alone, as the forms promise."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import VISITOR, Actor, Role
from charity.queries.cases import get_case, list_cases
from charity.services.pledges.cases import appeal, dispute, report
from charity.services.pledges.rule import rule
from tests.kit.visits import signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, TOWNSHIP, Town

WORDS, REPLY = "The reviewer took a share", "whistle@example.org"


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def concern(town: Town) -> str:
    return report(VISITOR, reason="misuse", words=WORDS, wish_ref=t.wish(town), reply=REPLY)


def words_for(reader: Actor, ref: str) -> tuple[str, str]:
    end_reading()
    found = get_case(reader, ref)
    return found.words, found.reply


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_officials_see_that_a_case_is_open_and_nothing_of_its_words(app: Flask, town: Town, role: Role) -> None:
    ref, official = concern(town), t.person((role, COUNTY))
    assert words_for(official, ref) == ("", "")
    assert WORDS not in signed_in(app, official).get(f"/audit/cases/{ref}").text


@pytest.mark.parametrize("region", [COUNTY, "9901", "99"])
def test_auditors_of_the_region_read_them(app: Flask, town: Town, region: str) -> None:
    ref, auditor = concern(town), t.person((Role.AUDITOR, region))
    assert words_for(auditor, ref) == (WORDS, REPLY)
    shown = signed_in(app, auditor).get(f"/audit/cases/{ref}").text
    assert WORDS in shown and REPLY in shown


def test_who_audits_elsewhere_reads_none_where_he_only_administers(town: Town) -> None:
    ref, both = concern(town), t.person((Role.ADMINISTRATOR, COUNTY), (Role.AUDITOR, "990102"))
    assert words_for(both, ref) == ("", "")


def test_a_dispute_and_its_appeal_are_the_auditors_too(town: Town) -> None:
    pledge, _, donor = brought_to(town, "sent")
    dispute(donor, pledge, reason="not-arrived", words=WORDS)
    ref = case_of(town.auditor)
    clerk = t.person((Role.REVIEWER, TOWNSHIP))
    assert (words_for(town.auditor, ref)[0], words_for(clerk, ref)[0]) == (WORDS, "")
    rule(town.auditor, pledge, ruling="refuted", grounds="Never sent.")
    appeal(donor, pledge, grounds="It was sent.")
    again = case_of(town.city_auditor)
    assert [words_for(who, again)[0] for who in (town.city_auditor, town.auditor, clerk)] == ["It was sent."] * 2 + [""]


def case_of(auditor: Actor) -> str:
    end_reading()
    return list_cases(auditor).cards[0].ref
