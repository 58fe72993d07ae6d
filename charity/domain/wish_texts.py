"""What the words of a wish must and may not tell: something about the thing, nothing about who or where somebody is."""

import re
from collections.abc import Iterable

from charity.domain.errors import Invalid
from charity.domain.forbidden import may_say, plain

LONGEST_TITLE = 40
LONGEST_DETAILS = 200
SHORTEST = 2


def may_write(title: str, details: str) -> None:
    """Refuse a title that says nothing, words too long for a card, forbidden things, cash and contact."""
    if len(title.strip()) < SHORTEST:
        raise Invalid("title-too-short", field="title")
    if len(title) > LONGEST_TITLE:
        raise Invalid("text-too-long", field="title", params={"most": LONGEST_TITLE})
    if len(details) > LONGEST_DETAILS:
        raise Invalid("text-too-long", field="details", params={"most": LONGEST_DETAILS})
    may_say(title, field="title")
    may_say(details, field="details")


def may_tell(title: str, details: str, names: Iterable[str]) -> None:
    """Refuse words that name a person, village, township or school of the beneficiary."""
    known = tuple(names)
    for field, text in (("title", title), ("details", details)):
        if tells_of(text, known):
            raise Invalid("text-tells-who", field=field)


def tells_of(text: str, names: Iterable[str]) -> bool:
    """Say whether a text contains a name, as registered or as people shorten it."""
    said = plain(text)
    forms = {form for name in names for form in _forms(plain(name).strip()) if len(form) >= SHORTEST}
    return any(form in said for form in forms)


_ENDING = re.compile(
    r"(?:村民委员会|居民委员会|村委会|居委会|社区|街道办事处|街道|中心小学|希望小学|小学|中学|学校|幼儿园|村|镇|乡)$"
)


def _forms(name: str) -> set[str]:
    """Give a name as it is registered and as people shorten it, as long as what remains still tells."""
    forms, short = {name}, name
    while (cut := _ENDING.sub("", short)) != short and len(cut) >= SHORTEST:
        short = cut
        forms.add(cut)
    return forms
