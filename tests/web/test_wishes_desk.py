"""The way of a wish through the pages: the volunteer writes, the reviewer weighs, everybody sees; offices beside."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import segno
from flask import Flask
from PIL import Image
from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.photos import names
from charity.domain.actors import Role
from charity.domain.wishes import PHOTO_CHECKLIST
from charity.models.households import Member
from charity.models.photos import Photo
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.sites import Site
from charity.models.wishes import PictureLook, Wish
from charity.queries.wishes import queue
from charity.services.wishes import clocks, review
from tests.kit import village as v
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def _picture(colour: str = "navy") -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    image = Image.new("RGB", (900, 600), colour)
    image.paste("white", (100, 100, 400, 500))
    image.save(out, "JPEG")
    out.seek(0)
    return out, "coat.jpg"


def _need(place: v.Village, **changes: Any) -> dict[str, Any]:
    return {
        "category": "coat",
        "title": "冬季棉衣一件",
        "details": "蓝色",
        "reason_code": "winter-comes",
        "wanted": "1",
        "unit_label": "piece",
        "unit_fen": "150",
        "size": "130",
        "shown_sex": "girl",
        "point_ref": place.point,
        "step": "hand-in",
    } | changes


def _wish() -> Wish:
    end_reading()
    return reading().scalars(select(Wish)).one()


def test_from_the_form_to_the_wall(app: Flask, place: v.Village) -> None:
    volunteer, reviewer, visitor = signed_in(app, place.volunteer), signed_in(app, place.reviewer), app.test_client()
    chosen = volunteer.get("/desk/wishes/new").get_data(as_text=True)
    assert f"/desk/wishes/new/child/{place.family.child_ref}" in chosen
    assert f"/desk/wishes/new/site/{place.site}" in chosen
    url = f"/desk/wishes/new/child/{place.family.child_ref}"
    assert post(volunteer, url, _need(place, photo=_picture())).status_code == 303
    wish = _wish()
    assert (wish.state, wish.unit_fen) == ("submitted", 150_00)
    assert "冬季棉衣一件" in volunteer.get("/desk/wishes?group=waiting").get_data(as_text=True)
    assert "冬季棉衣一件" in reviewer.get("/reviews").get_data(as_text=True)
    shown = reviewer.get(f"/reviews/wishes/{wish.ref}").get_data(as_text=True)
    photo = reading().scalars(select(Photo.ref)).one()
    assert f"/desk/photos/{photo}-640.webp" in shown
    assert reviewer.get(f"/desk/photos/{photo}-640.webp").status_code == 200
    assert visitor.get(f"/photos/{photo}-640.webp").status_code == 404
    approve = f"/reviews/wishes/{wish.ref}/approve"
    at = f"/reviews/wishes/{wish.ref}"
    refused = post(reviewer, approve, {"checks": ["need-is-real"]}, shown_at=at)
    assert refused.status_code == 422
    assert post(reviewer, approve, {"checks": list(v.CHECKS)}, shown_at=at).status_code == 303
    assert visitor.get(f"/wishes/{wish.ref}").status_code == 200
    picture = visitor.get(f"/photos/{photo}-640.webp")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert "max-age=60" in picture.headers["Cache-Control"]


def test_a_picture_with_a_code_to_scan_is_refused_with_the_reason(app: Flask, place: v.Village) -> None:
    paid, out = io.BytesIO(), io.BytesIO()
    segno.make("wxp://f2f0-pay-me").save(paid, kind="png", scale=5)
    picture = Image.open(_picture()[0])
    picture.paste(Image.open(paid).convert("RGB"), (500, 100))
    picture.save(out, "JPEG")
    out.seek(0)
    url = f"/desk/wishes/new/child/{place.family.child_ref}"
    refused = post(signed_in(app, place.volunteer), url, _need(place, photo=(out, "coat.jpg")))
    assert refused.status_code == 422
    assert "二维码或条形码" in refused.get_data(as_text=True)
    end_reading()
    assert reading().scalars(select(Wish)).first() is None
    assert reading().scalars(select(Photo)).first() is None


def test_what_the_reviewer_affirms_of_a_picture_is_asked_and_recorded(app: Flask, place: v.Village) -> None:
    wish = v.submitted(place, picture=v.photo())
    reviewer, at = signed_in(app, place.reviewer), f"/reviews/wishes/{wish}"
    for code in ("no-person", "no-name", "no-school-or-village-name", "no-contact"):
        rest = [check for check in v.CHECKS if check != code]
        assert post(reviewer, f"{at}/approve", {"checks": rest}, shown_at=at).status_code == 422, code
    assert post(reviewer, f"{at}/approve", {"checks": list(v.CHECKS)}, shown_at=at).status_code == 303
    end_reading()
    look = reading().scalars(select(PictureLook)).one()
    assert look.affirmed.split(",") == list(PHOTO_CHECKLIST)
    shown = reviewer.get(at).get_data(as_text=True)
    assert "对图片的确认" in shown
    v.published(place, v.BOOKS)  # without a picture nothing is affirmed of one
    end_reading()
    assert len(reading().scalars(select(PictureLook)).all()) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"unit_fen": "much"}, 422),
        ({"title": "加微信 abc"}, 422),
        ({"title": "给欧阳小禾"}, 422),
        ({"size": "9"}, 422),
        ({"wanted": "0"}, 422),
        ({"category": ""}, 422),
        ({"photo": b"no picture"}, 422),
    ],
)
def test_a_bad_form_comes_back_filled_in(app: Flask, place: v.Village, change: dict[str, Any], status: int) -> None:
    if "photo" in change:  # a new stream for each database: sending closes it
        change = change | {"photo": (io.BytesIO(change["photo"]), "x.jpg")}
    volunteer = signed_in(app, place.volunteer)
    url = f"/desk/wishes/new/child/{place.family.child_ref}"
    answer = post(volunteer, url, _need(place, **change))
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "蓝色" in text
    assert 'id="problems"' in text
    assert reading().scalars(select(Wish.id)).all() == []


def test_a_draft_is_corrected_and_handed_in(app: Flask, place: v.Village) -> None:
    volunteer = signed_in(app, place.volunteer)
    url = f"/desk/wishes/new/household/{place.family.ref}"
    need = _need(place, category="quilt", title="棉被两床", size="", shown_sex="", wanted="2", step="draft")
    assert post(volunteer, url, need).status_code == 303
    ref = _wish().ref
    edit = f"/desk/wishes/{ref}/edit"
    assert "棉被两床" in volunteer.get(edit).get_data(as_text=True)
    assert post(volunteer, edit, need | {"title": "厚棉被两床", "step": "hand-in"}).status_code == 303
    assert (_wish().title, _wish().state) == ("厚棉被两床", "submitted")
    review.send_back(place.reviewer, ref, reasons=["price-wrong"], note="请核对价格")
    shown = volunteer.get("/desk/wishes").get_data(as_text=True)
    assert "请核对价格" in shown
    assert "请核对价格" in volunteer.get(edit).get_data(as_text=True)


def test_a_limit_is_said_in_words_and_lifted_by_the_reviewer(app: Flask, place: v.Village) -> None:
    v.submitted(place)
    volunteer, reviewer = signed_in(app, place.volunteer), signed_in(app, place.reviewer)
    url = f"/desk/wishes/new/child/{place.family.child_ref}?lang=en"
    answer = post(volunteer, url, _need(place))
    assert answer.status_code == 403
    assert "This child has an open wish already" in answer.get_data(as_text=True)
    assert post(volunteer, url, _need(place, step="draft")).status_code == 303
    assert "冬季棉衣一件" in reviewer.get("/reviews/stopped").get_data(as_text=True)
    ref = reading().scalars(select(Wish.ref).where(Wish.state == "draft")).one()
    lifted = post(reviewer, f"/reviews/stopped/{ref}", {"reason": "家中失火"}, shown_at="/reviews/stopped")
    assert lifted.status_code == 303
    assert post(volunteer, f"/desk/wishes/{ref}/edit", _need(place)).status_code == 303
    end_reading()
    assert reading().get_one(Member, place.family.child_id).open_wishes == 2


def test_each_stopped_draft_and_each_freed_wish_stands_on_a_page(
    app: Flask, place: v.Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    v.submitted(place)
    volunteer, reviewer = signed_in(app, place.volunteer), signed_in(app, place.reviewer)
    for number in range(3):
        url = f"/desk/wishes/new/child/{place.family.child_ref}"
        assert post(volunteer, url, _need(place, step="draft", title=f"厚书包第{number}个")).status_code == 303
    with transaction() as tx:
        for number in range(3):
            freed = v.add_public(tx, place.volunteer, f"空出来第{number}件", at=tx.now)
            freed.state, freed.clock, freed.act_by = "closed", None, None
    for url, name in (("/reviews/stopped", "厚书包第"), ("/reviews", "空出来第")):
        first = reviewer.get(url).get_data(as_text=True)
        onwards = [unescape(link) for link in re.findall(r'rel="next" href="([^"]+)"', first)]
        second = reviewer.get(onwards[-1]).get_data(as_text=True)
        assert [len(re.findall(f"{name}\\d", text)) for text in (first, second)] == [2, 1], url
        assert set(re.findall(f"{name}\\d", first + second)) == {f"{name}{number}" for number in range(3)}


@pytest.mark.parametrize("name", ["return", "reject", "refer"])
def test_the_other_decisions(app: Flask, place: v.Village, name: str) -> None:
    ref = v.submitted(place)
    reviewer = signed_in(app, place.reviewer)
    url = f"/reviews/wishes/{ref}/{name}"
    assert post(reviewer, url, {}).status_code == 422
    reasons = {"return": "price-wrong", "reject": "not-a-need", "refer": "medical"}
    assert post(reviewer, url, {"reasons": [reasons[name]]}).status_code == 303
    assert _wish().state == {"return": "returned", "reject": "rejected", "refer": "referred"}[name]


def test_renewing_and_taking_down(app: Flask, place: v.Village, travel: Travel) -> None:
    ref = v.published(place)
    travel(now() + timedelta(days=91))
    with transaction() as tx:
        assert clocks.due(tx, ref)
    volunteer = signed_in(app, place.volunteer)
    stale = app.test_client().get(f"/wishes/{ref}").get_data(as_text=True)
    assert "is-open" not in stale
    assert post(volunteer, "/desk/wishes/renew", {"refs": []}, shown_at="/desk/wishes").status_code == 422
    assert post(volunteer, "/desk/wishes/renew", {"refs": [ref]}, shown_at="/desk/wishes").status_code == 303
    assert _wish().state == "approved"
    assert post(volunteer, f"/desk/wishes/{ref}/renew", shown_at=f"/desk/wishes/{ref}/withdraw").status_code == 303
    withdrawn = post(volunteer, f"/desk/wishes/{ref}/withdraw", {"reasons": ["met-elsewhere"]})
    assert withdrawn.status_code == 303
    assert _wish().state == "withdrawn"
    assert app.test_client().get(f"/wishes/{ref}").status_code == 200


def test_lowering_by_the_reviewer(app: Flask, place: v.Village) -> None:
    ref = v.published(place, v.BOOKS)
    reviewer = signed_in(app, place.reviewer)
    url = f"/reviews/wishes/{ref}/lower"
    assert post(reviewer, url, {"wanted": "10", "reason": "x"}).status_code == 422
    assert post(reviewer, url, {"wanted": "4", "reason": "人数变少"}).status_code == 303
    assert _wish().wanted == 4


def test_others_see_nothing(app: Flask, place: v.Village) -> None:
    ref = v.submitted(place)
    with transaction() as tx:
        far = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP), (Role.VOLUNTEER, v.OTHER_VILLAGE))
    stranger, donor = signed_in(app, far), signed_in(app, place.donor)
    for url in (
        f"/reviews/wishes/{ref}",
        f"/desk/wishes/new/child/{place.family.child_ref}",
        f"/desk/wishes/{ref}/edit",
        f"/desk/wishes/{ref}/withdraw",
    ):
        assert stranger.get(url).status_code == 404, url
        assert donor.get(url).status_code in (403, 404), url
        assert app.test_client().get(url).status_code in (302, 303, 401), url


def test_a_school_is_registered(app: Flask, place: v.Village) -> None:
    volunteer = signed_in(app, place.volunteer)
    url = f"/sites/new?region={v.VILLAGE}"
    bad = post(volunteer, url, {"kind": "school", "name": " "})
    assert bad.status_code == 422
    good = {"kind": "school", "name": "青山小学", "phone": "0990-2345678", "pupils": "80", "villages_served": "2"}
    assert post(volunteer, url, good).status_code == 303
    assert "青山小学" in volunteer.get("/sites").get_data(as_text=True)
    site = reading().scalars(select(Site).order_by(Site.id.desc()).limit(1)).one()
    assert b"\xe9\x9d\x92" not in site.name_sealed
    assert post(volunteer, f"/sites/{site.ref}/close", shown_at="/sites").status_code == 303
    assert "青山小学" not in volunteer.get("/sites").get_data(as_text=True)


def test_programmes_of_the_office(app: Flask, place: v.Village) -> None:
    office = signed_in(app, place.administrator)
    campaign = {
        "code": "SPRING-2026",
        "name": "春耕行动",
        "region": v.COUNTY,
        "kind": "goods",
        "starts_on": "2026-01-01",
        "body": "云溪县慈善会",
        "certificate": "慈证字002号",
        "filing": "备案2026-02",
        "contact": "0990-7654321",
        "budget": "10000",
    }
    assert post(office, "/admin/programmes/new", campaign | {"filing": ""}).status_code == 422
    assert post(office, "/admin/programmes/new", campaign | {"code": "x y"}).status_code == 422
    assert post(office, "/admin/programmes/new", campaign).status_code == 303
    assert post(office, "/admin/programmes/new", campaign).status_code == 409
    programme = reading().scalars(select(Programme).where(Programme.code == "SPRING-2026")).one()
    assert programme.budget_fen == 10_000_00
    assert "春耕行动" in office.get("/admin/programmes").get_data(as_text=True)
    closing = f"/admin/programmes/{programme.ref}/close"
    assert post(office, closing, shown_at="/admin/programmes").status_code == 303
    end_reading()
    assert reading().get_one(Programme, programme.id).closed_at is not None


def test_points_of_the_office(app: Flask, place: v.Village) -> None:
    office = signed_in(app, place.administrator)
    point = {
        "kind": "township",
        "name": "白沙代收点",
        "recipient": "代收点",
        "address": "人民路9号",
        "phone": "13800001111",
        "hours": "9-17",
        "keeper_ref": place.volunteer.ref,
    }
    url = f"/admin/points/new?region={v.TOWNSHIP}&here=1"
    assert post(office, url, point | {"phone": "12"}).status_code == 422
    assert post(office, url, point).status_code == 303
    row = reading().scalars(select(ServicePoint).order_by(ServicePoint.id.desc()).limit(1)).one()
    assert row.keeper_id == place.volunteer.account_id
    edit = f"/admin/points/{row.ref}"
    assert "人民路9号" in office.get(edit).get_data(as_text=True)
    assert post(office, edit, point | {"hours": "8-18"}).status_code == 303
    v.submitted(place)
    used = reading().scalars(select(ServicePoint.ref).where(ServicePoint.ref == place.point)).one()
    assert post(office, f"/admin/points/{used}/close", shown_at="/admin/points").status_code == 409
    end_reading()
    assert reading().scalars(select(ServicePoint.closed_at).where(ServicePoint.ref == used)).one() is None
    assert post(office, f"{edit}/close", shown_at="/admin/points").status_code == 303
    end_reading()
    assert reading().scalars(select(ServicePoint.closed_at).where(ServicePoint.ref == row.ref)).one() is not None


def test_a_picture_sent_twice_with_one_key_leaves_one_set_of_files(app: Flask, place: v.Village) -> None:
    volunteer, url = signed_in(app, place.volunteer), f"/desk/wishes/new/child/{place.family.child_ref}"
    folder = app.extensions["settings"].instance_path / "photos"
    before = {path.name for path in folder.rglob("*")}
    shown = volunteer.get(url).get_data(as_text=True)
    hidden = {name: shown.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf_token", "once")}
    answers = [volunteer.post(url, data=_need(place, photo=_picture(), **hidden)).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    end_reading()
    [key] = reading().scalars(select(Photo.storage_key))
    left = {path.name for path in folder.rglob("*") if path.is_file()} - before
    assert left == set(names(key))


def test_only_who_may_lift_a_limit_is_led_to_what_it_stopped(app: Flask, place: v.Village) -> None:
    with transaction() as tx:
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    for who, may in ((place.reviewer, True), (auditor, False)):
        client = signed_in(app, who)
        assert ('href="/reviews/stopped"' in client.get("/reviews").text) is may
        assert (client.get("/reviews/stopped").status_code == 200) is may
