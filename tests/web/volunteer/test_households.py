"""The register's pages: what is wrong is said at its field, nothing typed is lost, and no list tells a name."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters import clock
from charity.domain.consents import GivenBy, Purpose
from charity.models.households import CodeCard, Consent, Fact, FileOpened, Household, LookAlike, Member
from charity.services.register import households
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import parish as p
from tests.services.parish import Parish

NEW = f"/households/new?region={v.VILLAGE}"
FAMILY = {
    "category": "low-income",
    "head_name": p.HEAD,
    "address": p.ADDRESS,
    "phone": p.PHONE,
    "relative_phone": p.RELATIVE,
}
PERSON = {"relation": "head", "name": p.HEAD, "sex": "female", "birth": "1980-05-04"}
NUMBER = p.id_number("19800504")
SECRETS = (p.HEAD, p.CHILD, p.ADDRESS, p.PHONE, p.RELATIVE, NUMBER)


@pytest.fixture
def parish(app: Flask) -> Parish:
    return p.found()


@pytest.fixture
def volunteer(app: Flask, parish: Parish) -> Client:
    return signed_in(app, parish.volunteer)


@pytest.fixture
def reviewer(app: Flask, parish: Parish) -> Client:
    return signed_in(app, parish.reviewer)


def text_of(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def error_at(answer: TestResponse, field: str) -> str:
    found = re.search(rf'id="{field}-error">(?:<span[^>]*>[^<]*</span>)?([^<]+)<', text_of(answer))
    assert found, f"{answer.status_code}: nothing is said at {field}"
    return found[1].strip()


def open_file(client: Client, home: str, purpose: str = "visit") -> str:
    answer = post(client, f"/households/{home}/open", {"purpose": purpose}, shown_at=f"/households/{home}")
    assert answer.status_code == 303, text_of(answer)
    return text_of(client.get(f"/households/{home}"))


def test_a_volunteer_of_one_village_writes_the_family_down_at_once(volunteer: Client) -> None:
    assert "桃花坞村" in text_of(volunteer.get("/households/new"))
    answer = post(volunteer, NEW, FAMILY)
    assert answer.status_code == 303
    shown = text_of(volunteer.get(answer.location))
    assert "家庭已登记" in shown
    assert "登记家庭成员" in shown
    assert not any(secret in shown for secret in SECRETS)


def test_a_wider_region_chooses_the_village_step_by_step(app: Flask, parish: Parish) -> None:
    with v.transaction() as tx:
        wide = v.add_person(tx, (v.Role.VOLUNTEER, v.COUNTY))
    client = signed_in(app, wide)
    for address in (
        "/households/new",
        f"/households/new?region={v.COUNTY}",
        f"/households/new?region={v.TOWNSHIP}",
    ):
        page = client.get(address)
        assert page.status_code == 200
    assert f"region={v.VILLAGE}" in text_of(page)
    assert 'name="head_name"' in text_of(client.get(NEW))
    assert post(client, NEW, FAMILY | {"phone": ""}).status_code == 303


@pytest.mark.parametrize(
    ("field", "bad", "says"),
    [
        ("category", "", "必须填写"),
        ("category", "rich", ""),
        ("head_name", "", ""),
        ("head_name", "\u200b\x00 \u2060", ""),
        ("head_name", "长" * 41, "40"),
        ("address", "长" * 121, "120"),
        ("phone", "12345", "电话"),
        ("relative_phone", "abc", "电话"),
    ],
)
def test_what_is_wrong_with_a_family_is_said_at_its_field(volunteer: Client, field: str, bad: str, says: str) -> None:
    answer = post(volunteer, NEW, FAMILY | {field: bad})
    assert answer.status_code == 422
    assert says in error_at(answer, field) or not says
    page = text_of(answer)
    for name, value in FAMILY.items():
        if name not in (field, "category"):
            assert f'value="{value}"' in page, name
    assert p.count(Household) == 0


def test_a_look_alike_is_asked_about_and_nothing_typed_is_lost(volunteer: Client, parish: Parish) -> None:
    p.registered(parish)
    answer = post(volunteer, NEW, FAMILY)
    assert answer.status_code == 409
    assert "相似" in error_at(answer, "override")
    assert f'value="{p.ADDRESS}"' in text_of(answer)
    assert post(volunteer, NEW, FAMILY | {"override": "隔壁的另一户"}).status_code == 303
    assert p.count(LookAlike) == 1


def test_the_same_post_twice_is_one_family(volunteer: Client) -> None:
    page = text_of(volunteer.get(NEW))
    tokens = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "once")}  # type: ignore[index]
    answers = [volunteer.post(NEW, data=FAMILY | tokens) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert p.count(Household) == 1


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"birth": "2015-02-29"}, "birth", "日历上没有这一天"),
        ({"birth": "yesterday"}, "birth", "2015-02-28"),
        ({"birth": "2999-01-01"}, "birth", "还没有到"),
        ({"birth": ""}, "birth", ""),
        ({"id_number": "110101198005041221"}, "id_number", "校验位"),
        ({"id_number": "1"}, "id_number", "18"),
        ({"id_number": p.id_number("19800505")}, "birth", "身份证"),
        ({"id_number": NUMBER, "sex": "male"}, "sex", "性别"),
        ({"sex": ""}, "sex", ""),
        ({"name": ""}, "name", ""),
        ({"relation": "boss"}, "relation", ""),
    ],
)
def test_what_is_wrong_with_a_person_is_said_at_its_field(
    volunteer: Client, parish: Parish, changes: dict[str, str], field: str, says: str
) -> None:
    url = f"/households/{p.registered(parish)}/members/new"
    answer = post(volunteer, url, PERSON | changes)
    assert answer.status_code == 422
    assert says in error_at(answer, field) or not says
    page = text_of(answer)
    for name, value in (PERSON | changes).items():
        if name in ("name", "birth", "id_number") and value:
            assert f'value="{value}"' in page, name
    assert p.count(Member) == 0


def test_the_same_person_twice_is_refused_with_everything_kept(volunteer: Client, parish: Parish) -> None:
    home, other = p.registered(parish), p.registered(parish, head_name="别的人", phone="")
    assert post(volunteer, f"/households/{home}/members/new", PERSON | {"id_number": NUMBER}).status_code == 303
    answer = post(volunteer, f"/households/{other}/members/new", PERSON | {"name": "改名", "id_number": NUMBER})
    assert answer.status_code == 409
    assert "已经登记" in error_at(answer, "id_number")
    assert f'value="{NUMBER}"' in text_of(answer)


@pytest.mark.parametrize(
    ("key", "data", "field", "says"),
    [
        ("water", {}, "value", ""),
        ("water", {"value": "champagne"}, "value", ""),
        ("wages", {"value": "many"}, "value", "不符合"),
        ("wages", {"value": "1e9"}, "value", "不符合"),
        ("wages", {"value": "123456789012"}, "value", "不符合"),
        ("wages", {"value": "12.345"}, "value", "不符合"),
        ("plan", {"value": "长" * 301}, "value", "300"),
        ("wages", {"value": "3200", "as_of": "2999-01-01"}, "as_of", "还没有到"),
        ("wages", {"value": "3200", "as_of": "x"}, "as_of", ""),
        ("health", {"value": "well", "member": ""}, "member", ""),
    ],
)
def test_what_is_wrong_with_a_fact_is_said_at_its_field(
    volunteer: Client, parish: Parish, key: str, data: dict[str, str], field: str, says: str
) -> None:
    home, _, _ = p.settled(parish)
    answer = post(volunteer, f"/households/{home}/facts/{key}", {"as_of": "2026-05-04"} | data)
    assert answer.status_code == 422
    assert says in error_at(answer, field) or not says
    if data.get("value") and key in ("wages", "plan"):
        assert data["value"] in text_of(answer)
    assert p.count(Fact) == 0


def test_facts_are_written_as_people_write_and_shown_as_they_read(volunteer: Client, parish: Parish) -> None:
    home, _, child = p.settled(parish)
    for key, value, more in (
        ("wages", "３，２００.5", {}),
        ("land-mu", " 12 ", {}),
        ("water", "well", {}),
        ("health", "well", {"member": child}),
        ("plan", "<b>养蜂</b>", {}),
        ("expected-by", "2028", {}),
    ):
        sent = {"value": value, "as_of": "2026-05-04"} | more
        answer = post(volunteer, f"/households/{home}/facts/{key}", sent)
        assert answer.status_code == 303, (key, text_of(answer))
    shown = open_file(volunteer, home)
    for words in ("¥3,200.50", "井水", "健康", "<b>养蜂</b>", "2028"):
        assert words in shown
    assert "<b>养蜂" not in volunteer.get(f"/households/{home}").get_data(as_text=True)
    assert volunteer.get(f"/households/{home}/facts/nothing").status_code == 404


def test_a_form_survives_the_end_of_the_files_quarter_of_an_hour(volunteer: Client, parish: Parish) -> None:
    home, _, child = p.settled(parish)  # no file was ever opened here
    page = text_of(volunteer.get(f"/households/{home}/facts/health"))
    assert child in page
    assert p.CHILD not in page
    data = {"member": child, "value": "well", "as_of": "2026-05-04"}
    assert post(volunteer, f"/households/{home}/facts/health", data).status_code == 303


CONSENT = {"purposes": ["register", "publish-wish"], "answer": "yes", "given_by": "parent", "child_agrees": "yes"}


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"member": ""}, 422, "member"),
        ({"purposes": []}, 422, "purposes"),
        ({"purposes": ["sell"]}, 422, "purposes"),
        ({"answer": ""}, 422, "answer"),
        ({"given_by": "self"}, 422, "given_by"),
        ({"given_by": "carer"}, 422, "parent_agreed"),
        ({"child_agrees": ""}, 422, "child_agrees"),
        ({"child_agrees": "no"}, 409, "child_agrees"),
    ],
)
def test_what_is_wrong_with_a_consent_is_said_at_its_field(
    volunteer: Client, parish: Parish, changes: dict[str, object], status: int, field: str
) -> None:
    home, _, child = p.settled(parish)
    answer = post(volunteer, f"/households/{home}/consents/new", {"member": child} | CONSENT | changes)
    assert answer.status_code == status
    assert error_at(answer, field)
    if "purposes" not in changes:
        assert len(re.findall(r'<input[^>]+checked[^>]+name="purposes"', text_of(answer))) == 2
    assert p.count(Consent) == 0


def test_several_uses_are_agreed_to_at_once(volunteer: Client, parish: Parish) -> None:
    home, _, child = p.settled(parish)
    boxes = re.findall(r'<input[^>]+name="purposes"[^>]*>', text_of(volunteer.get(f"/households/{home}/consents/new")))
    assert len(boxes) == len(Purpose)
    assert not any("required" in box for box in boxes)  # a browser would ask for each of them
    answer = post(volunteer, f"/households/{home}/consents/new", {"member": child} | CONSENT)
    assert answer.status_code == 303
    assert p.count(Consent) == 2
    assert "以化名公开心愿" in open_file(volunteer, home)


def test_the_file_opens_for_a_purpose_only(reviewer: Client, parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    before = text_of(reviewer.get(f"/households/{home}"))
    assert not any(secret in before for secret in SECRETS)
    url = f"/households/{home}/open"
    for bad in ({}, {"purpose": "curiosity"}):
        answer = post(reviewer, url, bad, shown_at=f"/households/{home}")
        assert answer.status_code == 422
        assert error_at(answer, "purpose")
    assert p.count(FileOpened) == 0
    shown = open_file(reviewer, home)
    for secret in (p.HEAD, p.CHILD, p.ADDRESS, p.PHONE):
        assert secret in shown
    log = text_of(reviewer.get(f"/households/{home}/log"))
    assert "入户走访" in log
    assert not any(secret in log for secret in SECRETS)


def test_no_list_tells_a_name_not_even_the_one_that_was_searched(
    volunteer: Client, parish: Parish, capfd: pytest.CaptureFixture[str]
) -> None:
    home = p.registered(parish)
    post(volunteer, f"/households/{home}/members/new", PERSON | {"id_number": NUMBER})
    desk = text_of(volunteer.get("/households"))
    alias = p.row_of(home).alias
    assert alias in desk
    assert not any(secret in desk for secret in SECRETS)
    for words in (alias, p.HEAD, p.PHONE):
        found = post(volunteer, "/households", {"q": words})
        assert found.status_code == 200
        assert "找到 1 户" in text_of(found)
        rows = text_of(found).split('<ul class="rows')[1]
        assert not any(secret in rows for secret in SECRETS)
    assert "找到 0 户" in text_of(post(volunteer, "/households", {"q": "没有这个人"}))
    assert post(volunteer, "/households", {"q": "长" * 41}).status_code == 422
    said = "".join(capfd.readouterr())
    assert not any(secret in said for secret in SECRETS)


def test_pages_with_names_are_kept_by_nobody(reviewer: Client, parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    open_file(reviewer, home)
    assert reviewer.get(f"/households/{home}").headers["Cache-Control"] == "no-store"


def test_the_township_verifies_moves_on_and_prints(reviewer: Client, parish: Parish) -> None:
    home, head, _ = p.settled(parish)
    here = f"/households/{home}"
    answer = post(reviewer, f"{here}/verify", shown_at=here)
    assert answer.status_code == 409
    assert "户主尚未同意" in text_of(answer)
    p.agree(parish.volunteer, home, head, Purpose.REGISTER)
    assert post(reviewer, f"{here}/verify", shown_at=here).status_code == 303
    assert "家庭已核实" in text_of(reviewer.get(here))
    wrong = post(reviewer, f"{here}/life", {"life_act": "graduate"}, shown_at=here)
    assert wrong.status_code == 409
    assert "不能再进行这一步" in text_of(wrong)
    assert post(reviewer, f"{here}/life", {"life_act": ""}, shown_at=here).status_code == 422
    assert post(reviewer, f"{here}/life", {"life_act": "support"}, shown_at=here).status_code == 303
    card = post(reviewer, f"{here}/card")
    assert (card.status_code, card.mimetype) == (200, "application/pdf")
    assert card.headers["Cache-Control"] == "no-store"
    assert card.data.startswith(b"%PDF")


def test_loading_the_sheet_again_makes_no_new_card(reviewer: Client, parish: Parish) -> None:
    url = f"/households/{p.settled(parish)[0]}/card"
    shown = text_of(reviewer.get(url))
    tokens = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("csrf_token", "once")}  # type: ignore[index]
    assert reviewer.post(url, data=tokens).mimetype == "application/pdf"
    assert p.count(CodeCard) == 1
    again = reviewer.post(url, data=tokens)
    assert (again.status_code, again.mimetype) == (409, "text/html")
    assert "只给出一次" in text_of(again)
    assert p.count(CodeCard) == 1
    fresh = {name: re.search(rf'name="{name}" value="([^"]+)"', text_of(again))[1] for name in ("csrf_token", "once")}  # type: ignore[index]
    assert reviewer.post(url, data=fresh).mimetype == "application/pdf"  # the page offers a new one
    assert p.count(CodeCard) == 2


def test_a_likeness_is_cleared_on_the_page(reviewer: Client, parish: Parish) -> None:
    p.registered(parish)
    home = households.register(parish.volunteer, v.VILLAGE, family=p.family(), override="隔壁的另一户")
    households.add_member(parish.volunteer, home, person=p.person(name="别的人"))
    shown = open_file(reviewer, home, "review")
    assert "隔壁的另一户" in shown
    [url] = re.findall(r'action="(/households/[^"]+/look-alikes/[^"]+)"', shown)
    wrong = post(reviewer, url, {"reason": "x"}, shown_at=f"/households/{home}")
    assert wrong.status_code == 422
    assert "请简要说明理由" in text_of(wrong)
    with clock.hold(clock.now() + timedelta(minutes=16)):  # the file shut while he wrote: he is told all the same
        late = post(reviewer, url, {"reason": "x"}, shown_at=f"/households/{home}")
    assert (late.status_code, f'action="{url}"' in text_of(late)) == (422, False)
    assert "请简要说明理由" in text_of(late)
    assert post(reviewer, url, {"reason": "看过户口簿"}, shown_at=f"/households/{home}").status_code == 303
    assert "乡镇已核实" in text_of(reviewer.get(f"/households/{home}"))


def test_somebody_leaves_after_being_asked_once_more(volunteer: Client, parish: Parish) -> None:
    home, _, child = p.settled(parish)
    url = f"/households/{home}/members/{child}/end"
    page = text_of(volunteer.get(url))
    assert "将不再列出" in page and p.CHILD not in page
    assert p.count(Member) == 2
    assert post(volunteer, url).status_code == 303
    assert volunteer.get(url).status_code == 404
    assert p.CHILD not in open_file(volunteer, home)


def test_outside_the_region_every_page_is_missing(app: Flask, parish: Parish) -> None:
    home, head, child = p.settled(parish)
    p.agree(parish.volunteer, home, head, Purpose.REGISTER)
    p.agree(parish.volunteer, home, child, Purpose.REGISTER, by=GivenBy.PARENT)
    neighbour = signed_in(app, parish.neighbour)
    nothing = neighbour.get(f"/households/{'0' * 13}")
    for path in ("", "/members/new", f"/members/{child}/end", "/facts/water", "/facts/health", "/consents/new"):
        answer = neighbour.get(f"/households/{home}{path}")
        assert (answer.status_code, text_of(answer)) == (404, text_of(nothing).replace("0" * 13, f"{home}{path}"))
    assert neighbour.get(NEW).status_code == 200
    assert 'name="head_name"' in text_of(neighbour.get(NEW))  # his own village is chosen instead
    assert post(neighbour, NEW, FAMILY, shown_at="/households/new").status_code == 404


def test_roles_meet_their_doors(app: Flask, parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    here = f"/households/{home}"
    visitor = app.test_client()
    assert visitor.get("/households").status_code == 401
    donor, auditor = signed_in(app, parish.donor), signed_in(app, parish.auditor)
    for path in ("/households", "/households/new", here, f"{here}/log", f"{here}/members/new"):
        assert donor.get(path).status_code == 403, path
    assert auditor.get(here).status_code == 200
    assert auditor.get(f"{here}/log").status_code == 200
    assert "打开档案" not in text_of(auditor.get(here))
    assert signed_in(app, parish.volunteer).get(f"{here}/log").status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages(app: Flask, parish: Parish, language: str) -> None:
    home, _, _ = p.settled(parish)
    for who in (parish.volunteer, parish.reviewer):
        client = signed_in(app, who)
        open_file(client, home)
        pages = ["/households", f"/households/{home}"]
        if who is parish.volunteer:
            pages += [NEW, f"/households/{home}/members/new", f"/households/{home}/consents/new"]
            pages += [f"/households/{home}/facts/{key}" for key in ("health", "wages", "plan", "water")]
        else:
            pages += [f"/households/{home}/log"]
        for path in pages:
            joint = "&" if "?" in path else "?"
            shown = text_of(client.get(f"{path}{joint}lang={language}"))
            body = shown.split("<main", 1)[1].split("</main>")[0]
            if language == "en":
                names = "".join((p.HEAD, p.CHILD, p.ADDRESS, *v.NAMES.values(), "网友"))
                assert set(re.findall(r"[\u4e00-\u9fff]", body)) <= set(names), path
            else:
                assert not re.search(r"\b(Household|Family|Person|Purpose|Village)\b", body), path
