"""Registering: look-alikes need a reason, nobody stands twice, impossible people are refused, sides stay apart."""

from datetime import date
from threading import Barrier, Thread

import pytest
from flask import Flask

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.aliases import WORDS
from charity.domain.consents import Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, Refused
from charity.domain.households import LifeAct, LifeState, Relation
from charity.domain.identity import Sex
from charity.domain.regions import Level
from charity.models.households import Household, LookAlike, Member
from charity.models.regions import Region
from charity.services.register import cards, households
from charity.services.register.look_alikes import clear_look_alike
from tests.kit import village as v
from tests.kit.databases import bytes_of
from tests.services import parish as p
from tests.services.parish import Parish

REAL_VILLAGE = "110101001001"


@pytest.fixture
def parish(app: Flask) -> Parish:
    return p.found()


def refusal(call: object, code: str, kind: type[Refused] = Conflict) -> Refused:
    with pytest.raises(kind, match=f"^{code}$") as caught:
        call()  # type: ignore[operator]
    return caught.value


def test_a_family_gets_an_alias_that_does_not_tell_its_name(parish: Parish) -> None:
    home = p.row_of(p.registered(parish))
    assert home.life_state == "identified"
    assert home.county == v.COUNTY
    word, _, number = home.alias.partition(" ")
    assert word in {chinese for chinese, _ in WORDS} and number.isdigit()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"head_name": "  "}, "name-needed", "head_name"),
        ({"address": " "}, "address-needed", "address"),
        ({"phone": "12345"}, "family-phone-shape", "phone"),
        ({"relative_phone": "0"}, "family-phone-shape", "relative_phone"),
    ],
)
def test_what_is_missing_is_named(parish: Parish, changes: dict[str, str], code: str, field: str) -> None:
    assert refusal(lambda: p.registered(parish, **changes), code, Invalid).field == field
    assert p.count(Household) == 0


@pytest.mark.parametrize("region", [v.TOWNSHIP, "990101001999"])
def test_a_family_lives_in_a_known_village(parish: Parish, region: str) -> None:
    with transaction() as tx:
        anywhere = v.add_person(tx, (v.Role.VOLUNTEER, v.PROVINCE))
    refusal(lambda: households.register(anywhere, region, family=p.family()), "village-needed", Invalid)


def test_real_places_stay_closed_while_invented_families_are_here(parish: Parish) -> None:
    with transaction() as tx:
        tx.session.add(Region(code=REAL_VILLAGE, parent="110101001", level=int(Level.VILLAGE), name="x"))
        anywhere = v.add_person(tx, (v.Role.VOLUNTEER, "11"))
    households.register(anywhere, REAL_VILLAGE, family=p.family(phone=""))  # control: open as long as none is here
    p.registered(parish)
    second = p.family(head_name="Somebody", phone="")
    refusal(lambda: households.register(anywhere, REAL_VILLAGE, family=second), "demo-data-present")


@pytest.mark.parametrize("changes", [{"phone": ""}, {"head_name": "欧阳别人"}])
def test_a_look_alike_needs_a_reason_that_is_kept(parish: Parish, changes: dict[str, str]) -> None:
    first = p.row_of(p.registered(parish))
    told = refusal(lambda: p.registered(parish, **changes), "looks-alike")
    assert told.field == "override"
    assert told.params == {"alias": first.alias}
    refusal(
        lambda: households.register(parish.volunteer, v.VILLAGE, family=p.family(**changes), override=" x "),
        "looks-alike",
    )
    households.register(parish.volunteer, v.VILLAGE, family=p.family(**changes), override="隔壁的另一户")
    assert p.count(LookAlike) == 1


def test_another_family_needs_no_reason(parish: Parish) -> None:
    p.registered(parish)
    p.registered(parish, head_name="欧阳别人", phone="13700000001")
    assert p.count(LookAlike) == 0


def test_the_same_name_in_another_village_is_another_family(parish: Parish) -> None:
    p.registered(parish)
    p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    assert p.count(Household) == 2


def test_an_alias_of_another_region_is_not_told(parish: Parish) -> None:
    p.registered(parish)
    told = refusal(lambda: p.registered(parish, region=v.OTHER_VILLAGE, head_name="欧阳"), "looks-alike-elsewhere")
    assert told.params == {}


def test_two_volunteers_at_once_see_each_other(app: Flask, parish: Parish) -> None:
    with transaction() as tx:
        second = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE))
    gate, answers = Barrier(2), []

    def try_it(by: v.Actor) -> None:
        with app.app_context():
            gate.wait()
            try:
                answers.append(households.register(by, v.VILLAGE, family=p.family()))
            except Conflict as refused:
                answers.append(refused.code)

    threads = [Thread(target=try_it, args=(by,)) for by in (parish.volunteer, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert p.count(Household) == 1
    assert "looks-alike" in answers


def test_verifying_waits_until_the_likeness_is_cleared(parish: Parish) -> None:
    p.registered(parish)
    home = households.register(parish.volunteer, v.VILLAGE, family=p.family(), override="隔壁的另一户")
    head = households.add_member(parish.volunteer, home, person=p.person(name="别的人"))
    p.agree(parish.volunteer, home, head, Purpose.REGISTER)
    refusal(lambda: households.verify(parish.reviewer, home), "look-alike-open")
    like = _likeness(home)
    refusal(lambda: clear_look_alike(parish.reviewer, home, like, reason="x"), "reason-needed", Invalid)
    refusal(lambda: clear_look_alike(parish.volunteer, home, like, reason="看过户口簿"), "missing", Missing)
    refusal(lambda: clear_look_alike(parish.reviewer, home, "0" * 13, reason="看过户口簿"), "missing", Missing)
    clear_look_alike(parish.reviewer, home, like, reason="看过户口簿")
    refusal(lambda: clear_look_alike(parish.reviewer, home, like, reason="看过户口簿"), "look-alike-cleared")
    households.verify(parish.reviewer, home)
    assert p.row_of(home).life_state == LifeState.VERIFIED


def _likeness(home: str) -> str:
    end_reading()
    found = reading().scalars(
        db.select(LookAlike.ref).join(Household, Household.id == LookAlike.household_id).where(Household.ref == home)
    )
    return str(found.one())


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "name-needed", "name"),
        ({"birth": date(2999, 1, 1)}, "birth-in-future", "birth"),
        ({"birth": date(1850, 1, 1)}, "birth-too-long-ago", "birth"),
        ({"id_number": "123"}, "id-number-shape", "id_number"),
        ({"id_number": "110101198005041221"}, "id-number-check", "id_number"),
        ({"id_number": p.id_number("20150229")}, "birth-impossible", "id_number"),
        ({"id_number": p.id_number("19800505")}, "birth-not-of-id-number", "birth"),
        ({"id_number": p.id_number("19800504"), "sex": Sex.MALE}, "sex-not-of-id-number", "sex"),
    ],
)
def test_impossible_people_are_refused(parish: Parish, changes: dict[str, object], code: str, field: str) -> None:
    home = p.registered(parish)
    person = p.person(**changes)
    told = refusal(lambda: households.add_member(parish.volunteer, home, person=person), code, Invalid)
    assert told.field == field
    assert p.count(Member) == 0


def test_the_same_id_number_is_refused_anywhere(parish: Parish) -> None:
    number = p.id_number("19800504")
    home, other = p.registered(parish), p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    households.add_member(parish.volunteer, home, person=p.person(id_number=number))
    again = p.person(name="改了名字", id_number=f" {number[:6]} {number[6:].lower()}")
    told = refusal(lambda: households.add_member(parish.neighbour, other, person=again), "person-registered")
    assert told.field == "id_number"
    another = p.person(name="改了名字", id_number=p.id_number("19800504", "34"))
    households.add_member(parish.neighbour, other, person=another)  # control: another number is another person
    assert p.count(Member) == 2


def test_who_left_a_family_is_registered_where_he_lives_now(parish: Parish) -> None:
    number = p.id_number("19800504")
    home, other = p.registered(parish), p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    left = households.add_member(parish.volunteer, home, person=p.person(id_number=number))
    households.end_member(parish.volunteer, home, left)
    households.add_member(parish.neighbour, other, person=p.person(id_number=number))
    back = p.person(id_number=number)
    refusal(lambda: households.add_member(parish.volunteer, home, person=back), "person-registered")


def test_nobody_stands_twice_in_one_family_and_it_has_one_head(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    told = refusal(lambda: households.add_member(parish.volunteer, home, person=p.child()), "person-registered")
    assert told.field == "name"
    second = p.person(name="别的人")
    assert refusal(lambda: households.add_member(parish.volunteer, home, person=second), "head-registered").field == (
        "relation"
    )


def test_a_child_under_a_second_roof_needs_a_reason(parish: Parish) -> None:
    p.settled(parish)
    other = p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    refusal(lambda: households.add_member(parish.neighbour, other, person=p.child()), "looks-alike-elsewhere")
    namesake = p.child(birth=date(2014, 3, 9))
    households.add_member(parish.neighbour, other, person=namesake)  # control: another birthday, another child
    third = p.registered(parish, head_name="别的人", phone="")
    households.add_member(parish.volunteer, third, person=p.child(), override="同名同日生的表妹")
    assert p.count(LookAlike) == 1


def test_outside_the_region_everything_looks_missing(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    with transaction() as tx:
        stranger = v.add_person(tx, (v.Role.REVIEWER, v.OTHER_TOWNSHIP))
    calls = (
        lambda: households.register(parish.volunteer, v.OTHER_VILLAGE, family=p.family()),
        lambda: households.add_member(parish.neighbour, home, person=p.person(name="x", relation=Relation.OTHER)),
        lambda: households.end_member(parish.neighbour, home, child),
        lambda: households.verify(stranger, home),
        lambda: households.move_on(stranger, home, life_act=LifeAct.SUPPORT),
        lambda: cards.print_card(stranger, home),
        lambda: households.verify(parish.donor, home),
        lambda: households.end_member(parish.volunteer, home, "0" * 13),
    )
    for call in calls:
        refusal(call, "missing", Missing)


def test_the_field_never_acts_for_the_township(parish: Parish) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE), (v.Role.REVIEWER, v.TOWNSHIP))
    home = households.register(both, v.VILLAGE, family=p.family())
    for call in (lambda: households.verify(both, home), lambda: cards.print_card(both, home)):
        assert refusal(call, "other-side", NotPermitted).params == {"side": "field"}


def test_the_township_never_acts_for_the_field(parish: Parish) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE), (v.Role.REVIEWER, v.TOWNSHIP))
    home = p.registered(parish)
    cards.print_card(both, home)
    told = refusal(lambda: households.add_member(both, home, person=p.person()), "other-side", NotPermitted)
    assert told.params == {"side": "township"}
    other = households.register(both, v.VILLAGE, family=p.family(head_name="别的人", phone=""))
    households.add_member(both, other, person=p.person())  # control: towards another family he is on the field's side


def test_verifying_needs_the_heads_word(parish: Parish) -> None:
    home, head, _ = p.settled(parish)
    refusal(lambda: households.verify(parish.reviewer, home), "consent-to-register-missing")
    p.agree(parish.volunteer, home, head, Purpose.REGISTER)
    households.verify(parish.reviewer, home)
    row = p.row_of(home)
    assert (row.life_state, row.verified_by_id) == ("verified", parish.reviewer.account_id)


def test_the_life_of_a_family(parish: Parish) -> None:
    home, head, _ = p.settled(parish)
    p.agree(parish.volunteer, home, head, Purpose.REGISTER)
    refusal(lambda: households.move_on(parish.reviewer, home, life_act=LifeAct.SUPPORT), "not-in-this-state")
    refusal(lambda: households.move_on(parish.reviewer, home, life_act=LifeAct.VERIFY), "not-in-this-state")
    households.verify(parish.reviewer, home)
    for act in (LifeAct.SUPPORT, LifeAct.GRADUATE, LifeAct.FOLLOW_UP, LifeAct.RELAPSE):
        households.move_on(parish.reviewer, home, life_act=act)
    assert p.row_of(home).life_state == "relapse"
    households.verify(parish.reviewer, home)
    assert p.row_of(home).life_state == "verified"


def test_somebody_with_an_open_wish_cannot_leave(parish: Parish) -> None:
    home, _, child = p.settled(parish)
    with transaction() as tx:
        tx.session.execute(db.update(Member).where(Member.ref == child).values(open_wishes=1))
    refusal(lambda: households.end_member(parish.volunteer, home, child), "member-has-open-wishes")
    with transaction() as tx:
        tx.session.execute(db.update(Member).where(Member.ref == child).values(open_wishes=0))
    households.end_member(parish.volunteer, home, child)
    refusal(lambda: households.end_member(parish.volunteer, home, child), "missing", Missing)


@pytest.mark.backends("sqlite")
def test_the_database_file_holds_no_word_of_it(app: Flask, parish: Parish) -> None:
    number = p.id_number("19800504")
    home = p.registered(parish)
    households.add_member(parish.volunteer, home, person=p.person(id_number=number))
    households.register(parish.volunteer, v.VILLAGE, family=p.family(phone=""), override="canary-reason")
    canaries = (p.HEAD, p.ADDRESS, p.PHONE, p.RELATIVE, number, "1980-05-04", "canary-reason")
    alias = p.row_of(home).alias
    raw = bytes_of(str(db.engine.url))
    assert alias.encode() in raw  # control: what is not sealed would be found
    for canary in canaries:
        assert canary.encode() not in raw, canary
