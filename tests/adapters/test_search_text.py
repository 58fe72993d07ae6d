import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.adapters.search_text import SYLLABLES, normalise, read_syllables, read_words, write_text
from charity.domain.search import MOST_PIECES, few_enough, is_found, pieces_of

TEXT = "给孩子的36码运动鞋和滑板车，西安市可寄 Nike Shoes 绿色 T-shirt 方案书"


def finds(query: str, text: str = TEXT) -> bool:
    words = read_words(query)
    return bool(words) and is_found(write_text(text), words)


@pytest.mark.parametrize(
    "query",
    [
        "运动", "运动鞋", "運動鞋", "鞋", "滑板车", "滑板車", "36码", "３６码", "运动鞋 滑板", "运动鞋，绿色",
        "yundong", "yundongxie", "YunDong", "ydx", "yd", "huaban", "hb", "huabanche", "hbc", "yundongxiehehuabanche",
        "xianshi", "xi'an", "xian", "fanganshu", "lvse", "lüse", "绿色", "绿色 yundong", "滑板che", "码运动",
        "nike", "ＮＩＫＥ", "nik", "shoe", "shoes", "hoe", "shirt", "t-shirt", "shirt nike", "36", "6码",
    ],
)  # fmt: skip
def test_it_is_found(query):
    assert finds(query)


@pytest.mark.parametrize(
    "query",
    [
        "篮球", "鞋动", "动运", "lanqiu", "lq", "dongyun", "adidas", "37码", "红色 运动鞋", "", " ，。!", "'",
        "36运动", "运动滑板", "undong", "yundo", "ynd", "车西安",
    ],
)  # fmt: skip
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


@pytest.mark.parametrize("word", ["xianshi", "fangan", "pingan", "zhuang", "lvse", "dongxi"])
def test_a_word_is_read_in_every_way_of_few_syllables(word):
    readings = read_syllables(word)
    assert readings
    assert all("".join(reading) == word and set(reading) <= SYLLABLES for reading in readings)
    assert readings == sorted(readings, key=len)


@given(st.text(max_size=40), st.text(min_size=1, max_size=12))
def test_what_contains_a_word_has_its_pieces(text, word):
    """Where a word is found, each of its spans holds a piece of the text: otherwise nobody would look there."""
    written = write_text(f"{text}{word}{text}")
    pieces = pieces_of(written)
    for ways in read_words(word):
        for way in ways:
            there = all(any(span.low <= piece < span.high for piece in pieces) for span in way.spans)
            contained = is_found(written, ((way,),))
            assert there or not contained
            assert contained or not (there and way.is_sure)


@given(st.text(min_size=1, max_size=40))
def test_every_text_finds_itself(text):
    words = read_words(text)
    assert is_found(write_text(text), words)
    spans = [span for word in few_enough(words) for way in word for span in way.spans]
    assert len(spans) <= max(MOST_PIECES, sum(map(len, words)))
    assert all(0 <= span.low < span.high < 2**63 for span in spans)


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=8))
def test_every_string_of_syllables_finds_itself_as_a_word(syllables):
    word = "".join(syllables)
    assert is_found(write_text(word), read_words(word))


def test_it_is_cheap():
    pieces_of(write_text("先"))
    began = time.process_time()
    for number in range(300):
        pieces_of(write_text(f"给孩子的冬季校服棉衣{number}套，适合身高一百四十厘米"))
    assert (time.process_time() - began) / 300 < 0.005
    began = time.process_time()
    read_words("a" * 10_000 + "ano" * 3000)
    read_words("ana" * 15 + "v")
    assert time.process_time() - began < 0.2


def test_the_dictionaries_are_loaded_only_when_needed():
    code = "import sys, charity.adapters.search_text as s; s.read_words('shoes'); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pypinyin", "opencc"} & set(told.stdout.split())
