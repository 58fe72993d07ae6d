"""Tables as downloads: written whole into a temporary file first, so that a failure is no half table."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from flask import Response, current_app

from charity.adapters.sheets import Cell
from charity.adapters.tables import TYPES, pieces
from charity.domain.errors import Missing

IN_MEMORY = 1 << 20
PIECE = 1 << 16


def download(name: str, form: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as csv, json or xlsx; Missing for any other form."""
    if form not in TYPES:
        raise Missing
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when the answer has left
    try:
        for piece in pieces(form, header, rows, title=name):
            file.write(piece)
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Content-Length": str(length)}
    response = current_app.response_class(_read(file), content_type=TYPES[form], headers=headers)
    response.call_on_close(file.close)
    return response


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
