"""One form of a text for judging it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from charity.domain import catalogue, forbidden, nicknames, wish_texts, writing
from charity.domain.writing import bare, plain


def test_the_characters_are_simplified_as_the_search_simplifies_them():
    to_simplified = OpenCC("t2s").convert
    odd = {"裡": "里", "裏": "里", "徵": "征"}
    for one, other in writing._ONE_WRITING.items():
        assert chr(other) == odd.get(chr(one), to_simplified(chr(one)))
        assert other not in writing._ONE_WRITING, "a second time changes nothing"


@pytest.mark.parametrize("rules", [forbidden, catalogue, nicknames, wish_texts])
def test_no_rule_waits_for_a_character_that_a_plain_text_never_has(rules):
    with open(rules.__file__, encoding="utf-8") as file:
        words = file.read().replace("碼", "")
    assert not [one for one in words if ord(one) in writing._ONE_WRITING]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ｖ Ｘ abc", "vx abc"),
        ("微 信abc", "微信abc"),
        ("云桥镇 中心小学", "云桥镇中心小学"),
        ("王，小明", "王小明"),
        ("颜色红，包邮", "颜色红,包邮"),
        ("we chat", "we chat"),
        ("n i k e", "nike"),
        ("電 動 車", "电动车"),
        ("བཀྲ་ཤིས་", "བཀྲ་ཤིས་"),
    ],
)
def test_what_stands_between_characters_is_dropped(text, left):
    assert bare(plain(text)) == left


@given(st.text(max_size=60))
def test_a_plain_text_stays_plain(text):
    once = plain(text)
    assert plain(once) == once
    assert len(bare(once)) <= len(once)
