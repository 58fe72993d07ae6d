"""Forms of an organisation's officers about money that reaches it."""

from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import RETURN_REASONS, choices
from charity.web.kit.register import PAY_PURPOSES

MOST_UNITS = 100_000
BACK_REASONS = {code: RETURN_REASONS[code] for code in ("refused", "other")}


class ArriveForm(BaseForm):
    """How many shares have come."""

    units = IntegerField(
        _l("How many shares have arrived"),
        validators=[InputRequired(), NumberRange(min=1, max=MOST_UNITS)],
        render_kw={"inputmode": "numeric", "min": "1"},
    )


class PayForm(BaseForm):
    """By which document the money was paid."""

    document = StringField(
        _l("Number of the bank's payment document"),
        description=_l("Kept sealed; the public book holds a digest of it only."),
        validators=[InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class OpenPayeeForm(BaseForm):
    """Why a family's account is opened."""

    purpose = RadioField(_l("Why do you open it?"), choices=choices(PAY_PURPOSES), validators=[InputRequired()])


class ReturnForm(BaseForm):
    """Why the money goes back, and by which document."""

    reason = RadioField(_l("Why"), choices=choices(BACK_REASONS), validators=[InputRequired()])
    document = StringField(
        _l("Number of the bank's document of the refund"),
        id="refund",  # the payment's form stands on the same page
        description=_l("Its donor sees it, to find the refund. The public book holds a digest of it only."),
        validators=[InputRequired(), Length(max=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
