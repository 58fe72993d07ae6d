"""Whether everything is there already, so that a start need not load the application to find nothing to do."""

from charity.adapters.settings import Settings
from charity.adapters.starting.databases import Ask, NotReady, asking
from charity.domain.regions import DEMO_PROVINCE, FIRST_PROVINCE

_SCHEMA = "SELECT version_num FROM alembic_version"
_DIVISIONS = f"SELECT count(*) FROM regions WHERE code IN ('{DEMO_PROVINCE}', '{FIRST_PROVINCE}')"
_INVENTED = f"SELECT 1 FROM households WHERE county >= '{DEMO_PROVINCE}' LIMIT 1"
# a demonstration is not loaded beside any of these: `demo load` says so, and so it has to be asked
_REAL = (
    *(f"SELECT 1 FROM {table} WHERE county < '{DEMO_PROVINCE}' LIMIT 1" for table in ("households", "sites", "wishes")),
    "SELECT 1 FROM wishes WHERE source_key IS NOT NULL LIMIT 1",
)


def is_prepared(settings: Settings, *, newest: str, with_demo: bool) -> bool:
    """Say whether schema, divisions and demonstration stand; False also when the database does not tell."""
    try:
        with asking(settings.database_url) as ask:
            return _is_whole(ask, newest) and (not with_demo or _has_only_demo(ask, settings))
    except NotReady:
        return False


def _is_whole(ask: Ask, newest: str) -> bool:
    found = ask(_SCHEMA)
    return found is not None and found[0] == newest and ask(_DIVISIONS)[0] == len((DEMO_PROVINCE, FIRST_PROVINCE))


def _has_only_demo(ask: Ask, settings: Settings) -> bool:
    if settings.is_production or ask(_INVENTED) is None:
        return False
    return all(ask(question) is None for question in _REAL)
