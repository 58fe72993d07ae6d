"""Whether the stores behind the site answer."""

from sqlalchemy import exc, text

from charity.adapters.db import reading
from charity.adapters.redis import is_up


def is_database_ready() -> bool:
    """Say whether the database answers a question."""
    try:
        return reading().execute(text("SELECT 1")).scalar_one() == 1
    except exc.SQLAlchemyError:
        return False


def is_redis_ready() -> bool:
    """Say whether Redis answers a PING."""
    return is_up()
