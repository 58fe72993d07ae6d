"""The columns of a thing somebody must act on by a certain time."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Instant


class Clocked:
    """One running clock: its name, start, deadline and the next moment to remind of it; all None when none runs."""

    clock: Mapped[str | None] = mapped_column(String(24))
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    act_by: Mapped[datetime | None] = mapped_column(Instant)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
