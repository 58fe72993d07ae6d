"""One picture of a slip vouches for one gift: a second one is shown to the township, and needs a reason."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.errors import Conflict
from charity.domain.slips import SlipCheck
from charity.models.pledges import Slip
from charity.queries.pledges.township import get_confirmation
from charity.services.pledges.confirm import confirm, store_slip
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

PICTURE: dict[str, Any] = {"storage_key": "k", "sha256": "ab" * 32, "look": "0" * 16, "width": 10, "height": 10}
ALL = frozenset(SlipCheck)


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def with_slip(town: Town, **of: str) -> str:
    ref, _, _ = brought_to(town, "handed_over")
    store_slip(town.volunteer, ref, **(PICTURE | of), witness="张三", witness_role="neighbour")
    return ref


def warned(town: Town, ref: str) -> list[bool]:
    end_reading()
    return [line.is_used_before for line in get_confirmation(town.reviewer, ref).slips]


@pytest.mark.parametrize("of", [{"look": "f" * 16}, {"sha256": "cd" * 32}], ids=["same-file", "same-look"])
def test_a_picture_that_was_used_needs_a_reason(town: Town, of: dict[str, str]) -> None:
    first = with_slip(town)
    confirm(town.reviewer, first, basis="slip", checks=ALL)
    second = with_slip(town, **of)
    assert warned(town, second) == [True]
    for reason in ("", "  "):
        with pytest.raises(Conflict, match="slip-photo-used"):
            confirm(town.reviewer, second, basis="slip", checks=ALL, override_reason=reason)
    assert t.pledge_row(second).state == "handed_over"
    confirm(town.reviewer, second, basis="slip", checks=ALL, override_reason="One paper lists both.")
    end_reading()
    reasons = reading().scalars(select(Slip.override_reason).order_by(Slip.id)).all()
    assert reasons == [None, "One paper lists both."]


def test_another_picture_needs_none_and_a_reason_for_nothing_is_not_kept(town: Town) -> None:
    with_slip(town)
    second = with_slip(town, sha256="cd" * 32, look="f" * 16)
    assert warned(town, second) == [False]
    confirm(town.reviewer, second, basis="slip", checks=ALL, override_reason="Never mind.")
    end_reading()
    assert reading().scalars(select(Slip.override_reason)).all() == [None, None]


@pytest.mark.parametrize(
    ("first", "second", "stops"),
    [
        ("00ff00ff00ff00ff", "01ff00ff00ff00fe", True),  # saved again
        ("00ff00ff00ff00ff", "f0f0f0f0f0f0f0f0", False),  # the control: another paper
        ("0000000000000001", "0000000000000003", False),  # two even sheets: each is like all others
    ],
)
def test_a_picture_that_looks_much_alike_needs_a_reason_too(
    town: Town, first: str, second: str, *, stops: bool
) -> None:
    with_slip(town, look=first)
    again = with_slip(town, sha256="cd" * 32, look=second)
    assert warned(town, again) == [stops]
    if stops:
        with pytest.raises(Conflict, match="slip-photo-used"):
            confirm(town.reviewer, again, basis="slip", checks=ALL)
        confirm(town.reviewer, again, basis="slip", checks=ALL, override_reason="One paper lists both.")
    else:
        confirm(town.reviewer, again, basis="slip", checks=ALL)
    assert t.pledge_row(again).state == "confirmed"


def test_the_same_gift_may_have_its_slip_stored_twice(town: Town) -> None:
    ref = with_slip(town)
    store_slip(town.volunteer, ref, **PICTURE, witness="张三", witness_role="neighbour")
    assert warned(town, ref) == [False, False]
    assert confirm(town.reviewer, ref, basis="slip", checks=ALL).state == "confirmed"


def test_a_call_back_confirms_whatever_the_picture_shows(town: Town) -> None:
    with_slip(town)
    assert confirm(town.reviewer, with_slip(town), basis="call-back").state == "confirmed"


def test_the_page_warns_and_asks_for_the_reason(app: Flask, town: Town) -> None:
    first, second = with_slip(town), with_slip(town, sha256="cd" * 32, look="f" * 16)
    clerk = signed_in(app, town.reviewer)
    assert 'name="override_reason"' not in clerk.get(f"/confirmations/{second}").text
    twin = with_slip(town)
    there = f"/confirmations/{twin}"
    shown = clerk.get(f"{there}?lang=en").text
    assert "shows this picture" in shown and 'name="override_reason"' in shown
    told = {"basis": "slip", "checks": ["matches", "witness"]}
    assert post(clerk, f"{there}/confirm", told, shown_at=there).status_code == 409
    told = {**told, "override_reason": "One paper lists both."}
    assert post(clerk, f"{there}/confirm", told, shown_at=there).status_code == 302
    assert t.pledge_row(first).state == "handed_over"
