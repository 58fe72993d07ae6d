"""Every notice has words in every language, and every word it needs is told where it is sent."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from charity.adapters.locale import SOURCE, languages, merged
from charity.adapters.settings import ROOT
from charity.domain.clocks import CLOCKS
from charity.domain.kinds import Kind
from charity.domain.running import SILENT
from charity.queries.notices import all_notices, all_paths, path_of

SINKS = {"notify": ("kind", "params"), "put_message": ("kind", "told")}
PLACE = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Sent:
    """One place in the program that tells somebody something; params is None where they cannot be read off."""

    where: str
    kind: str
    params: frozenset[str] | None


@dataclass
class Function:
    """A function of the program, its module and what calls its parameters by which place."""

    module: str
    node: ast.FunctionDef

    @property
    def names(self) -> list[str]:
        return [arg.arg for arg in (*self.node.args.posonlyargs, *self.node.args.args, *self.node.args.kwonlyargs)]


def modules() -> Iterator[tuple[str, ast.Module]]:
    floors = ("models", "ledger", "services")
    for path in sorted(path for floor in floors for path in (ROOT / "charity" / floor).rglob("*.py")):
        if "ledger" in path.parts and "models.outbox" not in path.read_text("utf-8"):
            continue  # calls of the same names there tell nobody anything
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def assigned(function: Function, name: str) -> list[ast.expr]:
    """List what a function assigns to a name."""
    lines = [line for line in ast.walk(function.node) if isinstance(line, ast.Assign)]
    return [line.value for line in lines if isinstance(line.targets[0], ast.Name) and line.targets[0].id == name]


class Program:
    """All functions, and which of them pass their own parameter on as the kind of a notice."""

    def __init__(self) -> None:
        self.functions: list[Function] = []
        self.constants: dict[tuple[str, str], ast.expr] = {}
        for name, tree in modules():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    self.functions.append(Function(name, node))
            for line in tree.body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    self.constants[name, line.targets[0].id] = line.value
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
                    self.constants[name, line.target.id] = line.value
        self.wrappers: dict[str, tuple[Function, str]] = {}
        while self._grow():
            pass

    def _grow(self) -> bool:
        before = len(self.wrappers)
        for function in self.functions:
            for call in self.tellings(function):
                kind = self.argument(call, "kind")
                if isinstance(kind, ast.Name) and kind.id in function.names and function.node.name not in SINKS:
                    self.wrappers[function.node.name] = (function, kind.id)
        return len(self.wrappers) > before

    def tellings(self, function: Function) -> Iterator[ast.Call]:
        for node in ast.walk(function.node):
            if isinstance(node, ast.Call) and (called(node) in SINKS or self._is_wrapper(function, called(node))):
                yield node

    def _is_wrapper(self, function: Function, name: str) -> bool:
        if name not in self.wrappers:
            return False
        home = self.wrappers[name][0].module
        same = [f for f in self.functions if f.node.name == name and f.module == function.module]
        return home == function.module or not same

    def argument(self, call: ast.Call, which: str) -> ast.expr | None:
        name = called(call)
        if name in SINKS:
            wanted = SINKS[name][0] if which == "kind" else SINKS[name][1]
            return next((word.value for word in call.keywords if word.arg == wanted), None)
        function, parameter = self.wrappers[name]
        if which != "kind":
            return None
        named = next((word.value for word in call.keywords if word.arg == parameter), None)
        places = [arg.arg for arg in (*function.node.args.posonlyargs, *function.node.args.args)]
        if named is None and parameter in places and places.index(parameter) < len(call.args):
            return call.args[places.index(parameter)]
        return self.usual(function, parameter) if named is None else named

    def usual(self, function: Function, parameter: str) -> ast.expr | None:
        """Give what a wrapper tells when its caller names nothing."""
        said = function.node.args
        usual = zip((arg.arg for arg in said.kwonlyargs), said.kw_defaults, strict=True)
        return next((value for name, value in usual if name == parameter), None)

    def sent(self) -> Iterator[Sent]:
        for function in self.functions:
            if function.node.name in SINKS:
                continue
            for call in self.tellings(function):
                where = f"{function.module}:{call.lineno}"
                kind = self.argument(call, "kind")
                if isinstance(kind, ast.Name) and kind.id in function.names:
                    continue  # a wrapper: its callers say which
                for text in self.texts(function, kind):
                    yield Sent(where, text, self.params(function, call))

    def params(self, function: Function, call: ast.Call) -> frozenset[str] | None:
        """Read off what is told: by the call itself, or by the wrapper it goes through and what it adds."""
        if called(call) in SINKS:
            return self.keys(function, self.argument(call, "params"))
        wrapper, _ = self.wrappers[called(call)]
        inner = [self.params(wrapper, each) for each in self.tellings(wrapper)]
        added = [self.keys(function, word) for word in (*call.args, *(k.value for k in call.keywords))]
        known = [keys for keys in (*inner, *added) if keys is not None]
        return frozenset[str]().union(*known) if known else None

    def texts(self, function: Function, node: ast.expr | None) -> list[str]:
        """Read off what an expression may be; a part that is not known stands as a star."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.IfExp):
            return [*self.texts(function, node.body), *self.texts(function, node.orelse)]
        if isinstance(node, ast.JoinedStr):
            return ["".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)]
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            table = self.constants.get((function.module, node.value.id))
            return [t for value in getattr(table, "values", []) for t in self.texts(function, value)] or ["*"]
        if isinstance(node, ast.Name):
            given = [
                line.value
                for line in ast.walk(function.node)
                if isinstance(line, ast.Assign)
                and isinstance(line.targets[0], ast.Name)
                and line.targets[0].id == node.id
            ]
            constant = self.constants.get((function.module, node.id))
            found = [t for value in [*given, *([constant] if constant else [])] for t in self.texts(function, value)]
            return found or ["*"]
        return ["*"]

    def keys(self, function: Function, node: ast.expr | None) -> frozenset[str] | None:
        if isinstance(node, ast.Call) and called(node) in ("dumps", "dict") and node.args:
            return self.keys(function, node.args[0])
        if isinstance(node, ast.Call):
            made = [f for f in self.functions if f.module == function.module and f.node.name == called(node)]
            returns = [r.value for f in made for r in ast.walk(f.node) if isinstance(r, ast.Return)]
            return self.keys(made[0], returns[0]) if len(returns) == 1 else None
        if isinstance(node, ast.Name):
            given = [
                line.value
                for line in ast.walk(function.node)
                if isinstance(line, ast.Assign)
                and isinstance(line.targets[0], ast.Name)
                and line.targets[0].id == node.id
            ]
            return self.keys(function, given[0]) if len(given) == 1 else None
        if isinstance(node, ast.Dict) and all(key is None or isinstance(key, ast.Constant) for key in node.keys):
            return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
        return None


@pytest.fixture(scope="module")
def told() -> list[Sent]:
    return list(Program().sent())


def fits(kind: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", r"[a-z-]+"), kind) is not None


def test_the_reader_finds_the_places(told: list[Sent]) -> None:
    """A control: a reader that finds nothing would pass everything below."""
    kinds = {sent.kind for sent in told}
    assert {"password-changed", "role-granted", "wish-review-soon", "pledge-confirmed"} <= kinds
    assert len(told) > 20


def test_every_kind_that_is_told_has_words(told: list[Sent]) -> None:
    silent = [f"{sent.where}: {sent.kind}" for sent in told if not any(fits(kind, sent.kind) for kind in all_notices())]
    assert silent == []


def test_no_kind_is_left_open(told: list[Sent]) -> None:
    assert [sent.where for sent in told if sent.kind == "*"] == []


def test_no_words_wait_for_a_kind_nobody_tells(told: list[Sent]) -> None:
    assert [kind for kind in all_notices() if not any(fits(kind, sent.kind) for sent in told)] == []


def test_every_word_a_notice_needs_is_told(told: list[Sent]) -> None:
    missing, exact = [], {sent.kind for sent in told}
    for sent in told:
        for kind, words in all_notices().items():
            is_said_elsewhere = kind in exact and kind != sent.kind
            if sent.params is None or is_said_elsewhere or not fits(kind, sent.kind):
                continue
            needed = {name for text in words for name in PLACE.findall(plain(text))}
            needed |= set(PLACE.findall(all_paths().get(kind, "")))
            if not needed <= sent.params:
                missing.append(f"{sent.where}: {kind} needs {sorted(needed - sent.params)}")
    assert missing == []


def plain(lazy: object) -> str:
    """Give a lazy sentence as it was written."""
    return str(lazy._args[0] if lazy._args else lazy)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", [language for language in languages() if language != SOURCE])
def test_every_notice_is_said_in_every_language_with_the_same_places(language: str) -> None:
    catalogue, wrong = merged(language), []
    for kind, words in all_notices().items():
        for text in map(plain, words):
            message = catalogue.get(text)
            said = message.string if message else ""
            if not said or set(PLACE.findall(str(said))) != set(PLACE.findall(text)):
                wrong.append(f"{kind}: {text}")
    assert wrong == []


def test_subjects_are_short_and_on_one_line() -> None:
    for kind, (subject, _) in all_notices().items():
        assert len(plain(subject)) <= 90, kind
        assert "\n" not in plain(subject), kind


@pytest.mark.backends("sqlite")
def test_every_notice_leads_to_a_page_that_is_there(app: Flask, told: list[Sent]) -> None:
    routes = app.url_map.bind("circle.test")
    known: dict[str, set[str]] = defaultdict(set)
    for sent in told:
        for kind in all_notices():
            if fits(kind, sent.kind):
                known[kind] |= sent.params or set()
    gone = []
    for kind in all_notices():
        names = known[kind] | set(PLACE.findall(all_paths().get(kind, "")))
        path = path_of(kind, dict.fromkeys(names, "0" * 13))
        if path and not routes.test(path, method="GET"):
            gone.append(f"{kind}: {path}")
    assert gone == []


def test_every_clock_of_goods_that_reminds_somebody_has_words() -> None:
    clocks = {clock.name for clock in CLOCKS if Kind.GOODS in clock.kinds and clock.state is not None}
    assert {f"due-{name.value}" for name in clocks - SILENT} - {"due-unsettled"} <= all_notices().keys()
