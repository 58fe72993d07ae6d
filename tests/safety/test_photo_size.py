"""A photo that is too large to send is said to be so before anything travels, where scripts run."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from charity.adapters.photos import MAX_BYTES
from tests.kit.servers import Server
from tests.safety.visits import Visitor
from tests.safety.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
SAID = "input => [input.validity.customError, input.validationMessage]"


def chosen(page: Any, data: bytes) -> list[Any]:
    """Choose a file for the form's photo, and give whether the browser would stop it and with which words."""
    page.set_input_files("[name=photo]", files={"name": "coat.heic", "mimeType": "image/heic", "buffer": data})
    return list(page.eval_on_selector("[name=photo]", SAID))


def test_the_form_is_not_sent_with_a_photo_that_is_too_large(
    world: World, app: Flask, live_server: Server, new_page: Callable[..., Any]
) -> None:
    cookie = Visitor(app, world.volunteer).client.get_cookie("circle", domain="localhost")
    assert cookie is not None
    page = new_page()
    cookies = {"lang": "zh", "circle": cookie.value}
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    assert page.goto(f"/desk/wishes/new/site/{world.refs['site']}").status == 200
    page.fill("[name=title]", "课外读物三十本")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    assert chosen(page, bytes(MAX_BYTES + 1)) == [True, "照片太大，最大 12 MB。"]
    page.locator("main form button[type=submit]").first.click()
    assert "POST" not in sent
    assert page.input_value("[name=title]") == "课外读物三十本"
    assert chosen(page, bytes(MAX_BYTES)) == [False, ""]  # the control: what may be sent is not stopped
