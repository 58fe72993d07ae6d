"""The moment as the database tells it, inside a question that is asked anyway."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from charity.adapters.db import Instant


class present(FunctionElement[datetime]):  # noqa: N801 (reads like the database's own functions)
    """The moment by the database's own clock; NULL on SQLite, which has none but ours."""

    type = Instant()
    inherit_cache = True


@compiles(present)
def _no_clock(element: present, compiler: SQLCompiler, **more: Any) -> str:
    return "NULL"


@compiles(present, "postgresql")
def _clock_there(element: present, compiler: SQLCompiler, **more: Any) -> str:
    return "clock_timestamp()"
