"""Forms of a donor's seat in a circle."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import DISPLAYS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices


class SeatForm(BaseForm):
    """Under which name a seat is taken."""

    display = RadioField(
        _l("How you are named on the board"),
        choices=choices(DISPLAYS),
        default="nickname",
        validators=[InputRequired()],
    )


class AgainForm(BaseForm):
    """Whether a seat goes on for another term."""

    agrees = RadioField(
        _l("Do you keep your seat for another term?"),
        choices=[("yes", _l("Yes, I go on")), ("no", _l("No, I stop when the term is over"))],
        validators=[InputRequired()],
    )
