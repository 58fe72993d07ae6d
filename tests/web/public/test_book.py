"""The public book on the web: it shows every record, proves it, and says nothing about people."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event

from charity.adapters.db import db, transaction
from charity.adapters.signing import Signer
from charity.domain import merkle, notes
from charity.domain.actors import VISITOR
from charity.jobs.sequencing import seal_waiting, sign_growth
from charity.ledger import count_leaves
from charity.queries import book
from tests.kit.client import Client
from tests.ledger.telling import publish, ref, tell_everything

CODE = re.compile(r"<code>([^<]{44})</code>")


@pytest.fixture
def told(app: Flask) -> Flask:
    with transaction() as tx:
        tell_everything(tx)
    seal_waiting()
    sign_growth()
    return app


@contextmanager
def counted() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_book_says_what_will_stand_here(client: Client) -> None:
    assert "Nothing is recorded yet" in client.get("/book?lang=en").text
    assert "还没有公示记录" in client.get("/book?lang=zh").text


def test_the_newest_records_come_first_with_their_checkpoint(told: Flask, client: Client) -> None:
    page = client.get("/book?lang=en").text
    assert page.index("The wish was taken down") < page.index("The gift was confirmed: the wish came true")
    newest = book.get_book(VISITOR).checkpoint
    assert newest is not None
    assert newest.root in unescape(page)
    assert Signer.of(told.extensions["settings"]).verifier.text in unescape(page)


def test_a_wish_is_linked_only_while_it_is_public(told: Flask, client: Client) -> None:
    page = client.get("/book?lang=en").text
    assert f"/wishes/{ref('w', 1)}" in page
    assert f"/wishes/{ref('w', 2)}" not in page  # taken down


def test_pages_follow_the_cursor_and_miss_nothing(app: Flask, client: Client) -> None:
    for number in range(1, 41):
        with transaction() as tx:
            publish(tx, number, 1)
    seal_waiting()
    seen: list[int] = []
    url: str | None = "/book"
    while url:
        page = client.get(url).text
        seen += [int(number) for number in re.findall(r'href="/book/(\d+)"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = None if following is None else unescape(following[1])
    assert seen == list(range(79, -1, -1))


def test_a_reader_can_check_a_proof_with_nothing_but_the_pages(told: Flask, client: Client) -> None:
    checkpoint = notes.parse_checkpoint(notes.parse_note(client.get("/log/checkpoint").text).text)
    for number in (0, 7, 20):
        data = client.get(f"/book/{number}/entry.json").data
        shown = [notes._decode(unescape(code)) for code in CODE.findall(client.get(f"/book/{number}").text)]
        assert shown[0] == merkle.leaf_hash(data)
        assert shown[-1] == checkpoint.root
        assert merkle.is_included(shown[0], number, checkpoint.size, shown[1:-1], checkpoint.root)
        forged = merkle.leaf_hash(data + b" ")
        assert not merkle.is_included(forged, number, checkpoint.size, shown[1:-1], checkpoint.root)


def test_a_record_no_checkpoint_covers_yet_says_so(told: Flask, client: Client) -> None:
    with transaction() as tx:
        publish(tx, 9, 1)
    seal_waiting()
    assert "The next checkpoint" in client.get("/book/21?lang=en").text
    sign_growth()
    assert "The next checkpoint" not in client.get("/book/21?lang=en").text


def test_the_checkpoint_is_a_signed_note_from_the_start(app: Flask, client: Client) -> None:
    answer = client.get("/log/checkpoint")
    note = notes.parse_note(answer.text)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert Signer.of(app.extensions["settings"]).verifier.has_signed(note)
    assert notes.parse_checkpoint(note.text).size == 0


@pytest.mark.parametrize("url", ["/book/99", "/book/99/entry.json", "/book/99999999999999999999", "/book?before=x",
                                 "/book?before=-1", "/book?before=99999999999999999999", "/book/x"])  # fmt: skip
def test_what_is_not_there_is_missing(told: Flask, client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", ["/book", "/book?before=9", "/book/5", "/book/5/entry.json", "/log/checkpoint"])
def test_a_page_asks_little(told: Flask, url: str) -> None:
    client = told.test_client()
    with counted() as sent:
        assert client.get(url).status_code == 200
    asked = [statement for statement in sent if statement.startswith(("SELECT", "WITH"))]
    assert 1 <= len(asked) <= 4, asked


def test_every_kind_of_record_has_words_in_both_languages(told: Flask, client: Client) -> None:
    size = count_leaves(db.session())
    for number in range(size):
        kind = json.loads(client.get(f"/book/{number}/entry.json").data)["kind"]
        chinese, english = (client.get(f"/book/{number}?lang={lang}").text for lang in ("zh", "en"))
        lead = re.search(r'class="lead">([^<]+) ·', chinese)
        assert lead is not None
        assert kind not in lead[1]
        assert not re.search("[a-z]", lead[1]), lead[1]
        assert not re.search("[\u4e00-\u9fff]", english.partition('id="main"')[2].partition("</main>")[0])


def test_the_story_of_a_wish_is_told_in_order(told: Flask) -> None:
    steps = book.list_wish_timeline(VISITOR, ref("w", 2))
    assert [step.kind for step in steps] == ["wish.submitted", "wish.published", "wish.lowered", "wish.withdrawn"]
    template = told.jinja_env.from_string(
        '{% from "public/book/_timeline.html" import timeline_of %}{{ timeline_of(timeline) }}'
    )
    with told.test_request_context("/?lang=en"):
        html = template.render(timeline=steps)
    assert html.count("<li") == 4
    assert "The wish was taken down" in html
