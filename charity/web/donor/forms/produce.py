"""Forms of a buyer of produce."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import RETURN_REASONS, choices

REASONS = ("damaged", "wrong-item", "other")


class ReserveForm(BaseForm):
    """Where it is shipped to."""

    recipient = StringField(
        _l("Recipient"), validators=[InputRequired(), Length(max=40)], render_kw={"autocomplete": "name"}
    )
    phone = StringField(
        _l("Phone"), validators=[InputRequired(), Length(max=20)], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
    address = TextAreaField(
        _l("Postal address"),
        validators=[InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "street-address", "rows": "2"},
    )


class BackForm(BaseForm):
    """Why it goes back."""

    reason = RadioField(
        _l("Why does it go back?"),
        choices=choices({code: RETURN_REASONS[code] for code in REASONS}),
        validators=[InputRequired()],
    )
