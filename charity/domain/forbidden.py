"""What a wish may not ask for, and what its words may not tell: cash, contacts, and goods that do harm by post."""

import re
from collections.abc import Callable
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.writing import bare, plain


class Found(StrEnum):
    """Why a text is stopped; the value is the code the form shows."""

    MEDICINE = "forbidden-medicine"
    FORMULA = "forbidden-formula"
    HOME_COOKED = "forbidden-home-cooked"
    ALCOHOL = "forbidden-alcohol"
    USED_CLOTHES = "forbidden-used-clothes"
    DANGEROUS = "forbidden-dangerous"
    CASH = "forbidden-cash"
    CARDS = "forbidden-cards"
    PHONE = "contact-phone"
    CHAT = "contact-chat"
    LINK = "contact-link"
    EMAIL = "contact-email"
    BANK_ACCOUNT = "contact-bank-account"
    ID_NUMBER = "contact-id-number"
    ASKED = "contact-asked"


# Who explains that something is worn out or outgrown asks for a new one; "outgrown will do" asks for the old one.
_EXPLAINED = (
    r"(?:都|也|又|全|早|已经?|太|就|快|有些?|有点){0,3}(?:穿不|不能穿|没法穿|穿破|磨破|不保暖|不暖和|不合[身脚]|小了|短了|破了|坏了|薄了|[小短破坏薄]得)"
    r"(?!.{0,6}也(?:行|可以|好|要|没关系))"
)
_GARMENT = (
    r"(?:[毛棉绒羽大外上冬夏春秋校皮线童雨短长内保暖加厚牛仔运动]{0,4})(?:衣(?![柜橱架箱撑叉钩帽])|鞋(?![架柜刷盒垫带油])|裤|外套|袄|棉服|羽绒服|校服"
    r"|t恤|裙|衬衫|袜|棉帽)(?:服|物|子)?+"
)
_AMOUNT = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九几]?[十百千万][一二三四五六七八九十百千万]*)[多余几]?"
_WORDS: dict[Found, str] = {
    Found.MEDICINE: (
        r"药品|药物|药片|药丸|药膏|中药(?!材?(?:种|育?苗))|西药|成药|处方药|吃药|买药|感冒药|退烧药|止痛药|降压药|降糖药|消炎药|抗生素|口服液|冲剂"
        r"|(?:止痛|退烧|消炎|感冒|降压|止咳|安眠|维生素|钙)(?:药?片|胶囊|颗粒)|阿莫西林|青霉素|头孢|布洛芬|阿司匹林"
        r"|感冒灵|板蓝根(?!种|育?苗)|眼药|滴眼液|云南白药|双胍|连花清瘟|藿香正气|速效救心|红霉素|对乙酰氨基酚|蒙脱石散|奥美拉唑|硝苯地平"
        r"|疫苗|保健品|胰岛素|\bmedicines?\b(?! balls?)|\bmedications?\b|\bpills\b|\bantibiotics?\b|\binsulin\b"
    ),
    Found.FORMULA: (
        r"婴(?:幼)?儿配方|配方奶|[一二三四1-4]段(?:奶|配方)|(?<![老成]年)(?<![老成]年人)(?<!老人)(?<!成人)(?<!学生)(?<!老人的)(?<!老年人的)奶粉(?!盒)"
        r"|(?:飞鹤|惠氏|启赋|君乐宝|美素佳儿|雅培|诺优能|合生元|雀巢|能恩|伊利|蒙牛|佳贝艾特|完达山)[^,;。\n]{0,6}[一二三四1-4]段|爱他美|美赞臣|贝因美|金领冠"
        r"|\b(?:infant|baby|toddler)\s+(?:formula|milk)\b|\bformula milk\b"
    ),
    Found.HOME_COOKED: (
        r"自制(?:食品|食物|饭|菜|糕|酱|腊|点心|零食)|自(?:家|己)做的(?:饭|菜|食|糕|点心|馒头|包子|酱|腊|咸菜)|家常[饭菜]|盒饭|热饭"
        r"|(?:自[家己]|家里|家人|[爷奶妈婆公姥姨][爷奶妈婆公姥姨]?|外[公婆]|邻居|亲手|手工)(?:亲手)?(?:做|包|蒸|煮|炒|腌|熏)的"
        r"(?:腊|香肠|血肠|肉|鱼|酱|咸菜|泡菜|酸菜|糕|点心|馒头|包子|饺子|粽子|月饼|汤圆|烙饼|食物|零食|熟食)"
        r"|\bhome[- ]?cooked\b|\bhome[- ]?made\s+(?:foods?|meals?|cakes?|cookies|bread|jam|snacks?)\b"
    ),
    Found.ALCOHOL: (
        r"白酒|啤酒|米酒|黄酒|红酒|葡萄酒|药酒|烧酒|洋酒|烟酒|酒水|喝酒|茅台"
        r"|二锅头|老白干|高粱酒|青稞酒|粮食酒|果酒|散酒|散装酒|烈酒|五粮液|剑南春|威士忌|伏特加|白兰地"
        r"|\b(?:wines?|beers?|liquors?|baijiu|whisk(?:e)?y|vodka|brandy)\b"
    ),
    Found.USED_CLOTHES: (
        rf"(?<![仿做复怀换])(?<!换[下掉])(?<!代替)(?:旧|二手|[穿用]过|闲置)的?{_GARMENT}(?!{_EXPLAINED})"
        r"|\b(?:used|second[- ]?hand|pre-?owned|worn)\s+(?:clothes|clothing|shoes|coats?|jackets?|uniforms?)\b"
    ),
    Found.DANGEROUS: (
        r"香烟|卷烟|电子烟|烟花爆竹|鞭炮|爆竹|农药(?!喷|残留)|[汽柴]油(?![机泵]|发电|三轮|滤)|打火机|管制刀具|匕首|彩票|\bcigarettes?\b|\be-cigarettes?\b"
        r"|\bfireworks?\b|\bfirecrackers?\b|\bpesticides?\b|\bgasoline\b|\bpetrol\b|\bdiesel\b|\blottery tickets?\b"
    ),
    Found.CASH: (
        r"现金(?!出纳|日记|账|流)|打钱|(?<!主)打款(?!式)|汇款|转账|(?<!粉)(?<!枣)红包(?![装袱裹边])"
        r"|(?:[给捐转借打汇发寄][我他她它们咱俺你孩子家里一点些几笔]{0,5}(?:生活|零花|零用)?钱|(?:急需|需要)用?钱)(?![包罐币夹袋])"
        r"|(?:打|转|汇|存)[到进入给][我你他她们的本人家里妈爸银行]{0,6}(?:卡(?![片通纸车])|账户|账上|账号|户头)"
        rf"|(?:需要|急需|想要|只要|求|缺|[给借][我他她]们?)(?:约|大约|大概)?{_AMOUNT}(?:元|块钱)(?:钱|整|现钞)?(?=[,;。!?、\n]|$|交|买|看病|治|应急"
        r"|用[于来]|救)"
        r"|收款|支付宝"
        r"|\bcash\b(?! registers?)|\bsend (?:me |us )?money\b"
        r"|\bmoney transfers?\b|\bpaypal\b|\balipay\b|\bred envelopes?\b"
    ),
    Found.CARDS: (
        r"购物卡|充值卡|储值卡|礼品卡|银行卡|话费|电话卡|手机卡(?!通|套|包)|油卡(?![纸通片])|超市卡|(?<![一有大小早])点卡(?![通片纸其扣座])|卡密|提货券|代金券|消费券|信用卡"
        r"|(?:京东|天猫|淘宝|沃尔玛|永辉|苹果)(?:e|礼品|超市)?卡(?![通片包套])|(?<![a-z])e卡(?![通片])"
        r"|\b(?:gift|prepaid|pre-paid|phone|debit|credit|bank|top-?up)[- ]cards?\b|\bvouchers?\b"
    ),
    Found.CHAT: (
        r"微信|威信(?!县)|[薇徽]信|[微薇v][❤♥]|(?<![a-z])v信|\bwe ?chat\b|\bweixin\b"
        r"|(?<![a-z0-9])(?<!\d\s)[vw][\W_]{0,3}x(?:(?![a-z])|[a-z]*\d)(?!\s*[hdl](?![a-z]))|加\s*[v微薇](?!量|型|波|小|生|字)"
        r"|(?<![a-z])q[\W_]{0,3}q(?![a-z]|\s*[糖弹软])|扣扣|企鹅号|抖音|快手号|小红书号"
        r"|[围卫]信号?[:是]?\s*[a-z0-9]|卫星号?[:是]?\s*[a-z][a-z0-9]{3}|围信|快手[:是]?\s*[a-z0-9]{3}"
        r"|\bwhats ?app\b|\btelegram\b"
    ),
    Found.LINK: (
        r"https?\s*:|\bwww\s*\.|[a-z0-9-]\s*\.\s*(?:com|cn|net|org|io|top|xyz|cc|vip|shop|site|link|me)(?![a-z0-9])"
        r"|[a-z0-9]\s*点\s*(?:com|cn|net)(?![a-z])|二维码|扫码|网址"
    ),
    Found.EMAIL: r"[a-z0-9._+-]+\s*(?:@|\(at\)|\[at\])\s*[a-z0-9-]+|邮箱|\be-?mail (?:me|us)\b",
    Found.ASKED: (
        r"联系(?:我|电话|方式|村|学校|老师|家长|本人(?!手))|(?<![参增更添])加我|私聊|私信|致电|拨打|打我?电话|电话[:是]"
        r"|\b(?:call|text|contact|message)\s+(?:me|us)\b"
    ),
}
_PATTERNS = {found: re.compile(pattern) for found, pattern in _WORDS.items()}

DIGIT_WORDS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789")
# Beside digits these are digits, too; 参 is the simplified form of an old 3.
_MORE_DIGIT_WORDS = str.maketrans("洞拐勾参弌弍弎〡〢〣〤〥〦〧〨〩", "079" + "3" + "123" + "123456789")
_LIKE_DIGITS = (
    ("0", re.compile(r"(?<=\d)o+|(?<=\s)o+(?=[\s\d])|o+(?=\d)")),
    ("1", re.compile(r"(?<=\d)[il]+|[il]+(?=\d)")),
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_MOBILE = re.compile(r"(?<!\d)(?:00)?(?:86)?1[3-9]\d{9}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}|[48]00\d{7})(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?!\d)")
_ACCOUNT_GROUPS = re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)")
_UNION_PAY = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")


def _digits(text: str) -> str:
    """Bring numbers to one form: digits in words, letters that look like them, and what stands between digits."""
    told = text.translate(DIGIT_WORDS).translate(_MORE_DIGIT_WORDS)
    for digit, alike in _LIKE_DIGITS:
        told = alike.sub(lambda found, digit=digit: digit * len(found[0]), told)
    return _BETWEEN_DIGITS.sub("", told)


def _tells_account(text: str) -> bool:
    return bool(_ACCOUNT_GROUPS.search(text) or _UNION_PAY.search(_digits(text)))


_NUMBERS: dict[Found, Callable[[str], bool]] = {
    Found.PHONE: lambda text: bool(_MOBILE.search(_digits(text)) or _LANDLINE.search(_digits(text))),
    Found.ID_NUMBER: lambda text: bool(_ID_NUMBER.search(_digits(text))),
    Found.BANK_ACCOUNT: _tells_account,
}


def forbidden_in(text: str) -> tuple[Found, ...]:
    """Name everything in a text that a wish may not ask for or tell, in a fixed order.

    Words are looked for as they stand and once more without what was put between their characters.
    """
    shown = plain(text)
    close = bare(shown)
    found = {code for code, pattern in _PATTERNS.items() if pattern.search(shown) or pattern.search(close)}
    found |= {code for code, tells in _NUMBERS.items() if tells(shown)}
    if Found.ID_NUMBER in found:
        found.discard(Found.BANK_ACCOUNT)
    return tuple(code for code in Found if code in found)


def may_say(text: str, *, field: str) -> None:
    """Refuse a text that asks for forbidden things, cash or contact."""
    found = forbidden_in(text)
    if found:
        raise Invalid(found[0].value, field=field)
