"""Forms of a county's list: the file, and what its columns are."""

from collections.abc import Sequence
from typing import cast

from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import Optional

from charity.adapters.county_sheets import Sheet, cell_name
from charity.domain.households import Category
from charity.domain.list_columns import Column
from charity.queries.county_lists import Heading
from charity.web.kit.forms import BaseForm
from charity.web.kit.import_words import import_word
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import CATEGORIES


class ImportForm(BaseForm):
    """A list of a county's families."""

    file = FileField(
        _l("The list (XLSX or CSV)"),
        description=_l(
            "Up to 100,000 rows and 24 MB, in UTF-8 or GB18030. Titles above, headings of several rows, merged cells "
            "are understood. One row for each member, or one for each household; no formulas."
        ),
        validators=[FileRequired()],
        render_kw={"accept": ".csv,.xlsx"},
    )

    def sheet(self) -> Sheet:
        """Open the file; Invalid says what is wrong with it as a whole."""
        return Sheet(self.file.data.read())


class ColumnsForm(BaseForm):
    """What each column of a list is; its fields are made for the list, one for each column."""

    category = SelectField(_l("Category where no cell tells one"), validators=[Optional()])

    def columns(self) -> tuple[Column | None, ...]:
        """Give what was chosen, in the order of the columns."""
        chosen = [str(field.data or "") for field in self if field.name.startswith("column_")]
        return tuple(Column(code) if code else None for code in chosen)

    def meant(self) -> Category | None:
        """Give the category that is meant where no cell tells one."""
        return Category(str(self.category.data)) if self.category.data else None


def columns_form(headings: Sequence[Heading], category: str) -> ColumnsForm:
    """Make the form for the columns of one list, filled in with what they seem to be."""
    choices = [("", _("not taken over")), *((code.value, str(import_word("column", code.value))) for code in Column)]
    fields = {
        f"column_{place}": SelectField(
            _("Column %(letter)s: %(heading)s", letter=cell_name(place, 1)[:-1], heading=heading.name or "–"),
            choices=list(choices),
            default=heading.column.value if heading.column else "",
        )
        for place, heading in enumerate(headings)
    }
    made = cast(type[ColumnsForm], type("ColumnsForm", (ColumnsForm,), fields))
    form = made(data={"category": category})
    form.category.choices = [("", "–"), *((one.value, str(CATEGORIES[one.value])) for one in Category)]
    return form
