"""Forms of the township for circles: why one is turned down, why a letter goes back."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.circle_words import LETTER_REASONS, REJECT_REASONS
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices


class RejectForm(BaseForm):
    """Why a proposed circle is turned down."""

    reason = RadioField(_l("Why"), choices=choices(REJECT_REASONS), validators=[InputRequired()])


class SendBackForm(BaseForm):
    """Why a letter goes back to its writer."""

    reason = RadioField(_l("Why"), choices=choices(LETTER_REASONS), validators=[InputRequired()])
