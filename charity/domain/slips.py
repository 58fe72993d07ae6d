"""Slips: who may witness a family's thumbprint, who may sign for a school or village, and what the township checks."""

from collections.abc import Collection, Iterable, Set
from enum import StrEnum
from unicodedata import normalize

from charity.domain.errors import Invalid
from charity.domain.sides import may_sign_for_site


class WitnessRole(StrEnum):
    """What the witness of a family's slip is to it."""

    NEIGHBOUR = "neighbour"
    VILLAGE_OFFICIAL = "village-official"
    TEACHER = "teacher"
    HEALTH_WORKER = "health-worker"
    OTHER = "other"


class SignerRole(StrEnum):
    """What somebody who signs for a school or village is there."""

    HEAD = "head"
    TEACHER = "teacher"


class SlipCheck(StrEnum):
    """What the township's reviewer says he has looked at before a slip confirms anything."""

    MATCHES = "matches"
    WITNESS = "witness"
    SIGNER = "signer"


def checks_of(*, is_site: bool) -> tuple[SlipCheck, ...]:
    """List what must be checked of a slip."""
    return SlipCheck.MATCHES, SlipCheck.SIGNER if is_site else SlipCheck.WITNESS


def may_rest_on(checks: Collection[str], *, is_site: bool) -> None:
    """Refuse a confirmation by slip before everything about the slip was checked."""
    if not set(checks_of(is_site=is_site)) <= set(checks):
        raise Invalid("slip-not-checked", field="checks")


def role_on_slip(role: str, *, is_site: bool) -> str | None:
    """Give the role of a slip's witness or signer; None where nobody said one."""
    known: Iterable[str] = SignerRole if is_site else WitnessRole
    if role and role not in set(known):
        raise Invalid("witness-role-unknown", field="witness_role")
    return role or None


def name_forms(name: str) -> frozenset[str]:
    """Give a name as it is written, and without what a hurried writer adds or leaves out."""
    plain = "".join(sign for sign in normalize("NFKC", name).casefold() if sign.isalnum())
    return frozenset(form for form in (name.strip(), plain) if form)


def may_witness(names: Set[bytes], *, helpers: Set[bytes], family: Set[bytes]) -> None:
    """Refuse a witness who handled the gift, or who belongs to the household (compare digests of names)."""
    if names & helpers:
        raise Invalid("witness-is-helper", field="witness")
    if names & family:
        raise Invalid("witness-is-family", field="witness")


def may_sign(signer: Collection[str], *, posters: Collection[str], receivers: Collection[str]) -> None:
    """Refuse a site's signer known by any reference or name under which the poster or a receiver is known."""
    for known in signer:
        for poster in posters:
            for receiver in receivers or (poster,):
                may_sign_for_site(signer=known, poster=poster, receiver=receiver)
