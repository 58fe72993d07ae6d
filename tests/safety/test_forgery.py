"""A post that proves nothing does nothing, and its form comes back filled in: every form, address and guard."""

import io
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.services.wishes import keeping
from charity.web.kit.viewer import viewer
from tests.kit.databases import Database
from tests.safety.desks import Desk, Opened
from tests.safety.forms import Form, forms_of
from tests.safety.samples import places
from tests.safety.snapshots import digests
from tests.safety.test_bad_input import NOT_BY_SENSE, listed, lost_fields
from tests.safety.visits import Visitor, filled, people_for, visitors
from tests.safety.words import has_chinese, refusal_words
from tests.safety.world import World

pytestmark = [pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
AGAIN = {"photo": ("请重新选择照片", "choose the photo again"), "file": ("请重新选择文件", "choose the file again")}
TOO_OLD, OLD_IN_ENGLISH = "打开太久", "open too long"


def _tokens(app: Flask) -> dict[str, str]:
    return {"none": "", "forged": "forged", "a zero byte": "\x00", "another browser's": Visitor(app).csrf()}


def test_a_form_without_its_token_comes_back_filled_in(opened: Opened, app: Flask, database: Database) -> None:
    before, problems = digests(database), []
    tokens = _tokens(app)
    for endpoint, desk in opened.desks.items():
        for what, token in tokens.items():
            values = filled(desk.form)
            answer = desk.send(values | {"csrf_token": token})
            problems += [f"{endpoint}, {what}: {problem}" for problem in _judged(desk, answer, values)]
    assert digests(database) == before
    assert not problems, listed(problems)


def _judged(desk: Desk, answer: TestResponse, values: dict[str, Any]) -> Iterator[str]:
    text = answer.get_data(as_text=True)
    if answer.status_code != 422:
        yield f"answers {answer.status_code}"
    if TOO_OLD not in refusal_words(text):
        yield f"does not say why: {refusal_words(text)[:80]!r}"
    again = _shown_again(desk.form, text)
    if again is None:
        yield "does not come back"
        return
    typed = {name: value for name, value in values.items() if isinstance(value, str)}
    yield from (f"loses {lost.name}" for lost in lost_fields(desk.form, text, typed, ""))
    for field in again.fields:
        chosen = typed.get(field.name, "")
        if field.type in {"select", "radio", "checkbox"} and chosen and field.value != chosen:
            yield f"loses the choice {field.name}"


def _shown_again(form: Form, text: str) -> Form | None:
    found = [again for again in forms_of(text, form.page) if again.path == form.path and again.method == "post"]
    names = {field.name for field in form.fields if field.type != "button"}
    return next((again for again in found if names <= {field.name for field in again.fields}), None)


def test_sending_it_once_more_does_what_was_meant(opened: Opened) -> None:
    problems: list[str] = []
    for endpoint, desk in opened.desks.items():
        if endpoint in NOT_BY_SENSE:
            continue
        refused = desk.send(filled(desk.form) | {"csrf_token": "forged"})
        again = _shown_again(desk.form, refused.get_data(as_text=True))
        hidden = {field.name: field.value for field in again.fields if field.type == "hidden"} if again else {}
        answer = desk.send(filled(desk.form) | hidden)
        if answer.status_code >= 400:
            problems.append(f"{endpoint}: {answer.status_code} {refusal_words(answer.get_data(as_text=True))[:90]}")
        opened.kept.restore()
    assert not problems, listed(problems)


def test_it_speaks_the_readers_language_and_asks_for_files_again(opened: Opened) -> None:
    with_files = [desk for desk in opened.desks.values() if any(f.type == "file" for f in desk.form.fields)]
    assert len(with_files) >= 3
    for desk in with_files:
        upload = next(field.name for field in desk.form.fields if field.name in AGAIN)  # lines of a list have their own
        zh, en = AGAIN[upload]
        for language, said in (("zh", zh), ("en", en)):
            values = filled(desk.form) | {"csrf_token": ""}
            answer = desk.send(values, language=language, files={upload: (io.BytesIO(b"picture"), "a.jpg")})
            words = refusal_words(answer.get_data(as_text=True))
            assert answer.status_code == 422
            assert said in words
            assert (TOO_OLD in words, OLD_IN_ENGLISH in words) == (language == "zh", language == "en")
            assert has_chinese(words) == (language == "zh")


def test_no_address_acts_without_a_token(world: World, app: Flask, database: Database) -> None:
    known, problems = visitors(app, world), []
    before = digests(database)
    for place in places(app, "POST"):
        name = people_for(place, world)[0]
        for data in ({}, {"csrf_token": "forged", "once": secrets.token_hex(8)}):
            answer = known[name].client.post(place.url(world), data=data)
            if answer.status_code < 400:
                problems.append(f"{place.rule.rule} as {name}: {answer.status_code}")
    assert digests(database) == before
    assert not problems, listed(problems)


def test_a_careless_view_still_writes_nothing(
    world: World, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the last guard: a view that forgets its form acts with a token, and cannot without one."""

    def careless(ref: str) -> str:
        keeping.renew(viewer(), ref)
        return "done"

    monkeypatch.setitem(app.view_functions, "volunteer_wishes.renew", careless)
    visitor, before = Visitor(app, world.volunteer), digests(database, but={"sessions"})
    url = f"/desk/wishes/{world.refs['to_renew']}/renew"
    for token in _tokens(app).values():
        refused = visitor.client.post(url, data={"csrf_token": token, "once": secrets.token_hex(8)})
        assert refused.status_code == 422
        assert TOO_OLD in refused.get_data(as_text=True)
    assert digests(database, but={"sessions"}) == before
    assert visitor.send("POST", url).get_data(as_text=True) == "done"
    assert digests(database, but={"sessions"}) != before


def test_over_tls_the_page_before_must_be_ours(world: World, app: Flask) -> None:
    visitor = Visitor(app, world.volunteer)
    data = {"csrf_token": visitor.csrf(), "once": secrets.token_hex(8)}
    url, secure = f"/desk/wishes/{world.refs['to_renew']}/renew", "https://localhost"
    for referrer, status in ((None, 422), ("https://elsewhere.test/", 422), (f"{secure}/desk/wishes", 303)):
        headers = {} if referrer is None else {"Referer": referrer}
        answer = visitor.client.post(url, data=data, base_url=secure, headers=headers)
        assert answer.status_code == status, referrer
