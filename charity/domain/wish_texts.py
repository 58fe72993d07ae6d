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


def may_tell_no_size(title: str, details: str, size: str, *, worn: bool) -> None:
    """Refuse a child's size in words that everybody can read and search: it has a field of its own, shown with care.

    What is worn comes in a body's measures, so there each measure tells; a quilt or a ruler has measures of its own.
    """
    for field, text in (("title", title), ("details", details)):
        said = plain(text).translate(DIGIT_WORDS)
        if _BODY.search(said) or (worn and (_MEASURE.search(said) or _says(said, size))):
            raise Invalid("text-tells-size", field=field)


def _says(said: str, size: str) -> bool:
    return bool(size) and re.search(rf"{_NOT_WITHIN}{re.escape(plain(size))}{_NO_SIZE_AFTER}", said) is not None


# Of a product's measures (150x200) none is a body's, and 120 yuan or 36 colours are no size.
_NOT_WITHIN = r"(?<![\d.x*×])(?<![x*×] )"
_NO_SIZE_AFTER = r"(?![\d.])(?!\s*(?:[x*×]\s*\d|元|块|色|支|本|页|毫升|ml|克|片|张|颗|包))"
_UNIT = r"(?:cm|厘米|公分)"
# A body's height, a size of clothes or of shoes, as people write them.
_BODY = re.compile(
    rf"(?<!\d)\d{{2,3}}(?:\.\d)?\s*码|身高|身长|(?:尺码|鞋码|码数)\W*\d|(?<!\d)\d{{2,3}}\s*{_UNIT}\s*高?的?(?:孩|儿童|学生|小朋友|[男女][孩生])"
    r"|(?:孩子?|儿童|[他她娃])(?:现在|已经?)?(?:有|高|长到)\s*\d{2,3}"
)
_MEASURE = re.compile(rf"{_NOT_WITHIN}\d{{2,3}}(?:\.\d)?(?!\d)\s*{_UNIT}(?!\s*[x*×])|(?:尺寸|size)\W*\d")


def may_tell_no_school(title: str, details: str, names: Iterable[str]) -> None:
    """Refuse the name of any school or site of the county; not its place alone, which may be an everyday word."""
    known = tuple(names)
    for field, text in (("title", title), ("details", details)):
        if tells_school(text, known):
            raise Invalid("text-tells-who", field=field)
