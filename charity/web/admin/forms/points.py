"""Form of a service point."""

from collections.abc import Sequence

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import POINT_KINDS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices


class PointForm(BaseForm):
    """Where parcels go, and who keeps them."""

    kind = SelectField(_l("Kind of point"), choices=as_choices(POINT_KINDS), validators=[InputRequired()])
    name = StringField(_l("Name of the point"), validators=[InputRequired(), Length(max=60)])
    recipient = StringField(
        _l("Recipient on parcels"),
        description=_l("The name couriers look for; it need not be the keeper's own."),
        validators=[InputRequired(), Length(max=40)],
    )
    address = StringField(_l("Postal address"), validators=[InputRequired(), Length(max=120)])
    phone = StringField(_l("Phone for couriers"), validators=[InputRequired(), Length(max=20)])
    postcode = StringField(_l("Postcode"), validators=[Optional(), Length(max=6)])
    hours = StringField(_l("Opening hours"), validators=[Optional(), Length(max=120)])
    keeper_ref = SelectField(_l("Keeper"), validators=[Optional()])
    is_remote = BooleanField(_l("Remote or snowed in: parcels may take longer"))
    pupils = IntegerField(_l("Pupils (school points)"), validators=[Optional(), NumberRange(0, 20_000)], default=0)
    villages_served = IntegerField(
        _l("Villages it serves (school points)"), validators=[Optional(), NumberRange(0, 1_000)], default=0
    )

    def offer(self, keepers: Sequence[tuple[str, str]]) -> None:
        """Offer the volunteers who may keep the point."""
        self.keeper_ref.choices = [("", _l("Nobody yet")), *keepers]
