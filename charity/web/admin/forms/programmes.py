"""Form of a programme."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.basis_words import DOCUMENT_KINDS
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


class DocumentForm(BaseForm):
    """A document of a programme's legal basis."""

    kind = SelectField(_l("Which document"), choices=as_choices(DOCUMENT_KINDS), validators=[InputRequired()])
    number = StringField(_l("Its number"), validators=[InputRequired(), Length(max=80)])
    issued_by = StringField(_l("Issued by"), validators=[InputRequired(), Length(max=120)])
    valid_until = DateField(_l("Valid until"), validators=[Optional()])


class CopyForm(BaseForm):
    """A copy of a document: a PDF or a photographed page."""

    file = FileField(
        _l("PDF or photo of a page"),
        validators=[FileRequired()],
        description=_l("At most 10 megabytes. Kept sealed, outside the public pages."),
        render_kw={"accept": "application/pdf,image/*"},
    )
    instead_of = SelectField(_l("More, or instead of another"), validators=[Optional()], validate_choice=False)

    def offer(self, copies: Sequence[tuple[str, str]]) -> None:
        """Offer the copies that this one may take the place of."""
        instead = [(ref, _("Instead of %(copy)s", copy=name)) for ref, name in copies]
        self.instead_of.choices = [("", _l("One more page or copy")), *instead]
