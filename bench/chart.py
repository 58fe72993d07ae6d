"""A chart of a few panels as SVG: words for those who cannot see it, readable on light and dark paper."""

import math
from html import escape

Series = dict[str, list[tuple[int, float]]]
Panel = tuple[str, float, Series]

WIDTH, HEIGHT, GAP, TOP, LEFT = 360, 230, 24, 84, 44
COLUMNS = 2
STYLES = (("one", "", "circle"), ("two", "6 4", "square"))
STYLE = """
 text { font: 13px system-ui, sans-serif; fill: #1d2a30 }
 .title { font-size: 17px; font-weight: 600 } .head { font-weight: 600 } .quiet { fill: #4c5a61 }
 .paper { fill: #ffffff } .axis { stroke: #6b7a82; stroke-width: 1 } .goal { stroke: #a6531b; stroke-dasharray: 2 3 }
 .goal-word { fill: #8a4314 } .one { stroke: #0b6b74; fill: none } .two { stroke: #6a3d9a; fill: none }
 .one.mark { fill: #0b6b74 } .two.mark { fill: #6a3d9a } .line { stroke-width: 2 }
 @media (prefers-color-scheme: dark) {
  text { fill: #e8edef } .quiet { fill: #b4c0c6 } .paper { fill: #14191c } .axis { stroke: #8a979e }
  .goal { stroke: #e0a070 } .goal-word { fill: #e8b48c } .one { stroke: #5cc4cd } .two { stroke: #c3a3e8 }
  .one.mark { fill: #5cc4cd } .two.mark { fill: #c3a3e8 }
 }
"""


def draw(title: str, told: str, panels: list[Panel]) -> str:
    """Draw panels of lines over a logarithmic axis, each with its goal; the description says every figure."""
    rows = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * WIDTH + GAP, TOP + rows * (HEIGHT + GAP) + 8
    said = f"{told} " + " ".join(_said(panel) for panel in panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(said)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        f'<text class="quiet" x="16" y="48">{escape(told)}</text>',
        *_legend(list(panels[0][2])),
    ]
    top = max([2.5, *(value for _title, goal, series in panels for value in (goal, *_values(series)))]) * 1.04
    for number, panel in enumerate(panels):
        x = (number % COLUMNS) * WIDTH + LEFT
        y = TOP + (number // COLUMNS) * (HEIGHT + GAP)
        parts += _panel(panel, x, y, top)
    return "\n".join([*parts, "</svg>", ""])


def _values(series: Series) -> list[float]:
    return [value for line in series.values() for _rows, value in line]


def _said(panel: Panel) -> str:
    title, goal, series = panel
    lines = "; ".join(
        f"{name}: " + ", ".join(f"{rows:,} rows {value:.2f}" for rows, value in line)
        for name, line in series.items()
        if line
    )
    return f"{title} (goal at most {goal:g}): {lines or 'not measured'}."


def _legend(names: list[str]) -> list[str]:
    parts: list[str] = []
    for number, name in enumerate(names):
        at = 30 + number * 150
        parts += [*_line([(at - 14, 66), (at + 14, 66)], STYLES[number]), f'<text x="{at + 22}" y="70">{name}</text>']
    return parts


def _panel(panel: Panel, x: int, y: int, top: float) -> list[str]:
    title, goal, series = panel
    wide, high = WIDTH - LEFT - 34, HEIGHT - 62
    sizes = sorted({rows for line in series.values() for rows, _value in line})
    least, most = (math.log10(sizes[0]), math.log10(sizes[-1])) if sizes else (0.0, 1.0)

    def place(rows: int, value: float) -> tuple[int, int]:
        along = (math.log10(rows) - least) / (most - least) if most > least else 0.5
        return round(x + along * wide), round(y + 30 + high - value / top * high)

    foot = y + 30 + high
    parts = [
        f'<text class="head" x="{x}" y="{y + 16}">{escape(title)}</text>',
        f'<line class="axis" x1="{x}" x2="{x + wide}" y1="{foot}" y2="{foot}"/>',
    ]
    for value in range(int(top) + 1):
        at = place(sizes[0] if sizes else 1, value)[1]
        parts.append(f'<text class="quiet" text-anchor="end" x="{x - 8}" y="{at + 4}">{value}</text>')
    at = place(sizes[0] if sizes else 1, goal)[1]
    parts += [
        f'<line class="goal" x1="{x}" x2="{x + wide}" y1="{at}" y2="{at}"/>',
        f'<text class="goal-word" x="{x + 40}" y="{at - 5}">goal: at most {goal:g}</text>',
    ]
    for rows in sizes:
        words = f"{rows // 1_000_000} M" if rows >= 1_000_000 else f"{rows // 1_000} k"
        parts.append(f'<text class="quiet" text-anchor="middle" x="{place(rows, 0)[0]}" y="{foot + 18}">{words}</text>')
    for number, line in enumerate(series.values()):
        parts += _line([place(rows, value) for rows, value in line], STYLES[number])
    return parts


def _line(points: list[tuple[int, int]], style: tuple[str, str, str]) -> list[str]:
    name, dash, mark = style
    if not points:
        return []
    way = " ".join(f"{x},{y}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    parts = [f'<polyline class="line {name}" points="{way}"{dashed}/>']
    for x, y in points:
        if mark == "circle":
            parts.append(f'<circle class="{name} mark" cx="{x}" cy="{y}" r="4"/>')
        else:
            parts.append(f'<rect class="{name} mark" x="{x - 4}" y="{y - 4}" width="8" height="8"/>')
    return parts
