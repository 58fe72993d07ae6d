"""Two that are the same: the township ends one record with a reason; nothing under way is lost, nothing stays open."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.crypto import digest
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.doubles import Ends
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.domain.kinds import PledgeState
from charity.jobs import retention as night
from charity.ledger.texts import is_text_of
from charity.models.households import Household, LookAlike, Member
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries.likenesses import get_side_by_side
from charity.services.pledges.claim import claim
from charity.services.register import doubles, households, look_alikes
from charity.services.register.households import Family, Person
from tests.kit import ring
from tests.kit import village as v
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]
WHY = "户口簿是同一本"


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def register(village: v.Village, head: str = "欧阳健国") -> str:
    """Register a family whose head is spoken like the village's own, 欧阳建国."""
    family = Family(category=Category.LOW_INCOME, head_name=head, address="三组二十号", phone="", relative_phone="")
    return households.register(village.volunteer, v.VILLAGE, family=family, override="his cousin")


def doubled_child(village: v.Village) -> tuple[str, str]:
    """Write the family's child down in another family, too; gives that family and the child's record there."""
    other = households.register(
        village.volunteer,
        v.VILLAGE,
        family=Family(category=Category.LOW_INCOME, head_name="司徒大山", address="五组一号"),
    )
    child = Person(name="欧阳小合", birth=date(now().year - 10, 1, 2), sex=Sex.FEMALE, relation=Relation.CHILD)
    return other, households.add_member(village.volunteer, other, person=child, override="another girl")


def likeness() -> str:
    end_reading()
    found = str(reading().scalars(select(LookAlike.ref)).one())
    end_reading()
    return found


def home(ref: str) -> Household:
    end_reading()
    found = reading().scalars(select(Household).where(Household.ref == ref)).one()
    end_reading()
    return found


def wish_of(ref: str) -> Wish:
    end_reading()
    found = reading().scalars(select(Wish).where(Wish.ref == ref)).one()
    end_reading()
    return found


def written(kind: str) -> list[int]:
    end_reading()
    found = list(reading().scalars(select(ENTRIES.c.id).where(ENTRIES.c.kind == kind)))
    end_reading()
    return found


def people(ref: str) -> list[tuple[bool, bool]]:
    end_reading()
    asked = select(Member.left_at, Member.id_digest).join(Household, Household.id == Member.household_id)
    found = reading().execute(asked.where(Household.ref == ref)).all()
    end_reading()
    return [(left is None, number is None) for left, number in found]


def test_the_record_that_was_registered_again_ends_with_a_reason_and_an_entry(village: v.Village) -> None:
    double = register(village)
    like = likeness()
    with pytest.raises(Invalid, match="reason-needed"):
        doubles.end_double(village.reviewer, double, like, ends=Ends.THIS, reason=" ")
    with pytest.raises(Missing):
        doubles.end_double(village.volunteer, double, like, ends=Ends.THIS, reason=WHY)
    with pytest.raises(Missing):
        doubles.end_double(village.reviewer, village.family.ref, like, ends=Ends.THIS, reason=WHY)
    assert home(double).closed_at is None
    stays = doubles.end_double(village.reviewer, double, like, ends=Ends.THIS, reason=WHY)
    assert stays == village.family.ref
    assert home(double).closed_at is not None
    assert home(stays).closed_at is None
    (entry,) = written("double.same")
    assert is_text_of(reading(), entry, "reason", WHY)
    assert get_side_by_side(village.reviewer, double, like).outcome == "same"
    with pytest.raises(Missing):
        doubles.end_double(village.volunteer, double, like, ends=Ends.OTHER, reason=WHY)
    with pytest.raises(Conflict, match="look-alike-cleared"):  # it is decided once
        doubles.end_double(village.reviewer, double, like, ends=Ends.OTHER, reason=WHY)
    assert register(village, "欧阳建军")  # the control: the closed record is like nobody any more
    assert not written("double.cleared")


def test_the_other_record_ends_with_its_people_and_wishes_and_claims_not_sent_are_let_go(village: v.Village) -> None:
    ref = v.published(village)
    claim(village.donor, ref, units=1)
    double = register(village)
    third = register(village, "欧阳见国")  # looks like one of the two
    like, pointed = _likenesses(double)[0], _likenesses(third)[0]
    assert doubles.end_double(village.reviewer, double, like, ends=Ends.OTHER, reason=WHY) == double
    gone = home(village.family.ref)
    assert (gone.closed_at is not None, gone.open_wishes) == (True, 0)
    assert set(people(gone.ref)) == {(False, True)}
    assert wish_of(ref).state == "withdrawn"
    end_reading()
    assert reading().scalars(select(Pledge.state)).all() == [PledgeState.CANCELLED.value]
    told = reading().scalars(select(Notice.kind)).all()
    assert {"wish-withdrawn", "pledge-released", "record-ended"} <= set(told)
    row = reading().scalars(select(LookAlike).where(LookAlike.ref == pointed)).one()
    assert (row.cleared_at, row.other_household_id) == (None, home(double).id)  # compared with the one that stays
    end_reading()


def _likenesses(ref: str) -> list[str]:
    end_reading()
    asked = select(LookAlike.ref).join(Household, Household.id == LookAlike.household_id).where(Household.ref == ref)
    found = list(reading().scalars(asked.order_by(LookAlike.id)))
    end_reading()
    return found


def test_a_record_to_which_a_gift_is_on_its_way_does_not_end(village: v.Village) -> None:
    ref = v.published(village)
    claim(village.donor, ref, units=1)
    with transaction() as tx:
        tx.session.execute(update(Pledge).values(state="sent"))
    double = register(village)
    like = likeness()
    with pytest.raises(Conflict, match="delivery-runs-there"):
        doubles.end_double(village.reviewer, double, like, ends=Ends.OTHER, reason=WHY)
    assert (home(village.family.ref).closed_at, wish_of(ref).state) == (None, "approved")
    with transaction() as tx:  # the control: it came back
        tx.session.execute(update(Pledge).values(state="returned"))
    doubles.end_double(village.reviewer, double, like, ends=Ends.OTHER, reason=WHY)
    assert home(village.family.ref).closed_at is not None


def test_a_record_with_a_circle_does_not_end(app: Flask) -> None:
    at = ring.ground()
    ring.formed(at)
    double = register(at.village)
    like = likeness()
    with pytest.raises(Conflict, match="circle-runs-there"):
        doubles.end_double(at.village.reviewer, double, like, ends=Ends.OTHER, reason=WHY)
    assert home(at.village.family.ref).closed_at is None
    doubles.end_double(at.village.reviewer, double, like, ends=Ends.THIS, reason=WHY)  # the control
    assert home(double).closed_at is not None


def test_a_person_written_down_twice_ends_in_one_of_the_families(village: v.Village) -> None:
    other, child = doubled_child(village)
    like = likeness()
    assert doubles.end_double(village.reviewer, other, like, ends=Ends.THIS, reason=WHY) == other
    assert home(other).closed_at is None
    assert people(other) == [(False, True)]
    assert len(written("double.same")) == 1
    assert not written("double.ended")
    assert all(stays for stays, _ in people(village.family.ref))
    assert child


def test_or_in_the_other_one_with_what_was_asked_for_in_his_name(village: v.Village) -> None:
    ref = v.published(village)
    other, _ = doubled_child(village)
    doubles.end_double(village.reviewer, other, likeness(), ends=Ends.OTHER, reason=WHY)
    assert sorted(stays for stays, _ in people(village.family.ref)) == [False, True]
    assert wish_of(ref).state == "withdrawn"
    assert home(village.family.ref).closed_at is None
    assert all(stays for stays, _ in people(other))


def test_one_outside_the_region_is_not_ended_from_here(village: v.Village) -> None:
    with transaction() as tx:
        judge = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP))
        volunteer = v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE))
        tx.session.execute(update(Household).values(phone_digest=digest("phone", "13800138000")))
    family = Family(category=Category.LOW_INCOME, head_name="司徒大山", address="五组一号", phone="13800138000")
    there = households.register(volunteer, v.OTHER_VILLAGE, family=family, override="one phone for two")
    like = likeness()
    assert get_side_by_side(judge, there, like).ends == ("this",)
    with pytest.raises(Missing):
        doubles.end_double(judge, there, like, ends=Ends.OTHER, reason=WHY)
    assert home(village.family.ref).closed_at is None
    doubles.end_double(judge, there, like, ends=Ends.THIS, reason=WHY)
    assert home(there).closed_at is not None


def test_who_leaves_leaves_no_likeness_to_be_stated(village: v.Village) -> None:
    other, child = doubled_child(village)
    like = likeness()
    households.end_member(village.volunteer, other, child)
    assert len(written("double.ended")) == 1
    assert get_side_by_side(village.reviewer, other, like).outcome == "ended"
    with pytest.raises(Conflict, match="look-alike-cleared"):
        look_alikes.clear_look_alike(village.reviewer, other, like, reason=WHY)


def test_what_ended_like_this_is_forgotten_in_its_time(village: v.Village, travel: Travel) -> None:
    double = register(village)
    doubles.end_double(village.reviewer, double, likeness(), ends=Ends.THIS, reason=WHY)
    kept, same = written("double.kept"), written("double.same")
    assert is_text_of(reading(), kept[0], "reason", "his cousin")
    head = home(double).head_digest
    travel(now() + timedelta(days=3 * 365 + 2))
    night.turn()
    assert home(double).head_digest != head
    assert not is_text_of(reading(), kept[0], "reason", "his cousin")
    assert not is_text_of(reading(), same[0], "reason", WHY)
    end_reading()


def test_the_comparison_offers_both_ends_and_carries_them_out(app: Flask, village: v.Village) -> None:
    double = register(village)
    url = f"/households/{double}/look-alikes/{likeness()}"
    reviewer = signed_in(app, village.reviewer)
    shown = reviewer.get(f"{url}?lang=en").get_data(as_text=True)
    assert [f'value="{word}"' in shown for word in ("different", "this", "other")] == [True] * 3
    assert " checked" not in shown  # nothing is chosen beforehand
    beside = re.findall(r'<input type="hidden" name="(beside)" value="(yes)">', shown)
    assert beside == [("beside", "yes")]
    silent = post(reviewer, url, {"reason": WHY, **dict(beside)})
    assert silent.status_code == 422
    assert "What you found" in reviewer.get(f"{url}?lang=en").get_data(as_text=True)
    assert 'id="decision-error"' in silent.get_data(as_text=True)
    assert get_side_by_side(village.reviewer, double, likeness()).outcome == "open"
    end_reading()
    wrong = post(reviewer, url, {"decision": "this", "reason": "x"})
    assert (wrong.status_code, home(double).closed_at) == (422, None)
    strange = post(reviewer, url, {"decision": "both", "reason": WHY})
    assert (strange.status_code, home(double).closed_at) == (422, None)
    done = post(reviewer, url, {"decision": "this", "reason": WHY})
    assert (done.status_code, done.location) == (303, f"/households/{village.family.ref}")
    again = reviewer.get(f"{url}?lang=en").get_data(as_text=True)
    assert "The same: one record ended" in again
    assert 'name="decision"' not in again
    gone = reviewer.get(f"/households/{double}?lang=en").get_data(as_text=True)
    assert "This record ended on" in gone
    assert "/open" not in gone
