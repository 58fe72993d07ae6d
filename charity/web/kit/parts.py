"""Lists that are shown a part at a time, by the number of the part."""

import re
from collections.abc import Mapping

from charity.domain.errors import Missing

_NUMBER = re.compile("[1-9][0-9]{0,2}")


def read_part(asked: Mapping[str, str]) -> int:
    """Read which part an address asks for, the first where it says nothing; Missing for what is no number of one."""
    said = asked.get("part", "1")
    if _NUMBER.fullmatch(said) is None:
        raise Missing
    return int(said)
