"""Dense tables on a narrow page: each cell learns what stands over its column, so that rows can be read one by one."""

import re
from collections.abc import Iterable
from typing import cast

from flask import Flask
from markupsafe import Markup, escape

# Cells are written by our own templates; what people have typed stands in them escaped and holds no tag.
_OPENING = re.compile(r"<(tr|td|th)(?=[ >])")


def init_tables(app: Flask) -> None:
    """Give the filter to the templates."""
    cast(dict[str, object], app.jinja_env.filters)["labelled"] = labelled


def labelled(rows: Markup, headings: Iterable[object]) -> Markup:
    """Name in each cell of a table's rows the heading of its column; the first cell names its row and needs none."""
    names = [escape(heading) for heading in headings]
    column = -1

    def name(found: re.Match[str]) -> str:
        nonlocal column
        column = -1 if found[1] == "tr" else column + 1
        return f'{found[0]} data-label="{names[column]}"' if 0 < column < len(names) else found[0]

    return Markup(_OPENING.sub(name, rows))
