"""Doubles, first line: what stands twice stops at the reviewer with both side by side, and a reason is an entry."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Role
from charity.domain.consents import Purpose
from charity.domain.errors import Conflict, Invalid
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.domain.wishes import BeneficiaryKind
from charity.ledger.texts import is_text_of
from charity.models.households import LookAlike, Member
from charity.models.ledger import ENTRIES
from charity.models.wishes import Wish
from charity.queries.wishes.review import get_review
from charity.services.pledges import cases
from charity.services.register import households, look_alikes
from charity.services.register.households import Family, Person
from charity.services.wishes import keeping, review, takedowns
from charity.services.wishes import post as posting
from tests.kit import village as v
from tests.kit.county_list import id_number
from tests.kit.visits import signed_in
from tests.safety.world import picture


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def sibling(village: v.Village) -> str:
    """Add a second child to the family, whose mother agrees."""
    with transaction() as tx:
        member = v._member(  # pyright: ignore[reportPrivateUsage]
            tx, village.volunteer, village.family.id, "sibling000000", "欧阳小麦", "child", 9
        )
        for purpose in (Purpose.REGISTER, Purpose.PUBLISH_WISH, Purpose.SHOW_SIZE):
            v.add_consent(tx, village.volunteer, village.family.id, member.id, purpose, given_by="parent")
        assert isinstance(member, Member)
        return member.ref


def ask(village: v.Village, child: str, need: v.Need) -> str:
    pointed = v.replace(need, point_ref=village.point)
    return posting.post(village.volunteer, BeneficiaryKind.CHILD, child, need=pointed, photo=None)


def overrides(wish: str) -> list[str]:
    end_reading()
    asked = select(ENTRIES.c.body).where(ENTRIES.c.kind == "wish.published", ENTRIES.c.wish == wish)
    said = json.loads(reading().scalars(asked).one())
    end_reading()
    return said["facts"].get("overrides", [])


@pytest.mark.parametrize(
    ("first", "second", "stops"),
    [
        ("00ff00ff00ff00ff", "01ff00ff00ff00fe", True),  # saved again
        ("00ff00ff00ff00ff", "f0f0f0f0f0f0f0f0", False),  # the control: another thing
        ("0000000000000001", "0000000000000003", False),  # two even sheets: each is like all others
    ],
)
def test_a_picture_that_looks_much_alike_stops_until_the_reviewer_says_why(
    village: v.Village, first: str, second: str, stops: bool
) -> None:
    v.published(village, v.BOOKS, picture=v.photo(look=first))
    again = v.submitted(village, v.replace(v.BOOKS, title="另一套读物"), picture=v.photo(look=second))
    if not stops:
        assert review.approve(village.reviewer, again, checks=v.CHECKS) == "approved"
        return
    with pytest.raises(Conflict, match="photo-used-before"):
        review.approve(village.reviewer, again, checks=v.CHECKS)
    end_reading()
    assert [one.bits for one in get_review(village.reviewer, again).alike] == [2]


def test_a_picture_of_another_place_stands_beside_the_one_it_looks_like(app: Flask, village: v.Village) -> None:
    other = v.submitted(village, v.BOOKS, picture=replace(picture(), dhash="00ff00ff00ff00ff"))
    with transaction() as tx:
        far = {"region_code": "990101002001", "title": "远方的课外读物"}
        tx.session.execute(update(Wish).where(Wish.ref == other).values(**far))
    mine = v.submitted(village, v.COAT, picture=v.photo(look="01ff00ff00ff00fe"))
    client = signed_in(app, village.reviewer)
    page = client.get(f"/reviews/wishes/{mine}?lang=en").get_data(as_text=True)
    assert "A wish of another place" in page
    assert "远方" not in page
    assert f"/reviews/wishes/{other}" not in page
    (shown,) = re.findall(r'"(/desk/photos/[^"]+-320[^"]+)"', page.partition('id="alike"')[2])
    assert client.get(shown).status_code == 200
    review.send_back(village.reviewer, mine, reasons=["photo-unclear"])  # nothing is to be compared any more
    end_reading()
    assert client.get(shown).status_code == 404


def test_the_same_wish_of_a_sibling_stops_until_a_reason_is_given(app: Flask, village: v.Village) -> None:
    first = v.published(village, v.COAT)
    same = ask(village, sibling(village), v.replace(v.COAT, title=" 冬季棉衣 一件。", size="120"))
    page = signed_in(app, village.reviewer).get(f"/reviews/wishes/{same}?lang=en").get_data(as_text=True)
    assert "The wishes side by side" in page
    assert "the same words" in page
    assert "Why this may stand beside" in page
    assert page.count(v.COAT.title) >= 1
    assert f"/reviews/wishes/{first}" in page
    with pytest.raises(Conflict, match="same-wish-in-family"):
        review.approve(village.reviewer, same, checks=v.CHECKS)
    review.approve(village.reviewer, same, checks=v.CHECKS, override_reason="two children, two coats")
    assert (overrides(first), overrides(same)) == ([], ["same-wish-in-family"])


def test_another_thing_of_a_sibling_is_shown_and_does_not_stop(app: Flask, village: v.Village) -> None:
    """The control: the family may ask for different things."""
    first = v.published(village, v.COAT)
    other = ask(village, sibling(village), v.replace(v.COAT, title="保暖裤一条"))
    page = signed_in(app, village.reviewer).get(f"/reviews/wishes/{other}?lang=en").get_data(as_text=True)
    assert "something of this kind already" in page
    assert f"/reviews/wishes/{first}" in page
    assert "the same words" not in page
    assert "Why this may stand beside" not in page
    assert review.approve(village.reviewer, other, checks=v.CHECKS) == "approved"


def reason_of(wish: str, name: str, text: str) -> bool:
    end_reading()
    asked = select(ENTRIES.c.id).where(ENTRIES.c.kind == "wish.published", ENTRIES.c.wish == wish)
    found = is_text_of(reading(), reading().scalars(asked).one(), name, text)
    end_reading()
    return found


def test_why_a_double_may_stand_is_in_the_book_for_one_and_for_two_reviewers(village: v.Village) -> None:
    v.published(village, v.COAT)
    same = ask(village, sibling(village), v.COAT)
    review.approve(village.reviewer, same, checks=v.CHECKS, override_reason="two children")
    assert reason_of(same, "reason", "two children")
    assert not reason_of(same, "reason", "two coats")
    v.published(village, v.BOOKS, picture=v.photo())
    again = v.submitted(village, v.replace(v.BOOKS, title="另一套读物"), picture=v.photo())
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == again).values(needs_second=True))
    with pytest.raises(Conflict, match="photo-used-before"):
        review.approve(village.reviewer, again, checks=v.CHECKS)
    review.approve(village.reviewer, again, checks=v.CHECKS, override_reason="the same shelf")
    with pytest.raises(Conflict, match="photo-used-before"):
        review.approve(village.second, again, checks=v.CHECKS)
    assert review.approve(village.second, again, checks=v.CHECKS, override_reason="seen there") == "approved"
    assert reason_of(again, "reason", "seen there")
    assert reason_of(again, "note", "the same shelf")


def test_a_picture_used_twice_is_an_entry_when_it_is_allowed(village: v.Village) -> None:
    v.published(village, v.BOOKS, picture=v.photo())
    again = v.submitted(village, v.replace(v.BOOKS, title="另一套读物"), picture=v.photo())
    with pytest.raises(Conflict, match="photo-used-before"):
        review.approve(village.reviewer, again, checks=v.CHECKS)
    review.approve(village.reviewer, again, checks=v.CHECKS, override_reason="a shelf of the same school")
    assert overrides(again) == ["photo-used-before"]


def test_a_picture_that_a_concern_took_down_does_not_come_back(village: v.Village) -> None:
    first = v.published(village, v.BOOKS, picture=v.photo())
    case = cases.report(VISITOR, reason="privacy", words="a name", page=f"/wishes/{first}", wish_ref=first)
    takedowns.take_down(village.reviewer, case, scope="photo")
    again = v.submitted(village, v.replace(v.BOOKS, title="另一套读物"), picture=v.photo())
    with pytest.raises(Conflict, match="photo-taken-down"):
        review.approve(village.reviewer, again, checks=v.CHECKS, override_reason="it is such a fine picture")
    with transaction() as tx:
        judge = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    takedowns.bring_back(judge, case, reason="no name can be read in it")  # the control: now a reason is enough
    assert review.approve(village.reviewer, again, checks=v.CHECKS, override_reason="a shelf of the same school")


def test_saved_again_it_does_not_come_back_either(village: v.Village) -> None:
    first = v.published(village, v.BOOKS, picture=v.photo(look="00ff00ff00ff00ff"))
    case = cases.report(VISITOR, reason="privacy", words="a name", page=f"/wishes/{first}", wish_ref=first)
    takedowns.take_down(village.reviewer, case, scope="photo")
    saved = v.submitted(village, v.replace(v.BOOKS, title="另一套读物"), picture=v.photo(look="01ff00ff00ff00fe"))
    with pytest.raises(Conflict, match="photo-taken-down"):
        review.approve(village.reviewer, saved, checks=v.CHECKS)
    other = v.photo(look="f0f0f0f0f0f0f0f0")  # the control: another picture
    v.published(village, v.replace(v.BOOKS, title="第三套读物"), picture=other)


# Families and people


def register(village: v.Village, head: str, *, why: str = "") -> str:
    family = Family(category=Category.LOW_INCOME, head_name=head, address="三组二十号", phone="", relative_phone="")
    return households.register(village.volunteer, v.VILLAGE, family=family, override=why)


def test_a_name_that_is_only_spoken_the_same_stops_in_the_same_village(village: v.Village) -> None:
    with pytest.raises(Conflict, match="looks-alike"):
        register(village, "欧阳健国")  # 欧阳建国 lives there
    assert register(village, "欧阳建军")  # the control
    born = date(now().year - 10, 1, 2)
    other = register(village, "司徒大山")
    child = Person(name="欧阳小合", birth=born, sex=Sex.FEMALE, relation=Relation.CHILD)  # 小禾 was born that day
    with pytest.raises(Conflict, match="looks-alike"):
        households.add_member(village.volunteer, other, person=child)
    assert households.add_member(village.volunteer, other, person=v.replace(child, birth=born.replace(day=3)))


def test_a_number_tells_two_apart_only_where_both_have_one(village: v.Village) -> None:
    born = date(now().year - 10, 1, 2)
    other, third = register(village, "司徒大山"), register(village, "上官大河")
    child = Person(
        name="欧阳小合",
        birth=born,
        sex=Sex.FEMALE,
        relation=Relation.CHILD,
        id_number=id_number(7, born=born, male=False),
    )
    with pytest.raises(Conflict, match="looks-alike"):  # 小禾 has no number
        households.add_member(village.volunteer, other, person=child)
    households.add_member(village.volunteer, other, person=child, override="another girl")
    girl = v.replace(child, name="欧阳小何", id_number=id_number(8, born=born, male=False))
    with pytest.raises(Conflict, match="looks-alike"):
        households.add_member(village.volunteer, third, person=girl)
    with transaction() as tx:
        tx.session.execute(update(Member).where(Member.ref == village.family.child_ref).values(id_digest=b"n" * 32))
    assert households.add_member(village.volunteer, third, person=girl)


def test_everybody_somebody_looks_like_is_looked_at(village: v.Village) -> None:
    for place in range(6):
        register(village, "欧阳健国", why=f"another man {place}")
    seen = reading().execute(select(LookAlike.household_id, LookAlike.other_household_id)).all()
    end_reading()
    homes = sorted({home for home, _ in seen})
    assert [len({other for home, other in seen if home == one}) for one in homes] == [1, 2, 3, 4, 5, 5]
    with pytest.raises(Conflict, match="looks-alike"):
        register(village, "欧阳健国")


def test_a_doubled_person_of_a_verified_family_stops_his_own_wishes_only(app: Flask, village: v.Village) -> None:
    family = v.published(village, v.QUILT)
    with transaction() as tx:
        far = v.add_family(tx, village.volunteer, verified=True)
        number = update(Member).where(Member.household_id == far.id)
        tx.session.execute(number.values(id_number_sealed=None, id_digest=None))
    end_reading()
    born = date(now().year - 10, 1, 2)
    double = Person(name="欧阳小合", birth=born, sex=Sex.FEMALE, relation=Relation.CHILD)
    child = households.add_member(village.volunteer, far.ref, person=double, override="another girl")
    (kept,) = reading().scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == "double.kept"))
    assert is_text_of(reading(), kept, "reason", "another girl")
    with transaction() as tx:
        member = tx.session.scalars(select(Member).where(Member.ref == child)).one()
        for purpose in (Purpose.REGISTER, Purpose.PUBLISH_WISH, Purpose.SHOW_SIZE):
            v.add_consent(tx, village.volunteer, far.id, member.id, purpose, given_by="parent")
    wish = ask(village, child, v.COAT)
    like = reading().scalars(select(LookAlike.ref)).one()
    end_reading()
    page = signed_in(app, village.reviewer).get(f"/reviews/wishes/{wish}?lang=en").get_data(as_text=True)
    assert f'href="/households/{far.ref}/look-alikes/{like}"' in page
    with pytest.raises(Conflict, match="look-alike-open"):
        review.approve(village.reviewer, wish, checks=v.CHECKS)
    # the controls: what his family asked for is not stopped, nor what the one he looks like asks for
    other = posting.post(
        village.volunteer,
        BeneficiaryKind.CHILD,
        far.child_ref,
        need=v.replace(v.COAT, point_ref=village.point),
        photo=None,
    )
    assert review.approve(village.reviewer, other, checks=v.CHECKS, override_reason="two children") == "approved"
    keeping.renew(village.volunteer, family)
    look_alikes.clear_look_alike(village.reviewer, far.ref, like, reason="visited both")
    assert review.approve(village.reviewer, wish, checks=v.CHECKS, override_reason="two children") == "approved"


def test_a_likeness_of_the_family_itself_stops_renewing_and_opening_again(village: v.Village) -> None:
    wish = v.published(village)
    with transaction() as tx:
        other = v.add_family(tx, village.volunteer)
        said = {"reason_sealed": b"x", "recorded_by_id": village.volunteer.account_id, "recorded_at": tx.now}
        row = LookAlike(ref="a" * 13, household_id=village.family.id, other_household_id=other.id, **said)
        tx.session.add(row)
    with pytest.raises(Conflict, match="look-alike-open"):
        keeping.renew(village.volunteer, wish)
    with transaction() as tx:
        tx.session.execute(update(LookAlike).values(cleared_at=tx.now))
    keeping.renew(village.volunteer, wish)  # the control


def test_the_township_sees_both_side_by_side_and_its_decision_is_an_entry(app: Flask, village: v.Village) -> None:
    other = register(village, "欧阳健国", why="another man, his cousin")
    like = reading().scalars(select(LookAlike.ref)).one()
    end_reading()
    page = signed_in(app, village.reviewer).get(f"/households/{other}/look-alikes/{like}?lang=en")
    text = page.get_data(as_text=True)
    assert "The name as it is spoken" in text
    assert "欧阳" not in text
    assert f"/households/{village.family.ref}" in text
    with pytest.raises(Invalid, match="reason-needed"):
        look_alikes.clear_look_alike(village.reviewer, other, like, reason=" ")
    look_alikes.clear_look_alike(village.reviewer, other, like, reason="visited both")
    end_reading()
    (body,) = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind == "double.cleared"))
    assert b"visited" not in body
    assert other.encode() not in body
    end_reading()
    far = signed_in(app, village.administrator).get(f"/households/{other}/look-alikes/{like}")
    assert far.status_code == 403
