"""Words of the book: whoever lets an entry hold another one must say with which record it is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import charity
from charity.domain.entries import TEXTS
from charity.domain.retention import (
    TEXTS_KEPT,
    TEXTS_OF_DISPUTES,
    TEXTS_OF_DOUBLES,
    TEXTS_OF_NEEDS,
    TEXTS_OF_REPORTS,
    TEXTS_OF_SLIPS,
)

LISTS = (TEXTS_OF_NEEDS, TEXTS_OF_SLIPS, TEXTS_OF_REPORTS, TEXTS_OF_DISPUTES, TEXTS_OF_DOUBLES, TEXTS_KEPT)
LISTED = {(kind, name) for texts in LISTS for kind, names in texts.items() for name in names}


def written() -> Iterator[tuple[str, frozenset[str], set[str]]]:
    """Find each call that gives `texts`: where, which kinds of entries it names, and the names of the words."""
    for path in sorted(Path(charity.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                for given in (word.value for word in call.keywords if word.arg == "texts"):
                    names = set(keys(given, function))
                    if names:
                        yield f"{path.name}:{call.lineno}", kinds(call), names


def kinds(call: ast.Call) -> frozenset[str]:
    told = {node.attr.lower() for arg in call.args for node in ast.walk(arg) if isinstance(node, ast.Attribute)}
    told |= {str(node.value) for arg in call.args for node in ast.walk(arg) if isinstance(node, ast.Constant)}
    return frozenset(kind for kind in {kind for kind, _ in LISTED} if {kind.value, kind.name.lower()} & told)


def keys(given: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(given):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and key.value in TEXTS)
        if isinstance(node, ast.Name):
            for put in (one for one in ast.walk(function) if isinstance(one, ast.Assign)):
                if any(isinstance(to, ast.Name) and to.id == node.id for to in put.targets):
                    yield from (
                        key for inner in [put.value] if isinstance(inner, ast.Dict) for key in keys(inner, function)
                    )


def test_each_word_an_entry_is_written_with_is_forgotten_with_some_record_or_kept_on_purpose() -> None:
    found = list(written())
    assert len(found) > 15
    listed = {name for _, name in LISTED}
    for where, of, names in found:
        assert names <= ({name for kind, name in LISTED if kind in of} if of else listed), where
    # and no list names what nobody writes, as a wrong name forgets nothing
    assert listed == {name for _, _, names in found for name in names}
