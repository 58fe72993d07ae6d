"""What the words of a wish must and may not tell: something about the thing, nothing about who or where somebody is."""

import re
from collections.abc import Iterable

from charity.domain.errors import Invalid
from charity.domain.forbidden import DIGIT_WORDS, forbidden_in, may_say
from charity.domain.telling import SHORTEST, tells_of, tells_school
from charity.domain.writing import plain

LONGEST_TITLE = 40
LONGEST_DETAILS = 200


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
    if found := forbidden_in(f"{title}\n{details}"):  # both stand on one page: half of a number in each is a number
        raise Invalid(found[0].value, field="details")


def may_tell(title: str, details: str, names: Iterable[str]) -> None:
    """Refuse words that name a person, village, township or school of the beneficiary."""
    known = tuple(names)
    for field, text in (("title", title), ("details", details)):
        if tells_of(text, known):
            raise Invalid("text-tells-who", field=field)


def may_tell_no_size(title: str, details: str, size: str) -> None:
    """Refuse a child's size in words that everybody can read and search: it has a field of its own, shown with care."""
    for field, text in (("title", title), ("details", details)):
        said = plain(text).translate(DIGIT_WORDS)
        if _BODY.search(said) or (size and re.search(rf"(?<![\d.]){re.escape(plain(size))}(?![\d.])", said)):
            raise Invalid("text-tells-size", field=field)


# A body's height, a size of clothes or of shoes, as people write them.
_BODY = re.compile(r"(?<!\d)\d{2,3}(?:\.\d)?\s*(?:cm|厘米|公分|码)|身高|身长|(?:尺码|鞋码|码数|尺寸|size)\W*\d")


def may_tell_no_school(title: str, details: str, names: Iterable[str]) -> None:
    """Refuse the name of any school or site of the county; not its place alone, which may be an everyday word."""
    known = tuple(names)
    for field, text in (("title", title), ("details", details)):
        if tells_school(text, known):
            raise Invalid("text-tells-who", field=field)
