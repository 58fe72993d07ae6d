"""Chinese place names for readers and typists of Latin letters: pinyin with the English word of the division's kind."""

from functools import lru_cache

from charity.adapters.pinyin import syllables
from charity.domain.regions import Level, level_of

# As the provinces write themselves in English; pinyin alone cannot tell Shanxi from Shaanxi.
PROVINCES = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia", "21": "Liaoning",
    "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu", "33": "Zhejiang", "34": "Anhui",
    "35": "Fujian", "36": "Jiangxi", "37": "Shandong", "41": "Henan", "42": "Hubei", "43": "Hunan",
    "44": "Guangdong", "45": "Guangxi", "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou",
    "53": "Yunnan", "54": "Xizang (Tibet)", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia",
    "65": "Xinjiang",
}  # fmt: skip
# The longest ending that fits names the kind; what stays in front is spelled in pinyin.
ENDINGS = (
    ("社区居民委员会", "Community"),
    ("村民委员会", "Village"),
    ("社区居委会", "Community"),
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("街道办事处", "Subdistrict"),
    ("民族乡", "Ethnic Township"),
    ("居委会", "Community"),
    ("村委会", "Village"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("社区", "Community"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("市", "City"),
    ("区", "District"),
    ("县", "County"),
    ("旗", "Banner"),
    ("盟", "League"),
    ("村", "Village"),
)
WHOLE = {"市辖区": "City Districts", "县": "Counties"}


@lru_cache(maxsize=20_000)
def english_name(code: str, name: str) -> str:
    """Spell a division for English readers: "Wangcheng District"; provinces by their usual English names."""
    if level_of(code) is Level.PROVINCE:
        return PROVINCES.get(code, name)
    if name in WHOLE:
        return WHOLE[name]
    for ending, kind in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return f"{_spelled(name.removesuffix(ending))} {kind}"
    return _spelled(name)


def _spelled(name: str) -> str:
    return "".join(syllables(name)).capitalize()


def pinyin_matches(wanted: str, name: str) -> bool:
    """Say whether letters begin a name's pinyin or its initials."""
    letters = "".join(wanted.casefold().split())
    parts = syllables(name)
    return "".join(parts).startswith(letters) or "".join(part[0] for part in parts if part).startswith(letters)
