"""Who a text tells of, however the name is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.telling import given_name, parts_of, tells_of

GAPS = (" ", "　", "·", ".", "-", "_", "\u200b", "\ufe0f", "\u3164", "，", "、", "\n", "★")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小明想要书包", "王小明"),
        ("王 小明", "王小明"),
        ("王·小明", "王小明"),
        ("给張國強的书", "张国强"),
        ("给張國強的书", "張國强"),
        ("小禾的书", "欧阳小禾"),
        ("给孩子子安的书", "林子安"),
        ("小雨想要雨伞", "王小雨"),
        ("阿依古丽的书", "阿依古丽·买买提"),
        ("Wang Xiaoming", "wang xiao ming"),
        ("给Wangxiaoming的", "wang xiao ming"),
        ("XIAO-MING", "xiao ming"),
        ("Lü Xiaoming", "lv xiao ming"),
        ("书给 john smith", "John Smith"),
    ],
)
def test_a_name_is_told(text: str, name: str) -> None:
    assert tells_of(text, [name])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("阳光好的书桌", "王阳光"),
        ("房屋建设用的手套", "李建设"),
        ("书香满屋", "陈书香"),
        ("身体健康", "周健康"),
        ("富国强民的故事书", "张国强"),
        ("孩子安全帽", "林子安"),
        ("小雨伞一把", "王小雨"),
        ("明天要用", "王明"),
        ("made of cotton", "ma de"),
        ("canvas shoes", "an va"),
        ("山村的孩子", "高山村"),
    ],
)
def test_ordinary_words_tell_nobody(text: str, name: str) -> None:
    assert not tells_of(text, [name])


@given(
    st.sampled_from(["王小明", "张国强", "欧阳小禾", "王明"]),
    st.sampled_from(GAPS),
    st.sampled_from(["", "给 ", "书。"]),
)
def test_nothing_between_its_characters_hides_a_name(name: str, gap: str, before: str) -> None:
    assert tells_of(before + gap.join(name), [name])


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_name_and_text_can_be_compared(text: str, name: str) -> None:
    tells_of(text, [name])
    parts = parts_of(name)
    assert parts is None or all(parts)


def test_a_given_name_needs_two_characters_and_a_person() -> None:
    assert [given_name(name) for name in ("王小明", "欧阳小禾", "王明", "欧阳禾", "云桥镇", "", "John")] == [
        "小明", "小禾", "", "", "", "", "",
    ]  # fmt: skip
