"""Templates hold no script, no style, no unused import, and no words outside the catalogues."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from charity.adapters.settings import ROOT

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
FILES = sorted((ROOT / "templates").rglob("*.html"))
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
IN_LAYOUT = ("<style>{{ assets.critical|safe }}</style>", '<script src="{{ assets.script }}" defer></script>')
WORDS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
TAG = re.compile(r"<!?/?[a-zA-Z][^>]*>", re.S)
SPOKEN = re.compile(r"\b(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")
# Names, units and codes that are the same in every language.
SAME = frozenset(
    {
        "CSV",
        "JSON",
        "XLSX",
        "nbsp",
        "amp",
        "middot",
        "times",
        "hellip",
        "copy",
        "lt",
        "gt",
        "quot",
        "rarr",
        "larr",
        "ndash",
    }
)


def each_template() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "templates")))


@each_template()
def test_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text("utf-8")
    for allowed in IN_LAYOUT if path.name == "layout.html" else ():
        text = text.replace(allowed, "")
    assert not re.search(r"<script|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text), path


@each_template()
def test_nothing_from_another_host(path: Path) -> None:
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", path.read_text("utf-8"))


@each_template()
def test_no_unused_import(path: Path) -> None:
    tree = ENVIRONMENT.parse(path.read_text("utf-8"))
    given = {
        name if isinstance(name, str) else name[1] for node in tree.find_all(nodes.FromImport) for name in node.names
    }
    given |= {node.target for node in tree.find_all(nodes.Import)}
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert not given - used


@each_template()
def test_no_words_outside_the_catalogues(path: Path) -> None:
    tokens = ENVIRONMENT.lex(path.read_text("utf-8"))
    text, inside = "", False
    for _, kind, value in tokens:
        inside = (inside or kind.endswith("_begin")) and not kind.endswith("_end")
        text += value if kind == "data" else ("" if inside else "0")
    spoken = [*SPOKEN.findall(text), TAG.sub(" ", text)]
    left = {word for part in spoken for word in WORDS.findall(part)} - SAME
    assert not left, f"{path}: {sorted(left)}"


@each_template()
def test_short_enough(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 200


STYLED = set(re.findall(r"\.([a-zA-Z][\w-]*)", "".join(path.read_text("utf-8") for path in SHEETS)))
# Names that mark a thing for readers of the page's source only.
UNSTYLED = frozenset({"beside", "more"})


@each_template()
def test_every_class_is_styled(path: Path) -> None:
    given = re.findall(r'class="([^"]*)"', path.read_text("utf-8"))
    names = {name for text in given for name in re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text).split()}
    assert not {name for name in names if not name.endswith("-")} - STYLED - UNSTYLED
