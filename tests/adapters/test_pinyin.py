"""Readings from the file are pypinyin's own, and no process keeps its dictionaries for them."""

import random
import subprocess
import sys

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from charity.adapters import pinyin
from charity.adapters.pinyin import syllables, write_readings


@pytest.fixture(scope="module", autouse=True)
def readings():
    assert write_readings()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("重庆", "chong qing"),
        ("重点小学", "zhong dian xiao xue"),
        ("长春长大了", "chang chun zhang da le"),
        ("绿色", "lv se"),
        ("㛃", "jie"),
        ("A区", "A qu"),
        ("", ""),
    ],
)
def test_readings_hang_on_the_words_around(text: str, spoken: str):
    assert " ".join(syllables(text)) == spoken


def test_they_are_what_pypinyin_says():
    chance = random.Random(7)
    phrases, characters = sorted(PHRASES_DICT), [chr(number) for number in sorted(PINYIN_DICT)]
    common = [chr(number) for number in range(0x4E00, 0x9FA5)]
    for _ in range(2_000):
        parts = [
            chance.choice(chance.choice((phrases, common, common, characters))) for _ in range(chance.randint(1, 6))
        ]
        # an end cut off, so that phrases are met that only begin
        text = "".join(part for part in parts if part.isalpha())[: chance.randint(1, 20)]
        assert "".join(syllables(text)) == "".join(lazy_pinyin(text)), text


def test_a_process_that_asks_does_not_load_the_dictionaries():
    code = "import sys; from charity.adapters.pinyin import syllables; print(*syllables('重庆')); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[0] == "chong qing"
    assert "pypinyin" not in told[1].split()


def test_where_no_file_can_be_kept_pypinyin_answers(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(pinyin, "FOLDER", tmp_path / "nowhere")
    assert not write_readings()
    for kept in (pinyin._readings_file, syllables):
        kept.cache_clear()
    assert syllables("重庆路") == ("chong", "qing", "lu")
    for kept in (pinyin._readings_file, syllables):
        kept.cache_clear()
