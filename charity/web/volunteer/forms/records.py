"""Forms of what is recorded of a family: its people, dated facts, and what they allow."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileRequired
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from charity.adapters.clock import now
from charity.domain import calendar
from charity.domain.errors import Invalid
from charity.domain.households import FactKey, FactType
from charity.domain.identity import parse_birth
from charity.web.kit.bulk import ChosenForm
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.photo_field import PhotoField
from charity.web.kit.register import CONSENT_PURPOSES, GIVEN_BY, RELATIONS, SEXES, as_choices, fact_choices
from charity.web.kit.sentences import sentence
from charity.web.volunteer.forms.households import NOT_SAID, PRIVATE, options

People = Sequence[tuple[str, str]]


class BirthField(DateField):
    """A date of birth; a day that never was, such as 29 February 2015, is refused as such."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say why it is none."""
        typed = " ".join(valuelist).strip()
        self.data = None
        if not typed:
            return
        try:
            self.data = parse_birth(typed, today=calendar.day_of(now()))
        except Invalid as invalid:
            raise ValueError(sentence(invalid.code)) from invalid


class MemberForm(BaseForm):
    """A person of a family."""

    name = StringField(_l("Name"), validators=[InputRequired(), Length(max=40)], render_kw=PRIVATE)
    relation = SelectField(_l("Relation to the head"), choices=options(RELATIONS), validators=[InputRequired()])
    sex = RadioField(_l("Sex"), choices=as_choices(SEXES), validators=[InputRequired()])
    birth = BirthField(_l("Date of birth"), validators=[InputRequired()])
    id_number = StringField(_l("ID number"), validators=[Optional(), Length(max=24)], render_kw=PRIVATE)
    override = StringField(_l("Why this is another person"), validators=[Length(max=200)])


class FactForm(BaseForm):
    """One dated fact; its value is asked by a field of the fact's type."""

    value: Any
    member = SelectField(_l("Person"), validators=[InputRequired()])
    as_of = DateField(_l("True as of"), validators=[InputRequired()])


class ChoiceFactForm(FactForm):
    """A fact with a few possible answers."""

    value = RadioField(_l("Answer"), validators=[InputRequired()])


class NumberFactForm(FactForm):
    """A fact that is a number, or an amount in yuan."""

    value = StringField(_l("Number"), validators=[InputRequired(), Length(max=20)], render_kw={"inputmode": "decimal"})


class TextFactForm(FactForm):
    """A fact in a few words."""

    value = TextAreaField(_l("In a few words"), validators=[InputRequired(), Length(max=300)])


def fact_form(fact: FactKey, people: People) -> FactForm:
    """Make the form that asks for one fact."""
    form = _form_for(fact)
    if fact.of_member:
        form.member.choices = [NOT_SAID, *people]
    else:
        del form.member
    return form


def _form_for(fact: FactKey) -> FactForm:
    if fact.type is FactType.TEXT:
        return TextFactForm()
    if fact.type in {FactType.NUMBER, FactType.FEN}:
        return NumberFactForm()
    form = ChoiceFactForm()
    form.value.choices = fact_choices(fact)
    return form


class ConsentForm(BaseForm):
    """What one person said about some uses of the data."""

    member = SelectField(_l("Person"), validators=[InputRequired()])
    given_by = SelectField(
        _l("Said by"),
        choices=options(GIVEN_BY),
        validators=[InputRequired()],
    )
    giver = SelectField(_l("Which of the family speaks for the child"), validators=[Optional()])
    parent_agreed = BooleanField(_l("A parent's yes for the carer is on record"))
    purposes = CheckboxesField(_l("Uses"), choices=as_choices(CONSENT_PURPOSES), validators=[InputRequired()])
    answer = RadioField(
        _l("Answer"),
        choices=[("yes", _l("Agrees")), ("no", _l("Does not agree, or withdraws"))],
        validators=[InputRequired()],
    )
    child_agrees = RadioField(
        _l("The child's own word (from 8 to 13)"),
        choices=[("", _l("Not asked")), ("yes", _l("Agrees")), ("no", _l("Does not want it"))],
        default="",
        validators=[Optional()],
    )

    def offer(self, people: People) -> None:
        """Offer the people whose data it can be about, and those who may speak for another."""
        self.member.choices = [NOT_SAID, *people]
        self.giver.choices = [("", _l("Nobody of the family, or the person alone")), *people]


class RenewalsForm(ChosenForm):
    """Whose consents are said anew, and one photo of a list that they have all signed; each line has fields of its own.

    A line is a person and who speaks for him: `HOUSEHOLD.MEMBER.SIDE`.
    """

    longest = 40
    photo = PhotoField(
        _l("Photo of a list that all of them have signed"),
        validators=[Optional()],
        description=_l("Of families of one village. A family with a paper of its own needs none here. Kept sealed."),
    )


class PaperForm(BaseForm):
    """The photo of a paper that somebody signed."""

    member = SelectField(_l("Person"), validators=[InputRequired()])
    photo = PhotoField(
        _l("Photo of the signed paper"),
        validators=[FileRequired()],
        description=_l("Kept sealed. Only staff with the file open can look at it, and each look is written down."),
    )

    def offer(self, people: People) -> None:
        """Offer the people whose consent it can be."""
        self.member.choices = [NOT_SAID, *people]
