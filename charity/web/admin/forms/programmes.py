"""Form of a programme."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import KINDS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices


class ProgrammeForm(BaseForm):
    """A campaign with its legal basis."""

    code = StringField(
        _l("Short code"),
        description=_l("Capital letters, digits and hyphens, like WINTER-2026."),
        validators=[InputRequired(), Length(max=24)],
    )
    name = StringField(_l("Name"), validators=[InputRequired(), Length(max=80)])
    region = SelectField(_l("Region"), validators=[InputRequired()])
    kind = SelectField(_l("Kind"), choices=as_choices(KINDS), validators=[InputRequired()])
    starts_on = DateField(_l("First day"), validators=[InputRequired()])
    ends_on = DateField(_l("Last day"), validators=[Optional()])
    budget = StringField(_l("Budget in yuan"), validators=[Optional(), Length(max=14)])
    body = StringField(_l("Responsible body"), validators=[InputRequired(), Length(max=120)])
    certificate = StringField(_l("Fundraising certificate"), validators=[Optional(), Length(max=60)])
    filing = StringField(_l("Filing number"), validators=[Optional(), Length(max=60)])
    platform_url = StringField(_l("Link to the designated platform"), validators=[Optional(), Length(max=200)])
    contact = StringField(_l("Contact"), validators=[InputRequired(), Length(max=120)])

    def offer(self, regions: Sequence[tuple[str, str]]) -> None:
        """Offer the regions a programme may cover."""
        self.region.choices = list(regions)


DOCUMENT_KINDS = (
    ("certificate", _l("Public-fundraising certificate")),
    ("filing", _l("Filing of the campaign")),
    ("platform", _l("Agreement with the platform")),
    ("approval", _l("Approval of an authority")),
)


class DocumentForm(BaseForm):
    """A document of a programme's legal basis."""

    kind = SelectField(_l("Which document"), choices=list(DOCUMENT_KINDS), validators=[InputRequired()])
    number = StringField(_l("Its number"), validators=[InputRequired(), Length(max=80)])
    issued_by = StringField(_l("Issued by"), validators=[InputRequired(), Length(max=120)])
    valid_until = DateField(_l("Valid until"), validators=[Optional()])
