"""The ranked wall through its public door: order, reasons, gates, pages, what is logged, and what counts as seen."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update

from charity.adapters.buffered import MOST, Buffer
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.ranking import TOKEN_LIVES, index_path, write_token
from charity.adapters.wall_index import mark_gone
from charity.domain.actors import Actor, Role
from charity.domain.matching import PARTS, Stated
from charity.domain.ranking import unwatched
from charity.domain.retention import RULES, Record
from charity.domain.served import find_difference
from charity.jobs.ranking import build, forget, sum_up
from charity.models.accounts import Account
from charity.models.households import Household
from charity.models.ranking import Impression, ServedList, WishView
from charity.models.retention import Forgotten
from charity.models.wishes import Wish
from charity.queries.ranking.replay import get_served, replay_list
from charity.services import interests
from charity.web.kit.ranking import flush_lists
from tests.kit import village as v
from tests.kit import wall
from tests.kit.client import Client
from tests.kit.visits import signed_in

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
CARDS = 24
CARD = re.compile(r'<h3><a href="/wishes/(\w{13})"')
WHY = re.compile(r'<details class="why">.*?</details></details>', re.S)
TOKEN = re.compile(r'data-list="([^"]+)"')
NEXT = re.compile(r'href="(/wishes\?cursor=[^"]+)"[^>]*>|rel="next" href="([^"]+)"')
MEANWHILE = "正在准备中"


@pytest.fixture
def poster(app: Flask, travel: Any) -> Actor:
    travel(NOW)
    app.extensions.pop("served_lists", None)
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


@pytest.fixture
def donor(poster: Actor) -> Actor:
    with transaction() as tx:
        return v.add_person(tx)


def refs(text: str) -> list[str]:
    return CARD.findall(text)


def ranked(stated: Stated, *, budget_fen: int | None = None) -> list[str]:
    known = {line.subject.id: line.wish.ref for line in wall.lines(NOW)}
    return [known[number] for number, _points in wall.best(wall.lines(NOW), stated, budget_fen=budget_fen)]


def token_of(text: str) -> str:
    found = TOKEN.search(text)
    assert found is not None
    return found[1]


def list_of(text: str) -> str:
    return token_of(text).partition(".")[0]


def seen() -> dict[tuple[str, int], int]:
    end_reading()
    rows = reading().execute(select(Impression.list_ref, Impression.place, Impression.parts))
    return {(row.list_ref, row.place): row.parts for row in rows}


STATED = Stated(places=(v.COUNTY,), kinds=frozenset({"books", "coat", "shoes"}), need=2)


def state(actor: Actor, stated: Stated = STATED, *, budget_fen: int | None = None, units: int = 1) -> None:
    interests.state(actor, kinds=stated.kinds, ages=stated.ages, need=stated.need, budget_fen=budget_fen, units=units)
    for place in stated.places:
        interests.add_place(actor, place)


def test_visitors_and_donors_see_the_best_for_them(poster: Actor, donor: Actor, app: Flask, client: Client) -> None:
    wall.fill(poster, 80, seed=5)
    state(donor)
    with wall.indexed():
        page = client.get("/wishes").text
        assert refs(page) == ranked(Stated())[:CARDS]
        assert MEANWHILE not in page
        mine = signed_in(app, donor).get("/wishes").text
        assert refs(mine) == ranked(STATED)[:CARDS]
        assert refs(mine) != refs(page)
        assert ">为您推荐<" in mine


def test_every_card_says_why_and_its_parts_sum_to_its_points(poster: Actor, donor: Actor, app: Flask) -> None:
    wall.fill(poster, 40, seed=6)
    state(donor)
    with wall.indexed():
        page = signed_in(app, donor).get("/wishes?lang=en").text
    flush_lists()
    logged = get_served(list_of(page))
    whys = WHY.findall(page)
    assert len(whys) == len(logged.wishes) == CARDS
    for why, row in zip(whys, logged.wishes, strict=True):
        points = [int(number) for number in re.findall(r'<td class="num">(-?\d+)</td>', why)]
        assert len(points) == 11
        assert sum(points[:10]) == points[10] == row.score
        sentences = re.search(r"<p>(.*?)</p>", why)
        assert sentences is not None
        assert 1 <= sentences[1].count(".") <= 3


def test_pages_follow_each_other_without_gap_or_repeat(poster: Actor, client: Client) -> None:
    wall.fill(poster, 90, seed=7)
    with wall.indexed():
        whole, met, url = ranked(Stated()), list[str](), "/wishes"
        while url:
            page = client.get(url).text
            met += refs(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            url = "" if following is None else following[1].replace("&amp;", "&")
    assert met == whole
    assert len(met) > 2 * CARDS


def test_what_is_over_since_is_not_shown_and_nothing_behind_it_is_lost(poster: Actor, client: Client) -> None:
    wall.fill(poster, 90, seed=7)
    with wall.indexed():
        whole = ranked(Stated())
        first = client.get("/wishes").text
        gone = {whole[0], whole[CARDS - 1], whole[CARDS + 2]}
        with transaction() as tx:
            tx.session.execute(update(Wish).where(Wish.ref.in_(gone)).values(hidden_at=NOW))
        url = re.search(r'rel="next" href="([^"]+)"', first)
        assert url is not None
        second = client.get(url[1].replace("&amp;", "&")).text
        assert refs(second) == [ref for ref in whole[CARDS:] if ref not in gone][:CARDS]
        assert refs(client.get("/wishes").text) == [ref for ref in whole if ref not in gone][:CARDS]


def test_a_page_goes_on_where_the_marks_of_the_index_have_moved(poster: Actor, client: Client) -> None:
    wall.fill(poster, 90, seed=8)
    with wall.indexed():
        whole = ranked(Stated())
        number = {line.wish.ref: line.subject.id for line in wall.lines(NOW)}
        url = re.search(r'rel="next" href="([^"]+)"', client.get("/wishes").text)
        assert url is not None
        mark_gone(index_path(current_app.extensions["settings"]), [number[ref] for ref in whole[:10]])
        assert refs(client.get(url[1].replace("&amp;", "&")).text) == whole[CARDS : 2 * CARDS]
        mark_gone(index_path(current_app.extensions["settings"]), [number[whole[CARDS - 1]]])
        assert whole[CARDS] in refs(client.get(url[1].replace("&amp;", "&")).text)


def test_the_gates_hold_whatever_the_index_says(poster: Actor, donor: Actor, app: Flask) -> None:
    with transaction() as tx:
        family = v.add_family(tx, poster)
        own = v.add_public(
            tx, poster, "own", at=NOW - timedelta(days=9), beneficiary_kind="household", household_id=family.id,
            beneficiary=f"h{family.id}",
        )  # fmt: skip
        posted = v.add_public(tx, donor, "posted himself", at=NOW - timedelta(days=9))
        near = v.add_public(tx, poster, "in his village", at=NOW, county=v.OTHER_COUNTY)
        dear = v.add_public(tx, poster, "dear", at=NOW, unit_fen=90_000, county=v.OTHER_COUNTY)
        dear.region_code = near.region_code[:6] + "002001"
        fine = v.add_public(tx, poster, "fine", at=NOW)
        phone = b"p" * 32
        tx.session.execute(update(Household).where(Household.id == family.id).values(phone_digest=phone))
        tx.session.execute(update(Account).where(Account.id == donor.account_id).values(phone_digest=phone))
    state(donor, Stated(), budget_fen=80_00)
    with wall.indexed():
        shown = refs(signed_in(app, donor).get("/wishes").text)
        assert set(shown) == {near.ref, fine.ref}
        assert set(refs(app.test_client().get("/wishes").text)) == {own.ref, posted.ref, near.ref, dear.ref, fine.ref}
        with transaction() as tx:
            keeper = v.add_person(tx, (Role.VOLUNTEER, near.region_code))
        assert near.ref not in refs(signed_in(app, keeper).get("/wishes").text)


def test_who_gives_several_at_once_sees_wishes_that_need_as_many(
    poster: Actor, donor: Actor, app: Flask, travel: Any
) -> None:
    travel(NOW)
    with transaction() as tx:
        one, two, three, left = (v.add_public(tx, poster, "thing", at=NOW, wanted=wanted) for wanted in (1, 2, 3, 5))
        tx.session.execute(update(Wish).where(Wish.id == left.id).values(committed=2, reserved=1))
    state(donor, Stated(), units=2)
    with wall.indexed():
        assert set(refs(app.test_client().get("/wishes").text)) == {one.ref, two.ref, three.ref, left.ref}
        browser = signed_in(app, donor)
        assert set(refs(browser.get("/wishes").text)) == {two.ref, three.ref, left.ref}
        with transaction() as tx:  # somebody was quicker than the next building of the index
            tx.session.execute(update(Wish).where(Wish.id == three.id).values(committed=2))
        assert set(refs(browser.get("/wishes").text)) == {two.ref, left.ref}
        for wish, number in ((two, 2), (one, 1)):  # the form begins with it, as far as the wish needs it
            form = browser.get(f"/wishes/{wish.ref}/claim").text
            assert re.search(rf'<input(?=[^>]* name="units")(?=[^>]* value="{number}")', form)


def test_without_an_index_the_wall_says_so_and_shows_what_was_stated_first(
    poster: Actor, donor: Actor, app: Flask, client: Client, travel: Any
) -> None:
    with transaction() as tx:
        for number in range(30):
            place = v.COUNTY if number % 3 == 0 else v.OTHER_COUNTY
            v.add_public(tx, poster, f"wish {number}", at=NOW - timedelta(days=number), county=place)
    state(donor, Stated(places=(v.COUNTY,)))
    end_reading()
    by_age = list(reading().execute(select(Wish.ref, Wish.county).order_by(Wish.wall_at)))
    fair, first = [row.ref for row in by_age], [row.ref for row in by_age if row.county == v.COUNTY]
    page = client.get("/wishes").text
    assert refs(page) == fair[:CARDS]
    assert MEANWHILE in page
    assert 'class="why"' not in page
    mine, met, url = signed_in(app, donor), list[str](), "/wishes"
    while url:
        page = mine.get(url).text
        assert MEANWHILE in page
        met += refs(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = "" if following is None else following[1].replace("&amp;", "&")
    assert met[: len(first)] == first
    assert sorted(met) == sorted(fair)
    with wall.indexed():
        assert MEANWHILE not in client.get("/wishes").text
        travel(NOW + timedelta(hours=1))
        assert MEANWHILE in client.get("/wishes").text, "a stale index ranks nothing"


def test_filters_and_searches_keep_their_plain_order(poster: Actor, client: Client) -> None:
    wall.fill(poster, 30, seed=9)
    with wall.indexed():
        page = client.get("/wishes?kind=goods").text
        assert 'class="why"' not in page
        assert "等得最久" in page
        assert token_of(page)


@pytest.mark.parametrize("spoilt", ["cmFua2VkfDF8Mnwz", "cmFua2VkfDF8LTV8M3w0", "cmFua2VkfDF8OTk5OTk5OTk5OXwzfDQ", "!"])
def test_a_spoilt_cursor_is_refused(poster: Actor, client: Client, spoilt: str) -> None:
    with wall.indexed():
        assert client.get(f"/wishes?cursor={spoilt}").status_code == 422


def test_a_ranked_page_asks_few_questions(poster: Actor, donor: Actor, app: Flask, client: Client) -> None:
    wall.fill(poster, 60, seed=2)
    state(donor)
    mine = signed_in(app, donor)
    with wall.indexed():
        for asker, most in ((client, 1), (mine, 4)):
            asker.get("/wishes")
            with v.counting() as asked:
                asker.get("/wishes")
            assert len(asked) <= most, asked


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ranked_page_with_all_its_reasons_is_light(poster: Actor, client: Client, language: str) -> None:
    wall.fill(poster, 60, seed=2)
    with wall.indexed():
        page = client.get(f"/wishes?lang={language}")
    assert len(WHY.findall(page.text)) == CARDS
    assert len(brotli.compress(page.data, quality=4)) <= 14 * 1024


def test_every_list_is_logged_without_a_person_and_gives_the_same_again(
    poster: Actor, donor: Actor, app: Flask, client: Client
) -> None:
    wall.fill(poster, 60, seed=4)
    state(donor)
    path = index_path(current_app.extensions["settings"])
    with wall.indexed():
        pages = [signed_in(app, donor).get("/wishes").text, client.get("/wishes").text]
        pages += [client.get("/wishes?kind=goods").text, client.get("/wishes?longest=1").text]
        assert flush_lists() == 4
        end_reading()
        for page in pages:
            replayed = replay_list(list_of(page), path)
            assert replayed.difference is None
            number = dict(iter(reading().execute(select(Wish.id, Wish.ref))))
            assert [number[row.number] for row in replayed.served.wishes] == refs(page)
        assert [replay_list(list_of(page), path).agrees_with_index for page in pages[:2]] == [True, True]
        run = app.test_cli_runner().invoke
        assert run(args=["match", "replay", list_of(pages[0])]).exit_code == 0
        assert run(args=["match", "replay", "nosuchlist000"]).exit_code == 1
        names = set(ServedList.__table__.columns.keys())
        assert not {name for name in names if "account" in name or "address" in name}
        row = reading().execute(select(ServedList).where(ServedList.ref == list_of(pages[0]))).scalar_one()
        assert donor.ref.encode() not in row.wishes + row.stated_sealed
        assert v.COUNTY.encode() not in row.stated_sealed + row.stated_digest
    with wall.indexed():
        assert replay_list(list_of(pages[1]), path).difference is None
    assert replay_list(list_of(pages[1]), path).agrees_with_index is None


def test_a_changed_log_does_not_give_the_same_list(poster: Actor, client: Client) -> None:
    """The control: another number, or another order, is named."""
    wall.fill(poster, 40, seed=4)
    with wall.indexed():
        page = client.get("/wishes").text
    flush_lists()
    served = get_served(list_of(page))
    one, other, *rest = served.wishes
    wrong = replace(served, wishes=(replace(one, score=one.score + 1), other, *rest))
    turned = replace(served, wishes=(other, one, *rest))
    found = [find_difference(each) for each in (wrong, turned, replace(served, weights="0"))]
    assert [each.what for each in found if each] == ["score", "order", "weights"]


def test_a_card_on_screen_counts_once(poster: Actor, client: Client) -> None:
    wall.fill(poster, 40, seed=4)
    with wall.indexed():
        page = client.get("/wishes").text
    token, ref = token_of(page), list_of(page)
    for places in ("0.2", "2.0", "0.2.2"):
        answer = client.post("/seen", data={"t": token, "p": places})
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Set-Cookie" not in answer.headers
    assert seen() == {(ref, 0): PARTS, (ref, 2): PARTS}
    before = _views()
    assert sum_up() == 0, "its list is not written down yet"
    flush_lists()
    assert sum_up() == 2
    assert sum_up() == 0
    logged = get_served(ref)
    after = _views()
    for place in (0, 2):
        number = logged.wishes[place].number
        assert after[number] == before.get(number, 0) + PARTS
    assert {number: parts for number, parts in after.items() if parts != before.get(number)}.keys() == {
        logged.wishes[0].number,
        logged.wishes[2].number,
    }


def _views() -> dict[int, int]:
    end_reading()
    return {view.wish_id: view.parts for view in reading().scalars(select(WishView))}


def test_what_is_no_token_of_ours_counts_nothing(poster: Actor, client: Client, travel: Any) -> None:
    wall.fill(poster, 40, seed=4)
    with wall.indexed():
        page = client.get("/wishes").text
    token = token_of(page)
    ref, size, until, mac = token.split(".")
    forged = [
        "",
        "x",
        "a.b.c.d",
        "ü.1.2.3",
        f"{ref}.{size}.{until}.",
        f"{ref}.{size}.{until}.{mac[:-1]}",
        f"{ref}.{size}.{int(until) + 9999}.{mac}",
        f"{ref}.99.{until}.{mac}",
        f"0000000000000.{size}.{until}.{mac}",
        write_token(ref, int(size), NOW - TOKEN_LIVES),
    ]
    for each in forged:
        assert client.post("/seen", data={"t": each, "p": "0.1"}).status_code == 422
        assert client.get("/seen.gif", query_string={"t": each}).status_code == 200
    for places in ("", "24", "99", "-1", "x", "1e1", "0x1", "1" * 5000):
        assert client.post("/seen", data={"t": token, "p": places}).status_code == 204
    travel(NOW + TOKEN_LIVES)
    assert client.post("/seen", data={"t": token, "p": "0"}).status_code == 422
    flush_lists()
    assert seen() == {}
    travel(NOW)
    client.post("/seen", data={"t": token, "p": "0"})
    assert len(seen()) == 1, "the control: the token itself counts"


def test_without_script_a_list_counts_by_its_places(poster: Actor, client: Client) -> None:
    wall.fill(poster, 40, seed=4)
    with wall.indexed():
        page = client.get("/wishes").text
    token, ref = token_of(page), list_of(page)
    assert f'<noscript><img class="unseen" src="/seen.gif?t={token}"' in page
    with v.counting() as asked:
        answer = client.get("/seen.gif", query_string={"t": token})
        client.get("/seen.gif", query_string={"t": token})
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/gif", "no-store")
    assert asked == [], "the dot waits in the process"
    flush_lists()
    assert seen() == {(ref, place): unwatched(place) for place in range(CARDS)}
    assert (unwatched(0), unwatched(1), unwatched(23)) == (1000, 900, 88)


def test_the_log_is_forgotten_after_its_time_and_the_sums_stay(poster: Actor, client: Client, travel: Any) -> None:
    wall.fill(poster, 40, seed=4)
    with wall.indexed():
        page = client.get("/wishes").text
    client.post("/seen", data={"t": token_of(page), "p": "0"})
    flush_lists()
    sum_up()
    before = _views()
    days = RULES[Record.WALL_LISTS].days
    travel(NOW + timedelta(days=days - 1))
    assert forget() == 0
    travel(NOW + timedelta(days=days, seconds=1))
    assert forget() == 1
    end_reading()
    counted = select(Forgotten.count).where(Forgotten.record == Record.WALL_LISTS.value)
    assert reading().scalars(counted).all() == [1]
    assert reading().scalar(select(func.count()).select_from(ServedList)) == 0
    assert seen() == {}
    assert _views() == before


def test_what_is_seen_moves_down(poster: Actor, client: Client) -> None:
    with transaction() as tx:
        wishes = [v.add_public(tx, poster, f"wish {n}", at=NOW - timedelta(days=1), county=v.COUNTY) for n in range(3)]
    path = index_path(current_app.extensions["settings"])
    with wall.indexed():
        page = client.get("/wishes").text
        assert refs(page)[0] == wishes[0].ref
        client.post("/seen", data={"t": token_of(page), "p": "0"})
        flush_lists()
        sum_up()
        end_reading()
        assert build(path) is not None
        assert refs(client.get("/wishes").text) == [wishes[1].ref, wishes[2].ref, wishes[0].ref]


def test_a_full_buffer_and_a_database_that_is_away_lose_nothing_but_counts() -> None:
    got: list[int] = []
    buffer = Buffer[int](got.extend, every=0)
    for number in range(MOST + 5):
        buffer.put(number)
    assert buffer.flush() == MOST
    assert len(got) == MOST

    def fail(_things: list[int]) -> None:
        raise OSError

    broken = Buffer[int](fail, every=0)
    broken.put(1)
    assert broken.flush() == 1
    assert broken.flush() == 0


def test_a_buffer_empties_itself() -> None:
    done = threading.Event()
    buffer = Buffer[int](lambda _things: done.set(), every=0.01)
    buffer.put(1)
    assert done.wait(5)
