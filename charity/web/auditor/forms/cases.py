"""Forms of the auditor's cases."""

from collections.abc import Iterable

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import RULINGS, TAKE_DOWNS


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


class TakeDownForm(BaseForm):
    """How much goes out of sight."""

    scope = RadioField(_l("What goes out of sight"), choices=[], validators=[InputRequired()])

    def offer(self, *, thing: str, has_photo: bool) -> None:
        """Offer what there is."""
        offered = [("photo", TAKE_DOWNS["photo"])] if has_photo else []
        offered += [("thing", TAKE_DOWNS[thing])]
        if thing in {"wish", "circle"}:
            offered += [("everything", TAKE_DOWNS["everything"])]
        self.scope.choices = offered  # pyright: ignore[reportAttributeAccessIssue]


class BringBackForm(BaseForm):
    """Why something comes back into sight."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(), Length(max=500)],
        description=_l("Kept with the case. No names, no addresses."),
    )
