"""Forms of circles that several roles fill in alike: a letter, and the day on which it was brought."""

from datetime import date

from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.adapters import clock
from charity.domain.calendar import day_of
from charity.domain.circles import LONGEST_LETTER
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l


class LetterForm(BaseForm):
    """A letter in a circle."""

    text = TextAreaField(
        _l("Your letter"),
        description=_l(
            "No names, places, numbers, accounts or addresses, and nothing about money: a reviewer reads it."
        ),
        validators=[InputRequired(), Length(max=LONGEST_LETTER)],
        render_kw={"rows": "8"},
    )


class BroughtForm(BaseForm):
    """The day on which a letter was brought to the family."""

    day = DateField(_l("Brought to the family on"), default=lambda: day_of(clock.now()), validators=[InputRequired()])

    def on(self) -> date:
        """Give the day that was filled in."""
        if self.day.data is None:
            raise ValueError("no day")
        found: date = self.day.data
        return found
