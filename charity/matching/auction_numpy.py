"""The same auction where nothing can be compiled: all donors with a free place bid at once, round by round."""

import numpy as np

from charity.matching.auction import BEYOND, Outcome, Problem
from charity.matching.columns import Bools, Ints

_NOTHING = -(2**40)


def run(problem: Problem, starts: Ints, price: Ints, order: Ints, epsilon: int) -> Outcome:
    """Let all donors bid until nobody gains by another bid."""
    return _Auction(problem, starts, price, order, epsilon).finish()


class _Auction:
    """The state of one auction; lists are padded to the longest."""

    def __init__(self, problem: Problem, starts: Ints, price: Ints, order: Ints, epsilon: int) -> None:
        width = int(np.diff(problem.starts).max(initial=0))
        at = problem.starts[:-1, None] + np.arange(width)[None, :]
        is_pair = at < problem.starts[1:, None]
        at = np.where(is_pair, at, 0)
        self._pair = at
        self._household = problem.household[at] if width else at
        fit = problem.fit.astype(np.int64)
        self._fit = np.where(is_pair, fit[at] if width else at, _NOTHING)
        self._free = problem.capacity.astype(np.int64)
        self._slots, self._starts, self._price = problem.slots, starts, price.astype(np.int64)
        self._low = np.full(len(problem.slots), BEYOND, np.int64)
        self._holder = np.full(len(price), -1, np.int64)
        self._seat = np.full((len(price), 2), -1, np.int64)  # the donor and the column of the pair each slot is sold to
        self._held = np.zeros(at.shape, np.bool_)
        self._rank = np.empty(len(order), np.int64)
        self._rank[order] = np.arange(len(order))
        self._epsilon = epsilon
        self._touch(np.flatnonzero(problem.slots > 0))

    def _touch(self, households: Ints) -> None:
        """Find the lowest price of households again."""
        at, owner = self._slots_of(households)
        if len(at):
            first = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
            self._low[owner[first]] = np.minimum.reduceat(self._price[at], first)

    def _slots_of(self, households: Ints) -> tuple[Ints, Ints]:
        size = self._slots[households].astype(np.int64)
        owner = np.repeat(households, size)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
        return self._starts[owner] + inside, owner

    def finish(self) -> Outcome:
        """Run rounds until nobody bids."""
        bidders = np.flatnonzero(self._free > 0)
        while len(bidders) and self._fit.shape[1]:
            gains, column, bid = self._bids(bidders)
            bidders, column, bid = bidders[gains], column[gains], bid[gains]
            losers = self._sell(bidders, column, bid)
            bidders = np.unique(np.concatenate((bidders, losers)))
            bidders = bidders[self._free[bidders] > 0]
        return Outcome(self._holder.astype(np.int32), self._price.astype(np.int32))

    def _bids(self, bidders: Ints) -> tuple[Bools, Ints, Ints]:
        """Let each bidder name his best pair and his price; who gains nothing by any pair has finished for good."""
        net = self._fit[bidders] - self._low[self._household[bidders]]
        net[self._held[bidders]] = _NOTHING
        rows = np.arange(len(bidders))
        column = net.argmax(axis=1)
        worth = net[rows, column]
        net[rows, column] = _NOTHING
        second = np.maximum(net.max(axis=1), 0)
        low = self._low[self._household[bidders, column]]
        return worth >= 0, column, low + worth - second + self._epsilon

    def _sell(self, bidders: Ints, column: Ints, bid: Ints) -> Ints:
        """Sell each household's cheapest slots to its highest bids; gives the donors who lost a place."""
        household = self._household[bidders, column]
        order = np.lexsort((self._rank[bidders], -bid, household))
        bidders, column, bid, household = bidders[order], column[order], bid[order], household[order]
        names, first, count = np.unique(household, return_index=True, return_counts=True)
        at, owner = self._slots_of(names)
        at = at[np.lexsort((at, self._price[at], owner))]
        size = self._slots[names].astype(np.int64)
        rank = np.arange(len(bid)) - np.repeat(first, count)
        is_in = rank < np.repeat(size, count)
        slot = at[(np.repeat(np.cumsum(size) - size, count) + rank)[is_in]]
        bidders, column, bid = bidders[is_in], column[is_in], bid[is_in]
        wins = bid > self._price[slot]
        slot, bidders, column, bid = slot[wins], bidders[wins], column[wins], bid[wins]
        losers = self._seat[slot]
        losers = losers[losers[:, 0] >= 0]
        self._held[losers[:, 0], losers[:, 1]] = False
        np.add.at(self._free, losers[:, 0], 1)
        self._free[bidders] -= 1
        self._held[bidders, column] = True
        self._seat[slot] = np.stack((bidders, column), axis=1)
        self._holder[slot], self._price[slot] = self._pair[bidders, column], bid
        self._touch(names)
        return losers[:, 0]
