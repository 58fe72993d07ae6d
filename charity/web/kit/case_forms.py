"""The form by which any party says that something is wrong with a pledge."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from charity.domain.pledges import NOT_BACK
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import DISPUTE_REASONS, NOT_BACK_REASONS, choices


class DisputeForm(BaseForm):
    """What is wrong."""

    reason = RadioField(_l("What is wrong?"), choices=choices(DISPUTE_REASONS), validators=[InputRequired()])
    words = TextAreaField(
        _l("In your own words"),
        validators=[Optional(), Length(max=2000)],
        description=_l("Only the auditor reads this; the book keeps a digest."),
    )


class NotBackForm(DisputeForm):
    """That money said to have been sent back never came."""

    reason = RadioField(
        _l("What is wrong?"), choices=choices(NOT_BACK_REASONS), default=NOT_BACK, validators=[InputRequired()]
    )


class AppealForm(BaseForm):
    """Why a ruling should be looked at again."""

    grounds = TextAreaField(_l("Why the ruling is wrong"), validators=[InputRequired(), Length(max=2000)])
