"""Forms of the register."""

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import FactGroup, facts_of
from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import Labels
from charity.web.kit.register import (
    CATEGORIES,
    CONSENT_PURPOSES,
    FACTS,
    FILE_PURPOSES,
    GIVEN_BY,
    LIFE_ACTS,
    RELATIONS,
    SEXES,
)

NOT_SAID = ("", _l("Please choose"))


def _options(labels: Labels, *, asked: bool = True) -> list[tuple[str, LazyString]]:
    return [*([NOT_SAID] if asked else []), *labels.items()]


class HouseholdForm(BaseForm):
    """A family, as the volunteer writes it down."""

    category = SelectField(_l("Registered as"), choices=_options(CATEGORIES), validators=[InputRequired()])
    head_name = StringField(_l("Name of the head of the family"), validators=[InputRequired(), Length(max=40)])
    address = StringField(_l("Address"), validators=[InputRequired(), Length(max=120)])
    phone = StringField(_l("Phone of the family"), validators=[Optional(), Length(max=20)])
    relative_phone = StringField(_l("Phone of a relative"), validators=[Optional(), Length(max=20)])
    override = StringField(_l("Why this is another family"), validators=[Optional(), Length(max=200)])


class MemberForm(BaseForm):
    """A person of a family."""

    name = StringField(_l("Name"), validators=[InputRequired(), Length(max=40)])
    relation = SelectField(_l("Relation to the head"), choices=_options(RELATIONS), validators=[InputRequired()])
    sex = RadioField(_l("Sex"), choices=_options(SEXES, asked=False), validators=[InputRequired()])
    birth = DateField(_l("Date of birth"), validators=[InputRequired()])
    id_number = StringField(_l("ID number"), validators=[Optional(), Length(max=24)])


class FactForm(BaseForm):
    """One dated fact of a group."""

    key = SelectField(_l("Fact"), validators=[InputRequired()])
    member = SelectField(_l("Person"), validators=[Optional()])
    value = StringField(_l("Value"), validators=[InputRequired(), Length(max=300)])
    as_of = DateField(_l("True as of"), validators=[InputRequired()])

    def offer(self, group: FactGroup, people: Sequence[tuple[str, str]]) -> None:
        """Offer the facts of a group, and the people it can be about."""
        self.key.choices = [NOT_SAID, *((fact.key, FACTS[fact.key]) for fact in facts_of(group))]
        self.member.choices = [("", _l("The whole family")), *people]


class ConsentForm(BaseForm):
    """One word about the use of one person's data."""

    member = SelectField(_l("Person"), validators=[InputRequired()])
    purpose = SelectField(
        _l("Allowed use"), choices=[(p.value, CONSENT_PURPOSES[p.value]) for p in Purpose], validators=[InputRequired()]
    )
    answer = RadioField(
        _l("Answer"), choices=[("yes", _l("Agrees")), ("no", _l("Does not agree, or withdraws"))], default="yes"
    )
    given_by = SelectField(
        _l("Said by"), choices=[(g.value, GIVEN_BY[g.value]) for g in GivenBy], validators=[InputRequired()]
    )
    child = RadioField(
        _l("The child's own word (from 8 to 13)"),
        choices=[("", _l("Not asked")), ("yes", _l("Agrees")), ("no", _l("Does not want it"))],
        default="",
    )
    parent_agreed = BooleanField(_l("A parent's yes for the carer is on record"))


class OpenFileForm(BaseForm):
    """Why a file is opened."""

    purpose = SelectField(_l("Purpose"), choices=_options(FILE_PURPOSES), validators=[InputRequired()])


class LifeForm(BaseForm):
    """Where the family stands now."""

    life_act = SelectField(_l("The family stands now"), choices=_options(LIFE_ACTS), validators=[InputRequired()])


class SearchForm(BaseForm):
    """Finding a family by alias, full name or phone; posted, so that no name stands in an address."""

    q = StringField(_l("Alias, full name or phone"), validators=[Optional(), Length(max=40)])

