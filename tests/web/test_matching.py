"""What administrators see of the nightly matching, and a volunteer of how his family fared."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Role
from charity.jobs.matching import carry_out, compute, figures, keep
from charity.models.accounts import Account
from charity.models.match_pools import MatchPool
from charity.models.matching import MatchRun
from charity.services import interests
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.kit.visits import signed_in

pytestmark = pytest.mark.backends("sqlite")


@pytest.fixture
def at(app: Flask, travel: Callable[[datetime], None]) -> Ground:
    travel(r.APRIL)
    found = r.ground()
    r.formed(found)
    interests.state(found.donors[0], kinds=["quilt"], seats=1)
    return found


@pytest.fixture
def administrator(at: Ground):
    with transaction() as tx:
        return v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))


def test_runs_and_their_figures_without_anybodys_name(app: Flask, at: Ground, administrator) -> None:
    client = signed_in(app, administrator)
    assert "No run yet" in client.get("/admin/matching?lang=en").text
    result = compute(3)
    ref = keep(result)
    assert ref is not None
    assert "still being made" in client.get(f"/admin/matching/{ref}?lang=en").text
    carry_out(ref)
    end_reading()
    shown = client.get(f"/admin/matching/{ref}?lang=en").text
    said = figures(result)
    for part in (said.input_digest, said.result_digest, said.code, "offers made"):
        assert part in shown
    assert f"/admin/matching/{ref}" in client.get("/admin/matching").text
    with transaction() as tx:
        name = tx.session.get_one(Account, at.donors[0].account_id).nickname
    for page in (shown, client.get("/admin/matching").text):
        assert name not in page
        assert at.donors[0].ref not in page
        assert at.village.family.ref not in page
    assert client.get("/admin/matching/0000000000000").status_code == 404


def test_a_run_shows_what_it_found_for_intentions(app: Flask, at: Ground, administrator) -> None:
    client, ref = signed_in(app, administrator), keep(compute(3))
    assert 'id="intentions"' not in client.get(f"/admin/matching/{ref}").text  # a night without intentions
    digests = {"input_digest": "1" * 64, "result_digest": "2" * 64}
    numbers = {"intentions": 4101, "wishes": 2702, "units": 5303, "pairs": 4004, "offers": 3905}
    with transaction() as tx:
        run = tx.session.scalars(select(MatchRun.id).where(MatchRun.ref == ref)).one()
        worth = {"value": 999, "utility": 2_002_000, "bound": 1000, "engine": "numpy"}
        tx.session.add(MatchPool(run_id=run, **digests, **numbers, **worth))
    shown = client.get(f"/admin/matching/{ref}?lang=en").text
    for part in ("4,101", "2,702", "5,303", "4,004", "3,905", "99.9%", "500 of 1,000", *digests.values()):
        assert part in shown
    listed = client.get("/admin/matching?lang=en").text
    for part in ("4,101", "4,004", "3,905", "99.9%", f"/admin/matching/{ref}#intentions"):
        assert part in listed


def test_nobody_else_sees_runs(app: Flask, at: Ground) -> None:
    ref = keep(compute(3))
    for actor in (at.donors[0], at.village.volunteer, at.village.reviewer):
        client = signed_in(app, actor)
        assert client.get("/admin/matching").status_code in (403, 404)
        assert client.get(f"/admin/matching/{ref}").status_code in (403, 404)


def test_a_volunteer_reads_why_his_family_has_nobody(app: Flask, at: Ground) -> None:
    page = f"/households/{at.village.family.ref}"
    client = signed_in(app, at.village.volunteer)
    assert "It was in none of the last nightly matchings" in client.get(f"{page}?lang=en").text
    ref = keep(compute(3))
    carry_out(ref or "")
    shown = client.get(f"{page}?lang=en").text
    assert "1: 0 accepted, 0 declined, 0 without an answer · 1 open or taken back" in shown
    assert at.donors[0].ref not in shown
    assert "为什么还没轮到这户？" in client.get(f"{page}?lang=zh").text
