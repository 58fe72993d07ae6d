"""Forms of the reviewer: agreeing, and the other decisions with their reasons."""

from collections.abc import Sequence

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.domain import reviews
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import CHECKS, REVIEW_REASONS

NEAREST = ("", _l("The nearest that covers it"))


class ApproveForm(BaseForm):
    """What a reviewer has looked at before agreeing."""

    checks = CheckboxesField(_l("I have checked"))
    programme_code = SelectField(_l("Programme (legal basis)"), validators=[Optional()])
    override_reason = StringField(
        _l("Why this may stand beside the other one"), validators=[Optional(), Length(max=200)]
    )

    def offer(self, checks: Sequence[str], programmes: Sequence[tuple[str, str]]) -> None:
        """Offer the checklist and the programmes that cover the wish."""
        self.checks.choices = as_choices({code: CHECKS[code] for code in checks})
        self.programme_code.choices = [NEAREST, *((code, f"{name} ({code})") for code, name in programmes)]


class ReasonsForm(BaseForm):
    """Reasons from a list, and a few words."""

    reasons = CheckboxesField(_l("Why"))
    note = TextAreaField(_l("In a few words"), validators=[Optional(), Length(max=reviews.LONGEST_NOTE)])

    def offer(self, codes: Sequence[str]) -> None:
        """Offer the reasons of one decision."""
        self.reasons.choices = as_choices({code: REVIEW_REASONS[code] for code in codes})


class LowerForm(BaseForm):
    """How many units are wanted from now on."""

    wanted = IntegerField(_l("Units wanted from now on"), validators=[InputRequired(), NumberRange(min=1)])
    reason = StringField(_l("Why"), validators=[InputRequired(), Length(max=200)])


class ReasonForm(BaseForm):
    """Why something out of the ordinary is done."""

    reason = StringField(_l("Why"), validators=[InputRequired(), Length(max=200)])


class ReopenForm(ReasonForm):
    """Why a closed wish looks for givers again, and why it may be one more than its people may have open."""

    override_reason = StringField(
        _l("Why the limit may be passed"),
        description=_l("Only where the child or family has other open wishes already."),
        validators=[Optional(), Length(max=200)],
    )
