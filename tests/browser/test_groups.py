"""A class on a phone: founded, joined by code, a young member, a seat, the room, and the deputy who takes over."""

from collections.abc import Callable

import pytest

from charity.services.circles import seats
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import classes as c
from tests.kit import ring as r

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def test_a_class_takes_a_seat_and_reads_the_room(enter: Callable[..., Eyes]) -> None:
    at = r.ground(3)
    ref = r.formed(at, promise=r.LETTERS)
    seats.join(at.donors[2], ref)
    teacher = enter("donor", by=at.donors[0])
    teacher.menu("My circles").follow("My groups: a class or a team can hold a seat")
    teacher.reads("You are in no group yet").follow("Found a group").press("Found the group", status=422)
    teacher.fill(kind="class", is_adult=True).press("Found the group")
    group = teacher.path.split("/")[2]
    teacher.press("Make a new join code")
    code = teacher.page.inner_text("main .code")
    parent = enter("parent", by=at.donors[1], **alternately(zh=True))
    parent.go("/groups/join").fill(code="00000-00000", is_adult=True).press("Join the group", status=422)
    parent.fill(code=code, is_adult=True).press("Join the group").reads("You are in. Welcome!")
    parent.fill(word="青竹").press("Add the young member", status=422)
    parent.fill(word="青竹", has_leave=True).press("Add the young member")
    assert c.young(group) == ["青竹 1"]
    teacher.go(f"/groups/{group}").press("Ask to be the deputy")
    parent.go(f"/groups/{group}", state="asked").press("Yes, I will").reads("You are the deputy.")
    teacher.go(f"/circles/{ref}/seat").fill(taker=group, display="nickname").press("Take the seat")
    teacher.reads("(your group)")
    parent.go(f"/groups/{group}", state="seated").to(f"main a[href='/circles/{ref}/room']").reads("(your group)")
    parent.go(f"/circles/{ref}").reads("You have a seat in this circle.")
    teacher.go(f"/groups/{group}", state="seated").follow("Hand over or dissolve the group")
    teacher.press("Hand over to the deputy").follow("Leave the group").press("Leave the group")
    assert r.seat_of(ref, at.donors[1]).group_id == c.group(group).id
    parent.go(f"/groups/{group}/end", state="founder").press("Dissolve the group")
    assert r.seat_of(ref, at.donors[1]).state == "leaving"
