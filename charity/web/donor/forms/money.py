"""The form by which a donor says what became of money nobody has accounted for."""

from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.domain.payees import LONGEST_RECEIPT
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.organisation_words import SENT
from charity.web.kit.pledge_words import choices


class SaidForm(BaseForm):
    """Sent or not; if sent, when and by which receipt."""

    was_sent = RadioField(_l("What became of the money?"), choices=choices(SENT), validators=[InputRequired()])
    sent_on = DateField(_l("Day of the transfer"), validators=[Optional()])
    receipt = StringField(
        _l("Number or text of your bank's receipt"),
        description=_l("Only the auditor reads it; the public book keeps a digest. Never a password or a code."),
        validators=[Optional(), Length(max=LONGEST_RECEIPT)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
