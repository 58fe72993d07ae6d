"""Form of a list of families: the file, and the terms and the promise that all its circles share."""

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from charity.adapters.workbooks import read_table
from charity.domain.circles import FEWEST_SEATS, MOST_SEATS
from charity.domain.openings import MOST_BYTES, MOST_ROWS, PROGRAMME_SEATS, Column, ListRow, find_columns
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.promise_form import PromiseForm

LONGEST_CELL = 60


class ListForm(PromiseForm):
    """A list of families with what each seat of their circles promises."""

    file = FileField(
        _l("The list (CSV or XLSX)"),
        description=_l(
            "One row for each household, up to 5,000: a column “household” with the number of the household or of its "
            "printed card; if you like, a column “service point”, else the nearest is taken."
        ),
        validators=[FileRequired()],
        render_kw={"accept": ".csv,.xlsx"},
    )
    target = IntegerField(
        _l("How many donors"),
        default=PROGRAMME_SEATS,
        validators=[InputRequired(), NumberRange(FEWEST_SEATS, MOST_SEATS)],
    )

    def rows(self) -> tuple[ListRow, ...]:
        """Read the rows of the file; Invalid says what is wrong with it as a whole."""
        table = read_table(self.file.data.read(), most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
        columns = find_columns(table[0].cells) if table else {Column.HOUSEHOLD: ""}
        household, point = columns[Column.HOUSEHOLD], columns.get(Column.POINT, "")
        return tuple(
            ListRow(row.number, row.cells[household].lower()[:LONGEST_CELL], row.cells.get(point, "")[:LONGEST_CELL])
            for row in table
        )
