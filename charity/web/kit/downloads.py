"""Tables as downloads."""

from collections.abc import Iterable, Sequence

from flask import Response, current_app, stream_with_context

from charity.adapters.sheets import Cell
from charity.adapters.tables import TYPES, pieces
from charity.domain.errors import Missing


def download(name: str, form: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as csv, json or xlsx; Missing for any other form."""
    if form not in TYPES:
        raise Missing
    body = stream_with_context(pieces(form, header, rows, title=name))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return current_app.response_class(body, content_type=TYPES[form], headers=headers)
