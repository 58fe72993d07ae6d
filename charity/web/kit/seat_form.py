"""The form with which a seat is taken, in one circle or in any of a programme."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import DISPLAYS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices


class SeatForm(BaseForm):
    """Under which name a seat is taken."""

    display = RadioField(
        _l("How you are named on the board and in the room of the circle"),
        choices=choices(DISPLAYS),
        default="nickname",
        validators=[InputRequired()],
    )
