"""The auction one bid at a time, compiled: for the nightly job only, never for a process that serves pages."""

from typing import Any

import numba
import numpy as np

from charity.matching.auction import BEYOND, Outcome, Problem
from charity.matching.columns import Ints

_LEAST = -(2**31)


def run(problem: Problem, starts: Ints, price: Ints, order: Ints, epsilon: int) -> Outcome:
    """Let all donors bid until nobody gains by another bid."""
    if not len(order) or not len(price):
        return Outcome(np.full(len(price), -1, np.int32), price)
    holder = _auction(
        problem.starts.astype(np.int64),
        problem.household.astype(np.int32),
        problem.fit.astype(np.int32),
        problem.capacity.astype(np.int32),
        starts.astype(np.int64),
        price,
        order,
        np.int32(epsilon),
    )
    return Outcome(holder, price)


@numba.njit
def _lowest(price: Any, first: Any, end: Any) -> Any:
    best = first
    for slot in range(first + 1, end):
        if price[slot] < price[best]:
            best = slot
    return best


@numba.njit
def _choose(first: Any, end: Any, household: Any, fit: Any, held: Any, low: Any) -> Any:
    """Find a donor's best pair that he has not got, what it is worth, and what the next best (or nothing) is worth."""
    best, worth, second = -1, _LEAST, 0
    for pair in range(first, end):
        if held[pair]:
            continue
        net = fit[pair] - low[household[pair]]
        if net > worth:
            second = max(second, worth)
            best, worth = pair, net
        elif net > second:
            second = net
    return best, worth, second


@numba.njit
def _auction(
    starts: Any, household: Any, fit: Any, capacity: Any, slots: Any, price: Any, order: Any, epsilon: Any
) -> Any:
    donors, places = len(capacity), len(slots) - 1
    holder = np.full(len(price), -1, np.int32)
    owner = np.full(len(price), -1, np.int32)
    low, lowest = np.zeros(places, np.int32), np.zeros(places, np.int64)
    for each in range(places):
        if slots[each] < slots[each + 1]:
            lowest[each] = _lowest(price, slots[each], slots[each + 1])
            low[each] = price[lowest[each]]
        else:
            low[each] = BEYOND
    held, free = np.zeros(len(household), np.bool_), capacity.copy()
    queue, waits = order.copy(), np.ones(donors, np.bool_)
    head, waiting = 0, donors
    while waiting > 0:
        donor = queue[head]
        head = (head + 1) % donors
        waiting -= 1
        waits[donor] = False
        while free[donor] > 0:
            pair, worth, second = _choose(starts[donor], starts[donor + 1], household, fit, held, low)
            if pair < 0 or worth < 0:
                break
            where = household[pair]
            slot = lowest[where]
            if holder[slot] >= 0:
                loser = owner[slot]
                held[holder[slot]] = False
                free[loser] += 1
                if not waits[loser]:
                    queue[(head + waiting) % donors] = loser
                    waiting += 1
                    waits[loser] = True
            holder[slot], owner[slot], held[pair] = pair, donor, True
            free[donor] -= 1
            price[slot] = low[where] + (worth - second) + epsilon
            lowest[where] = _lowest(price, slots[where], slots[where + 1])
            low[where] = price[lowest[where]]
    return holder
