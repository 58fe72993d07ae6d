"""Forms of the register: the family itself, its file, its life."""

from collections.abc import Container, Iterable

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import Labels
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import CATEGORIES, FILE_PURPOSES, LIFE_ACTS, as_choices

NOT_SAID = ("", _l("Please choose"))
TEL = {"inputmode": "tel", "autocomplete": "off"}
DIFFERENT = "different"
DECISIONS: dict[str, str] = {
    DIFFERENT: _l("They are not the same"),
    "this": _l("They are the same: the first family's record ends"),
    "other": _l("They are the same: the second family's record ends"),
    "this-person": _l("They are the same: the person's record in the first family ends"),
    "other-person": _l("They are the same: the person's record in the second family ends"),
}
PRIVATE = {"autocomplete": "off"}


def options(labels: Labels) -> list[tuple[str, str]]:
    """List labels as choices, with nothing chosen yet."""
    return [NOT_SAID, *as_choices(labels)]


class HouseholdForm(BaseForm):
    """A family, as the volunteer writes it down."""

    category = SelectField(_l("Registered as"), choices=options(CATEGORIES), validators=[InputRequired()])
    head_name = StringField(
        _l("Name of the head of the family"), validators=[InputRequired(), Length(max=40)], render_kw=PRIVATE
    )
    address = StringField(_l("Address"), validators=[InputRequired(), Length(max=120)], render_kw=PRIVATE)
    phone = StringField(_l("Phone of the family"), validators=[Optional(), Length(max=30)], render_kw=TEL)
    relative_phone = StringField(_l("Phone of a relative"), validators=[Optional(), Length(max=30)], render_kw=TEL)
    override = StringField(_l("Why this is another family"), validators=[Length(max=200)])


class OpenFileForm(BaseForm):
    """Why a file is opened."""

    purpose = SelectField(_l("Purpose"), choices=options(FILE_PURPOSES), validators=[InputRequired()])

    def allow(self, purposes: Container[str]) -> None:
        """Offer these purposes only."""
        self.purpose.choices = [choice for choice in options(FILE_PURPOSES) if not choice[0] or choice[0] in purposes]


class LifeForm(BaseForm):
    """Where the family stands now."""

    life_act = SelectField(_l("The family stands now"), choices=options(LIFE_ACTS), validators=[InputRequired()])


class ClearForm(BaseForm):
    """How the township found out that two who look alike are not the same."""

    reason = StringField(_l("How you found out"), validators=[InputRequired(), Length(max=200)])


class DecideForm(ClearForm):
    """Whether two who look alike are the same; nothing is chosen beforehand."""

    decision = RadioField(_l("What you found"), choices=[], validators=[InputRequired()])
    beside = HiddenField(default="yes")  # where nothing was chosen, this page is told by it

    def allow(self, ends: Iterable[str], *, is_person: bool) -> None:
        """Offer to end these records, too."""
        may = [f"{word}-person" if is_person else word for word in ends]
        self.decision.choices = [(word.partition("-")[0], DECISIONS[word]) for word in (DIFFERENT, *may)]


class SearchForm(BaseForm):
    """Finding a family by alias, full name or phone; posted, so that no name stands in an address."""

    q = StringField(_l("Alias, full name or phone"), validators=[Optional(), Length(max=40)], render_kw=PRIVATE)
