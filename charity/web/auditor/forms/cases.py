"""Forms of the auditor's cases."""

from collections.abc import Iterable

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import RULINGS


class RuleForm(BaseForm):
    """A ruling and its grounds."""

    ruling = RadioField(_l("Ruling"), choices=[], validators=[InputRequired()])
    grounds = TextAreaField(
        _l("Grounds"),
        validators=[InputRequired(), Length(max=600)],
        description=_l("The parties read this. No names, no addresses."),
    )

    def offer(self, rulings: Iterable[str]) -> None:
        """Offer the rulings that are possible now."""
        self.ruling.choices = [(code, RULINGS[code]) for code in rulings]  # pyright: ignore[reportAttributeAccessIssue]
