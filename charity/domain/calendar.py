"""Days, months and years as people in China live them; the rest of the program keeps instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# China keeps one zone without summer time, so a fixed offset is exact and needs no zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = timedelta(days=1)


def local(moment: datetime) -> datetime:
    """Show an instant on the clock of Asia/Shanghai; ValueError for an instant without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an instant must carry its zone")
    return moment.astimezone(SHANGHAI)


def day_of(moment: datetime) -> date:
    """Tell the calendar day of an instant."""
    return local(moment).date()


def year_of(moment: datetime) -> int:
    """Tell the calendar year in which yearly limits count an instant."""
    return local(moment).year


def month_of(moment: datetime) -> str:
    """Tell the month of an instant as "2026-05"."""
    return f"{local(moment):%Y-%m}"


def day_start(day: date) -> datetime:
    """Give the first instant of a day, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def day_end(day: date) -> datetime:
    """Give the first instant after a day, in UTC: what is due that day is due before it."""
    return day_start(day + DAY)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Give the first instant of a year and the first after it, in UTC."""
    return day_start(date(year, 1, 1)), day_start(date(year + 1, 1, 1))


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """Give the first instant of a month like "2026-05" and the first after it, in UTC."""
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return day_start(first), day_start(following)


def is_weekday(day: date) -> bool:
    """Say whether a day is Monday to Friday."""
    return day.weekday() < 5
