"""Which passwords are good enough: long, not common, not the account's own name."""

import unicodedata
from itertools import pairwise

from charity.domain.errors import Invalid

LEAST, MOST = 10, 200
# Short on purpose: length does most of the work. Compared without digits and signs at the ends ("password123!").
_COMMON = """
    password passw0rd p@ssw0rd qwerty qwertyuiop qwertyuio asdfghjkl asdfghjk zxcvbnm zxcvbnmm iloveyou welcome letmein
    dragon monkey football baseball superman sunshine princess master trustno administrator admin adminadmin root guest
    user changeme default secret secretsecret login abc abcabc abcdef abcdefg abcdefgh abcdefghij abcd woaini woainima
    woaiwojia nihao aini mima wodemima zhongguo beijing shanghai qazwsx qazwsxedc asdasd asdasdasd qweqwe qweqweqwe
    qwer qwerasdf qweasd qweasdzxc asdf asdfasdf q2w3e4r5t q2w3e4r a aa aaa passwordpassword
"""
_SITE_WORDS = """
    tongxinyuan charity aixin aixinwangyou xinyuan juankuan nplusone helping donation donor 同心圆 爱心网友 心愿
"""
COMMON = frozenset(_COMMON.split()) | frozenset(_SITE_WORDS.split())


def may_use(password: str, *, login: str = "") -> None:
    """Refuse a password that is short, common, monotonous or made of the log-in name."""
    plain = unicodedata.normalize("NFKC", password)
    # Some single characters unfold into several; the shorter count is what was typed.
    if min(len(plain), len(password)) < LEAST:
        raise Invalid("password-short", field="password", params={"least": LEAST})
    if len(plain) > MOST:
        raise Invalid("password-long", field="password", params={"most": MOST})
    if _is_common(plain.casefold()) or _is_login(plain.casefold(), login.casefold()):
        raise Invalid("password-common", field="password")


def _is_common(plain: str) -> bool:
    core = plain.strip("0123456789!@#$%^&*()-_=+.?~ ")
    if core in COMMON or not core:
        # Digits and signs alone: a phone number, a birthday, 1234567890.
        return True
    return len(set(plain)) <= 3 or _is_run(plain)


def _is_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return steps in ({1}, {-1}, {0})


def _is_login(plain: str, login: str) -> bool:
    name = login.partition("@")[0]
    return len(name) >= 5 and name in plain and len(plain) - len(name) < 5
