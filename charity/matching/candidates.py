"""Who is on whose list for the nightly auction: about forty households a donor, and every household on somebody's list.

Two thirds of a list are the best fitting of samples from where place, kind and form agree; each donor who asks for the
same takes the next of them, so that no household is listed by chance alone. The last third is dealt from a queue of all
households, least listed first. What a gate forbids is never listed; a household is due its share of what is dealt to
the donors it is open to, and where gates took more from it, further lists of these donors take it up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from charity.domain.matching import COUNTY_DIGITS, WEIGHTS, Weights
from charity.matching.chance import hashed, shuffled
from charity.matching.columns import Bools, Donors, Ints, Subjects
from charity.matching.scores import fit_pairs

LIST = 40
DEALT_SHARE = 3  # one in three of a list is dealt
_ROOM = 10**COUNTY_DIGITS
_CHUNK = 20_000
# place, kind and form agree (or may be anything), and how many to draw
_SAMPLES = (
    (True, True, True, 24),
    (True, True, False, 16),
    (True, False, True, 10),
    (False, True, True, 12),
    (True, False, False, 10),
    (False, True, False, 8),
    (False, False, True, 4),
    (False, False, False, 16),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the gates ask: bits a donor has and a household asks, most and price of a unit, pairs that may not be."""

    has: Ints
    asks: Ints
    most_fen: Ints
    unit_fen: Ints
    barred_donor: Ints  # rows of pairs: own households, circles he is in, refusals by either side
    barred_household: Ints

    def allow(self, donor: Ints, household: Ints) -> Bools:
        """Say of each pair whether no gate forbids it."""
        may = self._suits(donor, household)
        if len(self.barred_donor):
            size = np.int64(len(self.asks))
            barred = self.barred_donor.astype(np.int64) * size + self.barred_household
            may &= ~np.isin(donor.astype(np.int64) * size + household, barred)
        return may

    def open_to(self) -> Ints:
        """Count the donors each household is open to."""
        found = np.zeros(len(self.asks), np.int64)
        for asks in np.unique(self.asks):
            most = np.sort(self.most_fen[(asks & ~self.has) == 0])
            alike = self.asks == asks
            found[alike] = len(most) - np.searchsorted(most, self.unit_fen[alike])
        pairs = np.unique(self.barred_donor.astype(np.int64) * len(self.asks) + self.barred_household)
        donor, household = pairs // len(self.asks), pairs % len(self.asks)
        return found - np.bincount(household[self._suits(donor, household)], minlength=len(found))

    def due(self, dealt: int) -> Ints:
        """Say on how many lists each household must be: the share of what is dealt to donors it is open to.

        Each of these donors is dealt so many of all households, so that many of them in all; one at least, if any.
        """
        donors = self.open_to()
        return np.minimum(donors, np.maximum(1, donors * dealt // len(donors)))

    def _suits(self, donor: Ints, household: Ints) -> Bools:
        is_able: Bools = (self.asks[household] & ~self.has[donor]) == 0
        return is_able & (self.unit_fen[household] <= self.most_fen[donor])

    @staticmethod
    def none(donors: int, households: int) -> "Limits":
        """Give limits that forbid nothing."""
        nothing = np.zeros(0, np.int64)
        return Limits(
            has=np.zeros(donors, np.int64),
            asks=np.zeros(households, np.int64),
            most_fen=np.zeros(donors, np.int64),
            unit_fen=np.zeros(households, np.int64),
            barred_donor=nothing,
            barred_household=nothing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Every donor's list, one after the other (starts: one more than donors), how often each household is listed."""

    starts: Ints
    household: Ints
    fit: Ints
    listed: Ints


def make_lists(
    donors: Donors,
    households: Subjects,
    limits: Limits,
    *,
    seed: int,
    listed: Ints | None = None,
    size: int = LIST,
    weights: Weights = WEIGHTS,
) -> Lists:
    """Make all lists; `listed` is how often each household was listed in earlier runs."""
    if not len(donors) or not len(households):
        nothing = np.zeros(0, np.int64)
        return Lists(
            starts=np.zeros(len(donors) + 1, np.int64),
            household=nothing,
            fit=nothing,
            listed=np.zeros(len(households), np.int64),
        )
    dealt_size = min(size, max(size // DEALT_SHARE, -(-len(households) // len(donors))))
    dealt = _deal(len(donors), len(households), dealt_size, seed, listed)
    samples = list(_samples(donors, households, seed))
    keys = [
        _chunk(donors, households, limits, samples, dealt, first, size - dealt_size, weights)
        for first in range(0, len(donors), _CHUNK)
    ]
    pairs = _with_due(np.concatenate(keys), limits, limits.due(dealt_size), seed)
    donor, household = pairs // len(households), pairs % len(households)
    return Lists(
        starts=np.searchsorted(donor, np.arange(len(donors) + 1)).astype(np.int64),
        household=household.astype(np.int32),
        fit=fit_pairs(donors, households, donor, household, weights),
        listed=np.bincount(household, minlength=len(households)),
    )


def _deal(donors: int, households: int, count: int, seed: int, listed: Ints | None) -> Ints:
    """Deal each donor the next households of the queue; donors come in the order of the seed."""
    before = np.zeros(households, np.int64) if listed is None else listed
    queue = np.lexsort((hashed(np.arange(households), seed), before))
    dealt = np.empty((donors, count), np.int64)
    dealt[shuffled(donors, seed)] = queue[np.arange(donors * count).reshape(donors, count) % households]
    return dealt


@dataclass(frozen=True, slots=True)
class _Sample:
    """Households in the order of what agrees, and each donor's stretch of it: first, length, where he begins."""

    order: Ints
    first: Ints
    length: Ints
    begin: Ints
    count: int

    def draw(self, rows: slice) -> Ints:
        """Draw for some donors; -1 where there are not so many."""
        length = self.length[rows, None]
        steps = np.arange(self.count)[None, :]
        at = self.first[rows, None] + (self.begin[rows, None] + steps) % np.maximum(length, 1)
        return np.where(steps < length, self.order[np.minimum(at, len(self.order) - 1)], -1)


def _samples(donors: Donors, households: Subjects, seed: int) -> Iterator[_Sample]:
    """Give a sample for every way to agree, place by place and choice by choice."""
    kinds, forms = _two_choices(donors.kinds, donors.id, seed), _two_choices(donors.forms, donors.id, seed)
    for by_place, by_kind, by_form, count in _SAMPLES:
        code = np.zeros(len(households), np.int64)
        code += households.kind.astype(np.int64) * (256 * by_kind) + households.form.astype(np.int64) * by_form
        key = code * _ROOM + households.county
        # inside one county, or where the place does not matter, chance decides
        mixed = hashed(np.arange(len(households)), seed + 1)
        order = np.lexsort((mixed, key if by_place else code))
        key = (key if by_place else code * _ROOM)[order]
        turns = max(donors.low.shape[1] if by_place else 1, 2 if by_kind or by_form else 1)
        for turn in range(turns):
            column = turn % donors.low.shape[1]
            kind, form = kinds[min(turn, 1)], forms[min(turn, 1)]
            low, high = donors.low[:, column], donors.high[:, column]
            is_asked = (~by_place | (high > low)) & (~by_kind | (kind >= 0)) & (~by_form | (form >= 0))
            base = (kind.astype(np.int64) * (256 * by_kind) + form.astype(np.int64) * by_form) * _ROOM
            first = np.searchsorted(key, base + (low if by_place else 0))
            end = np.searchsorted(key, base + (high if by_place else _ROOM))
            length = np.where(is_asked, end - first, 0)
            share = -(-count // turns)
            yield _Sample(order, first, length, _turns(first * len(key) + length, seed) * share, share)


def _two_choices(chosen: Ints, ids: Ints, seed: int) -> tuple[Ints, Ints]:
    """Pick two of each donor's choices (the same one when he has one), -1 when he left it open."""
    bits = (chosen[:, None] >> np.arange(64)[None, :]) & 1
    count = bits.sum(axis=1)
    pick = (hashed(ids, seed + 2) % np.maximum(count, 1).astype(np.uint64)).astype(np.int64)
    passed = bits.cumsum(axis=1)
    one, other = (
        ((passed == (each % np.maximum(count, 1) + 1)[:, None]) & (bits == 1)).argmax(axis=1)
        for each in (pick, pick + 1)
    )
    return np.where(count > 0, one, -1), np.where(count > 0, other, -1)


def _turns(stretch: Ints, seed: int) -> Ints:
    """Count the donors of each stretch, so that each begins where the one before him stopped."""
    order = np.argsort(stretch, kind="stable")
    ranked = stretch[order]
    is_first = np.concatenate(([True], ranked[1:] != ranked[:-1]))
    numbers = np.arange(len(stretch))
    turn = np.empty(len(stretch), np.int64)
    turn[order] = numbers - np.maximum.accumulate(np.where(is_first, numbers, 0))
    return turn + (hashed(stretch, seed + 3) % np.uint64(1 << 20)).astype(np.int64)


def _chunk(
    donors: Donors,
    households: Subjects,
    limits: Limits,
    samples: list[_Sample],
    dealt: Ints,
    first: int,
    best: int,
    weights: Weights,
) -> Ints:
    """List what was dealt to some donors, and the best of the samples; gives donor * households + household."""
    rows = slice(first, min(first + _CHUNK, len(donors)))
    size = len(households)
    drawn = np.sort(np.concatenate([sample.draw(rows) for sample in samples], axis=1), axis=1)
    donor = np.broadcast_to(np.arange(rows.start, rows.stop)[:, None], drawn.shape)
    is_new = drawn >= 0
    is_new[:, 1:] &= drawn[:, 1:] != drawn[:, :-1]
    points = np.full(drawn.shape, -1, np.int64)
    at = np.flatnonzero(is_new)
    pairs = donor.ravel()[at], drawn.ravel()[at]
    points.ravel()[at] = np.where(limits.allow(*pairs), fit_pairs(donors, households, *pairs, weights), -1)
    # of equal fit, chance decides
    chance = (hashed(donor * size + drawn, first) & np.uint64(0xFFFF)).astype(np.int64)
    keep = np.argsort(-(points * 0x10000 + chance), axis=1)[:, :best]
    kept = np.take_along_axis(points, keep, axis=1) >= 0
    fitting = (donor[:, :1] * size + np.take_along_axis(drawn, keep, axis=1))[kept]
    own = dealt[rows]
    donor = np.broadcast_to(donor[:, :1], own.shape)
    may = limits.allow(donor.ravel(), own.ravel()).reshape(own.shape)
    return np.unique(np.concatenate((fitting, (donor * size + own)[may])))


def _with_due(pairs: Ints, limits: Limits, due: Ints, seed: int) -> Ints:
    """Add the households that gates kept off lists, each to as many as it is due."""
    lack = due - np.bincount(pairs % len(due), minlength=len(due))
    short, everybody = np.flatnonzero(lack > 0), shuffled(len(limits.has), seed)
    added = [pairs]
    for asks in np.unique(limits.asks[short]):
        some = short[limits.asks[short] == asks]
        able = everybody[(asks & ~limits.has[everybody]) == 0]
        added += _further(pairs, limits, able, some, lack[some])
    return np.unique(np.concatenate(added)) if len(short) else pairs


def _further(pairs: Ints, limits: Limits, able: Ints, short: Ints, lack: Ints) -> Iterator[Ints]:
    """Walk along able donors, each household from a place of its own, until every one is on so many lists more."""
    begin, past, size = np.arange(len(short)) * len(able) // len(short), 0, len(limits.asks)
    while len(short) and past < len(able):
        span = min(len(able) - past, max(1, _CHUNK // len(short)))
        donor = able[(begin[:, None] + past + np.arange(span)[None, :]) % len(able)]
        found = donor * size + short[:, None]
        may = limits.allow(donor.ravel(), np.repeat(short, span)).reshape(donor.shape)
        may &= pairs[np.minimum(np.searchsorted(pairs, found), len(pairs) - 1)] != found if len(pairs) else True
        may &= may.cumsum(axis=1) <= lack[:, None]
        yield found[may]
        lack, past = lack - may.sum(axis=1), past + span
        begin, short, lack = begin[lack > 0], short[lack > 0], lack[lack > 0]
