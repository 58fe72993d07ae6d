"""The points of `domain/matching.py`, for whole columns at once; a test holds both to the same sums."""

import numpy as np

from charity.domain.matching import ASK_LEVELS, NEED_LEVELS, PARTS, WEIGHTS, Weights
from charity.matching.columns import Asked, Donors, Ints, Standings, Subjects

BITS = 63
_CODES = np.arange(BITS)


def choice_points(chosen: int, points: int) -> Ints:
    """Give the points of each code of a field: all where chosen, half when the donor left the field open."""
    if not chosen:
        return np.full(BITS, points // 2, np.int32)
    return ((chosen >> _CODES) & 1).astype(np.int32) * np.int32(points)


def need_points(ask: int, points: int) -> Ints:
    """Give the points of each need level, 0 to 3."""
    if ask < 0:
        return np.full(NEED_LEVELS + 1, points // 2, np.int32)
    return np.arange(NEED_LEVELS + 1, dtype=np.int32) * (points * ask) // (NEED_LEVELS * ASK_LEVELS)


def fit(asked: Asked, subjects: Subjects, weights: Weights = WEIGHTS) -> Ints:
    """Give the fit of every row for one donor."""
    total = choice_points(asked.kinds, weights.kind)[subjects.kind]
    total += choice_points(asked.forms, weights.form)[subjects.form]
    total += choice_points(asked.ages, weights.age)[subjects.age]
    total += need_points(asked.need, weights.need)[subjects.need]
    if not asked.places:
        return total + weights.place // 2
    agrees = np.zeros(len(subjects), np.bool_)
    for low, high in asked.places:
        agrees |= (subjects.county >= low) & (subjects.county < high)
    return total + agrees * np.int32(weights.place)


def _choice(chosen: Ints, code: Ints, points: int) -> Ints:
    agrees = (chosen >> code.astype(np.int64)) & 1
    return np.where(chosen == 0, points // 2, agrees * points).astype(np.int32)


def fit_pairs(donors: Donors, subjects: Subjects, donor: Ints, subject: Ints, weights: Weights = WEIGHTS) -> Ints:
    """Give the fit of pairs of rows."""
    total = _choice(donors.kinds[donor], subjects.kind[subject], weights.kind)
    total += _choice(donors.forms[donor], subjects.form[subject], weights.form)
    total += _choice(donors.ages[donor], subjects.age[subject], weights.age)
    ask, need = donors.need[donor].astype(np.int32), subjects.need[subject].astype(np.int32)
    asked_for = weights.need * need * ask // (NEED_LEVELS * ASK_LEVELS)
    total += np.where(ask < 0, weights.need // 2, asked_for).astype(np.int32)
    county = subjects.county[subject]
    is_stated, agrees = np.zeros(len(county), np.bool_), np.zeros(len(county), np.bool_)
    for column in range(donors.low.shape[1]):
        low, high = donors.low[donor, column], donors.high[donor, column]
        is_stated |= high > low
        agrees |= (county >= low) & (county < high)
    place = np.where(agrees, weights.place, np.where(is_stated, 0, weights.place // 2))
    return total + place.astype(np.int32)


def lift(need: Ints, standings: Standings, weights: Weights = WEIGHTS) -> Ints:
    """Give what is owed to every row, whoever looks."""
    used, filled = standings.used.astype(np.int64), standings.filled.astype(np.int64)
    total = need.astype(np.int64) * (used - filled) * weights.pace // PARTS
    total += filled * used * weights.finish // PARTS**2
    total += np.where(standings.has_helper, 0, used * weights.first_helper // PARTS)
    unseen = np.maximum(0, weights.looks * PARTS - standings.seen.astype(np.int64))
    ripe = np.minimum(weights.ripe, used)
    total += unseen * ripe * weights.first_look // (weights.looks * PARTS * weights.ripe)
    total += standings.lag.astype(np.int64) * weights.region_lag // PARTS
    return total.astype(np.int32)


def region_lag(region: Ints, standings_used: Ints, filled: Ints) -> Ints:
    """Give each row its region's lag behind all, in thousandths; see `domain/matching.py: region_lags`."""
    if not len(region):
        return np.zeros(0, np.int64)
    names, row = np.unique(region, return_inverse=True)
    behind = standings_used.astype(np.int64) - filled.astype(np.int64)
    sums = np.zeros(len(names), np.int64)
    np.add.at(sums, row, behind)
    of_all = int(behind.sum()) // len(region)
    return np.maximum(0, sums // np.bincount(row) - of_all)[row]
