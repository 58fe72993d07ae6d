"""The last units of a wish, asked for by everybody in the same moment over HTTP: exactly so many are given."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from charity.adapters.db import transaction
from tests.faults.noting import note
from tests.kit import village as v
from tests.kit.databases import Database
from tests.kit.servers import Server
from tests.races import test_claims_over_http as claims

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.timeout(6 * 3600)]
QUICK, FULL = (40, 3), (200, int(os.environ.get("FAULTS_ROUNDS", "1000")))
UNITS = 7
NOTED_EACH = 20


@pytest.fixture
def village(app: Flask) -> Iterator[None]:
    with transaction() as tx:
        v.add_regions(tx)
    yield


def faults(committed: tuple[int, int], codes: Counter[int]) -> list[str]:
    """List what one round gave too much or too little."""
    by_counter, by_rows = committed
    found = [] if by_counter == by_rows else [f"counter {by_counter}, rows {by_rows}"]
    if by_rows != UNITS:
        found.append(f"{by_rows} units given of {UNITS}")
    if codes[201] != by_rows:
        found.append(f"{codes[201]} people were told they have one, {by_rows} have")
    if not set(codes) <= {201, 409, 503}:
        found.append(f"odd answers: {dict(codes)}")
    return found


def test_last_units(live_server: Server, village: None, database: Database, full: bool) -> None:
    clients, rounds = FULL if full else QUICK
    seen, problems = Counter[int](), list[str]()
    people = claims.givers(clients)
    for number in range(rounds):
        if number and number % 5 == 0:  # nobody may have more than so many open
            people = claims.givers(clients)
        ref = claims.wish(UNITS)
        calls = [
            lambda p=claims.Person(live_server, token), ref=ref: p.claim(ref, key=secrets.token_hex(8))
            for _, token in people
        ]
        codes = Counter(status for status, _ in claims.at_once(calls))
        seen += codes
        problems += [f"round {number}: {fault}" for fault in faults(claims.committed(ref), codes)]
        if (number + 1) % NOTED_EACH == 0 or number + 1 == rounds:
            told = {"backend": database.backend, "clients": clients, "rounds": number + 1, "answers": dict(seen)}
            note("last units", **told, problems=problems)
    assert not problems, problems[:5]
    assert seen[503] <= sum(seen.values()) / 100, seen


def test_control_the_judge_sees_one_too_many_and_one_too_few() -> None:
    """The same judge over a wish that gave eight, six, or said more than it gave. The race itself has its control
    in tests/races: looking first and writing later does give too many."""
    right = Counter({201: UNITS, 409: 3})
    assert faults((UNITS, UNITS), right) == []
    assert faults((UNITS + 1, UNITS + 1), right + Counter({201: 1}))
    assert faults((UNITS - 1, UNITS - 1), right - Counter({201: 1}))
    assert faults((UNITS, UNITS - 1), right)
    assert faults((UNITS, UNITS), right + Counter({500: 1}))
