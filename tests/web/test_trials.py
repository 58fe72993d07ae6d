"""Trials of the matching and of the weights, from an office's page over the worker to the page of what came of it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.errors import Invalid, Missing, TooMany
from charity.domain.trials import ABANDONED, MOST_WAITING, Alternative
from charity.jobs.matching import compute, figures
from charity.jobs.trials import CHANGED, Bench, try_weights
from charity.models.circles import SeatOffer
from charity.models.matching import MatchRun
from charity.queries.matching.trials import get_trial, list_trials
from charity.services import interests, trials
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in


@pytest.fixture
def at(app: Flask, travel: Callable[[datetime], None]) -> Ground:
    travel(r.APRIL)
    found = r.ground()
    r.formed(found)
    interests.state(found.donors[0], kinds=["quilt"], seats=1)
    return found


def office(region: str = v.COUNTY) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.ADMINISTRATOR, region))


def carried_out(bench: Bench, within: float = 60) -> None:
    until = time.monotonic() + within
    while bench.look() == 0:
        assert time.monotonic() < until, "the trial takes too long"
        time.sleep(0.1)
    end_reading()


def count(table: type) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_a_tried_matching_says_what_a_real_one_would_and_invites_nobody(at: Ground) -> None:
    administrator = office()
    ref = trials.ask_night(administrator, region=v.COUNTY, seed=3)
    assert get_trial(administrator, ref).trial.state == "waiting"
    carried_out(Bench())
    tried, real = get_trial(administrator, ref), figures(compute(3))
    assert tried.night is not None
    for name in ("input_digest", "result_digest", "value", "bound", "pairs", "alone", "seed"):
        assert tried.night.figures[name] == getattr(real, name)
    (township,) = tried.night.townships
    assert (township.families, township.pairs, township.alone) == (real.households, real.pairs, real.alone)
    assert (count(MatchRun), count(SeatOffer)) == (0, 0)


def test_a_tried_matching_is_of_the_offices_own_region(at: Ground) -> None:
    far = office("990299")
    ref = trials.ask_night(far, region="990299", seed=3)
    carried_out(Bench())
    tried = get_trial(far, ref)
    assert tried.night is not None
    assert tried.night.figures["households"] == 0
    near = office()
    with pytest.raises(Missing):
        get_trial(near, ref)
    assert list_trials(near) == ()
    with pytest.raises(Missing):
        trials.ask_night(near, region="990299", seed=3)


def test_weights_are_compared_with_the_present_ones(at: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.jobs.trials.WISHES", 300)
    rows = {row["rule"]: row for row in try_weights(Alternative(first_helper=0))["rows"]}
    assert rows[CHANGED]["no_helper"] > rows["shipped"]["no_helper"]
    assert rows["preference"]["quality"] == 1
    same = {row["rule"]: row for row in try_weights(Alternative())["rows"]}
    assert {**same[CHANGED], "rule": "shipped"} == same["shipped"]


@pytest.mark.parametrize("changes", [{"pace": -1}, {"finish": 1001}, {"load": 81}, {"sizes": "1-99"}, {"seed": -1}])
def test_bounds_of_what_may_be_tried(at: Ground, changes: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        trials.ask_weights(office(), region=v.COUNTY, wanted=Alternative(**changes))  # type: ignore[arg-type]


def test_one_office_cannot_keep_the_others_waiting(at: Ground) -> None:
    administrator = office()
    for seed in range(MOST_WAITING):
        trials.ask_night(administrator, region=v.COUNTY, seed=seed)
    with pytest.raises(TooMany, match="trials-waiting"):
        trials.ask_night(administrator, region=v.COUNTY, seed=9)


def test_a_trial_is_taken_once_and_again_when_its_worker_is_gone(
    at: Ground, travel: Callable[[datetime], None]
) -> None:
    ref = trials.ask_night(office(), region=v.COUNTY, seed=1)
    taken = trials.take(SYSTEM)
    assert taken is not None
    assert taken.ref == ref
    assert trials.take(SYSTEM) is None
    travel(r.APRIL + ABANDONED + timedelta(seconds=1))
    assert trials.take(SYSTEM) == taken
    trials.finish(SYSTEM, ref, None)
    trials.finish(SYSTEM, ref, {"figures": {}, "townships": []})
    travel(r.APRIL + 3 * ABANDONED)
    assert trials.take(SYSTEM) is None


@pytest.mark.backends("sqlite")
def test_the_pages(app: Flask, at: Ground) -> None:
    client = signed_in(app, office())
    page = f"/admin/matching/night?region={v.COUNTY}&lang=en"
    sent = post(client, page, {"seed": "4"})
    assert sent.status_code == 302
    shown = sent.headers["Location"]
    assert "being computed" in client.get(f"{shown}?lang=en").text
    carried_out(Bench())
    text = client.get(f"{shown}?lang=en").text
    assert "Nobody was invited" in text
    assert figures(compute(4)).result_digest in text
    assert shown in client.get("/admin/matching").text
    page = f"/admin/matching/weights?region={v.COUNTY}&lang=en"
    form = {"pace": "60", "finish": "1500", "first_helper": "300", "first_look": "300", "region_lag": "0"}
    form |= {"load": "80", "sizes": "2-6", "seed": "1"}
    refused = post(client, page, form)
    assert refused.status_code == 422
    sent = post(client, page, form | {"finish": "300"})
    assert sent.status_code == 302
    carried_out(Bench(), within=100)
    text = client.get(f"{sent.headers['Location']}?lang=en").text
    assert "Weights you tried" in text
    assert "Present weights" in text


@pytest.mark.backends("sqlite")
def test_nobody_else_tries_or_reads(app: Flask, at: Ground) -> None:
    ref = trials.ask_night(office(), region=v.COUNTY, seed=1)
    for actor in (at.donors[0], at.village.volunteer, at.village.reviewer):
        client = signed_in(app, actor)
        for page in ("night", "weights", f"trials/{ref}"):
            assert client.get(f"/admin/matching/{page}").status_code in (403, 404)
    assert signed_in(app, office("990299")).get(f"/admin/matching/trials/{ref}").status_code == 404
