"""Chance that can be replayed for ever: numbers from a seed, by arithmetic that no library may change."""

import numpy as np

from charity.matching.columns import Ints

_MASK = 2**64 - 1


def hashed(numbers: Ints, seed: int) -> Ints:
    """Mix whole numbers with a seed (SplitMix64)."""
    start = np.uint64((seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _MASK)
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + start
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def shuffled(count: int, seed: int) -> Ints:
    """Give 0 .. count-1 in the order of a seed."""
    numbers = np.arange(count)
    return numbers[np.argsort(hashed(numbers, seed), kind="stable")]
