"""All tables: importing this package makes the metadata complete."""

from charity.models import (
    accounts,
    cases,
    evidence,
    households,
    ledger,
    outbox,
    pauses,
    photos,
    pledges,
    points,
    programmes,
    regions,
    requests,
    sites,
    waiting,
    wishes,
)

__all__ = [
    "accounts",
    "cases",
    "evidence",
    "households",
    "ledger",
    "outbox",
    "pauses",
    "photos",
    "pledges",
    "points",
    "programmes",
    "regions",
    "requests",
    "sites",
    "waiting",
    "wishes",
]
