"""The rows of a county's list that did not come in, as a sheet to put right and bring again."""

from collections.abc import Iterator, Sequence

from flask import Response
from flask_babel import gettext as _

from charity.adapters.sheets import Cell
from charity.domain.list_columns import Column
from charity.queries.county_lists import Heading, LeftOut
from charity.web.kit.downloads import download
from charity.web.kit.import_words import why


def send_left_out(ref: str, headings: Sequence[Heading], rows: Iterator[LeftOut]) -> Response:
    """Send the rows, each with its cell and its reason before what stood in it."""
    extra = [] if any(heading.column is Column.OVERRIDE for heading in headings) else ["非重复说明"]
    names = [heading.name for heading in headings]
    header = [_("Row"), _("Cell"), _("Why"), *names, *extra]
    return download(f"left-out-{ref}", "xlsx", header, _told(rows))


def _told(rows: Iterator[LeftOut]) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (row.line, row.cell, why(row.reason, row.told), *row.cells)
