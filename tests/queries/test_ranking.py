"""The index is what reading every wish would say, stays true, and is built by hand or by the worker."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.ranking import alone, index_path
from charity.adapters.wall_index import KEPT, OpenIndex, open_index, stamped, stamped_files
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.catalogue import Necessity
from charity.domain.items import ItemNames, NewItem, item_of
from charity.domain.matching import PARTS, Giver, Stated
from charity.domain.wishes import BeneficiaryKind
from charity.jobs.ranking import Keeper, build
from charity.jobs.sequencing import seal_waiting
from charity.matching.columns import asked
from charity.models.catalogue import find_category
from charity.models.ranking import add_views
from charity.models.wishes import Wish
from charity.queries.ranking.wall import list_ranked
from charity.services.catalogue import add_item, change_item
from charity.services.pledges.claim import claim
from tests.kit import village as v
from tests.kit import wall

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def poster(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


def opened() -> OpenIndex:
    found = open_index(index_path(current_app.extensions["settings"]))
    assert found is not None
    return found


def test_the_order_is_that_of_reading_every_wish(poster: Actor, travel: Any) -> None:
    travel(NOW)
    with transaction() as tx:
        families = tuple(v.add_family(tx, poster).id for _ in range(2))
    wall.fill(poster, 120, seed=3, families=families)
    found = wall.lines(NOW)
    assert {line.subject.county for line in found} == {v.COUNTY, v.OTHER_COUNTY, f"{v.CITY}00"}
    with wall.indexed():
        index = opened().index
        for stated in (
            Stated(),
            Stated(places=(v.COUNTY,), need=2),
            Stated(places=(v.CITY,), kinds=frozenset({"books", "coat"}), ages=frozenset({"primary"})),
            Stated(forms=frozenset({"goods"}), kinds=frozenset({"quilt"}), need=0),
        ):
            for budget, units in ((None, 1), (5_000, 1), (None, 2), (None, 4)):
                got = index.top(asked(stated), 200, giver=Giver(budget_fen=budget, units=units))
                assert [(row.id, row.score) for row in got] == wall.best(found, stated, budget_fen=budget, units=units)
        for line in found:
            known = index.find(line.subject.id)
            assert known is not None
            assert (known[0].age, known[0].need, known[1]) == (line.subject.age, line.subject.need, line.standing)


def test_a_thing_is_as_needed_as_the_catalogue_has_it_now(poster: Actor, travel: Any) -> None:
    travel(NOW)
    wall.fill(poster, 60, seed=5)
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
        stands = item_of(find_category(tx.session, "coat"))
    growing = v.replace(stands, necessity=Necessity.GROWING)
    change_item(office, "coat", was=stands, change=growing, reason="春天已到")
    names, whose = ItemNames("雨衣", "Rain coat"), frozenset(BeneficiaryKind)
    new = NewItem(code="rain-coat", beneficiaries=whose, asks_interest=False, names=names, item=stands)
    add_item(office, new=new, reason="梅雨季节")
    with transaction() as tx:
        wish = v.add_public(tx, poster, "雨衣一件", at=tx.now, category="rain-coat", reason_code="worn-out")
        tx.session.flush()
        added = wish.id
    coats = {line.wish.id for line in wall.lines(NOW) if line.wish.category == "coat"}
    assert coats
    with wall.indexed():
        index = opened().index
        found = {row.id: index.find(row.id) for row in index.top(asked(Stated()), 200)}
        for kinds in ({"rain-coat"}, {"rain-coat", "books"}, {"added-since"}):  # as the rules say for each
            said = Stated(kinds=frozenset(kinds))
            got = [(row.id, row.score) for row in index.top(index.asked(said), 200)]
            assert got == wall.best(wall.lines(NOW), said)
        assert index.find(added)[0].kind == "rain-coat"
    reasons = {line.wish.id: line.wish.reason_code for line in wall.lines(NOW)}
    needs = {number: known[0].need for number, known in found.items() if known is not None}
    assert needs[added] == 3  # a basic thing that no release knows
    assert {needs[number] for number in coats if reasons[number] != "lost-in-disaster"} == {1}


def test_an_empty_wall_has_an_index_too(app: Flask) -> None:
    with wall.indexed():
        assert opened().stamp.rows == 0


def test_only_one_process_builds(poster: Actor) -> None:
    path = index_path(current_app.extensions["settings"])
    with alone(path) as is_alone:
        assert is_alone
        assert build(path) is None
    with wall.indexed():
        pass


def _ids() -> set[int]:
    return {row.id for row in opened().index.top(asked(Stated()), 100)}


def test_the_index_follows_the_book(app: Flask, travel: Any) -> None:
    travel(NOW)
    village = v.build()
    coat, books = v.published(village), v.published(village, v.BOOKS)
    number = {ref: reading().scalars(select(Wish.id).where(Wish.ref == ref)).one() for ref in (coat, books)}
    with wall.indexed():
        keeper = Keeper()
        keeper.look()
        assert _ids() == set(number.values())
        claim(village.donor, coat, units=1)
        while seal_waiting():
            end_reading()
        end_reading()
        keeper.look()
        assert _ids() == {number[books]}, "a wish that is full leaves at once"
        with transaction() as tx:
            tx.session.execute(update(Wish).where(Wish.ref == coat).values(committed=0))
        end_reading()
        Keeper().look()
        assert _ids() == set(number.values()), "whose units are free again is back"


def test_a_new_wish_and_time_call_for_a_new_building(app: Flask, travel: Any) -> None:
    travel(NOW)
    village = v.build()
    v.published(village)
    with wall.indexed():
        first = opened().stamp
        v.published(village, v.BOOKS)
        while seal_waiting():
            end_reading()
        end_reading()
        travel(NOW + timedelta(seconds=30))
        Keeper().look()
        assert len(_ids()) == 2
        assert opened().stamp.leaf > first.leaf
        before = opened().stamp
        Keeper().look()
        assert opened().stamp == before, "nothing new, nothing to do"
        travel(NOW + timedelta(minutes=6))
        end_reading()
        Keeper().look()
        assert opened().stamp.built_at > before.built_at


def test_the_index_is_built_by_hand(poster: Actor, app: Flask) -> None:
    wall.fill(poster, 20, seed=1)
    path = index_path(current_app.extensions["settings"])
    try:
        said = app.test_cli_runner().invoke(args=["match", "index"]).output
        assert f"{opened().stamp.rows} open wishes" in said
    finally:
        path.unlink(missing_ok=True)


def test_whoever_turns_pages_in_another_process_keeps_his_list(poster: Actor, travel: Any) -> None:
    travel(NOW)
    wall.fill(poster, 60, seed=5)
    path = index_path(current_app.extensions["settings"])
    with wall.indexed():
        first = list_ranked(VISITOR)
        assert first.served is not None
        with transaction() as tx:
            add_views(tx, {each.number: 9 * PARTS for each in first.served.wishes[:12]})
        travel(NOW + timedelta(minutes=1))
        end_reading()
        build(path)

        def repeated() -> set[str]:
            current_app.extensions.pop("wall_index", None)  # as a process that was not asked before
            following = list_ranked(VISITOR, first.next)
            return {card.ref for card in first.cards} & {card.ref for card in following.cards}

        assert repeated() == set()
        stamped(path, first.served.built_at).unlink()
        assert repeated(), "without that index the shown ones, seen meanwhile, come again"


def test_only_the_last_few_indexes_are_kept(poster: Actor, travel: Any) -> None:
    travel(NOW)
    wall.fill(poster, 5, seed=5)
    path = index_path(current_app.extensions["settings"])
    with wall.indexed():
        for minute in range(1, 8):
            travel(NOW + timedelta(minutes=minute))
            end_reading()
            build(path)
        assert len(stamped_files(path)) == KEPT
        assert stamped_files(path)[-1].samefile(path)
