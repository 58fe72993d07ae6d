"""Forms of a donor's pledges."""

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import DISPLAYS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import COURIER_NAMES, METHODS, choices

MOST_UNITS = 100_000


class ClaimForm(BaseForm):
    """How many units, and under which name."""

    units = IntegerField(
        _l("How many units"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_UNITS)],
        render_kw={"inputmode": "numeric", "min": "1"},
    )
    display = RadioField(
        _l("How you are named on the board"),
        choices=choices(DISPLAYS),
        default="nickname",
        validators=[InputRequired()],
        description=_l("An anonymous gift counts in totals only, never in your row."),
    )

    def offer(self, free: int, usual: int) -> None:
        """Begin with what the donor usually gives, at most what is free now; the claim itself judges at last."""
        self.units.flags.max = most = max(1, free)
        if not self.is_submitted():
            self.units.data = min(usual, most)


class QueueForm(BaseForm):
    """For how many units to wait."""

    units = IntegerField(
        _l("How many units"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_UNITS)],
        render_kw={"inputmode": "numeric", "min": "1"},
    )


class AcceptForm(BaseForm):
    """Under which name an offer is taken."""

    display = RadioField(
        _l("How you are named on the board"),
        choices=choices(DISPLAYS),
        default="nickname",
        validators=[InputRequired()],
    )


class PlanForm(BaseForm):
    """How the goods will travel."""

    method = RadioField(
        _l("How will it get there?"), choices=choices(METHODS), default="shop", validators=[InputRequired()]
    )
    made_to_order = BooleanField(_l("It is made to order (30 days instead of 14, without extension)"))


class SendForm(BaseForm):
    """One parcel's numbers."""

    courier = SelectField(_l("Courier"), choices=choices(COURIER_NAMES, please=True), validators=[InputRequired()])
    tracking = StringField(
        _l("Tracking number"),
        validators=[InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    shop_order = StringField(
        _l("Shop order number"), validators=[Optional(), Length(max=40)], render_kw={"autocomplete": "off"}
    )
