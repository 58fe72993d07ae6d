"""Administrative divisions: 665,276 nodes of mainland China and the invented province of the demo."""

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base


class Region(Base):
    """One node; its parent is a prefix of its code."""

    __tablename__ = "regions"
    __table_args__ = (CheckConstraint("length(code) in (2, 4, 6, 9, 12)", name="code_width"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    parent: Mapped[str] = mapped_column(String(9), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(80))
