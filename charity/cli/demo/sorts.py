"""One sort of need, as the demonstration draws its wishes from."""

from dataclasses import dataclass

from charity.domain.wishes import BeneficiaryKind as Whose

Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of need: what it is called, what a unit costs in yuan, how many are wanted."""

    whose: Whose
    category: str
    label: str
    yuan: tuple[int, int]
    wanted: tuple[int, ...] = (1,)
    reasons: tuple[str, ...]
    words: Words
    interests: tuple[str, ...] = ()
    weight: int = 2
    is_of_season: bool = False
