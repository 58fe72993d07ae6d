"""Matching over columns of numbers: the rules of `domain/matching.py` for millions of rows at once, with numpy.

`scores` ranks columns, `index` answers the best wishes for one donor, `candidates` and `auction` make the nightly
offers. Nothing here knows the web, tables, files or the clock. numba is imported by
`auction_numba` alone (see docs/decisions/0020-matching-in-columns.md).
"""
