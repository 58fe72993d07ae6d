"""The legal basis without which no wish or programme is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charity.domain.errors import Conflict
from charity.domain.kinds import LIVES, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """On what a wish or programme rests in law."""

    responsible_body: str = ""
    certificate: str = ""
    filing_number: str = ""
    contact: str = ""
    platform_link: str = ""
    needs_platform: bool = False


def missing_in_basis(basis: LegalBasis | None, kind: Kind) -> tuple[str, ...]:
    """Name what a legal basis lacks; goods and money ask the public and need a certificate and a filing number."""
    if basis is None:
        return ("legal_basis",)
    needed = ["responsible_body", "contact"]
    needed += ["certificate", "filing_number"] if LIVES[kind].asks_public else []
    needed += ["platform_link"] if basis.needs_platform else []
    return tuple(name for name in needed if not str(getattr(basis, name)).strip())


def may_publish(basis: LegalBasis | None, kind: Kind) -> None:
    """Refuse a publication without a complete legal basis."""
    missing = missing_in_basis(basis, kind)
    if missing:
        raise Conflict("legal-basis-missing", field=missing[0])


DOCUMENTS = frozenset({"certificate", "filing", "platform", "approval"})


def may_stand_on(ends: Iterable[date | None], today: date) -> None:
    """Refuse to publish where documents were recorded and all of them have run out."""
    known = list(ends)
    if known and all(end is not None and end < today for end in known):
        raise Conflict("basis-run-out", field="programme_code")
