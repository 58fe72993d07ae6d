"""Breaking text into lines for print and pictures, the way readers of Chinese and of Latin letters expect."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

PIECES: Final = re.compile(r"[A-Za-z0-9.+%'’/-]+|\s+|.", re.DOTALL)
NEVER_LAST: Final = frozenset("（《「『“‘【〈([{")
NEVER_FIRST: Final = frozenset("，。！？、；：）》」』”’】〉…,.!?;:)]}")

Measure: TypeAlias = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break a text into lines: Chinese anywhere but after opening and before closing signs, Latin between words."""
    lines = [""]
    for piece in PIECES.findall(" ".join(text.split())):
        if (piece in NEVER_FIRST and lines[-1]) or measure(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            held = lines[-1][-1:] if lines[-1][-1:] in NEVER_LAST else ""
            lines[-1] = lines[-1].removesuffix(held)
            lines.append(held)
            if measure(piece) <= width:
                lines[-1] += piece.lstrip()
            else:
                _break_inside(lines, piece, width, measure)
    return [line.rstrip() for line in lines if line.strip()]


def _break_inside(lines: list[str], piece: str, width: float, measure: Measure) -> None:
    for character in piece:
        if measure(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
