"""Names of a board's keys in Redis: one hash tag a board, so that a cluster works board by board."""

POINTER = "boards:now"
PREFIX = "board"


def sums_key(generation: str, board: str) -> str:
    """Name a board's sorted set: account number -> sum."""
    return f"{PREFIX}:{generation}:{{{board}}}:sums"


def mark_key(generation: str, board: str) -> str:
    """Name the number of the last leaf a board has taken in."""
    return f"{PREFIX}:{generation}:{{{board}}}:leaf"
