import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Invalid
from charity.domain.money import MOST_FEN, fen_of, parse_yuan, plain_yuan, split_into_sets


@pytest.mark.parametrize(
    ("text", "fen"),
    [("12", 1200), ("12.5", 1250), ("￥1,200.05", 120005), ("12.50元", 1250), (" ８０ ", 8000), ("0", 0)],
)
def test_amounts_as_people_write_them(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "-1", "1.234", "1e3", "abc", "1.", ".5", "999999999", "NaN"])
def test_other_texts_are_refused(text):
    with pytest.raises(Invalid, match="money-shape"):
        parse_yuan(text)


def test_too_much_is_refused():
    assert parse_yuan("10000000") == MOST_FEN
    with pytest.raises(Invalid, match="money-too-much"):
        parse_yuan("10000000.01")


@given(st.integers(0, MOST_FEN))
def test_what_is_written_is_read_back(fen):
    assert parse_yuan(plain_yuan(fen)) == fen


def test_yuan_and_fen():
    assert fen_of(300) == 300_00
    assert plain_yuan(-1250) == "-12.50"


@given(st.integers(1, MOST_FEN), st.integers(1, 500_00))
def test_sets_cover_the_price_and_none_is_over_the_limit(total, most):
    sets, fen = split_into_sets(total, most_fen=most)
    assert fen <= most
    assert total <= sets * fen < total + sets
