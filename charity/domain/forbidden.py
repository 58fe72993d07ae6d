"""What a wish may not ask for, and what its words may not tell: cash, contacts, and goods that do harm by post."""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from charity.domain.errors import Invalid


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


_WORDS: dict[Found, str] = {
    Found.MEDICINE: (
        r"药品|药物|药片|药丸|药膏|中药|西药|成药|处方药|吃药|买药|感冒药|退烧药|止痛药|降压药|消炎药|抗生素|口服液|冲剂"
        r"|(?:止痛|退烧|消炎|感冒|降压|止咳|安眠|维生素|钙)(?:药?片|胶囊|颗粒)|阿莫西林|青霉素|头孢|布洛芬|阿司匹林"
        r"|疫苗|保健品|胰岛素|\bmedicines?\b(?! balls?)|\bmedications?\b|\bpills\b|\bantibiotics?\b|\binsulin\b"
    ),
    Found.FORMULA: (
        r"婴(?:幼)?儿配方|配方奶|[一二三四1-4]段奶|(?<!中老年)(?<!老年)(?<!老人)(?<!成人)(?<!学生)奶粉(?!盒)"
        r"|\b(?:infant|baby|toddler)\s+(?:formula|milk)\b|\bformula milk\b"
    ),
    Found.HOME_COOKED: (
        r"自制(?:食品|食物|饭|菜|糕|酱|腊|点心|零食)|自(?:家|己)做的(?:饭|菜|食|糕|点心|馒头|包子|酱|腊|咸菜)|家常[饭菜]|盒饭|热饭"
        r"|\bhome[- ]?cooked\b|\bhome[- ]?made\s+(?:foods?|meals?|cakes?|cookies|bread|jam|snacks?)\b"
    ),
    Found.ALCOHOL: (
        r"白酒|啤酒|米酒|黄酒|红酒|葡萄酒|药酒|烧酒|洋酒|烟酒|酒水|喝酒|茅台"
        r"|\b(?:wines?|beers?|liquors?|baijiu|whisk(?:e)?y|vodka|brandy)\b"
    ),
    Found.USED_CLOTHES: (
        r"(?:旧|二手|穿过的|闲置的?)(?:衣|鞋|裤|外套|棉袄|棉衣|羽绒服|校服)"
        r"|\b(?:used|second[- ]?hand|pre-?owned|worn)\s+(?:clothes|clothing|shoes|coats?|jackets?|uniforms?)\b"
    ),
    Found.DANGEROUS: (
        r"香烟|卷烟|电子烟|烟花爆竹|鞭炮|爆竹|农药|汽油|柴油|打火机|管制刀具|匕首|彩票|\bcigarettes?\b|\be-cigarettes?\b"
        r"|\bfireworks?\b|\bfirecrackers?\b|\bpesticides?\b|\bgasoline\b|\bpetrol\b|\bdiesel\b|\blottery tickets?\b"
    ),
    Found.CASH: (
        r"现金|打钱|打款|汇款|转账|红包|(?:[给捐转借][我他她点些]{0,2}|(?:急需|需要)用?)钱(?![包罐])|收款|支付宝"
        r"|\bcash\b(?! registers?)|\bsend (?:me |us )?money\b"
        r"|\bmoney transfers?\b|\bpaypal\b|\balipay\b|\bred envelopes?\b"
    ),
    Found.CARDS: (
        r"购物卡|充值卡|储值卡|礼品卡|银行卡|话费|电话卡|手机卡(?!通|套|包)|加油卡|超市卡|点卡|卡密|提货券|代金券|消费券|信用卡"
        r"|\b(?:gift|prepaid|pre-paid|phone|debit|credit|bank|top-?up)[- ]cards?\b|\bvouchers?\b"
    ),
    Found.CHAT: (
        r"微信|威信|薇信|[微薇v][❤♥]|(?<![a-z])v信|\bwe ?chat\b|\bweixin\b|(?<![a-z0-9])[vw]x(?![a-z])|加\s*[v微薇]"
        r"|(?<![a-z])qq(?![a-z])|扣扣|企鹅号|抖音|快手号|小红书号"
        r"|[围卫]信号?[:是]?\s*[a-z0-9]|卫星号?[:是]?\s*[a-z][a-z0-9]{3}|围信|快手[:是]?\s*[a-z0-9]{3}"
        r"|\bwhats ?app\b|\btelegram\b"
    ),
    Found.LINK: (
        r"https?\s*:|\bwww\s*\.|[a-z0-9-]\s*\.\s*(?:com|cn|net|org|io|top|xyz|cc|vip|shop|site|link|me)(?![a-z0-9])"
        r"|[a-z0-9]\s*点\s*(?:com|cn|net)(?![a-z])|二维码|扫码|网址"
    ),
    Found.EMAIL: r"[a-z0-9._+-]+\s*(?:@|\(at\)|\[at\])\s*[a-z0-9-]+|邮箱|\be-?mail (?:me|us)\b",
    Found.ASKED: (
        r"联系(?:我|电话|方式|村|学校|老师|家长|本人(?!手))|加我|私聊|私信|致电|拨打|打我?电话|电话[:是]|\b(?:call|text|contact|message)\s+(?:me|us)\b"
    ),
}
_PATTERNS = {found: re.compile(pattern) for found, pattern in _WORDS.items()}

DIGIT_WORDS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789")
_AS_ZERO = re.compile(r"(?<=\d)o+|(?<=\s)o+(?=[\s\d])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-–—.·_*~()/]+(?=\d)")
_MOBILE = re.compile(r"(?<!\d)(?:00)?(?:86)?1[3-9]\d{9}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}|[48]00\d{7})(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?!\d)")
_ACCOUNT_GROUPS = re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)")
_UNION_PAY = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")


def plain(text: str) -> str:
    """Bring a text to one form, so that full-width letters, hidden characters and capitals hide nothing."""
    shown = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cc"} or c in "\n\t")
    return unicodedata.normalize("NFKC", shown).casefold()


def _digits(text: str) -> str:
    """Bring numbers to one form: digits in words, the letter o for a zero, and what stands between digits."""
    told = _AS_ZERO.sub(lambda found: "0" * len(found[0]), text.translate(DIGIT_WORDS))
    return _BETWEEN_DIGITS.sub("", told)


def _tells_account(text: str) -> bool:
    return bool(_ACCOUNT_GROUPS.search(text) or _UNION_PAY.search(_digits(text)))


_NUMBERS: dict[Found, Callable[[str], bool]] = {
    Found.PHONE: lambda text: bool(_MOBILE.search(_digits(text)) or _LANDLINE.search(_digits(text))),
    Found.ID_NUMBER: lambda text: bool(_ID_NUMBER.search(_digits(text))),
    Found.BANK_ACCOUNT: _tells_account,
}


def forbidden_in(text: str) -> tuple[Found, ...]:
    """Name everything in a text that a wish may not ask for or tell, in a fixed order."""
    shown = plain(text)
    found = {code for code, pattern in _PATTERNS.items() if pattern.search(shown)}
    found |= {code for code, tells in _NUMBERS.items() if tells(shown)}
    if Found.ID_NUMBER in found:
        found.discard(Found.BANK_ACCOUNT)
    return tuple(code for code in Found if code in found)


def may_say(text: str, *, field: str) -> None:
    """Refuse a text that asks for forbidden things, cash or contact."""
    found = forbidden_in(text)
    if found:
        raise Invalid(found[0].value, field=field)
