"""Names of people who do not exist: put together by chance from short lists, each used once."""

from collections.abc import Iterator
from random import Random
from typing import Final

SURNAMES: Final = "林江沈陆苏方程顾孟秦邵温钟谭骆施柯祝简桑"
COMPOUND: Final = ("欧阳", "慕容", "司徒", "上官", "诸葛", "端木", "南宫", "令狐")
FIRST: Final = "云晓小思雨春秋冬夏若一子青安知南北远初念"
SECOND: Final = "禾穗苗泉溪岭岚松柏桐枫荷竹梅兰芷宁平安乐"
NICK_FIRST: Final = (
    "山间", "海边", "城南", "江北", "巷口", "窗前", "云上", "雨后", "灯下", "远方的", "早起的", "慢慢走的", "爱读书的",
    "种花的", "路过的", "春天的", "北方的", "南方的", "夜跑的", "骑车的",
)  # fmt: skip
NICK_SECOND: Final = (
    "明月", "小树", "风铃", "橘子", "稻草人", "蒲公英", "灯塔", "石头", "白鸽", "木匠", "老师", "邻居", "旅人",
    "萤火虫", "向日葵", "热豆浆", "小船", "棉花糖", "麻雀", "银杏",
)  # fmt: skip
TEAMS: Final = ("晨光读书会（演示）", "小河公益社（演示）", "十里单车队（演示）", "暖手工坊（演示）")


def names(chance: Random) -> Iterator[tuple[str, str]]:
    """Give family names with given names, no full name twice."""
    given = [f"{first}{second}" for first in FIRST for second in SECOND]
    all_of_them = [(family, name) for family in (*SURNAMES, *COMPOUND) for name in given]
    chance.shuffle(all_of_them)
    yield from all_of_them


def nicknames(chance: Random) -> Iterator[str]:
    """Give nicknames, none twice."""
    both = [f"{first}{second}" for first in NICK_FIRST for second in NICK_SECOND]
    chance.shuffle(both)
    yield from both
    number = 2
    while True:
        yield from (f"{name}{number}" for name in both)
        number += 1
