"""The invented province of the demonstration (code 99): no name here belongs to a real place."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """One invented division with its two names."""

    code: str
    name: str
    english: str


_PROVINCE_AND_CITIES = (
    ("99", "同心省（演示）", "Concentric Province (demo)"),
    ("9901", "圆心市（演示）", "Centre City (demo)"),
    ("9902", "星环市（演示）", "Ring City (demo)"),
)

# county -> its names and its townships; a township -> its names and its villages
_COUNTIES: tuple[tuple[str, str, str, tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]], ...] = (
    (
        "990101",
        "暖溪县（演示）",
        "Warmbrook County (demo)",
        (
            (
                "萤灯镇",
                "Firefly Town",
                (("纸鸢村", "Kite"), ("灯捻村", "Lampwick"), ("麦涛村", "Wheatwave"), ("回声村", "Echo")),
            ),
            (
                "拾穗光乡",
                "Gleaning Township",
                (("晴窗村", "Brightwindow"), ("归雁村", "Homegoose"), ("青稞浪村", "Barleywave")),
            ),
            (
                "半山云乡",
                "Halfcloud Township",
                (("云履村", "Cloudshoe"), ("石阶谣村", "Stairsong"), ("松语村", "Pinewhisper")),
            ),
        ),
    ),
    (
        "990102",
        "长灯县（演示）",
        "Longlamp County (demo)",
        (
            (
                "书灯镇",
                "Readinglamp Town",
                (("竹铃村", "Bamboobell"), ("砚语村", "Inktalk"), ("印布谣村", "Printcloth")),
            ),
            (
                "麦笛乡",
                "Wheatpipe Township",
                (("木桥谣村", "Bridgesong"), ("新月舟村", "Crescentboat"), ("布谷谣村", "Cuckoosong")),
            ),
            (
                "望帆谣乡",
                "Sailsong Township",
                (("渡歌村", "Ferrysong"), ("浅滩村", "Shallows"), ("柳哨村", "Willowwhistle")),
            ),
        ),
    ),
    (
        "990201",
        "远帆县（演示）",
        "Farsail County (demo)",
        (("星渡桥镇", "Starbridge Town", (("暖炉村", "Hearth"), ("雪灯村", "Snowlantern"))),),
    ),
)


def demo_regions() -> Iterator[DemoRegion]:
    """List the invented province and all below it, parents first."""
    for code, name, english in _PROVINCE_AND_CITIES:
        yield DemoRegion(code, name, english)
    for county, name, english, townships in _COUNTIES:
        yield DemoRegion(county, name, english)
        for place, (township, township_english, villages) in enumerate(townships, 1):
            code = f"{county}{place:03}"
            yield DemoRegion(code, township, township_english)
            for number, (village, village_english) in enumerate(villages, 1):
                yield DemoRegion(f"{code}{number:03}", village, f"{village_english} Village")
