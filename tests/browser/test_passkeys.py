"""A passkey in a real browser: added beside the app, taking the second step, and out of the way without scripts."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charity.adapters.clock import now
from charity.adapters.db import end_reading
from charity.adapters.totp import code_of
from charity.domain.actors import Role
from charity.domain.second_factor import steps_around
from charity.queries.second_factors import get_new_secret
from charity.services import second_factors
from tests.kit import home, servers, settings
from tests.kit.browser import DESKTOP, PHONE, axe
from tests.kit.people import COUNTY, PASSWORD, actor_of, put_demo_regions, sign_in, with_role

pytestmark = pytest.mark.backends("sqlite")
BOSS = "boss@example.org"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(app: Flask, database: Any, redis_server: Any, worker: str) -> Iterator[str]:
    """Give the address of a site that knows itself by a name, as passkeys need."""
    environ = settings.environ(database.url, redis_url=redis_server.url, worker=worker)
    server = servers.start(environ, home.here() / f"web-{worker}-passkeys.log", workers=1, host="localhost")
    yield server.url
    server.stop()


def codes_of_boss() -> tuple[str, ...]:
    put_demo_regions()
    with_role(BOSS, Role.ADMINISTRATOR, COUNTY)
    boss = actor_of(sign_in(BOSS))
    second_factors.begin(boss)
    secret = get_new_secret(boss, issuer="x").text.replace(" ", "")
    end_reading()
    codes = second_factors.confirm(boss, code_of(secret, steps_around(now())[0]))
    end_reading()
    return codes


def come_in(page: Any, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.fill("[name=login]", BOSS)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/sign-in/second*")


def look(page: Any, name: str) -> None:
    assert axe(page) == []
    if kept := os.environ.get("PICTURES", ""):
        Path(kept).mkdir(parents=True, exist_ok=True)
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            page.screenshot(path=f"{kept}/passkey-{name}-{size['width']}.png", full_page=True)
        page.set_viewport_size(PHONE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_passkey_is_added_and_takes_the_second_step(browser: Any, site: str, language: str) -> None:
    codes = codes_of_boss()
    context = browser.new_context(viewport=PHONE, color_scheme="dark" if language == "en" else "light")
    context.add_cookies([{"name": "lang", "value": language, "url": site}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    come_in(page, site)
    assert not page.is_visible("form[data-passkey]")  # there is none yet
    page.fill("[name=code]", codes[0])
    page.click("main form:not([data-passkey]) button")
    page.goto(f"{site}/account/second-factor")
    look(page, f"none-{language}")
    page.goto(f"{site}/account/second-factor/passkeys/new")
    assert not page.is_visible("[data-passkey-without]")
    look(page, f"new-{language}")
    page.fill("[name=name]", "我的手机")
    page.fill("[name=code]", codes[1])
    page.click("form[data-passkey] button")
    page.wait_for_url("**/account/second-factor")
    assert "我的手机" in page.inner_text("main")
    look(page, f"list-{language}")
    stored = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [each["rpId"] for each in stored] == ["localhost"]
    context.clear_cookies()
    context.add_cookies([{"name": "lang", "value": language, "url": site}])
    come_in(page, site)
    look(page, f"ask-{language}")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-passkey-failed]:not([hidden])")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    page.click("form[data-passkey] button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{site}/account/second-factor")
    page.click("a[href*='/passkeys/'][href$='/remove']")
    look(page, f"remove-{language}")
    page.fill("[name=code]", codes[2])
    page.click("main form button")
    page.wait_for_url("**/account/second-factor")
    assert "我的手机" not in page.inner_text("main .panel")
    assert complaints == []
    context.close()


def test_without_scripts_the_code_is_all_there_is(browser: Any, site: str) -> None:
    codes = codes_of_boss()
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    come_in(page, site)
    page.fill("[name=code]", codes[0])
    page.click("main form button")
    page.goto(f"{site}/account/second-factor/passkeys/new")
    assert page.is_visible("[data-passkey-without]")
    context.close()
