"""The tables that leave by export: their columns in the exporter's language, their rows in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from charity.adapters.sheets import Cell
from charity.domain.actors import Actor
from charity.domain.calendar import local
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.queries import audit, exports
from charity.web.kit.desk_words import desk_word
from charity.web.kit.formats import place
from charity.web.kit.labels import label, pledge_label

FEN = 100
Rows = Iterator[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table to take along: how many rows, its columns, and the rows one after the other."""

    count: int
    columns: tuple[str, ...]
    rows: Callable[[], Rows]


def table_of(viewer: Actor, what: str, filters: audit.AuditFilters) -> Table:
    """Give a table by its name."""
    if what == "pledges":
        return Table(audit.count_pledges(viewer, filters), _pledge_columns(), lambda: _pledges(viewer, filters))
    if what == "wishes":
        return Table(exports.count_wishes(viewer), _wish_columns(), lambda: _wishes(viewer))
    if what == "people":
        return Table(exports.count_roles(viewer), _people_columns(), lambda: _people(viewer))
    raise Missing


def _when(moment: datetime | None) -> datetime | None:
    return None if moment is None else local(moment)


def _yuan(fen: int) -> float:
    return fen / FEN


def _township(region: str) -> str:
    return place(region[:9])


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _pledge_columns() -> tuple[str, ...]:
    return (
        _("Number of the pledge"), _("State"), _("Kind"), _("Wish"), _("Number of the wish"), _("County"),
        _("Township"), _("Donor"), _("Units"), _("Amount (yuan)"), _("Claimed on"), _("Sent on"), _("Confirmed on"),
        _("Confirmed by"), _("Deadline"), _("Waits for"), _("Due"), _("Overdue"),
    )  # fmt: skip


def _pledges(viewer: Actor, filters: audit.AuditFilters) -> Rows:
    for row in audit.stream_pledges(viewer, filters):
        yield (
            row.ref,
            str(pledge_label(row.state, row.kind)),
            str(label("kind", row.kind)),
            row.title,
            row.wish_ref,
            place(row.region[:6]),
            _township(row.region),
            row.donor,
            row.units,
            "" if row.kind == Kind.SERVICE.value else _yuan(row.amount_fen),
            _when(row.claimed_at),
            _when(row.sent_at),
            _when(row.confirmed_at),
            str(desk_word("way", row.confirmed_by)) if row.confirmed_by else "",
            str(desk_word("clock", row.clock)),
            str(desk_word("waits", row.waits_for)),
            _when(row.act_by),
            _yes(row.is_overdue),
        )


def _wish_columns() -> tuple[str, ...]:
    return (
        _("Number of the wish"), _("Wish"), _("Kind"), _("For"), _("County"), _("Township"), _("State"),
        _("Price of one unit (yuan)"), _("Units wanted"), _("Units claimed"), _("Units on the way"),
        _("Units confirmed"), _("Programme"), _("Handed in on"), _("Published on"), _("Finished on"), _("Due"),
    )  # fmt: skip


def _wishes(viewer: Actor) -> Rows:
    for row in exports.stream_wishes(viewer):
        yield (
            row.ref,
            row.title,
            str(label("kind", row.kind)),
            str(label("beneficiary", row.beneficiary_kind)),
            place(row.region[:6]),
            _township(row.region),
            str(label("wish", row.state)),
            "" if row.kind == Kind.SERVICE.value else _yuan(row.unit_fen),
            row.wanted,
            row.committed,
            row.in_transit,
            row.fulfilled,
            row.programme or "",
            _when(row.submitted_at),
            _when(row.published_at),
            _when(row.closed_at),
            _when(row.act_by),
        )


def _people_columns() -> tuple[str, ...]:
    return (
        _("Nickname"), _("Role"), _("Region"), _("Code of the region"), _("First day"), _("Last day"), _("Running"),
        _("Last act"),
    )  # fmt: skip


def _people(viewer: Actor) -> Rows:
    for row in exports.stream_roles(viewer):
        yield (
            row.nickname,
            str(label("role", row.role)),
            place(row.region) if row.region else _("Whole country"),
            row.region,
            row.starts_on,
            row.ends_on,
            _yes(row.is_running),
            _when(row.last_acted_at),
        )
