import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.adapters.search_text import SYLLABLES, index_tokens, normalise, query_tokens

TEXT = "给孩子的36码运动鞋和滑板车，西安市可寄 Nike Shoes 绿色 T-shirt 方案书"


def finds(query: str, text: str = TEXT) -> bool:
    tokens = query_tokens(query)
    return bool(tokens) and set(tokens) <= index_tokens(text)


@pytest.mark.parametrize(
    "query",
    [
        "运动", "运动鞋", "運動鞋", "鞋", "滑板车", "滑板車", "36码", "３６码", "运动鞋 滑板", "运动鞋，绿色",
        "yundong", "yundongxie", "YunDong", "ydx", "yd", "huaban", "hb", "huabanche", "hbc", "yundongxiehehuabanche",
        "xianshi", "xi'an", "xian", "fanganshu", "lvse", "lüse", "绿色",
        "nike", "ＮＩＫＥ", "nik", "shoe", "shoes", "shirt", "t-shirt", "shirt nike", "36",
    ],
)  # fmt: skip
def test_it_is_found(query):
    assert finds(query)


@pytest.mark.parametrize(
    "query", ["篮球", "鞋动", "动运", "lanqiu", "lq", "dongyun", "adidas", "37码", "红色 运动鞋", "", " ，。!", "'"]
)
def test_it_is_not_found(query):
    assert not finds(query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("huaban", "花瓣"),
        ("chongqing", "重庆的书包"),
        ("龘", "龘字帖"),
        ("𡌶", "𡌶村小学"),
        ("མེ", "མེ ཏོག"),
        ("كتاب", "كتاب"),
        ("piano", "a Piano"),
    ],
)
def test_rare_characters_and_other_scripts_are_found(query, text):
    assert finds(query, text)


def test_one_writing_for_all():
    assert normalise("ＡＢＣ　書包①") == "abc 书包1"


@given(st.text(min_size=1, max_size=40))
def test_every_text_finds_itself(text):
    tokens = query_tokens(text)
    assert len(tokens) <= 12
    assert all(token and len(token) <= 24 for token in tokens)
    assert set(tokens) <= index_tokens(text)


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=8))
def test_every_string_of_syllables_finds_itself_as_a_word(syllables):
    word = "".join(syllables)
    assert set(query_tokens(word)) <= index_tokens(word)


def test_it_is_cheap():
    index_tokens("先")
    began = time.perf_counter()
    for number in range(300):
        index_tokens(f"给孩子的冬季校服棉衣{number}套，适合身高一百四十厘米")
    assert (time.perf_counter() - began) / 300 < 0.005
    began = time.perf_counter()
    query_tokens("a" * 10_000 + "ano" * 3000)
    assert time.perf_counter() - began < 0.2


def test_the_dictionaries_are_loaded_only_when_needed():
    code = "import sys, charity.adapters.search_text as s; s.query_tokens('shoes'); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pypinyin", "opencc"} & set(told.stdout.split())
