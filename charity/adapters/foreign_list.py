"""A foreign list of needs (CSV) and the map (TOML) that says how its rows become wishes; every fault names its line."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from charity.domain.calendar import day_start

Row = Mapping[str, str]
SECTIONS = ("list", "posting", "programme", "money", "site", "point", "stage", "reason", "category", "words", "region")


class BadMap(Exception):
    """A map cannot be used; the text says why."""


class BadRow(Exception):
    """A row cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignNeed:
    """One row, read: everything a wish needs, in our own codes."""

    line: int
    key: str
    posted_at: datetime
    county: str
    site_key: str
    site_name: str
    pupils: int
    title: str
    details: str
    category: str
    reason: str
    stage: str
    wanted: int
    unit_fen: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that does not become a wish, and why."""

    line: int
    key: str
    reason: str


class ForeignMap:
    """A map, checked when it is opened."""

    def __init__(self, path: Path) -> None:
        try:
            read = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadMap(f"{path.name}: {error}") from error
        missing = [name for name in SECTIONS if name not in read]
        if missing:
            raise BadMap(f"{path.name}: there is no [{missing[0]}]")
        self._said: dict[str, Any] = read
        self._check()

    def _check(self) -> None:
        for section, name in (
            ("list", "prefix"), ("list", "key"), ("list", "posted"), ("posting", "account"), ("programme", "code"),
            ("money", "column"), ("money", "fen"), ("money", "most_fen"), ("site", "column"), ("region", "column"),
            ("words", "title"),
        ):  # fmt: skip
            if not self._said[section].get(name):
                raise BadMap(f"[{section}] does not name {name!r}")

    def section(self, name: str) -> dict[str, Any]:
        """Give one section of the map."""
        return cast(dict[str, Any], self._said[name])

    def text(self, section: str, name: str) -> str:
        """Give one text of the map, empty when it is not there."""
        return str(self._said[section].get(name, ""))

    @property
    def counties(self) -> dict[str, tuple[str, str]]:
        """Give code and name of the county of each word in the region's column."""
        counties = cast(dict[str, list[str]], self._said["region"]["counties"])
        return {word: (code, name) for word, (code, name) in counties.items()}

    @property
    def city(self) -> tuple[str, str]:
        """Give code and name of the city that contains all counties."""
        code, name = self._said["region"]["city"]
        return str(code), str(name)

    def read(self, path: Path) -> Iterator[ForeignNeed | Refusal]:
        """Read a list row by row, as needs or as refusals with their reason."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            self._check_columns(rows.fieldnames or [])
            for row in rows:
                yield self._read(rows.line_num, row)

    def _check_columns(self, columns: list[str] | Any) -> None:
        said = self._said
        needed = [said["list"]["key"], said["list"]["posted"], said["money"]["column"], said["site"]["column"]]
        needed += [said["region"]["column"], said["stage"]["column"], said["reason"]["column"]]
        for column in (*needed, *said.get("refuse", {})):
            if column not in columns:
                raise BadMap(f"the list has no column {column!r}")

    def _read(self, line: int, row: dict[str, Any]) -> ForeignNeed | Refusal:
        plain = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None)}
        key = plain.get(self.text("list", "key"), "")
        try:
            return self._need(line, key, plain)
        except BadRow as bad:
            return Refusal(line, key, str(bad))

    def _need(self, line: int, key: str, row: Row) -> ForeignNeed:
        if not key:
            raise BadRow("the row has no key")
        for column, reasons in cast(dict[str, dict[str, str]], self._said.get("refuse", {})).items():
            if row[column] in reasons:
                raise BadRow(reasons[row[column]])
        wanted, unit_fen = self._units(row)
        prefix, school = self.text("list", "prefix"), row[self.text("site", "column")]
        if not school:
            raise BadRow("the row names no site")
        return ForeignNeed(
            line=line,
            key=f"{prefix}:{key}",
            posted_at=_day(row[self.text("list", "posted")]),
            county=self._county(row),
            site_key=f"{prefix}:{school}",
            site_name=self.text("site", "name").format_map(row),
            pupils=_count(row.get(self.text("site", "pupils"), "")),
            title=self._words("title", row),
            details=self._words("details", row),
            category=self._category(row),
            reason=self._code("reason", row),
            stage=self._code("stage", row),
            wanted=wanted,
            unit_fen=unit_fen,
        )

    def _units(self, row: Row) -> tuple[int, int]:
        """Cut a price into equal units, each at most as dear as the map says."""
        money = self._said["money"]
        try:
            price = Decimal(row[money["column"]])
        except InvalidOperation:
            raise BadRow("the price is not a number") from None
        if not price.is_finite() or price <= 0:
            raise BadRow("the price is not above zero")
        fen = int((price * int(money["fen"])).to_integral_value(ROUND_CEILING))
        units = -(-fen // int(money["most_fen"]))
        return units, -(-fen // units)

    def _county(self, row: Row) -> str:
        word = row[self.text("region", "column")]
        if word not in self.counties:
            raise BadRow(f"the map knows no county for {word!r}")
        return self.counties[word][0]

    def _category(self, row: Row) -> str:
        for line in cast(list[dict[str, Any]], self._said["category"]):
            conditions = cast(dict[str, list[str]], line["when"])
            if all(row.get(column) in values for column, values in conditions.items()):
                return str(line["code"])
        raise BadRow("no category fits")

    def _code(self, section: str, row: Row) -> str:
        codes = self._said[section]
        word = row[codes["column"]]
        if word == "column" or word not in codes:
            raise BadRow(f"[{section}] does not know {word!r}")
        return str(codes[word])

    def _words(self, name: str, row: Row) -> str:
        tables = cast(dict[str, dict[str, str]], {k: v for k, v in self._said["words"].items() if isinstance(v, dict)})
        known = {column: tables.get(column, {}).get(word, word) for column, word in row.items()}
        try:
            return self.text("words", name).format_map(known)
        except (KeyError, IndexError, ValueError) as error:
            raise BadRow(f"[words] {name} names what the row does not have: {error}") from None


def _day(text: str) -> datetime:
    try:
        return day_start(date.fromisoformat(text[:10]))
    except ValueError:
        raise BadRow("the date is not one") from None


def _count(text: str) -> int:
    try:
        return max(0, int(Decimal(text or "0")))
    except (InvalidOperation, ValueError, OverflowError):
        return 0
