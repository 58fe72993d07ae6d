import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.aliases import WORDS, alias_in_english, alias_of
from charity.domain.errors import Invalid

# The hundred commonest family names.
FAMILY_NAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


def test_no_alias_begins_with_a_family_name():
    assert not {word[0] for word, _ in WORDS} & FAMILY_NAMES
    assert all(len(word) == 2 for word, _ in WORDS)
    assert len({word for word, _ in WORDS}) == len({english for _, english in WORDS}) == len(WORDS)


@given(st.integers(0, 2**64))
def test_a_seed_gives_one_alias_in_both_languages(seed):
    alias = alias_of(seed)
    assert alias == alias_of(seed)
    word, number = alias.split(" ")
    assert alias_in_english(alias) == f"{dict(WORDS)[word]} {number}"
    assert len(alias) <= 8


def test_many_seeds_give_many_aliases():
    assert len({alias_of(seed) for seed in range(20_000)}) == 20_000


def test_unknown_words_stay_and_negative_seeds_are_refused():
    assert alias_in_english("somebody") == "somebody"
    with pytest.raises(Invalid, match="alias-seed"):
        alias_of(-1)
