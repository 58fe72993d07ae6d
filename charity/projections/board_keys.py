"""Names of a board's keys in Redis: one hash tag a board, so that a cluster works board by board."""

POINTER = "boards:now"
# Who builds a new generation just now; by its tag in the pointer's slot, so that one script may look at both.
BUILDING = f"{{{POINTER}}}:building"
PREFIX = "board"


def sums_key(generation: str, board: str) -> str:
    """Name a board's sorted set: account number -> sum."""
    return f"{PREFIX}:{generation}:{{{board}}}:sums"


def mark_key(generation: str, board: str) -> str:
    """Name the number of the last leaf a board has taken in."""
    return f"{PREFIX}:{generation}:{{{board}}}:leaf"


def generation_of(key: str) -> str:
    """Tell to which generation a board's key belongs."""
    return key.split(":", 2)[1]


def board_of(key: str) -> str:
    """Tell which board a key belongs to."""
    return key.partition("{")[2].partition("}")[0]
