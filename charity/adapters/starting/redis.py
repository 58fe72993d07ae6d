"""Whether the Redis an operator names is one."""

from charity.adapters.settings import BadSettings
from charity.adapters.starting.databases import NotReady

_TIMEOUT = 2.0


def check_redis(url: str | None, *, must_answer: bool) -> None:
    """Refuse an address that cannot be right; one that only does not answer may be away for now."""
    if not url:
        return
    from redis import Redis, exceptions  # noqa: PLC0415 (not loaded where none is named)

    try:
        with Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT) as client:
            client.ping()
    except (ValueError, KeyError):
        raise BadSettings("REDIS_URL must be redis://host:port/number, rediss://... or unix:///path.") from None
    except (exceptions.AuthenticationError, exceptions.ResponseError, exceptions.InvalidResponse) as error:
        raise BadSettings(f"REDIS_URL: what answers there does not serve us ({_said(error)}).") from None
    except (exceptions.RedisError, OSError) as error:
        if must_answer:
            raise NotReady(f"REDIS_URL: nobody answers there ({_said(error)}).") from None
        import structlog  # noqa: PLC0415 (a start that is fine loses no time with it)

        # the site works without, so it need not wait for it
        structlog.get_logger().warning("redis does not answer", reason=_said(error))


def _said(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(". ")
