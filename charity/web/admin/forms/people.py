"""Forms of the people's desk."""

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from charity.domain.actors import Role
from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import ROLES
from charity.web.kit.lazy import lazy as _l

GRANTED = (Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR, Role.ORGANISATION)


class GrantForm(BaseForm):
    """Who gets which role until when; the place is chosen step by step in the address."""

    login = StringField(
        _l("E-mail address or phone number of the person"),
        validators=[DataRequired(), Length(max=254)],
        description=_l("The person must have signed up and proved this address."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = SelectField(_l("Role"), choices=lambda: [(role.value, str(ROLES[role.value])) for role in GRANTED])
    until = DateField(_l("Last day of the term"), validators=[DataRequired()])


class SecondedForm(BaseForm):
    """Why an act is asked for that two people carry out; needed when it is asked for, not when it was agreed to."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[Optional(), Length(max=500)],
        description=_l("The second person reads it and decides by it. Do not write names or numbers of families."),
    )
