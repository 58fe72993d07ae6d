"""Configuration from the environment: read once, checked at once, refused with one clear sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from charity.domain.notes import BadNote, is_key_name, parse_verifier_key

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ("SECRET_KEY", "DATA_KEY", "LOG_KEY")
WELL_KNOWN = frozenset({"dev", "secret", "changeme", "change-me", "password", "test", "default", "key"})
MIN_SECRET = 32


class BadSettings(Exception):
    """The environment does not let the site start; the text says which setting and why."""


class Environment(StrEnum):
    """Where the program runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the site, as the footer of every page says."""

    name: str
    registration: str
    filing: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one process."""

    env: Environment
    database_url: str
    owner_url: str
    redis_url: str | None
    secret_key: str
    data_key: str
    log_key: str
    log_origin: str
    log_keys_former: tuple[str, ...]
    mail_url: str
    sms_url: str
    photo_url: str
    public_url: str
    operator: Operator
    metrics_token: str | None
    instance_path: Path
    ranking_fresh_seconds: int
    match_fairness: int
    match_offers: int
    lists_flush_seconds: int
    require_second_factor: bool

    @property
    def is_production(self) -> bool:
        """Say whether real people depend on this process."""
        return self.env is Environment.PRODUCTION

    @property
    def is_sqlite(self) -> bool:
        """Say whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and the instance folder; BadSettings names what is wrong."""
    env = dict(os.environ if environ is None else environ)
    mode = _mode(env)
    instance = Path(env.get("INSTANCE_PATH") or ROOT / "instance")
    secrets = {name: _secret(env, name, instance) for name in SECRETS}
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'charity.db'}"
    _required_in_production(env, mode)
    return Settings(
        env=mode,
        database_url=_driver(url),
        owner_url=_driver(env.get("DATABASE_OWNER_URL") or url),
        redis_url=env.get("REDIS_URL") or _kept(instance, "REDIS_URL"),
        secret_key=secrets["SECRET_KEY"],
        data_key=secrets["DATA_KEY"],
        log_key=secrets["LOG_KEY"],
        log_origin=_origin(env.get("LOG_ORIGIN") or _kept(instance, "LOG_ORIGIN") or _missing("LOG_ORIGIN")),
        log_keys_former=_former((env.get("LOG_KEY_FORMER") or _kept(instance, "LOG_KEY_FORMER") or "").split()),
        mail_url=env.get("MAIL_URL") or f"file://{instance / 'mail'}",
        sms_url=env.get("SMS_URL") or f"file://{instance / 'sms'}",
        photo_url=env.get("PHOTO_URL") or f"file://{instance / 'photos'}",
        public_url=(env.get("PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        operator=_operator(env),
        metrics_token=env.get("METRICS_TOKEN") or None,
        instance_path=instance,
        ranking_fresh_seconds=_number(env, "RANKING_FRESH_SECONDS", 1_800),
        match_fairness=_thousandths(env, "MATCH_LAMBDA", "0.3"),
        match_offers=_number(env, "MATCH_OFFERS", 500),
        # tests look at what a request alone writes
        lists_flush_seconds=_number(env, "LISTS_FLUSH_SECONDS", 0 if mode is Environment.TEST else 1, least=0),
        require_second_factor=_switch(env, "REQUIRE_SECOND_FACTOR", usual=mode is Environment.PRODUCTION),
    )


def _mode(env: Mapping[str, str]) -> Environment:
    text = env.get("CHARITY_ENV") or "development"
    try:
        return Environment(text)
    except ValueError:
        raise BadSettings(f"CHARITY_ENV is '{text}'; it must be development, test or production.") from None


def _kept(instance: Path, name: str) -> str | None:
    path = instance / name.lower()
    try:
        text = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no text"
        raise BadSettings(f"{name} cannot be read from {path}: {reason}.") from None
    if not text:
        raise BadSettings(f"{name} is empty in {path}; put the right one back.")
    return text


def _missing(name: str) -> str:
    raise BadSettings(f"{name} is not set. script/server makes one; elsewhere put it into the environment.")


def _secret(env: Mapping[str, str], name: str, instance: Path) -> str:
    value = env.get(name) or _kept(instance, name) or _missing(name)
    if len(value) < MIN_SECRET or value.lower() in WELL_KNOWN or len(set(value)) < 8:
        raise BadSettings(f"{name} is too short or well known; give it at least {MIN_SECRET} random characters.")
    return value


def _origin(name: str) -> str:
    if not is_key_name(name):
        raise BadSettings("LOG_ORIGIN may hold neither spaces nor a plus sign.")
    return name


def _former(keys: list[str]) -> tuple[str, ...]:
    for text in keys:
        try:
            parse_verifier_key(text)
        except BadNote as error:
            raise BadSettings(f"LOG_KEY_FORMER holds {text!r}, which `ledger key` never printed: {error}.") from None
    return tuple(keys)


def _required_in_production(env: Mapping[str, str], mode: Environment) -> None:
    if mode is not Environment.PRODUCTION:
        return
    for name in ("PUBLIC_URL", "OPERATOR_NAME", "OPERATOR_REGISTRATION", "OPERATOR_CONTACT", "MAIL_URL"):
        if not env.get(name):
            raise BadSettings(f"{name} is required in production.")


def _number(env: Mapping[str, str], name: str, usual: int, *, least: int = 1) -> int:
    text = env.get(name) or str(usual)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise BadSettings(f"{name} is '{text}'; it must be a whole number, at least {least}.")
    return int(text)


def _switch(env: Mapping[str, str], name: str, *, usual: bool) -> bool:
    text = env.get(name) or ("on" if usual else "off")
    if text not in ("on", "off"):
        raise BadSettings(f"{name} is '{text}'; it must be on or off.")
    return text == "on"


def _thousandths(env: Mapping[str, str], name: str, usual: str) -> int:
    text = env.get(name) or usual
    if not re.fullmatch(r"[01](\.[0-9]{1,3})?", text) or float(text) > 1:
        raise BadSettings(f"{name} is '{text}'; it must be a number from 0 to 1 with at most three decimals.")
    return round(float(text) * 1000)


def _driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:", "postgresql+psycopg:")):
        return url
    raise BadSettings("DATABASE_URL must begin with sqlite: or postgresql:.")


def _operator(env: Mapping[str, str]) -> Operator:
    return Operator(
        name=env.get("OPERATOR_NAME") or "N+1",
        registration=env.get("OPERATOR_REGISTRATION") or "",
        filing=env.get("OPERATOR_FILING") or "",
        contact=env.get("OPERATOR_CONTACT") or "",
    )
