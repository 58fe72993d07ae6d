from xml.etree import ElementTree

from charity.adapters import qr


def test_the_code_is_small_inline_svg_with_a_label():
    drawn = qr.svg("https://example.org/wishes/abcdefghijklm", label='Link to "this" <wish>')
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Link to "this" <wish>'
    assert "style" not in drawn
    assert len(drawn) < 3000


def test_the_dots_are_a_square_with_its_three_corners():
    dots = qr.dots("https://example.org/p/1")
    assert {len(row) for row in dots} == {len(dots)}
    assert all(dots[0][:7])
    assert all(dots[0][-7:])
    assert all(dots[-1][:7])
