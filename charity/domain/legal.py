"""The legal basis without which no wish or programme is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

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
MOST_FILES: Final = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A document that nobody ended: how long it holds, and whether a copy of it lies here."""

    ends: date | None
    has_file: bool


def may_stand_on(documents: Iterable[Standing], today: date, *, programme: str) -> None:
    """Refuse to publish without a document that still holds and of which a copy lies here; says which of it lacks."""
    known = list(documents)
    valid = [one for one in known if one.ends is None or one.ends >= today]
    if not known:
        code = "basis-without-document"
    elif not valid:
        code = "basis-run-out"
    elif not any(one.has_file for one in valid):
        code = "basis-without-file"
    else:
        return
    raise Conflict(code, field="programme_code", params={"programme": programme})
