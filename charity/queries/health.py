"""Whether the stores behind the site answer."""

from sqlalchemy import text

from charity.adapters.db import reading
from charity.adapters.redis import is_up


def is_database_ready() -> bool:
    """Ask the database for one number; SQLAlchemyError when it does not answer."""
    return reading().execute(text("SELECT 1")).scalar_one() == 1


def is_redis_ready() -> bool:
    """Say whether Redis answers a PING."""
    return is_up()
