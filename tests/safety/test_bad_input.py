"""Bad input of every form: a clear sentence in the reader's language, nothing lost, nothing half written."""

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape, unescape
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from charity.services.wishes import keeping
from tests.kit.databases import SQLITE, Database
from tests.safety.desks import Opened, Typed
from tests.safety.forms import Field, Form, forms_of
from tests.safety.samples import places
from tests.safety.snapshots import digests
from tests.safety.visits import filled, people_for, visitors
from tests.safety.words import has_chinese, refusal_words
from tests.safety.world import World
from tests.safety.writing import tables_of, written

pytestmark = pytest.mark.timeout(300)
# What may change although the form was refused: tries are counted, the session in use was seen, an answer is kept.
COUNTED = frozenset({"throttles", "sessions", "answered_requests", "login_codes"})
COUNTS_TRIES = {"volunteer_parcels.make_code": frozenset({"households", "accounts", "card_codes", "receipt_codes"})}
BAD_TEXTS: dict[str, Typed] = {
    "too long": "长" * 3000,
    "one very long word": "a" * 70_000,
    "control characters": "水\x07\x1b[31m\x7f杯",
    "a zero byte": "水\x00杯",
    "only what cannot be seen": "\u200b\u2060\u202e\ufeff",
    "a lone surrogate": b"\xed\xa0\x80\xed\xb0\x80",
    "not UTF-8": b"\xff\xfe\x80",
    "a huge number": "9" * 40,
    "a number past 64 bits": str(2**63),
    "a negative number": "-1",
    "not quite a number": "1e309",
    "SQL": "x'); DROP TABLE wishes;--",
    "HTML": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "a template": "{{7*7}}{% print(7*7) %}${7*7}%(x)s %s %n",
    "another header": "x\r\nSet-Cookie: stolen=1",
    "nothing": "",
}
# What only a database stumbles over, each in its own way.
OF_THE_DATABASE = frozenset(
    {"a zero byte", "a lone surrogate", "a huge number", "a number past 64 bits", "a negative number"}
)
BAD_CHOICES: dict[str, Typed] = {"no choice of these": "no-such-choice", "a zero byte": "a\x00", "not UTF-8": b"\xff"}
# Forms that no page shows in this world, each with its reason.
UNSEEN: dict[str, str] = {
    "donor_organisations.stop_acting": "only while somebody acts in an organisation's name",
    "admin_organisation_keeping.end_officer": "only where several people speak for an organisation",
    "admin_organisation_keeping.name_officer": "only where nobody can speak for an organisation",
    "reviewer_payees.tell": "only where no volunteer of the village can ask a family about its changed account",
}


def listed(problems: list[str]) -> str:
    """Write the first problems, one a line, and how many there are."""
    return "\n".join([f"{len(problems)} problems", *problems[:40]])


CHOSEN = frozenset({"select", "radio", "checkbox", "button"})
IN_TURN = 3  # so many fields of a form share what no database stumbles over; with --full each field gets all


def bad_values(form: Form, *, full: bool) -> Iterator[tuple[str, str, Typed]]:
    """List what is wrong, in which field, and what is typed there; in every form everything is wrong once."""
    fields = [f for f in form.fields if f.name not in {"csrf_token", "once"} and f.type != "file"]
    for field in fields:
        if field.type in CHOSEN:
            yield from ((what, field.name, typed) for what, typed in BAD_CHOICES.items())
    written_in = [field.name for field in fields if field.type not in CHOSEN]
    turns = 1 if full else min(IN_TURN, len(written_in))
    for number, name in enumerate(written_in):
        for turn, (what, typed) in enumerate(BAD_TEXTS.items()):
            if what in OF_THE_DATABASE or (number + turn) % turns == 0:
                yield what, name, typed


def test_every_bad_text_is_tried_in_every_form() -> None:
    everything = len(BAD_TEXTS)
    for count in range(1, 8):
        form = Form("/", "/", "post", [Field(f"field{number}", "text", "") for number in range(count)])
        assert {what for what, _, _ in bad_values(form, full=False)} == BAD_TEXTS.keys()
        assert len(list(bad_values(form, full=True))) == count * everything


def test_every_form_is_met_somewhere(opened: Opened, app: Flask) -> None:
    # a program asks the API, a page reports what was on screen, its script asks what a key is to sign: none has a form
    formless = ("api_", "public_seen.", "account_passkeys.ask_")
    forms = {place.endpoint for place in places(app, "POST") if not place.endpoint.startswith(formless)}
    assert forms - opened.desks.keys() == UNSEEN.keys()


# Sensible values alone are not enough here: a password, a code that was sent, a minute of waiting, a picture, a state.
NOT_BY_SENSE = frozenset(
    {
        "account_passkeys.add",  # what a key has signed
        "account_passkeys.remove",
        "account_passkeys.take",
        "account_second_factor.confirm",  # codes of an app, or of a paper seen once
        "account_second_factor.remove",
        "account_second_factor.renew",
        "account_second_factor.take",
        "admin_retention.change",  # with a second person of the province
        "admin_seconded.reset_step",  # whose person has none
        "auditor_cases.bring_back",  # by somebody who had no part in it
        "account_address.ask",
        "account_address.verify",
        "account_profile.change_password",
        "account_profile.close",
        "account_reset.resend",
        "account_reset.reset",
        "account_sign_in.sign_in",
        "account_sign_up.resend",
        "account_sign_up.verify",
        "admin_imports.bring",  # a file with a list
        "admin_lists.stage",
        "admin_programmes.keep_copy",  # a file of a document
        "admin_points.close",  # while parcels are on their way to it
        "auditor_pledges.find",
        "donor_groups.join",  # a code that was read out
        "donor_organisations.join",
        "volunteer_parcels.make_code",
        "volunteer_consents.keep_paper",  # the photo of a paper
        "volunteer_consents.renew_several",
        "volunteer_parcels.make_slip",
        "volunteer_sites.close",  # while a need of it is open
    }
)


def test_sensible_values_come_through(opened: Opened) -> None:
    """The control: with nothing bad in it each form does what it is for, so that bad input meets the whole way down."""
    problems: list[str] = []
    for endpoint, desk in opened.desks.items():
        with written(committed=True) as tables:
            answer = desk.send(filled(desk.form))
        if answer.status_code >= 400 and endpoint not in NOT_BY_SENSE:
            words = refusal_words(answer.get_data(as_text=True))
            problems.append(f"{endpoint}: {answer.status_code} {words[:120]} {filled(desk.form)}")
        opened.kept.restore(only=set(tables))
    assert not problems, listed(problems)


def test_bad_values_in_every_field(opened: Opened, database: Database, request: pytest.FixtureRequest) -> None:
    problems: list[str] = []
    for endpoint, desk in opened.desks.items():
        counted = COUNTED | COUNTS_TRIES.get(endpoint, frozenset())
        for what, name, typed in bad_values(desk.form, full=request.config.getoption("--full")):
            if database.backend != SQLITE and what not in OF_THE_DATABASE:
                continue
            values = filled(desk.form) | {name: typed}
            with written(committed=True) as tables:
                answer = desk.send(values)
            told = f"{endpoint}.{name}, {what}: {answer.status_code}"
            problems += [f"{told} {problem}" for problem in judged(desk.form, answer, values, name)]
            if answer.status_code >= 400 and set(tables) - counted:
                problems.append(f"{told} left something in {set(tables) - counted}")
            if tables:
                opened.kept.restore(only=set(tables))
    assert not problems, listed(problems)


def judged(form: Form, answer: TestResponse, values: dict[str, Any], name: str) -> Iterator[str]:
    """Say what is wrong with an answer to bad input."""
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    if answer.status_code >= 500:
        yield "fails"
    if "<script>alert" in text or "onerror=alert(1)>" in text.replace("&gt;", "") or "alert(1)><" in text:
        yield "gives markup back"
    if any(cookie.startswith("stolen") for cookie in answer.headers.getlist("Set-Cookie")):
        yield "lets a header in"
    if answer.status_code in (400, 403, 409, 422, 429):
        if not has_chinese(refusal_words(text)):
            yield f"says nothing a reader understands: {refusal_words(text)!r}"
        yield from (f"loses {lost.name}" for lost in lost_fields(form, text, values, name))


def lost_fields(form: Form, text: str, values: dict[str, Any], bad: str) -> Iterator[Field]:
    """List the good fields that do not come back filled in, or chosen, in the form that comes back."""
    shown = unescape(text)
    back = form_again(form, text) if any(field.type in {"select", "radio"} for field in form.fields) else {}
    for field in form.fields:
        value = values.get(field.name, "")
        if field.name == bad or not value or isinstance(value, list):
            continue
        if field.type in {"text", "textarea", "email", "tel", "number", "date"}:
            lost = str(value) not in shown
        else:
            lost = field.type in {"select", "radio"} and back.get(field.name, value) != value
        if lost:
            yield field


def form_again(form: Form, text: str) -> dict[str, str]:
    """Give what is chosen in the same form of the answer; nothing where the answer is a page without it."""
    for found in forms_of(text, form.page):
        if found.path == form.path and found.method == form.method:
            return {field.name: field.value for field in found.fields if field.type in {"select", "radio"}}
    return {}


def test_empty_forms_speak_the_readers_language(opened: Opened) -> None:
    problems: list[str] = []
    for endpoint, desk in opened.desks.items():
        if not any(field.type in {"text", "password", "date"} for field in desk.form.fields):
            continue
        for language in ("zh", "en"):
            answer = desk.send(dict.fromkeys(filled(desk.form), ""), language=language)
            words = refusal_words(answer.get_data(as_text=True))
            if answer.status_code >= 500 or (answer.status_code >= 400 and has_chinese(words) != (language == "zh")):
                problems.append(f"{endpoint} in {language}: {answer.status_code} {words[:80]!r}")
    assert not problems, listed(problems)


def _png(width: int, height: int) -> bytes:
    """Write a tiny file that claims a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min(width, 4_000) // 8 + 1) * 4_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


BAD_PICTURES: dict[str, tuple[str, bytes]] = {
    "text that says it is a picture": ("coat.jpg", "这不是照片".encode()),
    "a page that says it is a picture": ("coat.png", b"<html><script>alert(1)</script></html>"),
    "a vector with a script": ("coat.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "a picture cut off": ("coat.jpg", _jpeg()[:2000]),
    "only the beginning": ("coat.jpg", b"\xff\xd8\xff\xe0"),
    "a picture that explodes": ("coat.png", _png(50_000, 50_000)),
    "a long thin one": ("coat.png", _png(4_000_000, 4)),
    "an empty file": ("coat.jpg", b""),
    "a large file": ("coat.jpg", b"\xff\xd8\xff\xe0" + bytes(13 * 1024 * 1024)),
    "a photo of twenty megabytes": ("coat.jpg", b"\xff\xd8\xff\xe0" + bytes(20 * 1024 * 1024)),
    "a strange name": ("../../\x00\u202ecoat.jpg", b"x"),
}


def test_pictures_that_lie(opened: Opened, database: Database) -> None:
    with_files = {
        endpoint: desk for endpoint, desk in opened.desks.items() if any(f.name == "photo" for f in desk.form.fields)
    }
    assert len(with_files) >= 3
    before, problems = digests(database, but=COUNTED), []
    for endpoint, desk in with_files.items():
        [upload] = [field.name for field in desk.form.fields if field.name == "photo"]
        values = filled(desk.form)
        for what, (name, data) in BAD_PICTURES.items():
            answer = desk.send(values, files={upload: (io.BytesIO(data), name)})
            told = f"{endpoint}, {what}: {answer.status_code}"
            problems += [f"{told} {problem}" for problem in judged(desk.form, answer, values, upload)]
            if answer.status_code != 422:
                problems.append(f"{told} is taken in, or what was typed is gone")
    assert digests(database, but=COUNTED) == before
    assert not problems, listed(problems)


@pytest.mark.backends("sqlite")
def test_bodies_that_are_far_too_large(opened: Opened) -> None:
    problems: list[str] = []
    body = b"text=" + b"x" * (20 * 1024 * 1024)
    for number, (endpoint, desk) in enumerate(opened.desks.items()):
        language = ("zh", "en")[number % 2]
        answer = desk.send_raw(body, language=language)
        words = refusal_words(answer.get_data(as_text=True))
        if answer.status_code != 413 or has_chinese(words) != (language == "zh"):
            problems.append(f"{endpoint} in {language}: {answer.status_code} {words[:80]!r}")
    assert not problems, listed(problems)


@pytest.mark.backends("sqlite")
def test_only_absurd_forms_with_files_lose_what_was_typed(opened: Opened) -> None:
    endpoint, desk = next(
        (endpoint, desk) for endpoint, desk in opened.desks.items() if any(f.name == "photo" for f in desk.form.fields)
    )
    [upload] = [field.name for field in desk.form.fields if field.name == "photo"]
    for size, status in ((40, 422), (65, 413)):
        answer = desk.send(filled(desk.form), files={upload: (io.BytesIO(bytes(size * 1024 * 1024)), "coat.jpg")})
        assert (endpoint, answer.status_code) == (endpoint, status)
        assert "12 MB" in refusal_words(answer.get_data(as_text=True))


def test_the_judge_sees_what_is_wrong() -> None:
    """The control: an answer that fails, echoes markup, stays silent and loses a field."""
    form = Form("/", "/", "post", [Field("name", "text", ""), Field("bad", "text", "")])
    answer = TestResponse([b""], "500 BAD", [("Content-Type", "text/html")], None)  # type: ignore[arg-type]
    assert list(judged(form, answer, {}, "bad")) == ["fails"]
    page = b"<html><script>alert(1)</script><p class='error'>No</p></html>"
    answer = TestResponse([page], "422 BAD", [("Content-Type", "text/html")], None)  # type: ignore[arg-type]
    found = list(judged(form, answer, {"name": escape("水杯")}, "bad"))
    assert found[0] == "gives markup back"
    assert found[-1] == "loses name"
    assert len(found) == 3
    form = Form("/", "/", "post", [Field("kept", "select", ""), Field("lost", "select", ""), Field("way", "radio", "")])
    chosen = ("kept", "b", "selected"), ("lost", "a", "selected")
    selects = "".join(f"<select name={n}><option value={v} {s}>x</option></select>" for n, v, s in chosen)
    way = "<input type=radio name=way value=z>"
    page = f'<form method=post action=/>{selects}{way}</form><p class="error" id="x">不行</p>'
    for status in ("403 NO", "409 NO", "422 NO", "429 NO"):
        answer = TestResponse([page.encode()], status, [("Content-Type", "text/html")], None)  # type: ignore[arg-type]
        found = list(judged(form, answer, {"kept": "b", "lost": "b", "way": "z"}, "bad"))
        assert found == ["loses lost", "loses way"]


def test_all_tables_of_a_statement_are_named() -> None:
    chain = "WITH made AS (INSERT INTO entries (id) VALUES (1) RETURNING id) INSERT INTO entry_queue SELECT * FROM made"
    assert tables_of(chain) == ["entries", "entry_queue"]
    assert tables_of("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2") == ["t"]
    assert tables_of("SELECT a FROM t WHERE b = 'x' FOR UPDATE OF t") == []
    assert tables_of('\n UPDATE "wishes" SET a = 1') == ["wishes"]


def test_putting_single_tables_back_is_enough(opened: Opened, world: World, database: Database) -> None:
    """The control: what an act changed is put back by the names of its tables, as if all rows had been."""
    before = digests(database)
    with written(committed=True) as tables:
        keeping.renew(world.volunteer, world.refs["to_renew"])
    assert digests(database) != before
    opened.kept.restore(only=set(tables))
    assert digests(database) == before


def test_a_change_behind_a_refusal_would_be_seen(world: World) -> None:
    """The control: what an act commits is listed."""
    with written(committed=True) as tables:
        keeping.renew(world.volunteer, world.refs["to_renew"])
    assert {"wishes", "entries"} <= set(tables)


BAD_QUERIES = ("%00", "%ED%A0%80", "9" * 30, "-1", "'%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "x" * 5000, "990101'--")
ASKED = (
    "cursor", "after", "before", "q", "region", "metric", "period", "kind", "stage", "price", "group", "code", "page",
    "number", "text", "role", "term", "ruled", "ended", "login", "person", "nickname", "day", "look", "state", "next",
    "name", "from", "to", "limit", "lang", "county", "overdue",
)  # fmt: skip


# Each page reads its whole question to link to itself in the other language, and to find its own language.
OF_EVERY_PAGE = frozenset({"charity.web.kit.page", "charity.adapters.locale"})


def bad_questions(bad: str) -> Iterator[str]:
    """Write one bad value as the answer to everything that is asked somewhere, and alone to what is asked most."""
    yield "&".join(f"{asked}={bad}" for asked in ASKED)
    yield from (f"{each}={bad}" for each in ("cursor", "q", "region", "after") if bad == "%00")


@contextmanager
def heard(app: Flask) -> Iterator[list[str]]:
    """Collect who read the question of the address, beyond what every page does; "" is a page answered before that."""
    readers, known = [""], app.request_class

    class Listening(known):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            readers[:] = [reader for reader in readers if reader]

        @property
        def args(self) -> Any:
            reader = str(sys._getframe(1).f_globals["__name__"])
            if reader not in OF_EVERY_PAGE:
                readers.append(reader)
            return super().args

    app.request_class = Listening
    try:
        yield readers
    finally:
        app.request_class = known


def test_bad_questions_in_every_address(world: World, app: Flask, database: Database) -> None:
    known, problems, deaf = visitors(app, world), [], list[str]()
    for place in places(app, "GET"):
        if place.endpoint == "static":
            continue
        name, readers = people_for(place, world)[0], [""]
        for bad in BAD_QUERIES if database.backend == SQLITE else BAD_QUERIES[:4]:
            for asked in bad_questions(bad):
                if not readers:  # whatever else is asked, the page is the same
                    continue
                with heard(app) as readers:
                    answer = known[name].get(f"{place.url(world)}?{asked}")
                text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
                if answer.status_code >= 500 or "<script>alert" in text:
                    problems.append(f"{place.rule.rule}?{asked[:60]}: {answer.status_code}")
        deaf += [] if readers else [place.endpoint]
    assert not problems, listed(problems)
    assert not set(HEARING) & set(deaf)


# The control: these do read their question, each in another way.
HEARING = ("public_wishes.wall", "api_wishes.wall", "auditor_pledges.show", "donor_giving.year", "api_boards.show")


def test_things_that_cannot_be(world: World, app: Flask) -> None:
    """Refs nobody ever drew are missing, whatever they are made of."""
    known, problems = visitors(app, world), []
    for place in places(app, "GET"):
        name = people_for(place, world)[0]
        for argument in place.free_arguments():
            for bad in ("%00", "%ED%A0%80", "x" * 300, "'--", "9" * 30):
                url = place.url(world, **{argument: "9" * 30 if place.is_number(argument) else "BAD"})
                answer = known[name].get(url.replace("BAD", bad))
                if answer.status_code >= 500:
                    problems.append(f"{url.replace('BAD', bad)[:90]}: {answer.status_code}")
    assert not problems, listed(problems)
