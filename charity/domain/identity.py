"""What can be checked about a person without asking anyone: ID numbers, dates of birth, phone numbers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.school import year_begins

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
OLDEST = 130
ADULT_FROM = 18


class Sex(StrEnum):
    """As the seventeenth digit of an ID number tells it."""

    FEMALE = "female"
    MALE = "male"


class SchoolStage(StrEnum):
    """The one thing about a child's age that pages show."""

    PRESCHOOL = "preschool"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked ID number and what it says about its owner."""

    number: str
    birth: date
    sex: Sex


def check_digit(first17: str) -> str:
    """Give the check digit of an ID number's first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECKS[total % 11]


def parse_id_number(text: str, *, today: date) -> IdNumber:
    """Check an ID number's shape, check digit and date of birth."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _SHAPE.fullmatch(number):
        raise Invalid("id-number-shape", field="id_number")
    if check_digit(number[:17]) != number[17]:
        raise Invalid("id-number-check", field="id_number")
    birth = _birth(int(number[6:10]), int(number[10:12]), int(number[12:14]), today=today, field="id_number")
    return IdNumber(number, birth, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def parse_birth(text: str, *, today: date) -> date:
    """Check a date of birth written as 2015-02-28; a 29 February that never was is refused as such."""
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", unicodedata.normalize("NFKC", text).strip(), re.ASCII)
    if match is None:
        raise Invalid("birth-shape", field="birth")
    year, month, day = (int(part) for part in match.groups())
    return _birth(year, month, day, today=today, field="birth")


def _birth(year: int, month: int, day: int, *, today: date, field: str) -> date:
    try:
        birth = date(year, month, day)
    except ValueError:
        raise Invalid("birth-impossible", field=field) from None
    may_be_birth(birth, today=today, field=field)
    return birth


def may_be_birth(birth: date, *, today: date, field: str = "birth") -> None:
    """Refuse a date of birth in the future or more than 130 years ago."""
    if birth > today:
        raise Invalid("birth-in-future", field=field)
    if age_on(birth, today) > OLDEST:
        raise Invalid("birth-too-long-ago", field=field)


def may_match(identity: IdNumber, *, birth: date, sex: Sex | None = None) -> None:
    """Refuse a date of birth or a sex that the ID number contradicts."""
    if identity.birth != birth:
        raise Invalid("birth-not-of-id-number", field="birth")
    if sex is not None and identity.sex is not sex:
        raise Invalid("sex-not-of-id-number", field="sex")


def age_on(birth: date, day: date) -> int:
    """Give the completed years of age on a day; born on 29 February, one turns older on 1 March of other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_child(birth: date, day: date) -> bool:
    """Say whether a person is under 18 on a day."""
    return age_on(birth, day) < ADULT_FROM


def lives_without_adult(births: Iterable[date], day: date) -> bool:
    """Say whether those who live together are children alone; a home nobody of which is written down is not."""
    young = [is_child(birth, day) for birth in births]
    return bool(young) and all(young)


def stage_of(birth: date, day: date) -> SchoolStage | None:
    """Give a child's school stage by its age at the start of the school year (1 September); None for an adult."""
    if not is_child(birth, day):
        return None
    age = age_on(birth, year_begins(day))
    if age < 6:
        return SchoolStage.PRESCHOOL
    if age < 12:
        return SchoolStage.PRIMARY
    return SchoolStage.JUNIOR if age < 15 else SchoolStage.SENIOR


_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}", re.ASCII)


def _bare(text: str) -> str:
    bare = re.sub(r"[\s\-–—.()·]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", bare)


def normal_mobile(text: str, *, field: str = "phone") -> str:
    """Bring a mobile number of mainland China to its 11 digits."""
    bare = _bare(text)
    if not _MOBILE.fullmatch(bare):
        raise Invalid("phone-shape", field=field)
    return bare


def normal_phone(text: str, *, field: str = "phone") -> str:
    """Bring a mobile or landline number of mainland China to its digits; a service point may have either."""
    bare = _bare(text)
    if not (_MOBILE.fullmatch(bare) or _LANDLINE.fullmatch(bare)):
        raise Invalid("phone-shape", field=field)
    return bare


_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


def normal_email(text: str, *, field: str = "email") -> str:
    """Bring an e-mail address to lower case and one Unicode form."""
    email = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid("email-shape", field=field)
    return email
