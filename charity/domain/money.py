"""Money is whole fen; yuan exist only where a person reads or writes."""

import re
import unicodedata

from charity.domain.errors import Invalid

FEN_PER_YUAN = 100
MOST_FEN = 10_000_000_00
_YUAN = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?", re.ASCII)


def parse_yuan(text: str, *, field: str = "price") -> int:
    """Read an amount in yuan as people write it ("1,200", "¥12.50", "12.5元") and give it in fen."""
    plain = re.sub(r"[\s,¥元]", "", unicodedata.normalize("NFKC", text))
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise Invalid("money-shape", field=field)
    fen = int(match[1]) * FEN_PER_YUAN + int((match[2] or "").ljust(2, "0"))
    if fen > MOST_FEN:
        raise Invalid("money-too-much", field=field, params={"most": MOST_FEN})
    return fen


def fen_of(yuan: int) -> int:
    """Give whole yuan in fen."""
    return yuan * FEN_PER_YUAN


def plain_yuan(fen: int) -> str:
    """Give an amount in yuan for a form field or a sheet: digits and a point, no sign, no grouping."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02}" if rest else f"{'-' if fen < 0 else ''}{whole}"


def split_into_sets(total_fen: int, *, most_fen: int = 100_00) -> tuple[int, int]:
    """Split a price into equal sets of at most so much: the number of sets and the price of one, rounded up."""
    if total_fen < 1:
        raise Invalid("money-shape", field="price")
    sets = -(-total_fen // most_fen)
    return sets, -(-total_fen // sets)
