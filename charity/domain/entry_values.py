"""What a value in the public book may look like: codes, counts and opaque references, never words about people."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeAlias

from charity.domain.circle_states import CircleState, SeatState
from charity.domain.kinds import PledgeState
from charity.domain.regions import Level, is_code, level_of
from charity.domain.wishes import WishState

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"

MOST: Final = 2**53 - 1
_MOST_LINES = 40
_REF = re.compile(r"[0-9a-z]{13}", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LONGEST_CODE = 40
_METRICS = frozenset({"wishes", "hours", "months", "purchases"})
_PLEDGE_STATES, _WISH_STATES = frozenset(PledgeState), frozenset(WishState)
_CIRCLE_STATES, _SEAT_STATES = frozenset(CircleState), frozenset(SeatState)
LINE_NAMES = frozenset({"pseudonym", "county", "metric", "month", "value"})

Rule = Callable[[JSON], bool]


def is_ref(value: JSON) -> bool:
    """Tell whether a value is an opaque reference: exactly thirteen characters, so no phone and no identity number."""
    return isinstance(value, str) and _REF.fullmatch(value) is not None


def is_count(value: JSON) -> bool:
    """Tell whether a value is a whole number that every JSON reader keeps exactly."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def is_word(value: JSON) -> bool:
    """Tell whether a value is a code of the program's own: lower case, no spaces, never a sentence."""
    return isinstance(value, str) and len(value) <= _LONGEST_CODE and _CODE.fullmatch(value) is not None


def is_flag(value: JSON) -> bool:
    """Tell whether a value is true or false."""
    return isinstance(value, bool)


def is_county(value: JSON) -> bool:
    """Tell whether a value is a region no smaller than a county."""
    return isinstance(value, str) and is_code(value) and Level.PROVINCE <= level_of(value) <= Level.COUNTY


def is_month(value: JSON) -> bool:
    """Tell whether a value is a month like 2026-05."""
    return isinstance(value, str) and _MONTH.fullmatch(value) is not None


def is_digest(value: JSON) -> bool:
    """Tell whether a value is a SHA-256 in hexadecimal."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def is_moment(value: JSON) -> bool:
    """Tell whether a value is a day or a moment in UTC, ISO 8601."""
    if not isinstance(value, str) or not value.isascii():
        return False
    try:
        if len(value) == len("2026-05-01"):
            return date.fromisoformat(value).isoformat() == value
        return value.endswith("Z") and datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False


def is_pledge_state(value: JSON) -> bool:
    """Tell whether a value is a pledge's state."""
    return isinstance(value, str) and value in _PLEDGE_STATES


def is_wish_state(value: JSON) -> bool:
    """Tell whether a value is a wish's state."""
    return isinstance(value, str) and value in _WISH_STATES


def is_circle_state(value: JSON) -> bool:
    """Tell whether a value is a circle's state."""
    return isinstance(value, str) and value in _CIRCLE_STATES


def is_seat_state(value: JSON) -> bool:
    """Tell whether a value is a seat's state."""
    return isinstance(value, str) and value in _SEAT_STATES


def is_word_list(value: JSON) -> bool:
    """Tell whether a value is a short list of codes."""
    return isinstance(value, list) and len(value) <= _MOST_LINES and all(is_word(item) for item in value)


def is_lines(value: JSON) -> bool:
    """Tell whether a value is a list of board lines."""
    return isinstance(value, list) and len(value) <= _MOST_LINES and all(_is_line(item) for item in value)


def _is_line(line: JSON) -> bool:
    if not isinstance(line, dict) or line.keys() != LINE_NAMES:
        return False
    return (
        (line["pseudonym"] is None or is_ref(line["pseudonym"]))
        and is_county(line["county"])
        and isinstance(line["metric"], str)
        and line["metric"] in _METRICS
        and is_month(line["month"])
        and is_count(line["value"])
    )


def optional(rule: Rule) -> Rule:
    """Make a rule that also lets nothing pass."""
    return lambda value: value is None or rule(value)


RULES: dict[str, Rule] = {
    # counts
    **dict.fromkeys(
        ("units", "left", "wanted", "price", "budget", "value", "count", "parcels", "rows", "leaf", "corrects"),
        is_count,
    ),
    # a pledge's way
    "from": optional(is_pledge_state),
    "to": is_pledge_state,
    "former": optional(is_pledge_state),
    # a circle and its seats
    "life": is_circle_state,
    "seat_state": is_seat_state,
    **dict.fromkeys(("seats", "least", "months", "number", "term"), is_count),
    # a wish's state
    "state": is_wish_state,
    "was": optional(is_wish_state),
    # codes of the program
    **dict.fromkeys(
        (
            "act",
            "basis",
            "beneficiary",
            "by",
            "carrier",
            "category",
            "change",
            "display",
            "kind",
            "level",
            "metric",
            "method",
            "outcome",
            "reason",
            "ruling",
            "side",
        ),
        optional(is_word),
    ),
    "reasons": is_word_list,
    "overrides": is_word_list,
    # places and times
    "county": is_county,
    "month": is_month,
    **dict.fromkeys(("until", "day", "at", "starts", "ends"), optional(is_moment)),
    # yes and no
    **dict.fromkeys(("second", "appeal", "extended", "split", "by_clock"), is_flag),
    # boards
    **dict.fromkeys(("lines", "reversed", "restored"), is_lines),
    "digest": is_digest,
}
