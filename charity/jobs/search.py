"""Wishes that lack the words to find them by, or have those of a past name, get theirs, a few at a time."""

from itertools import islice

from charity.adapters.db import end_reading
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.queries.wishes.lacking_words import is_renaming_due, list_lacking
from charity.services.wishes import words

PIECE, AT_ONCE = 20, 200  # wishes a transaction, and a look
PIECES = AT_ONCE // PIECE


class Filler:
    """Remembers how far it has come; a worker that starts anew looks through all wishes once."""

    def __init__(self) -> None:
        """Begin with the first wish."""
        self._after: int | None = 0

    def look(self) -> int:
        """Look at the next wishes and write what lacks; gives a number above 0 as long as there are more."""
        if self._after is None:
            return 0
        last, lacking = list_lacking(SYSTEM, self._after)
        end_reading()
        now = iter(lacking[:AT_ONCE])
        while piece := list(islice(now, PIECE)):
            words.write_missing(SYSTEM, piece)
        if len(lacking) <= AT_ONCE:
            self._after = last or None
        return 1 if self._after is not None else 0


def renew() -> int:
    """Give wishes for renamed things the words of the name they have now; above 0 as long as there may be more."""
    if not is_renaming_due(SYSTEM):
        return 0
    end_reading()
    for done in range(PIECES):
        if not words.renew_named(SYSTEM, limit=PIECE):
            return done
    return PIECES


TURNS = (Turn("words of wishes", 1.0, Filler().look), Turn("words of renamed things", 1.0, renew))
