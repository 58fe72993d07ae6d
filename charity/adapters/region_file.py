"""Reading files of administrative divisions: csv or csv.xz with the columns code and name."""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charity.domain.errors import Invalid

SHIPPED = Path(__file__).parent / "data" / "regions-2023.csv.xz"
HEADER = ["code", "name"]


@dataclass(frozen=True, slots=True)
class RegionFile:
    """A file of divisions that can be read more than once."""

    path: Path

    def rows(self) -> Iterator[tuple[int, str, str]]:
        """Give line number, code and name of each row; Invalid names the line that is not a row."""
        line = 1
        try:
            for line, row in enumerate(self._lines(), 1):
                if line == 1:
                    _check_header(row)
                else:
                    yield line, *_two(line, row)
        except (UnicodeDecodeError, csv.Error, lzma.LZMAError, EOFError) as error:
            raise Invalid("region-row-unreadable", params={"line": line + 1}) from error

    def _lines(self) -> Iterator[list[str]]:
        opened = lzma.open if self.path.suffix == ".xz" else open
        with opened(self.path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file)


def _check_header(row: list[str]) -> None:
    if row != HEADER:
        raise Invalid("region-header", params={"line": 1})


def _two(line: int, row: list[str]) -> tuple[str, str]:
    if len(row) != len(HEADER):
        raise Invalid("region-row-unreadable", params={"line": line})
    return row[0], row[1]
