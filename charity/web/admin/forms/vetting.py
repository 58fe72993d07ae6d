"""Form of a record of vetting."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from charity.domain.service import Proof
from charity.web.kit.forms import BaseForm
from charity.web.kit.kind_words import PROOFS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices


class VettingForm(BaseForm):
    """Who was vetted, under which real name, on what it rests, until when."""

    login = StringField(
        _l("E-mail address or phone number of the person"),
        validators=[DataRequired(), Length(max=254)],
        description=_l("It must be proved. Of an organisation: the number of its account."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    real_name = StringField(_l("Real name, as on the identity card"), validators=[DataRequired(), Length(max=40)])
    proof = SelectField(
        _l("What was checked"), choices=as_choices({proof.value: PROOFS[proof.value] for proof in Proof})
    )
    until = DateField(_l("Valid until (at most a year)"), validators=[DataRequired()])
