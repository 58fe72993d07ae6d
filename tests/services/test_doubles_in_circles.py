"""Circles ask what wishes ask: who looks like another one is looked at before donors are invited to sit down."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.circles import Promise
from charity.domain.errors import Conflict
from charity.models.circles import Circle
from charity.models.households import LookAlike, Member
from charity.services.circles import propose
from charity.services.register import look_alikes
from tests.kit import hours as h
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in

WHY = "两家都去看过"
Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def alike(at: v.Village, home: v.Family, *, child: bool = False, head: bool = False) -> str:
    """Write down that a family, its child or its head looks like another family's; gives the likeness."""
    with transaction() as tx:
        other = v.add_family(tx, at.volunteer)
        whose = select(Member.id).where(Member.household_id == home.id, Member.relation == "head")
        ref = new_ref()
        row = LookAlike(
            ref=ref,
            household_id=home.id,
            member_id=home.child_id if child else tx.session.scalars(whose).one() if head else None,
            other_household_id=other.id,
            reason_sealed=seal("another one", place=f"look_alikes.reason:{ref}"),
            recorded_by_id=at.volunteer.account_id,
            recorded_at=tx.now,
        )
        tx.session.add(row)
        return ref


def cleared(at: Ground, like: str) -> None:
    look_alikes.clear_look_alike(at.village.reviewer, at.village.family.ref, like, reason=WHY)


def test_a_family_that_looks_like_another_one_is_not_proposed_until_both_were_looked_at(at: Ground) -> None:
    like = alike(at.village, at.village.family)
    with pytest.raises(Conflict, match="look-alike-open"):
        r.proposed(at)
    end_reading()
    assert reading().scalars(select(Circle.id)).all() == []
    end_reading()
    cleared(at, like)
    assert r.circle(r.proposed(at)).state == "proposed"


def test_nor_opened_nor_looked_at_for_another_term(at: Ground) -> None:
    ref = r.proposed(at)
    like = alike(at.village, at.village.family)
    with pytest.raises(Conflict, match="look-alike-open"):
        propose.approve(at.village.reviewer, ref)
    assert r.circle(ref).state == "proposed"
    cleared(at, like)
    propose.approve(at.village.reviewer, ref)
    assert r.circle(ref).state == "forming"
    with transaction() as tx:
        row = tx.session.scalars(select(Circle).where(Circle.ref == ref)).one()
        row.state, row.renewal_asked_at = "running", tx.now
    like = alike(at.village, at.village.family)
    with pytest.raises(Conflict, match="look-alike-open"):
        propose.approve_term(at.village.reviewer, ref)
    assert r.circle(ref).state == "running"  # what is public already stays
    cleared(at, like)
    propose.approve_term(at.village.reviewer, ref)


@pytest.mark.parametrize(
    ("subject", "child", "stops"), [("maths", True, True), ("maths", False, False), ("repairs", True, False)]
)
def test_a_child_that_looks_like_another_one_stops_hours_with_children_alone(
    at: Ground, subject: str, *, child: bool, stops: bool
) -> None:
    school = h.add_school(at.village)
    promise: Promise = r.hours(school.point, subject=subject, adult=h.TEACHER)
    like = alike(at.village, at.village.family, child=child, head=not child)
    if not stops:
        assert r.formed(at, promise=promise)
        return
    with pytest.raises(Conflict, match="look-alike-open"):
        r.formed(at, promise=promise)
    end_reading()
    cleared(at, like)
    ref = r.proposed(at, promise=promise)
    again = alike(at.village, at.village.family, child=True)
    with pytest.raises(Conflict, match="look-alike-open"):
        propose.approve(at.village.reviewer, ref)
    cleared(at, again)
    propose.approve(at.village.reviewer, ref)


def test_a_countys_list_leaves_such_families_out_and_says_why(app: Flask, travel: Travel) -> None:
    travel(r.APRIL)
    at = li.county()
    like = alike(at.village, at.families[1])
    alike(at.village, at.families[2], child=True)
    ref = li.staged(at, promise=li.goods())
    found = li.found(ref)
    assert [row[1:] for row in found[:3]] == [
        ("waiting", "", ""),
        ("wrong", "household", "look-alike-open"),
        ("waiting", "", ""),
    ]
    assert like


def test_the_reviewer_sees_it_beside_the_circle_with_the_way_to_both(app: Flask, at: Ground) -> None:
    ref = r.proposed(at)
    reviewer = signed_in(app, at.village.reviewer)
    url = f"/reviews/circles/{ref}?lang=en"
    assert "It looks like another one" not in reviewer.get(url).get_data(as_text=True)
    like = alike(at.village, at.village.family)
    shown = reviewer.get(url).get_data(as_text=True)
    assert "It looks like another one in the register" in shown
    assert f'href="/households/{at.village.family.ref}/look-alikes/{like}"' in shown
    refused = post(reviewer, f"/reviews/circles/{ref}/approve", {}, shown_at=f"/reviews/circles/{ref}")
    assert refused.status_code == 409
    assert "First clear the likeness to somebody else" in refused.get_data(as_text=True)
