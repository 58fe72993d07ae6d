"""Forms of the township's desk of confirmations."""

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.domain.slips import checks_of
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import SLIP_CHECKS, choices


class ConfirmForm(BaseForm):
    """What the confirmation rests on."""

    basis = RadioField(
        _l("How do you know?"),
        choices=[("call-back", _l("I have called back")), ("slip", _l("I have checked the slip"))],
        validators=[InputRequired()],
    )
    checks = CheckboxesField(
        _l("What I have checked of the slip"), description=_l("Only where the slip is your ground.")
    )
    override_reason = StringField(
        _l("Why the picture of another gift's slip may stand for this one, too"),
        validators=[Optional(), Length(max=200)],
    )

    income = StringField(
        _l("What the family says it has earned, in yuan"),
        validators=[Optional(), Length(max=12)],
        render_kw={"inputmode": "decimal"},
    )

    def ask_of(self, *, is_site: bool, is_money: bool = False) -> None:
        """Ask what must be checked of a family's or a site's slip; money is confirmed by calling back alone."""
        if is_money:
            self.basis.choices = [("call-back", _l("I have called back"))]
        self.checks.choices = choices({check.value: SLIP_CHECKS[check.value] for check in checks_of(is_site=is_site)})


class CheckForm(BaseForm):
    """What the check of a code has shown."""

    outcome = RadioField(
        _l("What did the check show?"),
        choices=[("true", _l("The family has it")), ("doubtful", _l("It is doubtful"))],
        validators=[InputRequired()],
    )
