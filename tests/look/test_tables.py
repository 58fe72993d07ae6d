"""Dense tables name in each cell the heading of its column, so that a phone can show them row by row."""

from markupsafe import Markup, escape

from charity.web.kit.tables import labelled

HEADINGS = ["Wish", "State", "Who said “3 < 4”"]


def test_every_cell_but_the_first_carries_its_heading() -> None:
    row = Markup('<tr class="me"><th scope="row">coat</th><td class="num">open</td><td>bo</td></tr>')
    told = labelled(row + row, HEADINGS)
    assert told.count('<th scope="row">coat</th>') == 2
    assert told.count('<td data-label="State" class="num">open</td>') == 2
    assert told.count(f'<td data-label="{escape(HEADINGS[2])}">bo</td>') == 2


def test_more_cells_than_headings_stay_as_they_are() -> None:
    assert labelled(Markup("<tr><td>1<td>2<td>3"), ["a", "b"]) == '<tr><td>1<td data-label="b">2<td>3'


def test_what_people_typed_is_no_cell() -> None:
    typed = escape("<td>mine")
    row = Markup("<tr><td>coat</td><td>{}</td></tr>").format(typed)
    assert labelled(row, HEADINGS) == Markup('<tr><td>coat</td><td data-label="State">&lt;td&gt;mine</td></tr>')
