"""What reviewers look for, and the reasons they give: codes, so that posters read them in their own language."""

from collections.abc import Iterable
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.wishes import PHOTO_CHECKLIST


class Decision(StrEnum):
    """What a reviewer wrote down about a wish."""

    APPROVE = "approve"
    ENDORSE = "endorse"
    SECOND_APPROVE = "second-approve"
    RETURN = "return"
    REJECT = "reject"
    REFER = "refer"
    OVERRIDE = "override"
    LOWER = "lower"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


RETURN_REASONS = (
    "photo-unclear", "photo-shows-person", "photo-used-before", "words-tell-who", "words-unclear", "price-wrong",
    "units-wrong", "size-wrong", "point-wrong", "need-unproven", "other",
)  # fmt: skip
REJECT_REASONS = ("not-a-need", "too-dear", "forbidden-thing", "already-helped", "not-entitled", "double", "other")
REFER_REASONS = ("medical", "housing", "minimum-living", "disability", "schooling-aid", "emergency", "other")
WITHDRAW_REASONS = ("met-elsewhere", "moved-away", "no-longer-needed", "asked-by-family", "posted-wrongly", "other")
NEED_CHECKLIST = ("need-is-real", "price-is-fair", "words-tell-nobody", "point-fits")
_REASONS = {
    Decision.RETURN: RETURN_REASONS,
    Decision.REJECT: REJECT_REASONS,
    Decision.REFER: REFER_REASONS,
    Decision.WITHDRAW: WITHDRAW_REASONS,
}
LONGEST_NOTE = 200


def may_decide(decision: Decision, reasons: Iterable[str], note: str) -> tuple[str, ...]:
    """Give the reasons in the order of the list; refuse none, unknown ones, and "other" without words."""
    known = _REASONS[decision]
    given = set(reasons)
    if not given:
        raise Invalid("reason-missing", field="reasons")
    if given - set(known):
        raise Invalid("reason-unknown", field="reasons")
    if "other" in given and not note.strip():
        raise Invalid("note-missing", field="note")
    if len(note) > LONGEST_NOTE:
        raise Invalid("text-too-long", field="note", params={"most": LONGEST_NOTE})
    return tuple(code for code in known if code in given)


def may_tick(ticked: Iterable[str], *, has_photo: bool) -> None:
    """Refuse an approval before everything on the checklist was looked at."""
    needed = {*NEED_CHECKLIST, *(PHOTO_CHECKLIST if has_photo else ())}
    if needed - set(ticked):
        raise Invalid("checklist-open", field="checks")


def written(reasons: Iterable[str], note: str) -> str:
    """Write reasons and a note into one line of the review's row."""
    return f"{','.join(reasons)}|{note.strip()}"


def read(line: str) -> tuple[tuple[str, ...], str]:
    """Read reasons and note back from a review's row."""
    codes, _, note = line.partition("|")
    return tuple(code for code in codes.split(",") if code), note
