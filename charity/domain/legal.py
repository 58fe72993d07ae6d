"""The legal basis without which no wish or programme is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import LIVES, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """On what a wish or programme rests in law."""

    responsible_body: str = ""
    certificate: str = ""
    filing_number: str = ""
    contact: str = ""


def missing_in_basis(basis: LegalBasis | None, kind: Kind) -> tuple[str, ...]:
    """Name what a legal basis lacks; goods and money ask the public and need a certificate and a filing number."""
    if basis is None:
        return ("legal_basis",)
    needed = ["responsible_body", "contact"]
    needed += ["certificate", "filing_number"] if LIVES[kind].asks_public else []
    return tuple(name for name in needed if not str(getattr(basis, name)).strip())


def may_publish(basis: LegalBasis | None, kind: Kind) -> None:
    """Refuse a publication without a complete legal basis."""
    missing = missing_in_basis(basis, kind)
    if missing:
        raise Conflict("legal-basis-missing", field=missing[0])


PLATFORM: Final = "platform"
DOCUMENTS = frozenset({"certificate", "filing", PLATFORM, "approval"})
# Whoever asks the public for goods or money must be certified to, and each campaign is filed by whoever is; hours and
# produce ask for no donation, so that an authority's approval will do. A platform's agreement proves neither.
OF_ASKING: Final = frozenset({"certificate", "filing"})
OF_HELPING: Final = OF_ASKING | {"approval"}
MOST_FILES: Final = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A document that nobody ended: what it is, how long it holds, and whether a copy of it lies here."""

    kind: str
    ends: date | None
    has_file: bool


def may_be_recorded(kind: str, *, platform_url: str) -> None:
    """Refuse a document of no known kind, and an agreement with a platform whose link the programme does not give.

    Whoever asks through a designated platform leads the public to its page; without the link nobody could compare.
    """
    if kind not in DOCUMENTS:
        raise Invalid("document-unknown", field="kind")
    if kind == PLATFORM and not platform_url.strip():
        raise Invalid("platform-without-link", field="kind")


def bases_of(kind: Kind) -> frozenset[str]:
    """Give which documents are a legal basis of a programme for a kind of help."""
    return OF_ASKING if LIVES[kind].asks_public else OF_HELPING


def may_stand_on(documents: Iterable[Standing], today: date, *, programme: str, kind: Kind) -> None:
    """Refuse to publish without a document that is a basis, still holds, and of which a copy lies here; says which."""
    known = list(documents)
    bases = [one for one in known if one.kind in bases_of(kind)]
    valid = [one for one in bases if one.ends is None or one.ends >= today]
    if not known:
        code = "basis-without-document"
    elif not bases:
        code = "basis-of-no-kind"
    elif not valid:
        code = "basis-run-out"
    elif not any(one.has_file for one in valid):
        code = "basis-without-file"
    else:
        return
    raise Conflict(code, field="programme_code", params={"programme": programme})
