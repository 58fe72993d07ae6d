"""The demonstration: every state is told, the book agrees, it stays out of where real people are, and comes once."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters import clock, photos
from charity.adapters.db import db, end_reading, reading, together, transaction
from charity.adapters.signing import log_signer
from charity.adapters.storage import MemoryStore
from charity.cli.demo import plan as planning
from charity.cli.demo.drawings import DRAWINGS, draw, draw_slip
from charity.cli.demo.needs import SORTS
from charity.cli.demo.secret import FILE, ensure_password, find_password
from charity.cli.demo.timeline import Timeline
from charity.domain import calendar, catalogue
from charity.domain.actors import Actor, Grant, Role
from charity.domain.calendar import local
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import STATES
from charity.domain.register_books import CAUSES
from charity.domain.wish_texts import may_write
from charity.domain.wishes import BeneficiaryKind, WishState
from charity.ledger.verifying import verify
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case
from charity.models.circles import Circle, CircleMonth, Letter, Seat, SeatPlace
from charity.models.households import Household
from charity.models.intentions import Intent
from charity.models.interests import Interest
from charity.models.outbox import Notice
from charity.models.pledges import BoardLine, Pledge
from charity.models.regions import Region
from charity.models.waiting import Offer
from charity.models.wishes import Wish
from charity.projections import board_comparing
from charity.queries.consents import list_ending
from charity.queries.register_checks import count_next, list_differences
from charity.services import accounts
from tests.kit.people import put_demo_regions

FEW = planning.LEAST


def run(app: Flask, *words: str) -> tuple[int, str]:
    end_reading()
    result = app.test_cli_runner().invoke(args=["demo", *words])
    end_reading()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def instance(app: Flask) -> Iterator[Path]:
    folder: Path = app.extensions["settings"].instance_path
    (folder / FILE).unlink(missing_ok=True)
    yield folder
    (folder / FILE).unlink(missing_ok=True)


@pytest.fixture
def province(app: Flask) -> Flask:
    put_demo_regions()
    return app


def states(column: object) -> set[str]:
    end_reading()
    return set(reading().scalars(select(column).distinct()))  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.mark.slow
def test_every_state_is_told_and_everything_agrees(province: Flask, instance: Path) -> None:
    code, said = run(province, "load", "--households", str(FEW))
    assert code == 0, said
    assert f"{FEW} fictional families, {FEW * 2} wishes" in said
    assert states(Wish.state) == {state.value for state in WishState}
    assert states(Pledge.state) >= {state.value for state in STATES[Kind.GOODS] - {PledgeState.LAPSED_UNSETTLED}}
    assert states(Offer.state) >= {"open", "accepted", "declined"}
    assert states(Case.kind) >= {"dispute", "report", "appeal"}
    assert states(Pledge.confirmed_by) >= {"card", "call-back"}
    assert reading().scalar(select(func.count()).where(Pledge.is_overdue.is_(True)))
    assert reading().scalar(select(func.count()).select_from(Notice))
    assert reading().scalar(select(func.count()).select_from(BoardLine))
    assert {region[:2] for region in states(Wish.region_code)} == {"99"}
    _has_circles()
    assert states(Wish.kind) >= {"goods", "service", "produce"}
    assert states(BoardLine.metric) >= {"wishes", "hours", "purchases"}
    # book, tables and boards agree
    report = verify(db.engine, log_signer().verifier)
    assert report.is_clean, report.difference
    assert report.waiting == 0
    assert report.checkpoints > 10
    assert board_comparing.find_drift(reading()) is None
    # a second time changes nothing and says so
    before = reading().scalar(select(func.count()).select_from(Household))
    code, said = run(province, "load")
    assert code == 0 and "nothing was changed" in said
    assert reading().scalar(select(func.count()).select_from(Household)) == before
    _has_its_people()
    _has_causes_of_hardship()
    _has_consents_to_renew()
    _prints_log_ins(province, instance)


def _has_circles() -> None:
    assert states(Circle.state) == {"proposed", "forming", "running"}
    assert states(Seat.state) >= {"open", "offered", "accepted", "active", "leaving"}
    assert "kept" in states(CircleMonth.outcome)
    assert states(CircleMonth.kind) == {"goods", "letter", "service", "produce"}
    assert states(Letter.state) == {"submitted", "passed"}
    assert states(Letter.direction) == {"to-family", "from-family"}
    passed = select(func.count()).where(Letter.state == "passed", Letter.direction == "to-family")
    assert reading().scalar(passed.where(Letter.brought_on.is_(None)))
    assert reading().scalar(passed.where(Letter.brought_on.is_not(None)))
    assert reading().scalar(select(func.count()).where(SeatPlace.left_at.is_(None)))
    assert reading().scalar(select(func.count()).where(Interest.seats > 0))
    assert states(Intent.state) == {"open"}


def _has_causes_of_hardship() -> None:
    """The books of the register would otherwise show nothing but noughts."""
    today = calendar.day_of(clock.now())
    counted = count_next(today, after=0)
    assert counted is not None
    assert {figure for _, figure in counted.causes} >= {*CAUSES}
    assert any(stale for _, stale in counted.homes.values())
    assert (
        list_differences(today, since=datetime(2000, 1, 1, tzinfo=UTC)).differences == ()
    )  # this night has kept nothing of causes yet


def _has_consents_to_renew() -> None:
    """A child who soon speaks for itself waits in its volunteer's queue."""
    volunteer = Actor(account_id=1, ref="", grants=(Grant(role=Role.VOLUNTEER, region="99"),))
    ending = list_ending(volunteer)
    assert any(line.ends_with_age and not line.has_ended for line in ending)


def _has_its_people() -> None:
    rows = reading().execute(
        select(RoleGrant.role, func.length(RoleGrant.region_code), func.count(), RoleGrant.region_code)
        .group_by(RoleGrant.role, RoleGrant.region_code)
        .order_by(RoleGrant.role)
    )
    held = [tuple(row) for row in rows]
    assert sum(count for role, _, count, _ in held if role == "volunteer") == 40
    townships = reading().scalar(select(func.count()).where(Region.level == 4, Region.code.startswith("99")))
    of_townships = [count for role, width, count, _ in held if role == "reviewer" and width == 9]
    assert len(of_townships) == townships and min(of_townships) >= 2
    assert {"administrator", "auditor", "organisation"} <= {role for role, *_ in held}


def _prints_log_ins(app: Flask, instance: Path) -> None:
    code, said = run(app, "logins")
    password = find_password(instance)
    assert code == 0 and password is not None and password in said
    assert stat.S_IMODE((instance / FILE).stat().st_mode) == 0o600
    browser = app.test_client()
    for login in re.findall(r"\S+@example\.org", said):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/sign-in").text)
        assert token is not None
        answer = browser.post("/sign-in", data={"csrf_token": token[1], "login": login, "password": password})
        assert answer.status_code in (302, 303), login
        browser = app.test_client()


@pytest.mark.backends("sqlite")
def test_no_demonstration_beside_real_people(province: Flask, instance: Path) -> None:
    del instance
    with transaction() as tx:
        tx.session.add(Region(code="43", parent="", level=1, name="湖南省"))
    accounts_made = _household_outside()
    code, said = run(province, "load", "--households", str(FEW))
    assert code == 1 and "real families" in said
    assert accounts_made == reading().scalar(select(func.count()).select_from(Account))


def _household_outside() -> int:
    from tests.kit.village import add_family, add_person

    with transaction() as tx:
        by = add_person(tx)
        family = add_family(tx, by)
        tx.session.execute(
            update(Household).where(Household.id == family.id).values(region_code="430101001001", county="430101")
        )
    end_reading()
    return reading().scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.backends("sqlite")
def test_without_the_province_it_says_what_to_do(app: Flask, instance: Path) -> None:
    code, said = run(app, "load", "--households", str(FEW))
    assert code == 1 and "first-start" in said
    assert "no demonstration here" in run(app, "logins")[1]
    assert not (instance / FILE).exists()


def test_the_password_is_drawn_once(tmp_path: Path) -> None:
    first = ensure_password(tmp_path / "new")
    assert ensure_password(tmp_path / "new") == first
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", first)
    assert ensure_password(tmp_path / "other") != first


def test_the_same_seed_plans_the_same_story() -> None:
    one, other, third = (planning.make(Random(seed), 60) for seed in (5, 5, 6))
    assert one == other
    assert one != third
    fates = {need.fate.name for home in one.homes for _, need in home.needs} | {need.fate.name for need in one.sites}
    assert fates >= {fate.name for fate, _ in planning.FATES}


@pytest.mark.parametrize("whose", list(BeneficiaryKind))
def test_every_sort_of_need_may_be_asked_for(whose: BeneficiaryKind) -> None:
    for sort in SORTS[whose]:
        category = catalogue.get_category(sort.category)
        sizes = catalogue.sizes_of(category)
        for reason in sort.reasons:
            catalogue.may_ask(
                category,
                kind=Kind.GOODS,
                beneficiary=whose,
                unit_label=sort.label,
                size=sizes[0] if sizes else "",
                reason=reason,
                interest=sort.interests[0] if sort.interests else "",
                sex="",
            )
        for title, details in sort.words:
            may_write(title, details)
            assert not catalogue.names_brand(f"{title}{details}")


def test_pictures_show_the_thing_and_none_is_another() -> None:
    chance, store = Random(3), MemoryStore()
    kept = [photos.take_in(draw(category, chance), store) for category in (*DRAWINGS, "other-goods")]
    assert {photo.width for photo in kept} == {640}
    shoes = {photos.dhash(photos.decode(draw("shoes", chance))) for _ in range(40)}
    assert len(shoes) == 40
    assert photos.decode(draw_slip(chance)).size == (640, 480)


def test_the_timeline_tells_in_order_with_the_clock_held() -> None:
    end = datetime(2026, 5, 1, 4, tzinfo=UTC)
    time, seen = Timeline(end, Random(1)), list[datetime]()
    for days in (3.0, 90.0, 1.0, 40.0):
        time.put(time.ago(days), lambda: seen.append(clock.now()))
    time.put(end, lambda: seen.append(clock.now()))  # what has not happened yet is not told
    time.tell(shown=lambda _share: None)
    assert seen == [time.ago(days) for days in (90.0, 40.0, 3.0, 1.0)]
    night = datetime(2026, 4, 30, 18, tzinfo=UTC)  # two in the morning there
    assert 7 <= local(time.awake(night)).hour < 11


def test_together_is_one_commit_and_a_refusal_leaves_no_trace(province: Flask) -> None:
    del province

    def add(code: str, *, refused: bool = False) -> None:
        with transaction() as tx:
            tx.session.add(Region(code=code, parent="99", level=2, name="新设市"))
            tx.session.flush()
            if refused:
                raise Conflict("no")

    with pytest.raises(RuntimeError, match="everything"), together():
        add("9908")
        raise RuntimeError("everything is undone")
    assert reading().get(Region, "9908") is None
    end_reading()
    with together():
        add("9908")
        with pytest.raises(Conflict):
            add("9909", refused=True)
        assert reading().get(Region, "9908") is not None  # what reads inside sees what was written inside
        end_reading()
        with pytest.raises(RuntimeError), together():
            pass
    assert reading().get(Region, "9908") is not None
    assert reading().get(Region, "9909") is None


def test_an_account_may_be_made_with_a_ready_hash(province: Flask) -> None:
    del province
    from charity.adapters.passwords import hash_password
    from charity.domain.actors import SYSTEM, Role
    from tests.kit.people import sign_in

    ready = hash_password("three words apart")
    accounts.create(SYSTEM, login="one@example.org", password=None, hashed=ready, role=Role.DONOR, region="")
    assert sign_in("one@example.org")
