"""A refusal is a page: its status, its sentence in the reader's language, what to do now, and its stable code."""

import pytest
from flask import abort

from charity.adapters.assets import build_assets
from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.domain.errors import Busy, Missing, Refused, SignInNeeded, TooMany
from charity.web.kit.forgery import init_forgery
from charity.web.kit.page import init_pages
from charity.web.kit.viewer import viewer
from tests.look.samples import OPERATOR, sample_app


def raising(error: Exception):
    app = sample_app()

    def fail() -> str:
        raise error

    app.add_url_rule("/fail", "fail", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Missing(), 404, "这里没有内容"),
        (SignInNeeded(), 401, "请先登录"),
        (Busy(), 503, "可以放心重试"),
        (TooMany("too-many"), 429, "尝试次数过多"),
        (Refused("never-heard-of"), 400, "never-heard-of"),
        (ZeroDivisionError(), 500, "我们这边出了问题"),
    ],
)
def test_refusals_are_pages(error: Exception, status: int, words: str) -> None:
    reply = raising(error).get("/fail")
    assert reply.status_code == status
    assert words in reply.get_data(as_text=True)
    assert reply.headers["Content-Security-Policy"]


def test_a_busy_site_says_when_to_come_back() -> None:
    assert raising(Busy()).get("/fail").headers["Retry-After"] == "2"


def test_signing_in_leads_back() -> None:
    assert "/sign-in?next=/fail%3Fa%3D1" in raising(SignInNeeded()).get("/fail?a=1").get_data(as_text=True)


def test_a_wrong_address_is_a_page_in_both_languages() -> None:
    client = sample_app().test_client()
    assert "这里没有内容" in client.get("/nowhere").get_data(as_text=True)
    english = client.get("/nowhere?lang=en")
    assert english.status_code == 404
    assert "Nothing is here" in english.get_data(as_text=True)


def test_redirects_of_the_web_itself_stay_redirects() -> None:
    app = sample_app()
    app.add_url_rule("/folder/", "folder", lambda: "")
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    assert app.test_client().get("/folder").status_code == 308
    assert app.test_client().get("/gone").status_code == 410


def test_a_write_that_proved_nothing_is_refused_as_a_page() -> None:
    app = sample_app()
    init_forgery(app)

    def write() -> str:
        with transaction():
            return "written"

    app.add_url_rule("/write", "write", write, methods=["POST"])
    reply = app.test_client().post("/write")
    assert reply.status_code == 422
    assert "form-too-old" in reply.get_data(as_text=True)


def test_the_page_about_a_failure_asks_nobody() -> None:
    app = raising(ZeroDivisionError()).application

    def broken() -> Actor:
        raise ConnectionError

    init_pages(app, assets=build_assets(), operator=OPERATOR, viewer=broken, demo=broken, unread=lambda _: 0)
    reply = app.test_client().get("/fail")
    assert reply.status_code == 500
    assert "我们这边出了问题" in reply.get_data(as_text=True)


def test_a_key_that_nobody_can_read_is_refused_as_a_page() -> None:
    app = sample_app()
    app.add_url_rule("/act", "act", lambda: str(viewer()), methods=["POST"])
    reply = app.test_client().post("/act", headers={"Idempotency-Key": "k" * 500})
    assert reply.status_code == 422
    assert "bad-idempotency-key" in reply.get_data(as_text=True)
