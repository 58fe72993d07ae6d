"""Holding a row's figures against what the book tells of it, in the same words for every kind of thing."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from charity.ledger.verifying.differences import Differs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class Figures(DataclassInstance, Protocol):
        """What a row says of itself: a state and more."""

        @property
        def state(self) -> str:
            """Give the state."""
            ...


def compare_row(kind: str, place: str, told: "Figures | None", row: "Figures | None", *, begins: str) -> None:
    """Hold one row against the book; Differs names the first that says else (None: the book does not name it)."""
    if told is None:
        raise Differs(f"{kind}-not-in-book", place, begins, _said(row))
    if row is None:
        raise Differs(f"{kind}-row-missing", place, f"a row in state {told.state}", "none")
    found = asdict(row)
    for column, expected in asdict(told).items():
        if expected is not None and found[column] != expected:
            raise Differs(f"{kind}-differs", f"{place}, column {column}", expected, found[column])


def compare_rows(kind: str, whole: str, told: "Mapping[str, Figures]", rows: "Mapping[str, Figures]") -> None:
    """Hold the rows that belong to one thing against the book, in the order of their references."""
    for ref in sorted(told.keys() | rows.keys()):
        compare_row(kind, f"{kind} {ref} of {whole}", told.get(ref), rows.get(ref), begins="an entry")


def _said(row: "Figures | None") -> str:
    return "only other entries" if row is None else f"a row in state {row.state}"
