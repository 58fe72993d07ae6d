"""The form for concerns."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import CONCERN_REASONS, choices


class ConcernForm(BaseForm):
    """What worries somebody."""

    reason = RadioField(_l("What is it about?"), choices=choices(CONCERN_REASONS), validators=[InputRequired()])
    words = TextAreaField(
        _l("What did you see?"),
        validators=[InputRequired(), Length(max=2000)],
        description=_l("Only auditors read this. The public book keeps a digest."),
    )
    reply = StringField(
        _l("How we may reach you"),
        validators=[Optional(), Length(max=200)],
        description=_l("You need not say who you are."),
    )
    where = StringField(
        _l("Address of the page it is about"),
        validators=[Optional(), Length(max=300)],
        description=_l("Copy it from your browser, so that what hurts can be hidden at once. You may leave it empty."),
    )
    page = HiddenField(validators=[Optional(), Length(max=200)])
