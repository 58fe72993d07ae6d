"""Form of a pairing agreement."""

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.domain.errors import Invalid
from charity.domain.organisations import LONGEST_COMMITMENT
from charity.services.organisations.agreements import Pairing, Step
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l

NOT_SAID = ("", _l("Please choose"))


class AgreementForm(BaseForm):
    """The parties, the term, what is promised, and the steps with their days."""

    organisation = SelectField(_l("Organisation"), validators=[InputRequired()])
    starts_on = DateField(_l("First day"), validators=[InputRequired()])
    ends_on = DateField(_l("Last day"), validators=[InputRequired()])
    commitments = TextAreaField(
        _l("What is promised"),
        description=_l("Public. Never a name of a person, village or township, and no number to call."),
        validators=[InputRequired(), Length(max=LONGEST_COMMITMENT)],
    )
    steps = TextAreaField(
        _l("Milestones, one a line"),
        description=_l("Each line begins with its day, like “2027-06-30 Reading room opened”."),
        validators=[InputRequired(), Length(max=1500)],
    )

    def offer(self, partners: Sequence[tuple[str, str]]) -> "AgreementForm":
        """Offer the verified organisations."""
        self.organisation.choices = [NOT_SAID, *partners]
        return self

    def pairing(self) -> Pairing:
        """Give what was written down; Invalid when a line of the milestones has no day."""
        first = self.starts_on.data or date.min
        return Pairing(
            organisation=self.organisation.data or "",
            commitments=self.commitments.data or "",
            starts_on=first,
            ends_on=self.ends_on.data or first,
            steps=tuple(_step(line) for line in (self.steps.data or "").splitlines() if line.strip()),
        )


def _step(line: str) -> Step:
    day, _, title = line.strip().partition(" ")
    try:
        return Step(title.strip(), date.fromisoformat(day))
    except ValueError:
        raise Invalid("milestone-line", field="steps") from None
