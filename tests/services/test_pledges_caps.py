"""Every cap of a claim bites, and names itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.crypto import digest
from charity.adapters.db import transaction
from charity.domain.actors import VISITOR, Once
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, SignInNeeded
from charity.models.households import Household
from charity.models.wishes import Wish
from charity.services.pledges.claim import claim
from charity.services.wishes.ending import withdraw
from tests.services import town as t
from tests.services.town import MONDAY, Town


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def test_five_open_pledges_at_first(town: Town) -> None:
    donor = t.person()
    for _ in range(5):
        claim(donor, t.wish(town), units=1)
    with pytest.raises(CapReached, match="open-limit"):
        claim(donor, t.wish(town), units=1)
    tried = t.person(confirmed_pledges=4)
    for _ in range(7):
        claim(tried, t.wish(town), units=1)
    with pytest.raises(CapReached, match="open-limit"):
        claim(tried, t.wish(town), units=1)


def test_two_thousand_yuan_open(town: Town) -> None:
    donor = t.person()
    claim(donor, t.wish(town, wanted=20, unit_fen=100_00, site=True), units=20)
    with pytest.raises(CapReached, match="open-amount-limit"):
        claim(donor, t.wish(town, unit_fen=1), units=1)


def test_five_thousand_yuan_a_year_for_one_household(town: Town) -> None:
    team = t.person(kind="organisation")
    claim(team, t.wish(town, wanted=50, unit_fen=100_00), units=50)
    with pytest.raises(CapReached, match="yearly-limit"):
        claim(team, t.wish(town, unit_fen=1), units=1)
    with pytest.raises(CapReached, match="yearly-limit"):
        claim(t.person(kind="organisation"), t.wish(town, wanted=51, unit_fen=100_00), units=51)
    claim(team, t.wish(town, unit_fen=1, site=True), units=1)


def test_the_year_is_shanghais(town: Town, travel: Callable[[datetime], None]) -> None:
    team = t.person(kind="organisation")
    travel(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    claim(team, t.wish(town, wanted=50, unit_fen=100_00), units=50)
    travel(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    claim(team, t.wish(town, wanted=50, unit_fen=100_00), units=50)


def test_an_organisation_has_fifty_or_what_the_county_says(town: Town) -> None:
    with pytest.raises(CapReached, match="open-limit"):
        claim(t.person(kind="organisation", open_pledges=50), t.wish(town), units=1)
    claim(t.person(kind="organisation", open_pledges=50, open_limit=60), t.wish(town), units=1)


def test_verified_not_cooling_not_ones_own(town: Town) -> None:
    with pytest.raises(CapReached, match="verify-first"):
        claim(t.person(verified=False), t.wish(town), units=1)
    with pytest.raises(CapReached, match="cooling"):
        claim(t.person(cooling_until=MONDAY + timedelta(days=1)), t.wish(town), units=1)
    claim(t.person(cooling_until=MONDAY), t.wish(town), units=1)
    own = digest("phone", "+8613912345678")
    with transaction() as tx:
        tx.session.execute(update(Household).values(phone_digest=own))
    with pytest.raises(NotPermitted, match="own-household"):
        claim(t.person(phone_digest=own), t.wish(town), units=1)


def test_what_cannot_be_claimed(town: Town) -> None:
    donor, wish = t.person(), t.wish(town, wanted=2)
    with pytest.raises(SignInNeeded):
        claim(VISITOR, wish, units=1)
    with pytest.raises(Invalid, match="units-too-few"):
        claim(donor, wish, units=0)
    with pytest.raises(Invalid, match="display-unknown"):
        claim(donor, wish, units=1, display="loud")
    with pytest.raises(Conflict, match="units-gone") as gone:
        claim(donor, wish, units=3)
    assert gone.value.params == {"left": 2}
    with pytest.raises(Conflict, match="wish-not-open"):
        claim(donor, t.wish(town, state="stale"), units=1)
    for hidden in ("no-such-wish", t.wish(town, hidden_at=MONDAY)):
        with pytest.raises(Missing):
            claim(donor, hidden, units=1)
    account = t.account_row(donor)
    assert (account.open_pledges, account.open_fen, t.given_fen(donor, town.beneficiary)) == (0, 0, 0)


def test_a_wish_taken_down_says_so_and_one_nobody_may_know_of_does_not(town: Town) -> None:
    donor, wish, hidden, never_seen = t.person(), t.wish(town), t.wish(town), t.wish(town, published_at=None)
    for ref in (wish, hidden, never_seen):
        withdraw(town.poster, ref, reasons=["no-longer-needed"])
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == hidden).values(hidden_at=MONDAY))
    with pytest.raises(Conflict, match="wish-taken-down"):
        claim(donor, wish, units=1)
    for ref in (hidden, never_seen):
        with pytest.raises(Missing):
            claim(donor, ref, units=1)


def test_the_same_key_is_one_pledge(town: Town) -> None:
    donor, wish = t.person(), t.wish(town, wanted=5)
    once = Once(scope="a1", method="POST", path="/x", key="k", body=b"b" * 32)
    keyed = replace(donor, once=once)
    assert claim(keyed, wish, units=1) == claim(keyed, wish, units=1)
    assert t.wish_row(wish).committed == 1
    with pytest.raises(Invalid, match="other-body-same-key"):
        claim(replace(donor, once=replace(once, body=b"c" * 32)), wish, units=1)
