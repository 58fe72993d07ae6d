"""Who and where a text tells of: a name as it is registered, as people shorten it, and as they spell it.

A child is called by its given name, so that counts as well, of everybody in the family: who is meant is told by either.
Many given names are words that a need is told with ("sunshine", "build"); these count with the surname alone, since a
family that may not write them could not say what it needs, and such a word by itself points at nobody. Short given
names end at the surname: of a name of two characters nothing that tells would be left.
"""

import re
from collections.abc import Iterable

from charity.domain.writing import bare, plain

SHORTEST = 2

_COMPOUND_NAMES = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 "
    "太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 百里 呼延 东郭 南门 西门 拓跋 轩辕 "
)
_COMPOUND = frozenset(_COMPOUND_NAMES.split())
_ORDINARY_WORDS = (
    "阳光 建设 书香 健康 国强 平安 幸福 快乐 开心 欢乐 欢喜 温暖 温馨 明亮 光明 光荣 希望 梦想 未来 理想 "
    "成长 成功 成才 成材 进步 前进 胜利 团结 友爱 友谊 友好 和平 和谐 自强 自立 自信 坚强 坚定 勇敢 努力 "
    "勤劳 勤奋 聪明 智慧 才华 文明 文化 文学 科学 数学 语文 英语 学习 学文 艺术 音乐 美术 美丽 美好 漂亮 "
    "可爱 可心 称心 如意 安全 安心 安静 安宁 安定 安康 吉祥 吉利 富强 富贵 富裕 兴旺 兴隆 繁荣 发展 发财 "
    "发达 丰收 丰富 建国 国庆 国家 祖国 中华 新华 爱国 爱民 爱心 爱护 爱好 卫国 解放 改革 开放 跃进 红军 "
    "红旗 红星 红梅 红霞 红日 红豆 红花 春天 夏天 秋天 冬天 春季 夏季 秋季 冬季 四季 新春 初春 初夏 初秋 "
    "初冬 立春 立夏 立秋 立冬 春节 元旦 新年 春风 春雨 春光 春花 春苗 春梅 春兰 春晓 春来 夏至 夏雨 夏荷 "
    "秋雨 秋月 秋菊 秋水 秋实 秋收 秋云 冬梅 冬雪 冬至 冬青 小溪 小苗 小树 小花 小草 小鸟 小马 小妹 小弟 "
    "小山 小河 小桥 小米 小麦 大雪 大海 大山 大河 大江 大地 大米 大年 天空 天蓝 天使 天才 天生 天真 天天 "
    "蓝天 白云 白雪 冰雪 雪花 雪白 雪山 雪梅 梅花 荷花 桂花 菊花 兰花 百合 牡丹 玫瑰 月季 茉莉 丁香 芳香 "
    "青松 青竹 青山 青苗 青草 青春 青年 青海 松树 柏树 松柏 翠竹 绿叶 叶子 森林 树林 竹林 草原 田野 山川 "
    "山水 高山 泰山 长江 黄河 长城 长春 长安 长生 长久 海洋 海南 海燕 海棠 海水 海军 江河 江山 河山 湖水 "
    "云南 云山 北京 天津 重庆 上海 宁夏 新疆 西藏 南方 北方 东方 西方 远方 四方 东风 南山 东山 朝阳 向阳 "
    "太阳 日光 晨光 晨曦 月光 月亮 明月 星星 星光 星辰 彩霞 彩虹 彩云 云彩 金银 金色 银色 紫红 深蓝 蔚蓝 "
    "海蓝 黄金 水晶 珍珠 宝石 宝贝 宝宝 贝贝 贝壳 明明 多多 点点 圆圆 慢慢 常常 好好 甜甜 静静 暖暖 满满 "
    "亮亮 方方 红红 蓝蓝 白白 大大 小小 高高 长长 厚厚 弯弯 可可 年年 月月 早早 果果 苹果 樱桃 石榴 玉米 "
    "石头 木头 铁锤 喜欢 喜爱 喜鹊 新生 新民 新建 新兴 人民 为民 志愿 志气 立志 有志 立新 自然 天然 自由 "
    "自在 从容 思想 思念 思考 知识 知道 念书 读书 学会 学生 学友 文具 文章 文艺 书画 诗书 画画 雨衣 雨水 "
    "安排 安居 一心 一平 一生 一家 一起 一样 万里 千里 百年 双喜 双全 永远 永久 保国 保安 保健 生根 生财 "
    "金山 银山 金花 铁牛 公主 王子 卫生 卫东 向东 向前 向上 上进 先进 先锋 光华 光辉 辉煌 灿烂 金龙 玉石 "
    "玉兰 晶晶 珠宝 晴天 晴朗 天晴 雷雨 风雨 冬阳 秋阳 春阳 "
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
# "Child", "shoe" and many others end in 子, with which many given names begin.
_NOUN_BEFORE = {
    "子": "孩鞋被裤袜帽裙椅桌杯盘锅瓶包箱袋柜本尺笔毯垫褥扇梳镜盒篮筐桶盆碗勺筷刀剪架梯绳带领袖棋儿妻"
    "弟兔猫样电量种房屋院村寨日票"
}
# With these after it a small thing is meant: a "small umbrella", a "small computer".
_THING_AFTER = {
    "小雨": "伞衣鞋靴天", "小雪": "人花地糕", "小红": "花帽旗书领包", "小龙": "虾人", "小宝": "宝贝",
    "小平": "板台房车", "小兵": "张", "小燕": "子", "小虎": "队牙", "小满": "节",
}  # fmt: skip
_ENDING = re.compile(
    r"(?:村民委员会|居民委员会|村委会|居委会|社区|街道办事处|街道|中心小学|希望小学|小学|中学|学校|幼儿园|村|镇|乡)$"
)
_HAN_NAME = re.compile(r"[〇㐀-䶿一-鿿\U00020000-\U0003ffff]+")
_LATIN_NAME = re.compile(r"[a-z']+(?:[\W_]+[a-z']+)+")
_LEAST_RUN_TOGETHER = 5  # of letters: shorter names written as one word are words of English
_SURNAME, _USUAL, _LONG = 1, 3, 4
_SCHOOL = re.compile(
    r"(?P<place>.{2,}?)(?P<seat>镇|乡|村|街道|县|区|市)?(?P<sort>(?:中心|希望|实验|完全|民族|寄宿制|九年一贯制|九年制|第[一二三四五六七八九十]+)*)"
    r"(?P<kind>小学|中学|初级中学|高级中学|初中|高中|学校|幼儿园|教学点)"
)
_NUMBERED = re.compile(r"第([一二三四五六七八九十]+)")
_ABOVE = re.compile(r"^.{2,}?(?:省|自治区|自治州|市|县|区)(?=.{2,}(?:镇|乡|村|街道))")


def tells_of(text: str, names: Iterable[str]) -> bool:
    """Say whether a text contains a name, as registered, shortened, or the given name alone.

    A name in letters is found as it is written apart or together ("wang xiao ming").
    """
    said = plain(text)
    close = bare(said)
    return any(pattern.search(said) or pattern.search(close) for name in names for pattern in _patterns(name))


def tells_school(text: str, names: Iterable[str]) -> bool:
    """Say whether a text contains the name of a school or site, whole or without the parts that people leave out.

    The place alone, without "school", may be an everyday word.
    """
    close = bare(plain(text))
    return any(form in close for name in names for form in _school_forms(bare(plain(name).strip())))


def given_name(name: str) -> str:
    """Give the given name when it tells who is meant by itself; else nothing."""
    parts = [part for part in re.split(r"[·•・‧.]", plain(name).strip()) if part]
    if len(parts) > 1:  # of Uyghur and other names it stands first
        return parts[0] if _HAN_NAME.fullmatch(parts[0]) and len(parts[0]) >= SHORTEST else ""
    whole = bare(plain(name).strip())
    if not _HAN_NAME.fullmatch(whole) or _ENDING.search(whole):
        return ""
    compound = len(whole) == _LONG and whole[:2] in _COMPOUND
    given = whole[2:] if compound else whole[_SURNAME:] if len(whole) == _USUAL and whole[:2] not in _COMPOUND else ""
    return "" if given in _ORDINARY else given


def parts_of(name: str) -> tuple[str, str] | None:
    """Give the surname and given name of a person named in Chinese, for saying them; None of every other name."""
    whole = bare(plain(name).strip())
    if not _HAN_NAME.fullmatch(whole) or not SHORTEST <= len(whole) <= _LONG or _ENDING.search(whole):
        return None
    surname = 2 if len(whole) > SHORTEST and whole[:2] in _COMPOUND else _SURNAME
    return whole[:surname], whole[surname:]


def _patterns(name: str) -> Iterable[re.Pattern[str]]:
    registered = plain(name).strip()
    if _LATIN_NAME.fullmatch(registered):
        yield _in_letters(re.findall(r"[a-z']+", registered))
        return
    for form in _forms(registered) | _forms(bare(registered)):
        if len(form) >= SHORTEST:
            yield re.compile(re.escape(form))
    if given := given_name(name):
        before, after = _NOUN_BEFORE.get(given[0], ""), _THING_AFTER.get(given, "")
        yield re.compile(
            (f"(?<![{before}])" if before else "") + re.escape(given) + (f"(?![{after}])" if after else "")
        )


def _in_letters(parts: list[str]) -> re.Pattern[str]:
    between = r"[\W_]*" if sum(map(len, parts)) >= _LEAST_RUN_TOGETHER else r"[\W_]+"
    spelled = between.join(re.escape(part).replace("v", "[uv]") for part in parts)  # lü is written lv and lu
    return re.compile(rf"(?<![a-z]){spelled}(?![a-z])")


def _forms(name: str) -> set[str]:
    """Give a name as it is registered and as people shorten it, as long as what remains still tells."""
    forms, short = {name}, name
    while (cut := _ENDING.sub("", short)) != short and len(cut) >= SHORTEST:
        short = cut
        forms.add(cut)
    return forms


def _school_forms(name: str) -> set[str]:
    forms = {name}
    for whole in (name, _ABOVE.sub("", name)):
        if (said := _SCHOOL.fullmatch(whole)) is not None:
            place, kind = said["place"], said["kind"]
            kinds = {kind, f"{said['sort']}{kind}", *_short_kinds(said["sort"], kind)}
            forms |= {f"{place}{seat}{shortened}" for seat in ("", said["seat"] or "") for shortened in kinds}
    return {form for form in forms if len(form) > SHORTEST}


def _short_kinds(sort: str, kind: str) -> set[str]:
    """Give what people call "the second primary school" and "the central school" in everyday speech."""
    short = {"中心校", f"中心{kind[0]}"} if "中心" in sort else set[str]()
    if (number := _NUMBERED.search(sort)) is not None and kind != "学校":
        said = "幼" if kind == "幼儿园" else kind[0]
        short |= {f"{number[1]}{said}", f"{number[1]}{kind}"} | ({f"{number[1]}中"} if kind.endswith("中学") else set())
    return short
