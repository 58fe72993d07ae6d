"""The kinds of entries in the public book, and what each may say: anything else is refused before it is written.

The book can never be rewritten, so personal data must never get in. An entry holds opaque references, codes and counts;
words and evidence enter as salted digests only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from charity.domain.entry_values import JSON, RULES, is_digest, is_moment, is_ref

VERSION = 1


class EntryKind(StrEnum):
    """What can happen, as the book names it."""

    WISH_SUBMITTED = "wish.submitted"
    WISH_RETURNED = "wish.returned"
    WISH_REJECTED = "wish.rejected"
    WISH_REFERRED = "wish.referred"
    WISH_PUBLISHED = "wish.published"
    WISH_RENEWED = "wish.renewed"
    WISH_STALE = "wish.stale"
    WISH_WITHDRAWN = "wish.withdrawn"
    WISH_LOWERED = "wish.lowered"
    WISH_CLOSED = "wish.closed"
    WISH_REOPENED = "wish.reopened"
    PLEDGE_CLAIMED = "pledge.claimed"
    PLEDGE_PLANNED = "pledge.planned"
    PLEDGE_EXTENDED = "pledge.extended"
    PLEDGE_SENT = "pledge.sent"
    PLEDGE_RECEIVED = "pledge.received"
    PLEDGE_SPLIT = "pledge.split"
    PLEDGE_HANDED_OVER = "pledge.handed-over"
    PLEDGE_UNDONE = "pledge.undone"
    PLEDGE_ACKNOWLEDGED = "pledge.acknowledged"
    PLEDGE_CONFIRMED = "pledge.confirmed"
    PLEDGE_CANCELLED = "pledge.cancelled"
    PLEDGE_LAPSED = "pledge.lapsed"
    PLEDGE_RETURNED = "pledge.returned"
    PLEDGE_REFUNDED = "pledge.refunded"
    PLEDGE_DISPUTED = "pledge.disputed"
    PLEDGE_RULED = "pledge.ruled"
    PLEDGE_CARRIED = "pledge.carried"
    OFFER_OPENED = "offer.opened"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_EXPIRED = "offer.expired"
    OFFER_ENDED = "offer.ended"
    CASE_OPENED = "case.opened"
    CASE_RULED = "case.ruled"
    CASE_APPEALED = "case.appealed"
    CASE_ANSWERED = "case.answered"
    CASE_TAKEN_UP = "case.taken-up"
    CASE_HIDDEN = "case.hidden"
    CASE_SHOWN = "case.shown"
    CORRECTION = "correction"
    POINT_OPENED = "point.opened"
    POINT_CHANGED = "point.changed"
    POINT_CLOSED = "point.closed"
    CATALOGUE_CHANGED = "catalogue.changed"
    PROGRAMME_OPENED = "programme.opened"
    PROGRAMME_CHANGED = "programme.changed"
    PROGRAMME_CLOSED = "programme.closed"
    BOARDS_DIGEST = "boards.digest"
    REGISTER_IMPORTED = "register.imported"
    REGISTER_UNDONE = "register.undone"
    DOUBLE_KEPT = "double.kept"
    DOUBLE_CLEARED = "double.cleared"
    DOUBLE_SAME = "double.same"
    DOUBLE_ENDED = "double.ended"
    OPINION_ASKED = "opinion.asked"
    OPINION_AGREED = "opinion.agreed"
    OPINION_REFUSED = "opinion.refused"
    OPINION_USED = "opinion.used"
    OPINION_WITHDRAWN = "opinion.withdrawn"
    OPINION_EXPIRED = "opinion.expired"
    CIRCLE_PROPOSED = "circle.proposed"
    CIRCLE_OPENED = "circle.opened"
    CIRCLE_STARTED = "circle.started"
    CIRCLE_RENEWED = "circle.renewed"
    CIRCLE_ENDED = "circle.ended"
    CIRCLE_REFUSED = "circle.refused"
    CIRCLE_JOINED = "circle.joined"
    CIRCLE_LEFT = "circle.left"
    SEAT_OPENED = "seat.opened"
    SEAT_OFFERED = "seat.offered"
    SEAT_FREED = "seat.freed"
    SEAT_ACTIVE = "seat.active"
    SEAT_MOVED = "seat.moved"
    SEAT_ENDED = "seat.ended"
    MONTH_OPENED = "month.opened"
    MONTH_KEPT = "month.kept"
    MONTH_MISSED = "month.missed"
    LETTER_PASSED = "letter.passed"
    LETTER_BROUGHT = "letter.brought"
    ORGANISATION_VERIFIED = "organisation.verified"
    ORGANISATION_REFUSED = "organisation.refused"
    ORGANISATION_CHANGED = "organisation.changed"
    ORGANISATION_ENDED = "organisation.ended"
    ORGANISATION_LIMITED = "organisation.limited"
    AGREEMENT_OPENED = "agreement.opened"
    AGREEMENT_MET = "agreement.met"
    RETENTION_CHANGED = "retention.changed"
    AGREEMENT_ENDED = "agreement.ended"

    @property
    def family(self) -> str:
        """Name the thing the entry is about."""
        return self.value.partition(".")[0]


KINDS: dict[str, EntryKind] = {kind.value: kind for kind in EntryKind}


class NotAnEntry(ValueError):
    """The program tried to write something the book does not take."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an entry says; its canonical bytes are what is hashed."""

    kind: EntryKind
    at: str
    subjects: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Shape:
    """The names an entry must and may use."""

    subjects: frozenset[str]
    facts: frozenset[str]
    may_subjects: frozenset[str] = frozenset()
    may_facts: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TEXTS = _names(
    "title details reason reasons note grounds evidence photo slip document finding tracking parcel legal_basis "
    "feedback name text"
)
_WISH = Shape(
    _names("wish"),
    _names("state wanted"),
    _names("programme point case circle organisation"),
    _names(
        "was by kind beneficiary category county price reason reasons overrides second until basis units by_clock side"
    ),
)
_PLEDGE = Shape(
    _names("wish pledge"),
    _names("units from to"),
    _names("offer case point programme"),
    _names(
        "act appeal basis by by_clock carrier corrects county display extended former kind left method outcome parcels "
        "price reason ruling side split until"
    ),
)
_BOARDS = _names("lines reversed restored")
_OFFER = Shape(_names("wish offer"), _names("units"), _names("pledge"), _names("by reason until outcome by_clock"))
_CASE = Shape(
    _names("case"),
    frozenset(),
    _names("wish pledge parent"),
    _names("by kind reason ruling outcome level county until appeal by_clock side"),
)
_POINT = Shape(_names("point"), frozenset(), frozenset(), _names("by kind county change reason"))
_PROGRAMME = Shape(
    _names("programme"),
    frozenset(),
    frozenset(),
    _names("by kind county change reason budget starts ends until digest"),
)
_DOUBLE = Shape(_names("double"), _names("kind"), frozenset(), _names("by county"))
_OPINION = Shape(_names("opinion"), _names("act"), frozenset(), _names("county"))
_CIRCLE = Shape(
    _names("circle"),
    _names("life seats least"),
    _names("programme"),
    _names("by by_clock county ends kind months price reason starts term"),
)
_SEAT = Shape(_names("circle seat"), _names("seat_state number"), _names("group"), _names("by by_clock reason until"))
_MONTH = Shape(_names("circle seat"), _names("month"), frozenset(), _names("by_clock kind reason"))
_LETTER = Shape(_names("circle seat letter"), _names("month lines"), frozenset(), _names("by kind"))
_ORGANISATION = Shape(_names("organisation"), frozenset(), frozenset(), _names("by kind county change reason"))
_AGREEMENT = Shape(
    _names("organisation agreement"), frozenset(), _names("milestone"), _names("by county starts ends reason until")
)
_REGISTER = Shape(_names("list"), _names("county"), frozenset(), _names("by count"))
_CATALOGUE = Shape(_names("item"), _names("category least price"), frozenset(), _names("by kind outcome"))
_RETENTION = Shape(_names("period"), _names("kind count"), frozenset(), _names("by"))
_FAMILIES = {
    "retention": _RETENTION,
    "catalogue": _CATALOGUE,
    "wish": _WISH,
    "pledge": _PLEDGE,
    "offer": _OFFER,
    "case": _CASE,
    "point": _POINT,
    "programme": _PROGRAMME,
    "register": _REGISTER,
    "opinion": _OPINION,
    "double": _DOUBLE,
    "circle": _CIRCLE,
    "seat": _SEAT,
    "month": _MONTH,
    "letter": _LETTER,
    "organisation": _ORGANISATION,
    "agreement": _AGREEMENT,
}
_SPECIAL = {
    EntryKind.CIRCLE_JOINED: _SEAT,
    EntryKind.CIRCLE_LEFT: _SEAT,
    EntryKind.LETTER_BROUGHT: Shape(_names("circle seat letter"), _names("day"), frozenset(), _names("by")),
    EntryKind.ORGANISATION_LIMITED: Shape(
        _ORGANISATION.subjects, _names("count"), frozenset(), _ORGANISATION.may_facts
    ),
    EntryKind.PLEDGE_SPLIT: Shape(
        _PLEDGE.subjects | {"part"}, _PLEDGE.facts | {"left"}, _PLEDGE.may_subjects, _PLEDGE.may_facts
    ),
    EntryKind.PLEDGE_CONFIRMED: Shape(
        _PLEDGE.subjects, _PLEDGE.facts | {"lines", "basis"}, _PLEDGE.may_subjects, _PLEDGE.may_facts
    ),
    EntryKind.PLEDGE_DISPUTED: Shape(
        _PLEDGE.subjects, _PLEDGE.facts, _PLEDGE.may_subjects, _PLEDGE.may_facts | {"reversed"}
    ),
    EntryKind.PLEDGE_RULED: Shape(_PLEDGE.subjects, _PLEDGE.facts, _PLEDGE.may_subjects, _PLEDGE.may_facts | _BOARDS),
    EntryKind.PLEDGE_CARRIED: Shape(
        _PLEDGE.subjects, _PLEDGE.facts | {"lines"}, _PLEDGE.may_subjects, _PLEDGE.may_facts
    ),
    EntryKind.CORRECTION: Shape(
        frozenset(),
        _names("corrects reason"),
        _names("wish pledge offer case point programme"),
        _names("by county act outcome"),
    ),
    EntryKind.BOARDS_DIGEST: Shape(frozenset(), _names("day digest"), frozenset(), _names("leaf rows kind")),
}
SHAPES: dict[EntryKind, Shape] = {kind: _SPECIAL.get(kind) or _FAMILIES[kind.family] for kind in EntryKind}


def check(body: Body) -> Body:
    """Let an entry pass that says only what its kind may say; NotAnEntry names the first thing that it may not."""
    shape = SHAPES[body.kind]
    _check_names(body.kind, "subject", body.subjects.keys(), shape.subjects, shape.may_subjects)
    _check_names(body.kind, "fact", body.facts.keys(), shape.facts, shape.may_facts)
    _check_names(body.kind, "text", body.texts.keys(), frozenset(), TEXTS)
    bad = [f"subject {name}" for name, value in body.subjects.items() if not is_ref(value)]
    bad += [f"fact {name}" for name, value in body.facts.items() if not RULES[name](value)]
    bad += [f"text {name}" for name, value in body.texts.items() if not is_digest(value)]
    if not is_moment(body.at):
        bad.append("at")
    if bad:
        # The value itself is not repeated: it may be the very thing that must not be written down.
        raise NotAnEntry(f"{body.kind}: {', '.join(bad)} may not look like this")
    return body


def _check_names(kind: EntryKind, what: str, given: Collection[str], must: frozenset[str], may: frozenset[str]) -> None:
    missing, strange = must - set(given), set(given) - must - may
    if missing or strange:
        raise NotAnEntry(f"{kind}: {what}s missing {sorted(missing)}, not allowed {sorted(strange)}")


@dataclass(frozen=True, slots=True)
class BoardLine:
    """What an entry adds to a board; a reversal adds a negative value."""

    pseudonym: str | None
    county: str
    metric: str
    month: str
    value: int


def board_lines(body: Body) -> list[BoardLine]:
    """List what an entry adds to the boards: lines given and restored count up, reversed ones count down."""
    signs = (("lines", 1), ("restored", 1), ("reversed", -1))
    return [line for name, sign in signs for line in _lines(body.facts.get(name), sign)]


def _lines(value: JSON, sign: int) -> list[BoardLine]:
    if not isinstance(value, list):
        return []
    return [_line(item, sign) for item in value if isinstance(item, dict)]


def _line(item: dict[str, JSON], sign: int) -> BoardLine:
    pseudonym, value = item["pseudonym"], item["value"]
    if not isinstance(value, int) or not (pseudonym is None or isinstance(pseudonym, str)):
        raise NotAnEntry("not a board line")
    return BoardLine(pseudonym, str(item["county"]), str(item["metric"]), str(item["month"]), sign * value)
