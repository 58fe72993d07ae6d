"""The guard of the public book: each kind says only what it may, and no value can be a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.entries import SHAPES, TEXTS, Body, EntryKind, NotAnEntry, board_lines, check
from charity.domain.entry_values import MOST, RULES, is_county, is_moment, is_month, is_ref, is_word

REF = "0123456789abc"
AT = "2026-05-01T08:00:00Z"
LINE = {"pseudonym": REF, "county": "990101", "metric": "wishes", "month": "2026-05", "value": 2}
GOOD: dict[str, Any] = {
    "from": "held",
    "to": "planned",
    "former": None,
    "state": "approved",
    "life": "running",
    "seat_state": "active",
    **dict.fromkeys(("seats", "least", "months", "number", "term"), 3),
    "was": "submitted",
    "reasons": ["unclear"],
    "overrides": ["price-band"],
    "county": "990101",
    "month": "2026-05",
    "until": AT,
    "day": "2026-05-01",
    "at": AT,
    "starts": None,
    "ends": None,
    "digest": "0" * 64,
    **dict.fromkeys(("second", "appeal", "extended", "split", "by_clock"), True),
    **{name: [LINE] for name in ("lines", "reversed", "restored")},
    **dict.fromkeys(
        ("units", "left", "wanted", "price", "budget", "value", "count", "parcels", "rows", "leaf", "corrects"), 3
    ),
}


def whole(kind: EntryKind) -> Body:
    shape = SHAPES[kind]
    names = shape.facts | shape.may_facts
    return Body(
        kind,
        AT,
        dict.fromkeys(shape.subjects | shape.may_subjects, REF),
        {name: GOOD.get(name, "a-code") for name in names},
        dict.fromkeys(TEXTS, "f" * 64),
    )


@pytest.mark.parametrize("kind", EntryKind)
def test_each_kind_may_say_all_that_it_names(kind: EntryKind) -> None:
    assert check(whole(kind)).kind is kind


@pytest.mark.parametrize("kind", EntryKind)
def test_each_fact_of_a_kind_has_a_rule(kind: EntryKind) -> None:
    assert SHAPES[kind].facts | SHAPES[kind].may_facts <= RULES.keys()


@pytest.mark.parametrize("kind", EntryKind)
@pytest.mark.parametrize("part", ["subjects", "facts", "texts"])
def test_no_kind_may_say_more(kind: EntryKind, part: str) -> None:
    body = whole(kind)
    more = {"subjects": body.subjects, "facts": body.facts, "texts": body.texts}
    more[part] = {**more[part], "phone": REF}
    with pytest.raises(NotAnEntry, match="phone"):
        check(Body(kind, AT, **more))


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if SHAPES[kind].facts])
def test_no_kind_may_leave_out_what_verification_needs(kind: EntryKind) -> None:
    body = whole(kind)
    for name in SHAPES[kind].facts:
        fewer = {key: value for key, value in body.facts.items() if key != name}
        with pytest.raises(NotAnEntry, match=name):
            check(Body(kind, AT, body.subjects, fewer))


PERSONAL = ["张三", "zhang san", "13800138000", "+8613800138000", "110101199003074258", "11010119900307425x",
            "a@example.org", "6222021234567890123", "某村三组", "<b>", "", "x" * 41]  # fmt: skip


@pytest.mark.parametrize("value", PERSONAL)
def test_what_could_be_a_person_passes_no_rule(value: str) -> None:
    for name, rule in RULES.items():
        assert not rule(value), name
        assert not rule([value]), name
        assert not rule([{**LINE, "pseudonym": value}]), name
    assert not is_ref(value)


@given(st.text(max_size=40))
def test_no_text_but_a_code_passes(text: str) -> None:
    if is_word(text):
        assert text.isascii()
        assert text == text.lower()
        assert text[0].isalpha()
        assert " " not in text


@pytest.mark.parametrize("value", [True, -1, MOST + 1, 1.0, "1", None])
def test_what_is_no_count(value: Any) -> None:
    assert not RULES["units"](value)


def test_places_months_and_moments() -> None:
    assert all(map(is_county, ("99", "9901", "990101")))
    assert not any(map(is_county, ("990101001", "990101001001", "9", "", "99010a")))
    assert is_month("2026-12")
    assert not any(map(is_month, ("2026-13", "2026-1", "26-01")))
    assert all(map(is_moment, (AT, "2026-05-01", "2026-05-01T08:00:00.5Z")))
    assert not any(
        map(is_moment, ("2026-02-30", "2026-05-01T08:00:00", "20260501", "tomorrow", "1380013800", "二〇二六"))
    )


def test_lines_count_up_and_down() -> None:
    facts = {"units": 1, "from": "disputed", "to": "confirmed", "restored": [LINE], "reversed": [LINE]}
    body = Body(EntryKind.PLEDGE_RULED, AT, {"wish": REF, "pledge": REF}, facts)
    assert [(line.metric, line.value) for line in board_lines(check(body))] == [("wishes", 2), ("wishes", -2)]
    anonymous = Body(EntryKind.PLEDGE_RULED, AT, {}, {"lines": [{**LINE, "pseudonym": None}]})
    assert [line.pseudonym for line in board_lines(anonymous)] == [None]
    assert board_lines(Body(EntryKind.WISH_CLOSED, AT)) == []


@pytest.mark.parametrize("spoilt", [{"value": -1}, {"metric": "clicks"}, {"month": "May"}, {"county": "990101001"},
                                    {"name": "one"}, {"value": True}])  # fmt: skip
def test_what_is_no_line(spoilt: dict[str, Any]) -> None:
    assert not RULES["lines"]([{**LINE, **spoilt}])
    assert RULES["lines"]([LINE])
