"""Settings of a test: nothing leaves the building, and the keys are nobody's."""

from pathlib import Path

from charity.adapters.settings import Settings, read_settings
from tests.kit import home


def environ(database_url: str, *, redis_url: str | None, worker: str = "main") -> dict[str, str]:
    """Give the environment a process under test gets."""
    instance = home.here() / f"instance-{worker}"
    instance.mkdir(exist_ok=True)
    given = {
        "CHARITY_ENV": "test",
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "K7q2hVd9xWmB4tYpR6sLzN8cJ3fGu5Ea-tests-only",
        "DATA_KEY": "cGxlYXNlLW5ldmVyLXVzZS10aGlzLW91dHNpZGUtdGVzdHM=",
        "LOG_KEY": "dGhpcy1rZXktc2lnbnMtdGVzdHMtYW5kLW5vdGhpbmctZWw=",
        "LOG_ORIGIN": "circle.test/log",
        "MAIL_URL": "null:",
        "SMS_URL": "null:",
        "PUBLIC_URL": "http://circle.test",
    }
    return given | ({"REDIS_URL": redis_url} if redis_url else {})


def make(database_url: str, *, redis_url: str | None, worker: str = "main") -> Settings:
    """Give the settings of an application under test."""
    return read_settings(environ(database_url, redis_url=redis_url, worker=worker))


def instance_of(worker: str) -> Path:
    """Give the folder of files an application under test writes."""
    return home.here() / f"instance-{worker}"
