"""Stations of a pledge's way, as the journey macro draws them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import LazyString


class Mark(StrEnum):
    """How far a station is: behind, here, still to come, or where the way broke off."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One stop of the way: what, who, when it happened, or by when it must."""

    label: str | LazyString
    mark: Mark
    who: str | LazyString | None = None
    at: datetime | None = None
    due: datetime | None = None
    note: str | LazyString | None = None
