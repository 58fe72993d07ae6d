"""The slip on its pages: its witness or signer is asked for, and the township ticks what it has checked."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from PIL import Image

from charity.domain.actors import Role
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.test_slips import call, of_site
from tests.services.town import MONDAY, Town


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def picture() -> tuple[io.BytesIO, str]:
    held = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(held, "JPEG")
    held.seek(0)
    return held, "slip.jpg"


def store(client: Client, page: str, **said: str) -> int:
    return post(client, page, {"photo": picture(), **said}).status_code


def test_a_family_s_slip(app: Flask, town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    keeper, page = signed_in(app, town.volunteer), f"/desk/parcels/{ref}/slip"
    shown = keeper.get(page).text
    assert 'value="village-official"' in shown and 'name="signer"' not in shown and 'value="head"' not in shown
    assert store(keeper, page, witness="张三") == 422
    assert store(keeper, page, witness="张三", witness_role="head") == 422
    assert store(keeper, page, witness="Head", witness_role="neighbour") == 422
    assert store(keeper, page, witness="张三", witness_role="neighbour") == 302
    clerk, there = signed_in(app, town.reviewer), f"/confirmations/{ref}"
    shown = clerk.get(f"{there}?lang=en").text
    assert "张三" in shown and "A neighbour" in shown and 'value="witness"' in shown and 'value="signer"' not in shown
    for checks in ([], ["matches"], ["witness"], ["matches", "signer"]):
        answer = post(clerk, f"{there}/confirm", {"basis": "slip", "checks": checks}, shown_at=there)
        assert answer.status_code == 422, checks
    whole = {"basis": "slip", "checks": ["matches", "witness"]}
    assert post(clerk, f"{there}/confirm", whole, shown_at=there).status_code == 302


def test_a_site_s_slip(app: Flask, town: Town) -> None:
    ref = of_site(town)
    teacher = t.person((Role.VOLUNTEER, t.VILLAGE))
    call(teacher, nickname="郑老师")
    keeper, page = signed_in(app, town.volunteer), f"/desk/parcels/{ref}/slip"
    shown = keeper.get(page).text
    assert teacher.ref in shown and "郑老师" in shown
    assert town.poster.ref not in shown and town.volunteer.ref not in shown
    assert store(keeper, page, witness="", witness_role="teacher") == 422
    assert store(keeper, page, signer=town.poster.ref, witness_role="teacher") == 422
    assert store(keeper, page, witness="校长", witness_role="neighbour") == 422
    assert store(keeper, page, signer=teacher.ref, witness_role="teacher") == 302
    clerk, there = signed_in(app, town.reviewer), f"/confirmations/{ref}"
    shown = clerk.get(there).text
    assert "郑老师" in shown and 'value="signer"' in shown
    wrong = {"basis": "slip", "checks": ["matches"]}
    assert post(clerk, f"{there}/confirm", wrong, shown_at=there).status_code == 422
    right = {"basis": "slip", "checks": ["matches", "signer"]}
    assert post(clerk, f"{there}/confirm", right, shown_at=there).status_code == 302


def test_a_call_back_needs_no_ticks(app: Flask, town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    clerk, there = signed_in(app, town.reviewer), f"/confirmations/{ref}"
    assert "checks" not in clerk.get(there).text
    assert post(clerk, f"{there}/confirm", {"basis": "call-back"}, shown_at=there).status_code == 302
