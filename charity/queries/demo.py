"""Whether invented data is present, so that every page says so."""

import time
from dataclasses import dataclass

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.regions import DEMO_PROVINCE
from charity.models.households import Household
from charity.models.sites import Site
from charity.models.wishes import Wish

_KEPT = 30.0
_seen: dict[str, tuple[float, bool]] = {}


def is_demo_loaded() -> bool:
    """Say whether a household or wish of the invented province exists; asked anew every 30 seconds."""
    asked, answer = _seen.get("demo", (float("-inf"), False))
    if time.monotonic() - asked < _KEPT:
        return answer
    answer = _has_demo()
    _seen["demo"] = (time.monotonic(), answer)
    return answer


def _has_demo() -> bool:
    session = reading()
    wish = session.execute(select(Wish.id).where(Wish.county >= DEMO_PROVINCE).limit(1)).first()
    if wish is not None:
        return True
    home = Household.county >= DEMO_PROVINCE  # 99 is the highest province code
    return session.execute(select(Household.id).where(home).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a demonstration would stand on: invented families, real ones, and wishes of a foreign list."""

    invented: int
    real: int
    imported: int


def get_ground() -> Ground:
    """Count what is there, to decide whether a demonstration may be loaded."""
    session = reading()
    tables = (Household.county, Site.county, Wish.county)
    real = [session.scalar(select(func.count()).where(column < DEMO_PROVINCE)) or 0 for column in tables]
    imported = session.scalar(select(func.count()).where(Wish.source_key.is_not(None))) or 0
    invented = session.scalar(select(func.count()).where(Household.county >= DEMO_PROVINCE)) or 0
    return Ground(invented=invented, real=sum(real), imported=imported)
