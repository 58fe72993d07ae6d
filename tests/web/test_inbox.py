"""The inbox: one's own notices in one's own language, newest first; reading marks nothing, a button does."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import delete

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import VISITOR, Actor
from charity.domain.errors import SignInNeeded
from charity.models.outbox import Notice, notify
from charity.queries import inbox as read
from charity.services import inbox
from tests.kit import village as v
from tests.kit.visits import post, signed_in


@pytest.fixture
def person(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


@pytest.fixture
def other(person: Actor) -> Actor:
    with transaction() as tx:
        return v.add_person(tx)


def tell(person: Actor, count: int = 1, kind: str = "wish-published", **params: str | int) -> None:
    with transaction() as tx:
        for number in range(count):
            told = {"wish": "0" * 13, "title": f"心愿 {number}"} | params
            notify(tx, account_id=person.account_id, kind=kind, params=told)


def test_an_empty_inbox_says_what_will_stand_here(app: Flask, person: Actor) -> None:
    text = signed_in(app, person).get("/inbox?lang=en").text
    assert "Nothing has been written to you yet" in text
    assert "Mark all as read" not in text


@pytest.mark.parametrize(("language", "words"), [("zh", "条未读消息"), ("en", "2 unread notices")])
def test_notices_in_the_readers_language(app: Flask, person: Actor, language: str, words: str) -> None:
    tell(person, 2)
    text = unescape(signed_in(app, person).get(f"/inbox?lang={language}").text)
    assert words in text
    assert text.index("心愿 1") < text.index("心愿 0")
    assert 'href="/wishes/0000000000000"' in text
    assert ("Your wish is public" in text) is (language == "en")


def test_reading_marks_nothing_and_the_button_does(app: Flask, person: Actor) -> None:
    tell(person, 3)
    client = signed_in(app, person)
    for _ in range(2):
        assert "3 条未读消息" in client.get("/inbox").text
    shown = client.get("/inbox").text
    until = re.search(r'name="until" value="([\w-]+)"', shown)
    assert until
    tell(person)  # arrives while the reader reads: stays unread
    assert post(client, "/inbox/read", {"until": until[1]}, shown_at="/inbox").status_code == 303
    assert "1 条未读消息" in client.get("/inbox").text


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 30, "１２"])
def test_a_wrong_mark_marks_nothing(app: Flask, person: Actor, until: str) -> None:
    tell(person)
    client = signed_in(app, person)
    assert post(client, "/inbox/read", {"until": until}, shown_at="/inbox").status_code == 303
    assert "1 条未读消息" in client.get("/inbox").text


def test_nobody_reads_or_marks_anothers(app: Flask, person: Actor) -> None:
    tell(person, title="只给他看")
    with transaction() as tx:
        other = v.add_person(tx)
    assert "只给他看" not in signed_in(app, other).get("/inbox").text
    assert inbox.mark_read(other, until=10**9) == 0
    assert inbox.mark_read(person, until=10**9) == 1  # control
    assert app.test_client().get("/inbox").status_code == 401
    for ask in (lambda: read.list_notices(VISITOR), lambda: inbox.mark_read(VISITOR, until=1)):
        with pytest.raises(SignInNeeded):
            ask()


def test_paging_by_cursor(app: Flask, person: Actor) -> None:
    tell(person, read.PAGE + 3)
    end_reading()
    first = read.list_notices(person)
    second = read.list_notices(person, cursor=first.next or "")
    ids = [notice.id for notice in (*first.notices, *second.notices)]
    assert len(ids) == read.PAGE + 3
    assert ids == sorted(ids, reverse=True)
    assert second.next is None
    assert len(read.list_notices(person, cursor="nonsense").notices) == read.PAGE
    client = signed_in(app, person)
    found = re.search(r'href="(/inbox\?cursor=[\w-]+)"', client.get("/inbox").text)
    assert found
    assert client.get(found[1]).text.count('<li class="unread">') == 3
    assert client.get(f"/inbox?cursor={'9' * 40}").status_code == 200


def test_a_cursor_cannot_be_counted_with(app: Flask, person: Actor, other: Actor) -> None:
    tell(person, read.PAGE + 3)
    tell(other, read.PAGE + 3)
    end_reading()
    pages = [read.list_notices(person) for _ in range(2)]
    number = str(pages[0].notices[-1].id)
    assert pages[0].next != pages[1].next  # the same place never looks the same
    newest = read.list_notices(other).notices[0].id
    assert read.list_notices(other, cursor=pages[0].next or "").notices[0].id == newest  # another's is no cursor at all
    assert read.list_notices(person, cursor=number).notices[0].id == pages[0].notices[0].id
    assert read.read_mark(person, read.mark_of(person, pages[0].notices[0])) == pages[0].notices[0].id
    assert read.read_mark(other, read.mark_of(person, pages[0].notices[0])) == 0


def test_the_menu_shows_how_many_wait(app: Flask, person: Actor) -> None:
    client = signed_in(app, person)
    assert 'class="count"' not in client.get("/account").text
    tell(person, 4)
    assert re.search(r'class="count">4<', client.get("/account").text)
    assert 'class="count"' not in app.test_client().get("/wishes").text


def test_a_kind_of_another_version_is_shown_without_words(app: Flask, person: Actor) -> None:
    with transaction() as tx:
        tx.session.add(Notice(account_id=person.account_id, kind="from-the-future", params="{}", made_at=tx.now))
    assert "无法显示" in signed_in(app, person).get("/inbox").text
    with transaction() as tx:
        tx.session.execute(delete(Notice))  # this one is not to be read


def test_what_somebody_wrote_stays_text(app: Flask, person: Actor) -> None:
    tell(person, title="<script>alert(1)</script> 100%")
    text = signed_in(app, person).get("/inbox").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 100%" in text
