"""Consents of several families renewed with one press: each its own record with its paper, each refused by itself."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.consents import LASTS, Audience, ConsentRow, ConsentState, GivenBy, Purpose, consent_at
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.models.households import Consent, Member
from charity.models.papers import ConsentPaper
from charity.queries import consents
from charity.queries.consents import EndingConsents, list_ending
from charity.services.register import households, records, renewals
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from tests.kit import village as v
from tests.kit.visits import post, signed_in

PAGE = "/households/consents"
pytestmark = pytest.mark.backends("sqlite")


@pytest.fixture
def village(app: Flask) -> v.Village:
    made = v.build()
    for number in range(2):
        add_child(made, number)
    end_soon()
    return made


def add_child(village: v.Village, number: int) -> None:
    """Register a family with a child of ten whose mother and who himself agreed."""
    name = "濮阳澹台"[number * 2 : number * 2 + 2]
    family = Family(
        category=Category.LOW_INCOME, head_name=f"{name}远", address=f"{number}组九号", phone="", relative_phone=""
    )
    home = households.register(village.volunteer, v.VILLAGE, family=family)
    birth = now().date().replace(month=1, day=5 + number, year=now().year - 10)
    person = Person(name=f"{name}小满", birth=birth, sex=Sex.MALE, relation=Relation.CHILD)
    child = households.add_member(village.volunteer, home, person=person)
    given = tuple(
        ConsentGiven(purpose=use, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
        for use in (Purpose.REGISTER, Purpose.PUBLISH_WISH)
    )
    records.record_consents(village.volunteer, home, child, given=given)


def end_soon() -> None:
    soon, before = (now() + timedelta(days=40)).date(), now() - timedelta(days=325)
    with transaction() as tx:
        stands = update(Consent).where(Consent.valid_until.is_not(None))
        tx.session.execute(stands.values(valid_until=soon, recorded_at=before))


def jpeg() -> tuple[BytesIO, str]:
    out = BytesIO()
    Image.effect_noise((320, 240), 90).convert("RGB").save(out, "JPEG")
    return BytesIO(out.getvalue()), "paper.jpg"


def lines(village: v.Village) -> list[EndingConsents]:
    end_reading()
    return [line for line in list_ending(village.volunteer) if line.relation == "child"]


def count(what: type[Consent] | type[ConsentPaper]) -> int:
    end_reading()
    return reading().execute(select(func.count()).select_from(what)).scalar_one()


def stored(app: Flask) -> int:
    return len(list(Path(app.extensions["settings"].instance_path).rglob("*-sealed.bin")))


def answers(found: list[EndingConsents], **more: Any) -> Mapping[str, Any]:
    return {"refs": [line.key for line in found], **{f"word-{line.key}": "yes" for line in found}, **more}


def test_several_families_are_renewed_with_one_list_they_signed(app: Flask, village: v.Village) -> None:
    found = [line for line in lines(village) if line.purposes == ("register", "publish-wish")][-2:]
    assert len({line.household for line in found}) == 2
    volunteer, before, said = signed_in(app, village.volunteer), count(Consent), stored(app)
    today = volunteer.get("/desk/today").text
    assert PAGE in today
    done = post(volunteer, PAGE, dict(answers(found, photo=jpeg())))
    assert (done.status_code, done.location) == (303, PAGE)
    left = {line.key for line in lines(village)}
    assert not left & {line.key for line in found}
    assert (count(Consent), stored(app)) == (before + 4, said + 2)  # a copy for each family
    end_reading()
    newest = reading().scalars(select(Consent).order_by(Consent.id.desc()).limit(4)).all()
    assert {(row.given_by, row.child_agrees, row.is_granted) for row in newest} == {("parent", True, True)}
    assert {row.valid_until for row in newest} == {day_of(now()) + LASTS}
    papers = reading().scalars(select(ConsentPaper)).all()
    assert len({paper.household_id for paper in papers}) == len({paper.storage_key for paper in papers}) == 2


def test_what_is_refused_is_said_by_name_and_the_others_are_done(app: Flask, village: v.Village) -> None:
    silent, asked = [line for line in lines(village) if line.purposes == ("register", "publish-wish")][-2:]
    volunteer, said = signed_in(app, village.volunteer), stored(app)
    data = {"refs": [silent.key, asked.key], f"word-{asked.key}": "yes", f"paper-{asked.key}": jpeg()}
    shown = post(volunteer, f"{PAGE}?lang=en", {**data, "photo": jpeg()}, shown_at=PAGE)
    assert shown.status_code == 409
    assert "1 done, these not" in shown.text
    assert {line.key for line in lines(village)} >= {silent.key}
    assert asked.key not in {line.key for line in lines(village)}
    assert stored(app) == said + 1  # nothing is kept of what was refused
    without = post(volunteer, f"{PAGE}?lang=en", dict(answers([silent])), shown_at=PAGE)
    assert without.status_code == 409
    assert "photo of the signed paper is missing" in without.text
    assert post(volunteer, PAGE, {"photo": jpeg()}).status_code == 422


def test_the_same_press_again_writes_nothing_twice(app: Flask, village: v.Village) -> None:
    found = lines(village)[-1:]
    volunteer, said = signed_in(app, village.volunteer), stored(app)
    picture = jpeg()[0].getvalue()
    for _ in range(2):
        data = {**answers(found), "photo": (BytesIO(picture), "p.jpg"), "once": "one-key-for-both"}
        assert post(volunteer, PAGE, data).status_code == 303
    assert (count(ConsentPaper), stored(app)) == (1, said + 1)


def test_one_list_is_of_one_village(app: Flask, village: v.Village) -> None:
    found = lines(village)[-1]
    with transaction() as tx:
        township = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))
        v.add_family(tx, village.volunteer, village=f"{v.TOWNSHIP}009")
    end_soon()
    end_reading()
    every = list_ending(township)
    far = next(line for line in every if line.region != found.region)
    shown = post(signed_in(app, township), f"{PAGE}?lang=en", dict(answers([found, far], photo=jpeg())), shown_at=PAGE)
    assert shown.status_code == 422
    assert "One list is of one village" in shown.text
    assert count(ConsentPaper) == 0
    end_reading()
    with pytest.raises(Invalid, match="list-of-two-villages"):
        renewals.may_share(township, (found.household, far.household))
    volunteer = signed_in(app, village.volunteer)
    for unknown in (far.key, f"nobodyshome00.{far.member}.parent"):
        data = {"refs": [found.key, unknown], f"word-{found.key}": "yes", "photo": jpeg()}
        refused = post(volunteer, f"{PAGE}?lang=en", data, shown_at=PAGE)
        assert "is not in this list any more" in refused.text
    assert count(ConsentPaper) == 0


def test_the_first_to_end_are_listed_first_and_whole(village: v.Village, monkeypatch: pytest.MonkeyPatch) -> None:
    every = lines(village)
    last = every[-1]
    with transaction() as tx:  # the newest family: last by number, first to end
        member = tx.session.scalars(select(Member).where(Member.ref == last.member)).one()
        newest = update(Consent).where(Consent.member_id == member.id, Consent.purpose == last.purposes[-1])
        tx.session.execute(newest.values(valid_until=day_of(now()) + timedelta(days=3)))
    monkeypatch.setattr(consents, "MOST", 1)
    end_reading()
    (line,) = list_ending(village.volunteer)
    assert (line.member, line.purposes, line.ends_on) == (last.member, last.purposes, day_of(now()) + timedelta(days=3))


def test_nobody_else_renews_and_nothing_twice(village: v.Village) -> None:
    line = lines(village)[-1]
    end_reading()
    for actor in (village.donor, village.administrator):
        with pytest.raises(Missing):
            renewals.renew(actor, line.household, line.member, given_by=GivenBy.PARENT, key="x", child_agrees=True)
    with pytest.raises(Conflict, match="nothing-to-renew"):
        renewals.renew(village.volunteer, line.household, line.member, given_by=GivenBy.GUARDIAN, key="x")
    renew = partial(renewals.renew, village.volunteer, line.household, line.member, given_by=GivenBy.PARENT)
    renew(key="x", child_agrees=True)
    with pytest.raises(Conflict, match="nothing-to-renew"):
        renew(key="y", child_agrees=True)


def test_payments_are_agreed_to_with_the_account_not_here(village: v.Village) -> None:
    line = next(each for each in lines(village) if each.purposes == ("register", "publish-wish"))
    with transaction() as tx:
        theirs = select(Member.id).where(Member.ref == line.member)
        one = Consent.member_id.in_(theirs), Consent.purpose == "publish-wish"
        tx.session.execute(update(Consent).where(*one).values(purpose=Purpose.PAYMENT.value))
    (now_,) = [each for each in lines(village) if each.key == line.key]
    assert now_.purposes == ("register",)


def test_what_the_parent_withdrew_no_carers_yes_brings_back(village: v.Village) -> None:
    line = lines(village)[-1]
    say(village, line, GivenBy.CARER, is_granted=True)
    end_soon()
    (line,) = [one for one in lines(village) if one.member == line.member]
    assert line.given_by == "carer"  # the newest word of the elders
    with transaction() as tx:
        # Said at another moment than the yes: what is said last is told by time.
        tx.session.execute(update(Consent).values(recorded_at=tx.now - timedelta(days=300)))
    say(village, line, GivenBy.PARENT, is_granted=False)
    assert line.member not in {one.member for one in lines(village)}
    again = partial(renewals.renew, village.volunteer, line.household, line.member, key="x", child_agrees=True)
    with pytest.raises(Conflict, match="consent-withdrawn"):
        again(given_by=GivenBy.CARER, parent_agreed=True)
    with pytest.raises(Conflict, match="nothing-to-renew"):
        again(given_by=GivenBy.PARENT)
    assert state_of(line) is ConsentState.WITHDRAWN


def test_a_childs_own_no_ends_the_running_yes_at_once(app: Flask, village: v.Village) -> None:
    line = lines(village)[-1]
    volunteer, before = signed_in(app, village.volunteer), count(Consent)
    with pytest.raises(Conflict, match="child-says-no"):
        renewals.renew(
            village.volunteer, line.household, line.member, given_by=GivenBy.PARENT, key="x", child_agrees=False
        )
    done = post(volunteer, f"{PAGE}?lang=en", {f"word-{line.key}": "no"}, shown_at=PAGE)
    assert done.status_code == 303  # neither a tick nor a paper
    assert "The no of 1 child is recorded" in volunteer.get(f"{PAGE}?lang=en").text
    assert (count(Consent), count(ConsentPaper), state_of(line)) == (
        before + len(line.purposes),
        0,
        ConsentState.WITHDRAWN,
    )
    assert line.member not in {one.member for one in lines(village)}
    say(village, line, GivenBy.PARENT, is_granted=True)  # asked again later, with the child
    assert state_of(line) is ConsentState.GIVEN
    say(village, line, GivenBy.SELF, is_granted=False)  # a no of the other side ends it too
    end_soon()
    assert line.member not in {one.member for one in lines(village)}


def say(village: v.Village, line: EndingConsents, by: GivenBy, *, is_granted: bool) -> None:
    given = tuple(
        ConsentGiven(
            purpose=Purpose(use),
            is_granted=is_granted,
            given_by=by,
            child_agrees=is_granted or None,
            parent_agreed=by is GivenBy.CARER,
        )
        for use in line.purposes
    )
    records.record_consents(village.volunteer, line.household, line.member, given=given)


def state_of(line: EndingConsents) -> ConsentState:
    """Judge what a child's rows say to publishing now."""
    end_reading()
    member = reading().scalars(select(Member).where(Member.ref == line.member)).one()
    said = reading().scalars(select(Consent).where(Consent.member_id == member.id).order_by(Consent.id))
    rows = [
        ConsentRow(
            purpose=Purpose(row.purpose),
            audience=Audience(row.audience),
            is_granted=row.is_granted,
            given_by=GivenBy(row.given_by),
            recorded_at=row.recorded_at,
            valid_until=row.valid_until,
        )
        for row in said
    ]
    return consent_at(rows, Purpose.PUBLISH_WISH, age=10, moment=now(), today=day_of(now()))
