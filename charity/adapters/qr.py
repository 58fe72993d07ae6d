"""QR codes, drawn here: as inline SVG for pages, as rows of dots for print."""

from html import escape
from io import BytesIO

import segno


def svg(text: str, *, label: str, size: int = 4) -> str:
    """Draw a text as inline SVG, with a label for those who do not see it.

    It is dark on white on a dark page too: many cameras do not read it the other way round.
    """
    out = BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, nl=False, scale=size,
        svgclass="qr", lineclass="", dark="#000", light="#fff",
    )  # fmt: skip
    drawn = out.getvalue().decode()
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)


def dots(text: str) -> list[list[bool]]:
    """Give the code as rows of dots (True is dark), without the quiet zone."""
    return [[bool(cell) for cell in row] for row in segno.make_qr(text, error="m").matrix]
