"""The rule for keys that make a repeated request one act."""

import re
from datetime import timedelta
from enum import StrEnum

from charity.domain.errors import Conflict, Invalid

KEYS_LIVE = timedelta(days=7)
OTHER_BODY = "other-body-same-key"  # the code of a refusal
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


class Verdict(StrEnum):
    """What a request with a key is."""

    FIRST = "first"
    REPEAT = "repeat"


def normal_key(text: str) -> str:
    """Check a key's shape: 1 to 200 visible ASCII characters; the quotes of a structured header fall away."""
    key = text.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise Invalid("idempotency-key-shape", field="idempotency_key")
    return key


def judge(*, stored_body: bytes | None, is_finished: bool, body: bytes) -> Verdict:
    """Tell a first request from a repeat; refuse the same key with another body, or one whose first still runs."""
    if stored_body is None:
        return Verdict.FIRST
    if stored_body != body:
        raise Invalid(OTHER_BODY)
    if not is_finished:
        raise Conflict("request-in-progress")
    return Verdict.REPEAT
