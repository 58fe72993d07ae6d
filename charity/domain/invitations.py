"""When the nightly matching runs, and whom it may invite to a circle; an offer binds nobody."""

from datetime import date, datetime

from charity.domain.calendar import day_of, local
from charity.domain.durations import Duration, hours
from charity.domain.offers import LASTS as WAITED

INVITED = hours(72)  # an offer nobody waited for leaves a day more
NIGHT_BEGINS = 3  # the hour in Asia/Shanghai
LOOKS_BACK = 30  # the runs whose lists are counted when the next are dealt
BEYOND_REACH = 2**30


def night_of(moment: datetime) -> date | None:
    """Give the day whose night has come; none before its hour."""
    return day_of(moment) if local(moment).hour >= NIGHT_BEGINS else None


def seed_of(night: date) -> int:
    """Give a night's seed: known to everybody beforehand, chosen by nobody."""
    return int(f"{night:%Y%m%d}")


def free_places(*, wanted: int, held: int) -> int:
    """Give how many more seats a donor would hold."""
    return max(0, wanted - held)


def offer_lasts(*, has_waited: bool) -> Duration:
    """Tell how long a seat is kept for somebody."""
    return WAITED if has_waited else INVITED
