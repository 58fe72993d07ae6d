"""Forms of circles that several roles fill in alike: a letter, and the day on which it was brought."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

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
