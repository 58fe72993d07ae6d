"""How long records about people are kept: as short as their purpose allows, as long as the law asks; then forgotten.

The bounds follow the spirit of the law: records of how personal data was processed are kept for three years, network
logs for half a year, what proves a gift as long as somebody may ask for it; nothing is kept for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from charity.domain.actors import Actor, Role
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, NotPermitted, SignInNeeded
from charity.domain.kinds import PledgeState
from charity.domain.regions import Level, level_of

YEAR: Final = 365


class Record(StrEnum):
    """A kind of record that is forgotten in its time."""

    FAMILIES = "families"
    CONSENT_PAPERS = "consent-papers"
    SLIPS = "slips"
    PARCELS = "parcels"
    REPORTS = "reports"
    VETTINGS = "vettings"
    LOOKS = "looks"
    RESPONSIBLE = "responsible"
    SIGN_INS = "sign-ins"
    NOTICES = "notices"
    MESSAGES = "messages"
    LIST_ROWS = "list-rows"
    WALL_LISTS = "wall-lists"


class FileForm(StrEnum):
    """How a file lies in the store."""

    PHOTO = "photo"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days a kind of record is kept unless somebody says otherwise, and between which bounds he may."""

    days: int
    least: int
    most: int


RULES: Final[dict[Record, Rule]] = {
    Record.FAMILIES: Rule(3 * YEAR, YEAR, 10 * YEAR),
    Record.CONSENT_PAPERS: Rule(3 * YEAR, YEAR, 10 * YEAR),
    Record.SLIPS: Rule(3 * YEAR, YEAR, 10 * YEAR),
    Record.PARCELS: Rule(YEAR, 90, 3 * YEAR),
    Record.REPORTS: Rule(YEAR, 180, 3 * YEAR),
    Record.VETTINGS: Rule(3 * YEAR, YEAR, 10 * YEAR),
    Record.LOOKS: Rule(5 * YEAR, 3 * YEAR, 10 * YEAR),
    Record.RESPONSIBLE: Rule(YEAR, 180, 3 * YEAR),
    Record.SIGN_INS: Rule(180, 180, 2 * YEAR),
    Record.NOTICES: Rule(YEAR, 70, 2 * YEAR),  # longer than consents.TOLD, within which a notice is not said again
    Record.MESSAGES: Rule(30, 7, 90),
    Record.LIST_ROWS: Rule(30, 7, 90),
    Record.WALL_LISTS: Rule(30, 7, 90),
}
Texts = Mapping[EntryKind, frozenset[str]]
# Which words the book holds digests of, by kind of entry: those whose salts go, each with its record, and those that
# stay because they are public, or tell of no person, or because the accounting law wants what they prove.
_NOTE, _REASON, _GROUNDS = frozenset({"note"}), frozenset({"reason"}), frozenset({"grounds"})
TEXTS_OF_NEEDS: Final[Texts] = {
    EntryKind.WISH_RETURNED: _NOTE,
    EntryKind.WISH_REJECTED: _NOTE,
    EntryKind.WISH_REFERRED: _NOTE,
    EntryKind.WISH_WITHDRAWN: _NOTE,
    EntryKind.WISH_LOWERED: _REASON,
    EntryKind.WISH_REOPENED: _REASON,
    EntryKind.WISH_PUBLISHED: frozenset({"reason", "note"}),  # why it stands beside its double, by one and two
}
TEXTS_OF_DOUBLES: Final[Texts] = {
    EntryKind.DOUBLE_KEPT: _REASON,
    EntryKind.DOUBLE_CLEARED: _REASON,
    EntryKind.DOUBLE_SAME: _REASON,
}
TEXTS_OF_SLIPS: Final[Texts] = {EntryKind.PLEDGE_ACKNOWLEDGED: frozenset({"slip"}), EntryKind.PLEDGE_CONFIRMED: _REASON}
TEXTS_OF_REPORTS: Final[Texts] = {
    EntryKind.CASE_OPENED: frozenset({"finding"}),
    EntryKind.CASE_HIDDEN: _REASON,
    EntryKind.CASE_SHOWN: _REASON,
}
TEXTS_OF_DISPUTES: Final[Texts] = {
    EntryKind.CASE_OPENED: frozenset({"finding", "grounds"}),
    EntryKind.CASE_RULED: _GROUNDS,
    EntryKind.PLEDGE_RULED: _GROUNDS,
    EntryKind.CASE_ANSWERED: frozenset({"document"}),
}
TEXTS_KEPT: Final[Texts] = {
    EntryKind.WISH_SUBMITTED: frozenset({"title", "details"}),
    EntryKind.WISH_PUBLISHED: frozenset({"title", "details", "legal_basis"}),
    EntryKind.CIRCLE_PROPOSED: frozenset({"title", "details"}),
    EntryKind.PLEDGE_HANDED_OVER: frozenset({"document"}),
    EntryKind.PLEDGE_RETURNED: frozenset({"document"}),
    EntryKind.PLEDGE_REFUNDED: frozenset({"document"}),
    EntryKind.CASE_RULED: _GROUNDS,  # of a report: the auditor's own words
    EntryKind.PROGRAMME_OPENED: frozenset({"name", "legal_basis"}),
    EntryKind.PROGRAMME_CHANGED: frozenset({"document"}),
    EntryKind.CATALOGUE_CHANGED: frozenset({"reason", "name"}),
    EntryKind.ORGANISATION_LIMITED: _REASON,
    EntryKind.RETENTION_CHANGED: _REASON,
}
# A gift in one of these is on its way, or somebody must still account for it.
UNDER_WAY: Final = frozenset(PledgeState) - {
    PledgeState.CONFIRMED,
    PledgeState.CANCELLED,
    PledgeState.LAPSED,
    PledgeState.RETURNED,
    PledgeState.REFUTED,
}
CONTESTABLE: Final = timedelta(days=30)  # so long a confirmed gift may still be disputed
OPEN_CASES: Final = ("open", "appealed")


def may_set_periods(actor: Actor) -> str:
    """Refuse anybody but an administrator of a province or the country, as periods hold everywhere; give his region."""
    if not actor.is_signed_in:
        raise SignInNeeded
    wide = [region for region in actor.regions(Role.ADMINISTRATOR) if not region or level_of(region) <= Level.PROVINCE]
    if not wide:
        raise NotPermitted("periods-of-province")
    return min(wide, key=len)


def may_keep_for(record: Record, days: int, *, was: int, shown: int) -> None:
    """Refuse a period outside its bounds, one that stands already, and one set on what stands no more."""
    rule = RULES[record]
    if was != shown:
        raise Conflict("period-changed-meanwhile", field="days")
    if not rule.least <= days <= rule.most:
        raise Invalid("period-bounds", field="days", params={"least": rule.least, "most": rule.most})
    if days == was:
        raise Invalid("nothing-changed", field="days")
