"""The form of a wish for hours."""

from collections.abc import Sequence

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import catalogue, wish_texts
from charity.domain.service import MOST_HOURS, list_subjects
from charity.domain.wishes import BeneficiaryKind
from charity.web.kit.forms import BaseForm
from charity.web.kit.kind_words import MODES, SUBJECTS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.photo_field import PhotoField
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import REASONS

PLEASE = ("", _l("Please choose"))


class ServiceForm(BaseForm):
    """Which hours are asked for, on which days, where, and who is in the room."""

    subject = SelectField(_l("Subject or skill"), validators=[InputRequired()])
    title = StringField(
        _l("Title"),
        description=_l("What is to be done, like “Mathematics for one pupil”. No names, places or numbers to call."),
        validators=[InputRequired(), Length(max=wish_texts.LONGEST_TITLE)],
    )
    details = TextAreaField(
        _l("What a giver must know"),
        description=_l("What has been learnt already, which tools are there. Nothing that tells who or where it is."),
        validators=[Optional(), Length(max=wish_texts.LONGEST_DETAILS)],
    )
    reason_code = SelectField(_l("Reason"), validators=[InputRequired()])
    wanted = IntegerField(_l("Hours wanted"), validators=[InputRequired(), NumberRange(1, MOST_HOURS)], default=4)
    mode = RadioField(
        _l("On site or remotely"), choices=as_choices(MODES), validators=[InputRequired()], default="on-site"
    )
    first_on = DateField(_l("From"), validators=[InputRequired()])
    last_on = DateField(_l("Until"), validators=[InputRequired()])
    point_ref = SelectField(_l("Where they meet"), validators=[InputRequired()])
    second_adult = StringField(_l("Second adult in the room"), validators=[Optional(), Length(max=40)])
    photo = PhotoField(_l("Picture"), description=_l("Of a thing or a room, never a person. At most 12 MB."))

    def offer(self, kind: BeneficiaryKind, points: Sequence[tuple[str, str]]) -> None:
        """Offer what this beneficiary may ask for, and where hours may be given."""
        self.subject.choices = [PLEASE, *as_choices({code: SUBJECTS[code] for code in list_subjects(kind)})]
        codes = [code for code, who in catalogue.REASONS.items() if kind in who]
        self.reason_code.choices = [PLEASE, *as_choices({code: REASONS[code] for code in codes})]
        self.point_ref.choices = [PLEASE, *points]
