import re

import pytest

from charity.domain.errors import Invalid
from charity.domain.tracking import BY_CODE, COURIERS, get_courier, normal_order, normal_tracking


def test_couriers_have_unique_codes_that_fit_the_column():
    assert len(BY_CODE) == len(COURIERS)
    assert all(re.fullmatch(r"[a-z]{2,24}", code) for code in BY_CODE)
    assert "other" in BY_CODE


@pytest.mark.parametrize(
    ("courier", "number", "kept"),
    [
        ("ems", "ea 123456789 cn", "EA123456789CN"),
        ("sf", "sf1234567890123", "SF1234567890123"),
        ("zto", "７５８１２３４５６７８９", "758123456789"),
        ("jd", "JDVA12345678901", "JDVA12345678901"),
        ("other", "AB12345678", "AB12345678"),
    ],
)
def test_numbers_have_one_form(courier, number, kept):
    assert normal_tracking(courier, number) == kept


@pytest.mark.parametrize(
    ("courier", "number"), [("zto", "abc"), ("sf", "SF12"), ("other", "A1"), ("other", "<b>12345678")]
)
def test_numbers_of_another_shape_are_refused(courier, number):
    with pytest.raises(Invalid, match="tracking-shape"):
        normal_tracking(courier, number)


def test_unknown_couriers_are_refused():
    with pytest.raises(Invalid, match="courier-unknown"):
        get_courier("pigeon")


def test_a_shop_order_may_be_missing_but_not_strange():
    assert normal_order("") == ""
    assert normal_order(" 2026-0504 123456 ") == "2026-0504123456"
    with pytest.raises(Invalid, match="order-shape"):
        normal_order("=1+2")
