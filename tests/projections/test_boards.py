"""Boards: exact, once only, and never more than a copy."""

import json
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import insert

from charity.adapters import redis as redis_adapter
from charity.adapters.clock import now
from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.boards import ALL_TIME, BoardKey, Metric, Period, month_of
from charity.domain.errors import Invalid
from charity.jobs.sequencing import seal_waiting
from charity.models.households import Household
from charity.models.pledges import BoardLine
from charity.projections import board_building, board_comparing, boards
from charity.projections.board_keys import POINTER, sums_key
from charity.queries import boards as shown
from charity.services.pledges import cases, claim, confirm, plan, receive, rule, send
from tests.kit.client import Client
from tests.services import town as t
from tests.services.town import Town

MONTH = month_of(now())
ALL = BoardKey(Metric.WISHES, "", ALL_TIME)


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    shown.forget_read()
    yield t.found_town()
    shown.forget_read()


def give(town: Town, donor: Actor, *, display: str = "nickname", site: bool = True) -> str:
    """Bring one pledge of a donor for a site's (or the family's) wish all the way to confirmed."""
    made = claim.claim(donor, t.wish(town, site=site), units=1, display=display)
    plan.plan(donor, made.id, method="shop")
    send.send(donor, made.id, courier="sf", tracking="SF1234567890123")
    receive.receive(town.volunteer, made.id)
    receive.hand_over(town.volunteer, made.id)
    confirm.confirm(town.reviewer, made.id, basis="call-back")
    return made.id


def catch_up() -> None:
    """Do the worker's part until nothing is left."""
    end_reading()
    while seal_waiting():
        end_reading()
    end_reading()
    while boards.catch_up(reading()):
        end_reading()


def on_board(actor: Actor, key: BoardKey = ALL) -> int:
    pointer = boards.find_pointer()
    assert pointer is not None
    place = boards.find_place(pointer, key, actor.account_id)
    return 0 if place is None else place.value


def test_a_confirmed_gift_counts_in_every_region_and_period(town: Town) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    for region in ("", "99", "9901", "990101"):
        for period in ("all", MONTH[:4], MONTH):
            assert on_board(donor, BoardKey(Metric.WISHES, region, Period(period))) == 1
    assert on_board(donor, BoardKey(Metric.WISHES, "990102", ALL_TIME)) == 0


def test_a_family_in_a_small_county_counts_in_its_city(town: Town) -> None:
    donor, other = t.person(), t.person()
    give(town, donor, site=False)
    catch_up()
    assert on_board(donor, BoardKey(Metric.WISHES, t.COUNTY[:4], ALL_TIME)) == 1
    assert on_board(donor, BoardKey(Metric.WISHES, t.COUNTY, ALL_TIME)) == 0
    with transaction() as tx:  # four more families: now the county may be named
        first = tx.session.get_one(Household, town.household_id)
        kept = {
            column.name: getattr(first, column.name) for column in Household.__table__.columns if column.name != "id"
        }
        for _ in range(4):
            tx.session.execute(insert(Household).values({**kept, "ref": new_ref()}))
    give(town, other, site=False)
    catch_up()
    assert on_board(other, BoardKey(Metric.WISHES, t.COUNTY, ALL_TIME)) == 1
    assert board_comparing.find_drift(reading()) is None


def test_an_anonymous_gift_has_no_row_but_counts_in_the_total(town: Town) -> None:
    donor = t.person()
    give(town, donor, display="anonymous")
    catch_up()
    board = shown.get_board(donor, Metric.WISHES, period=ALL_TIME)
    assert board.rows == () and board.me is None and board.total == 1


def test_the_same_leaf_again_changes_nothing(town: Town, redis_client: Redis) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    said = json.loads(str(redis_client.get(POINTER)))
    redis_client.set(POINTER, json.dumps(said | {"leaf": -1}))  # a worker that begins again from the start
    end_reading()
    assert boards.catch_up(reading()) > 0
    assert on_board(donor) == 1
    assert board_comparing.find_drift(reading()) is None


def test_control_without_the_mark_a_leaf_counts_twice(town: Town, redis_client: Redis) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    said = json.loads(str(redis_client.get(POINTER)))
    for key in redis_client.scan_iter("board:*:leaf"):
        redis_client.delete(key)
    redis_client.set(POINTER, json.dumps(said | {"leaf": -1}))
    end_reading()
    boards.catch_up(reading())
    assert on_board(donor) == 2


def test_two_workers_at_once_do_no_harm(app: Flask, town: Town, redis_client: Redis) -> None:
    catch_up()
    donors = [t.person() for _ in range(4)]
    for donor in donors:
        give(town, donor)
    end_reading()
    while seal_waiting():
        end_reading()
    gate = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            gate.wait()
            while boards.catch_up(reading()):
                end_reading()
            end_reading()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end_reading()
    assert [on_board(donor) for donor in donors] == [1, 1, 1, 1]
    assert board_comparing.find_drift(reading()) is None


def test_a_dispute_and_its_ruling_take_back_and_restore(town: Town) -> None:
    donor = t.person()
    pledge = give(town, donor)
    cases.dispute(town.auditor, pledge, reason="not-received", words="")
    catch_up()
    assert on_board(donor) == 0
    rule.rule(town.auditor, pledge, ruling="former", grounds="the call-back was real")
    catch_up()
    assert on_board(donor) == 1
    assert board_comparing.find_drift(reading()) is None


def test_flushed_at_noon_boards_come_from_the_database_and_catch_up(town: Town, redis_client: Redis) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    redis_client.flushall()
    board = shown.get_board(donor, Metric.WISHES, period=ALL_TIME)
    assert board.stale and board.as_of is not None
    assert [(row.rank, row.value, row.is_me) for row in board.rows] == [(1, 1, True)]
    assert board.me is not None and board.me.rank == 1
    catch_up()
    again = shown.get_board(donor, Metric.WISHES, period=ALL_TIME)
    assert not again.stale and [(row.rank, row.value) for row in again.rows] == [(1, 1)]


def test_with_redis_gone_the_answer_is_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    donors = [t.person() for _ in range(3)]
    for donor, gifts in zip(donors, (2, 1, 2), strict=True):
        for _ in range(gifts):
            give(town, donor)
    catch_up()
    here = shown.get_board(donors[1], Metric.WISHES, region="9901", period=Period(MONTH))
    monkeypatch.setattr(redis_adapter, "_gateway", redis_adapter.Gateway(None))
    there = shown.get_board(donors[1], Metric.WISHES, region="9901", period=Period(MONTH))
    assert there.stale and not here.stale
    assert sorted((row.rank, row.value) for row in there.rows) == sorted((row.rank, row.value) for row in here.rows)
    assert sorted((row.rank, row.value) for row in here.rows) == [(1, 2), (1, 2), (3, 1)]
    assert here.me is not None and there.me is not None and here.me.rank == there.me.rank == 3


def test_compare_finds_a_changed_copy(town: Town, redis_client: Redis) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    assert board_comparing.find_drift(reading()) is None
    pointer = boards.find_pointer()
    assert pointer is not None
    redis_client.zincrby(sums_key(pointer.generation, ALL.text), 5, str(donor.account_id))
    drift = board_comparing.find_drift(reading())
    assert drift is not None and (drift.board, drift.book, drift.copy) == (ALL.text, 1, 6)
    board_building.rebuild(reading())
    assert board_comparing.find_drift(reading()) is None


def test_rebuild_forgets_the_old_generation(town: Town, redis_client: Redis) -> None:
    give(town, t.person())
    catch_up()
    before = {str(key).split(":")[1] for key in redis_client.scan_iter("board:*")}
    board_building.rebuild(reading())
    after = {str(key).split(":")[1] for key in redis_client.scan_iter("board:*")}
    assert len(before) == len(after) == 1 and before != after


def test_nothing_in_redis_names_anybody(town: Town, redis_client: Redis) -> None:
    donor = t.person()
    give(town, donor)
    catch_up()
    everything = [str(key) for key in redis_client.scan_iter("*")]
    for key in redis_client.scan_iter("board:*:sums"):
        everything += [str(member) for member in redis_client.zrange(key, 0, -1)]
    row = t.account_row(donor)
    for word in (row.nickname, row.pseudonym, row.ref):
        assert not any(word in text for text in everything)


def test_boards_end_at_the_county(town: Town) -> None:
    with pytest.raises(Invalid):
        shown.get_board(VISITOR, Metric.WISHES, region=t.TOWNSHIP, period=ALL_TIME)


def test_pages_and_shell(town: Town, app: Flask, client: Client) -> None:
    donor = t.person((Role.DONOR, ""))
    give(town, donor)
    catch_up()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["boards", "compare"]).exit_code == 0
    assert runner.invoke(args=["boards", "rebuild"]).exit_code == 0
    text = client.get("/boards?lang=en").get_data(as_text=True)
    assert t.account_row(donor).nickname in text
    assert client.get("/boards?metric=nothing").status_code == 422
    assert client.get("/boards?region=990101001").status_code == 404


@pytest.mark.parametrize(
    ("metric", "column", "total"),
    [
        ("wishes", "Wishes come true", "1 wish fulfilled"),
        ("hours", "Hours given", "3 hours of service"),
        ("months", "Months of company", "2 months accompanied"),
        ("purchases", "Produce bought", "produce bought for CN¥45"),
    ],
)
def test_each_board_says_what_it_counts_and_leads_to_the_others(
    town: Town, client: Client, metric: str, column: str, total: str
) -> None:
    donor = t.person()
    values = {"wishes": 1, "hours": 3, "months": 2, "purchases": 4500}
    with transaction() as tx:
        said = {"account_id": donor.account_id, "entry_id": 0, "beneficiary": "h1", "county": t.COUNTY, "month": MONTH}
        tx.session.execute(insert(BoardLine), [said | {"metric": each, "value": values[each]} for each in Metric])
    text = client.get(f"/boards?metric={metric}&lang=en").text
    assert f">{column}</th>" in text
    assert f"anonymous: {total}." in text
    for other in Metric:
        assert f'href="/boards?metric={other.value}&amp;period=all"' in text
    assert ("confirmed gifts only" in text) is (metric != "months")  # a letter that passed keeps a month, too
