from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Invalid
from charity.domain.identity import (
    IdNumber,
    SchoolStage,
    Sex,
    age_on,
    check_digit,
    is_child,
    may_be_birth,
    may_match,
    normal_email,
    normal_mobile,
    normal_phone,
    parse_birth,
    parse_id_number,
    stage_of,
)

TODAY = date(2026, 5, 4)


def _number(birth: str, serial: str = "002") -> str:
    first17 = f"110105{birth}{serial}"
    return first17 + check_digit(first17)


def test_the_example_of_the_standard():
    identity = parse_id_number("11010519491231002x", today=TODAY)
    assert identity == IdNumber("11010519491231002X", date(1949, 12, 31), Sex.FEMALE)
    assert parse_id_number("１１０１０５ 19491231 002Ｘ", today=TODAY) == identity
    assert parse_id_number(_number("19880101", "001"), today=TODAY).sex is Sex.MALE


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth, serial, place, shift):
    number = _number(f"{birth:%Y%m%d}", f"{serial:03}")
    assert parse_id_number(number, today=TODAY).birth == birth
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Invalid, match=r"id-number-(check|shape)"):
        parse_id_number(wrong, today=TODAY)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(birth, serial, place):
    number = _number(f"{birth:%Y%m%d}", f"{serial:03}")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Invalid):
            parse_id_number(swapped, today=TODAY)


@pytest.mark.parametrize(
    "text", ["", "123", "1101051949123100", "110105491231002", "01010519491231002X", "1101051949123100XX"]
)
def test_other_shapes_are_refused(text):
    with pytest.raises(Invalid, match="id-number-shape"):
        parse_id_number(text, today=TODAY)


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ("20150229", "birth-impossible"),
        ("19000229", "birth-impossible"),
        ("20151301", "birth-impossible"),
        ("20150431", "birth-impossible"),
        ("20260505", "birth-in-future"),
        ("18900101", "birth-too-long-ago"),
    ],
)
def test_a_birthday_that_never_was_is_refused_even_with_a_right_check_digit(birth, code):
    with pytest.raises(Invalid, match=code):
        parse_id_number(_number(birth), today=TODAY)
    with pytest.raises(Invalid, match=code):
        parse_birth(f"{birth[:4]}-{birth[4:6]}-{birth[6:]}", today=TODAY)


def test_29_february_of_a_leap_year_is_a_birthday():
    assert parse_birth("2016-2-29", today=TODAY) == date(2016, 2, 29)
    may_be_birth(TODAY, today=TODAY)
    with pytest.raises(Invalid, match="birth-shape"):
        parse_birth("29.2.2016", today=TODAY)


def test_what_contradicts_the_id_number_is_refused():
    identity = parse_id_number("11010519491231002X", today=TODAY)
    may_match(identity, birth=date(1949, 12, 31), sex=Sex.FEMALE)
    with pytest.raises(Invalid, match="birth-not-of-id-number"):
        may_match(identity, birth=date(1949, 12, 30))
    with pytest.raises(Invalid, match="sex-not-of-id-number"):
        may_match(identity, birth=date(1949, 12, 31), sex=Sex.MALE)


def test_ages():
    assert age_on(date(2008, 5, 4), TODAY) == 18
    assert age_on(date(2008, 5, 5), TODAY) == 17
    assert is_child(date(2008, 5, 5), TODAY)
    assert not is_child(date(2008, 5, 4), TODAY)
    assert age_on(date(2016, 2, 29), date(2026, 2, 28)) == 9
    assert age_on(date(2016, 2, 29), date(2026, 3, 1)) == 10


@pytest.mark.parametrize(
    ("birth", "stage"),
    [
        (date(2021, 1, 1), SchoolStage.PRESCHOOL),
        (date(2019, 9, 1), SchoolStage.PRIMARY),
        (date(2019, 9, 2), SchoolStage.PRESCHOOL),
        (date(2013, 9, 1), SchoolStage.JUNIOR),
        (date(2010, 9, 1), SchoolStage.SENIOR),
        (date(2008, 5, 4), None),
    ],
)
def test_school_stages(birth, stage):
    assert stage_of(birth, TODAY) is stage


@given(st.dates(TODAY - timedelta(days=6500), TODAY))
def test_every_child_has_a_stage(birth):
    assert stage_of(birth, TODAY) is not None


@pytest.mark.parametrize(
    "text", ["13812345678", "+86 138 1234 5678", "0086-138-1234-5678", "８６１３８１２３４５６７８", "138.1234.5678"]
)
def test_mobile_numbers_have_one_form(text):
    assert normal_mobile(text) == "13812345678"
    assert normal_phone(text) == "13812345678"


@pytest.mark.parametrize("text", ["", "12812345678", "1381234567", "138123456789", "+1 202 555 0100", "abc"])
def test_other_numbers_are_refused(text):
    with pytest.raises(Invalid, match="phone-shape"):
        normal_mobile(text)


def test_a_point_may_have_a_landline():
    assert normal_phone("0833-2345678") == "08332345678"
    with pytest.raises(Invalid):
        normal_mobile("0833-2345678")


def test_email_has_one_form():
    assert normal_email(" Someone@Example.ORG ") == "someone@example.org"
    for text in ("", "a@b", "a b@c.org", "a@b..org", "a@-b.org", "@c.org", "a@c.org, b@c.org"):
        with pytest.raises(Invalid, match="email-shape"):
            normal_email(text)
