"""Names that a concern takes off boards and rooms: at once and everywhere, by choice of another one, or given back."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Grant, Role
from charity.domain.errors import Conflict, Missing, NotPermitted
from charity.models.accounts import Account
from charity.models.cases import Case
from charity.models.ledger import ENTRIES
from charity.models.names_down import NameDown, forget_names_of
from charity.models.outbox import Notice
from charity.queries import boards as shown
from charity.services import accounts
from charity.services.accounts.closing import wipe
from charity.services.organisations import apply as organisations
from charity.services.organisations import decide
from charity.services.organisations.decide import Rights
from charity.services.pledges import cases, rule
from charity.services.wishes import takedowns
from charity.services.wishes.objecting import object_to_name_down
from tests.kit import charities as c
from tests.kit import ring
from tests.kit import village as v
from tests.kit.people import last_code, sign_up
from tests.kit.visits import post, signed_in
from tests.projections.test_boards import catch_up, give
from tests.safety.test_api import Program
from tests.services import town as t
from tests.services.town import Town

BAD = "张小明在三年级"
BOARDS = "/boards?metric=wishes&period=all"


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    shown.forget_read()
    with transaction() as tx:
        v.add_regions(tx)
    yield t.found_town()
    shown.forget_read()


@pytest.fixture
def donor(town: Town) -> Actor:
    """Bring a donor with a name that tells who a child is, by which he stands on the boards."""
    donor = t.person()
    accounts.rename(donor, nickname=BAD, public_name="")
    give(town, donor)
    catch_up()
    return donor


def reported(app: Flask) -> str:
    """Report the name by the link of its row, as a visitor; gives the number."""
    text = app.test_client().get(f"{BOARDS}&lang=en").get_data(as_text=True)
    link = text.partition('<a href="/concern?page=%2Fboards')[2].partition('"')[0]
    page = parse_qs(urlsplit(f"/concern?page=%2Fboards{link}".replace("&amp;", "&")).query)["page"][0]
    return cases.report(VISITOR, reason="privacy", words="那是一个孩子的名字", page=page)


def shown_first(app: Flask) -> str:
    """Give the name in the first row of the board, as a program reads it."""
    shown.forget_read()
    board = app.test_client().get("/api/v1/boards/wishes").json
    assert board is not None
    return board["rows"][0]["name"]


def account(actor: Actor) -> Account:
    end_reading()
    return reading().scalars(select(Account).where(Account.id == actor.account_id)).one()


def faces(app: Flask, donor: Actor) -> list[str]:
    """Look at whatever shows donors' names, as a visitor and as the donor."""
    shown.forget_read()
    urls = (BOARDS, "/boards?region=9901", "/api/v1/boards/wishes", "/figures", "/book", "/")
    return [app.test_client().get(url).get_data(as_text=True) for url in urls] + [
        signed_in(app, donor).get(BOARDS).get_data(as_text=True)
    ]


def test_a_reviewer_takes_a_name_off_everything_at_once_by_the_row_it_was_reported_at(
    app: Flask, town: Town, donor: Actor
) -> None:
    assert any(BAD in face for face in faces(app, donor))
    case = reported(app)
    desk = signed_in(app, town.neighbour)  # a name belongs to no county: any reviewer may, at once
    text = desk.get(f"/audit/cases/{case}?lang=en").get_data(as_text=True)
    assert f'<option selected value="{donor.ref}">{BAD}</option>' in text
    assert "那是" not in text  # what the reporter wrote is the auditors'
    sent = post(
        desk, f"/audit/cases/{case}/take-down", {"scope": "name", "name": donor.ref}, shown_at=f"/audit/cases/{case}"
    )
    assert sent.status_code == 302
    assert not [face for face in faces(app, donor) if BAD in face]
    assert "Anonymous" in app.test_client().get(f"{BOARDS}&lang=en").get_data(as_text=True)
    board = app.test_client().get("/api/v1/boards/wishes").json
    assert board is not None and [(row["rank"], row["name"], row["value"]) for row in board["rows"]] == [(1, "", 1)]
    told = app.test_client().get(f"/concern/{case}?lang=en").get_data(as_text=True)
    assert "Taken out of sight" in told and BAD not in told
    end_reading()
    bodies = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind == "case.hidden")).all()
    assert len(bodies) == 1 and BAD.encode() not in bytes(bodies[0]) and b'"outcome":"name"' in bytes(bodies[0])


def test_its_owner_hears_why_and_chooses_another_name_but_not_the_same(app: Flask, town: Town, donor: Actor) -> None:
    case = reported(app)
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    client = signed_in(app, donor)
    assert "shown no more" in client.get("/inbox?lang=en").get_data(as_text=True)
    mine = client.get("/account/names?lang=en").get_data(as_text=True)
    assert "It shows who somebody is" in mine and f"/concern/{case}" in mine
    for same in (BAD, f" {BAD[:3]} {BAD[3:]}"):
        refused = post(client, "/account/names", {"nickname": same, "public_name": ""})
        assert refused.status_code == 409
    assert post(client, "/account/names", {"nickname": "山风", "public_name": BAD}).status_code == 409
    assert post(client, "/account/names", {"nickname": "山风", "public_name": ""}).status_code == 302
    assert any("山风" in face for face in faces(app, donor))


def test_who_disagrees_is_heard_once_by_another_auditor_of_the_level_above(
    app: Flask, town: Town, donor: Actor
) -> None:
    page = "/boards?metric=wishes&region=9901&period=all"
    case = cases.report(VISITOR, reason="privacy", words="那是一个孩子的名字", page=page)
    takedowns.take_down(town.county_reviewer, case, scope="name", name=donor.ref)
    rule.rule_concern(town.city_auditor, case, ruling="upheld", grounds="It tells who a child is.")
    client = signed_in(app, donor)
    assert (
        post(client, "/account/names/object", {"words": "那是我自己的笔名"}, shown_at="/account/names").status_code
        == 302
    )
    assert post(client, "/account/names/object", {"words": "再说一次"}, shown_at="/account/names").status_code == 409
    end_reading()
    appeal = reading().scalars(select(Case).where(Case.kind == "appeal")).one()
    assert appeal.region_code == "99"
    with pytest.raises(Missing):
        rule.rule_concern(town.city_auditor, appeal.ref, ruling="unfounded", grounds="Mine.")
    above = t.person((Role.AUDITOR, "99"))
    rule.rule_concern(above, appeal.ref, ruling="unfounded", grounds="A pen name of his own.")
    assert account(donor).nickname == BAD
    assert any(BAD in face for face in faces(app, donor))
    assert "shown again" in client.get("/inbox?lang=en").get_data(as_text=True)
    end_reading()
    assert len(reading().scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == "case.shown")).all()) == 1
    assert "In sight again" in app.test_client().get(f"/concern/{case}?lang=en").get_data(as_text=True)
    assert ring.agrees() == 0


def test_nobody_decides_about_his_own_ruling_and_a_name_chosen_meanwhile_stays(
    app: Flask, town: Town, donor: Actor
) -> None:
    case = reported(app)
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    rule.rule_concern(town.auditor, case, ruling="upheld", grounds="So it is.")
    with pytest.raises(Conflict, match="concern-upheld"):
        takedowns.bring_back(town.reviewer, case, reason="it is fine")
    number = object_to_name_down(donor, words="那是我自己的笔名")
    with pytest.raises(NotPermitted, match="judged-before"):
        rule.rule_concern(town.auditor, number, ruling="unfounded", grounds="After all.")
    accounts.rename(donor, nickname="山风", public_name="")
    rule.rule_concern(town.city_auditor, number, ruling="unfounded", grounds="A pen name.")
    assert account(donor).nickname == "山风"
    accounts.rename(donor, nickname=BAD, public_name="")  # and may be chosen again


def test_a_program_takes_a_name_by_how_it_stands_there(app: Flask, town: Town, donor: Actor) -> None:
    case, program = reported(app), Program(app, town.neighbour)
    act = f"/concerns/{case}/take-down"
    assert program.post(act, {"scope": "name", "name": "没有这个人"}).status_code == 422
    assert program.post(act, {"scope": "name", "name": BAD}).json == {"number": case, "things": 1}
    assert not [face for face in faces(app, donor) if BAD in face]
    desk = signed_in(app, town.neighbour).get(f"/audit/cases/{case}?lang=en").get_data(as_text=True)
    assert "Bring it back into sight" in desk and "Take it out of sight now" not in desk  # nobody else stands there


def test_of_two_with_one_name_the_reported_row_goes_and_of_none_reported_neither(
    app: Flask, town: Town, donor: Actor
) -> None:
    twin = t.person()
    accounts.rename(twin, nickname=BAD, public_name="")
    give(town, twin)
    catch_up()
    program, act = Program(app, town.neighbour), "/concerns/%s/take-down"
    vague = cases.report(VISITOR, reason="privacy", words="那是一个孩子的名字", page=BOARDS)
    assert program.post(act % vague, {"scope": "name", "name": BAD}).status_code == 409
    exact = reported(app)  # by the link of the first row
    assert program.post(act % exact, {"scope": "name", "name": BAD}).status_code == 200
    end_reading()
    first = shown_first(app)
    assert sorted(account(who).nickname for who in (donor, twin)) == ["", BAD] and first == ""


def test_a_board_of_no_place_is_everybodys_to_look_into(app: Flask, town: Town) -> None:
    case = cases.report(VISITOR, reason="privacy", words="那是一个孩子的名字", page="/boards?region=98")
    end_reading()
    assert reading().scalar(select(Case.region_code).where(Case.ref == case)) == ""
    rule.rule_concern(town.auditor, case, ruling="unfounded", grounds="No name stands there.")


def test_only_who_may_takes_only_names_and_what_was_taken_is_forgotten_with_the_account(
    app: Flask, town: Town, donor: Actor
) -> None:
    case = reported(app)
    for nobody in (town.volunteer, donor):
        with pytest.raises(Missing):
            takedowns.take_down(nobody, case, scope="name", name=donor.ref)
    for scope in ("thing", "everything"):
        with pytest.raises(Exception, match="scope-unknown"):
            takedowns.take_down(town.reviewer, case, scope=scope)
    with pytest.raises(Exception, match="name-missing"):
        takedowns.take_down(town.reviewer, case, scope="name", name="")
    takedowns.take_down(town.reviewer, case, scope="name", name=donor.ref)
    with pytest.raises(Conflict, match="nothing-to-take-down"):
        takedowns.take_down(town.reviewer, case, scope="name", name=donor.ref)
    with transaction() as tx:
        wipe(tx, tx.session.get_one(Account, donor.account_id))
    end_reading()
    kept = reading().execute(select(NameDown.nickname_sealed, NameDown.public_name_sealed)).all()
    assert [tuple(row) for row in kept] == [(None, None)]
    takedowns.bring_back(town.auditor, case, reason="the account is gone")
    assert account(donor).nickname == account(donor).pseudonym


def test_nobody_decides_about_his_own_name_nor_about_a_name_he_took_himself(
    app: Flask, town: Town, donor: Actor
) -> None:
    judge = replace(donor, grants=(*donor.grants, Grant(role=Role.AUDITOR, region="99")), proved=True)
    case = reported(app)
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    with pytest.raises(NotPermitted, match="own-decision"):
        takedowns.bring_back(judge, case, reason="it is my own name")
    with pytest.raises(NotPermitted, match="own-report"):
        rule.rule_concern(judge, case, ruling="unfounded", grounds="Mine.")
    number = object_to_name_down(donor, words="那是我自己的笔名")
    with pytest.raises(NotPermitted, match="own-report"):
        rule.rule_concern(judge, number, ruling="unfounded", grounds="Mine.")
    with pytest.raises(NotPermitted, match="auditors-show-again"):
        takedowns.bring_back(town.reviewer, case, reason="another reviewer took it")
    takedowns.bring_back(town.neighbour, case, reason="taken by mistake")  # whoever took it may say so
    assert account(donor).nickname == BAD


def test_whoever_took_a_name_does_not_rule_about_the_objection(app: Flask, town: Town, donor: Actor) -> None:
    case = reported(app)
    takedowns.take_down(town.city_auditor, case, scope="name", name=donor.ref)
    number = object_to_name_down(donor, words="那是我自己的笔名")
    with pytest.raises(NotPermitted, match="judged-before"):
        rule.rule_concern(town.city_auditor, number, ruling="unfounded", grounds="After all.")
    accounts.rename(donor, nickname="山风", public_name="")
    rule.rule_concern(town.auditor, number, ruling="unfounded", grounds="A pen name.")
    end_reading()
    kinds = reading().scalars(select(Notice.kind).where(Notice.account_id == donor.account_id)).all()
    assert "name-given-back" not in kinds, "he bears another one, and it stays"


def refused_to(other: Actor, name: str = BAD) -> bool:
    """Try the name as another person, as either of his names; tells whether both were refused, and as what."""
    refused: list[str] = []
    for nickname, public in ((name, ""), ("远山", name)):
        try:
            accounts.rename(other, nickname=nickname, public_name=public)
        except Conflict as error:
            refused.append(error.code)
    assert set(refused) <= {"name-not-free"}
    return len(refused) == 2


def test_nobody_else_bears_a_name_that_was_taken_until_it_is_given_back(app: Flask, town: Town, donor: Actor) -> None:
    other = t.person()
    case = reported(app)
    assert not refused_to(other)  # nothing is taken yet
    accounts.rename(other, nickname="远山", public_name="")
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    assert refused_to(other) and refused_to(other, f"{BAD[:2]}  {BAD[2:]}")
    with pytest.raises(Conflict, match="name-not-free"):
        sign_up("new@example.org", nickname=BAD)
    text = post(signed_in(app, other), "/account/names", {"nickname": BAD, "public_name": ""}).get_data(as_text=True)
    assert "请另选一个名字" in text and "撤下" not in text
    accounts.rename(other, nickname=f"{BAD}级", public_name="")  # another name
    rule.rule_concern(town.auditor, case, ruling="unfounded", grounds="A pen name.")
    assert not refused_to(other)
    sign_up("new@example.org", nickname=BAD)


def test_a_name_stays_taken_after_it_and_its_owner_were_forgotten(app: Flask, town: Town, donor: Actor) -> None:
    other = t.person()
    case = reported(app)
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    end_reading()
    number = reading().scalars(select(Case.id).where(Case.ref == case)).one()
    with transaction() as tx:
        forget_names_of(tx, [number])
    assert refused_to(other) and refused_to(donor)
    with transaction() as tx:
        wipe(tx, tx.session.get_one(Account, donor.account_id))
    assert refused_to(other)


def test_a_name_taken_while_an_address_is_proved_is_left_empty(app: Flask, town: Town, donor: Actor) -> None:
    case, note = reported(app), sign_up("new@example.org", nickname=BAD)
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    assert accounts.verify_sign_up(VISITOR, note, last_code(), device="test")
    end_reading()
    assert reading().scalars(select(Account.nickname).order_by(Account.id.desc()).limit(1)).one() == ""


def test_an_organisation_bears_no_name_that_was_taken(app: Flask, town: Town, donor: Actor) -> None:
    office = t.person((Role.ADMINISTRATOR, t.COUNTY))
    before = organisations.apply(t.person(), application=c.application(BAD, 1, t.COUNTY))
    takedowns.take_down(town.neighbour, reported(app), scope="name", name=donor.ref)
    with pytest.raises(Conflict, match="name-not-free"):
        organisations.apply(t.person(), application=c.application(BAD, 2, t.COUNTY))
    organisations.apply(t.person(), application=c.application(f"{BAD}基金会", 3, t.COUNTY))
    decide.verify(office, before, is_checked=True, rights=Rights())
    end_reading()
    assert reading().get_one(Account, c.row_of(before).account_id).nickname == ""


def test_the_operators_shell_gives_nobody_a_name_that_was_taken_down(app: Flask, town: Town, donor: Actor) -> None:
    case = reported(app)
    shell = app.test_cli_runner(catch_exceptions=False)

    def create(login: str, *more: str) -> tuple[int, str]:
        end_reading()
        done = shell.invoke(args=["accounts", "create", login, "--role", "reviewer", "--region", "990101", *more])
        return done.exit_code, done.output

    assert create("first@example.org", "--nickname", BAD)[0] == 0  # control: until then it is a name like others
    takedowns.take_down(town.neighbour, case, scope="name", name=donor.ref)
    code, said = create("second@example.org", "--nickname", f" {BAD[:3]} {BAD[3:]}")
    assert (code, "is not free" in said) == (1, True)
    end_reading()
    assert reading().scalars(select(Account.id).where(Account.nickname == "second")).all() == []
    end_reading()
    assert create("second@example.org")[0] == 0  # called as the log-in begins
    end_reading()
    assert len(reading().scalars(select(Account.id).where(Account.nickname == "second")).all()) == 1
