"""What people may call themselves on pages and boards."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from charity.domain.errors import Conflict, Invalid
from charity.domain.forbidden import Found, forbidden_in
from charity.domain.writing import bare, plain

LEAST, MOST = 2, 20
LONGEST_PUBLIC_NAME = 40
# What a name may not say of itself, in the words that a text may not say it; goods in a name are only a name.
_WAYS = frozenset(found for found in Found if found.startswith("contact-"))
_ASKED = _WAYS | {Found.CASH}
# A name may carry no way of contact, and may not sound like the people who run the site.
_CONTACT = re.compile(r"@|https?:|www\.|\d{6,}|微信|qq\d|v信|wechat", re.IGNORECASE)
_OFFICE = re.compile(r"管理员|客服|官方|平台|审核员|监督员|admin|official|support", re.IGNORECASE)


def normal_nickname(text: str, *, field: str = "nickname") -> str:
    """Bring a nickname to one form; refuse one that is too short or long, gives a contact or sounds official."""
    name = _normal(text)
    if not LEAST <= len(name) <= MOST:
        raise Invalid("nickname-length", field=field, params={"least": LEAST, "most": MOST})
    _may_show(name, field, _ASKED)
    return name


def normal_public_name(text: str, *, field: str = "public_name") -> str:
    """Bring the name shown on gifts given by name to one form; empty means none."""
    name = _normal(text)
    if len(name) > LONGEST_PUBLIC_NAME:
        raise Invalid("public-name-long", field=field, params={"most": LONGEST_PUBLIC_NAME})
    _may_show(name, field, _ASKED)
    return name


def may_be_registered(name: str, *, field: str = "name") -> None:
    """Refuse an organisation's name with a contact, or one that sounds official; one that deals in money may say so."""
    _may_show(_normal(name), field, _WAYS)


def may_be_called(taken_down: Collection[str], *, nickname: str, public_name: str) -> None:
    """Refuse a name that a reported concern took out of sight, however it is spelled in capitals and spaces."""
    gone = {bare_name(name) for name in taken_down}
    for field, name in (("nickname", nickname), ("public_name", public_name)):
        if name and bare_name(name) in gone:
            raise Conflict("name-taken-down", field=field)


def may_choose(taken: Collection[str], names: Mapping[str, str]) -> None:
    """Refuse a name that was taken from whomever, by its field; why it is not free stays unsaid."""
    for field, name in names.items():
        if name and name in taken:
            raise Conflict("name-not-free", field=field)


def bare_name(name: str) -> str:
    """Give what is left of a name without its capitals and spaces: names with the same rest are alike."""
    return _normal(name).casefold().replace(" ", "")


def _normal(text: str) -> str:
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] != "C")
    return " ".join(seen.split())


def _may_show(name: str, field: str, unsaid: frozenset[Found]) -> None:
    shown = plain(name)
    close = bare(shown)
    said = unsaid.intersection(forbidden_in(name))
    if _CONTACT.search(shown) or _CONTACT.search(close) or said & _WAYS:
        raise Invalid("name-with-contact", field=field)
    if said:
        raise Invalid(Found.CASH.value, field=field)
    if _OFFICE.search(shown) or _OFFICE.search(close):
        raise Invalid("name-official", field=field)
