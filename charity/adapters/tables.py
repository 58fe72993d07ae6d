"""One table in three forms: csv, json, xlsx; streamed, and harmless in a spreadsheet."""

import json
from collections.abc import Iterable, Iterator, Sequence

from charity.adapters.sheets import Cell, csv_chunks, xlsx_chunks

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def pieces(form: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> Iterator[bytes]:
    """Yield a table piece by piece in one of the forms."""
    if form == "csv":
        return csv_chunks(header, rows)
    return xlsx_chunks(header, rows, title=title) if form == "xlsx" else _json(header, rows)


def _json(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(rows):
        said = json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, default=str)
        yield (",\n" if number else "\n").encode() + said.encode()
    yield b"\n]\n"
