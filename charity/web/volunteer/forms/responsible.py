"""The form in which staff writes down who is responsible."""

from collections.abc import Iterable, Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import DUTIES, as_choices
from charity.web.volunteer.forms.households import NOT_SAID, PRIVATE, TEL


class ResponsibleForm(BaseForm):
    """Who holds a duty from a day on."""

    duty = SelectField(_l("Responsible as"), validators=[InputRequired()])
    member = SelectField(
        _l("Child"), validators=[Optional()], description=_l("Only for the class teacher of one of the children.")
    )
    name = StringField(
        _l("Name"),
        validators=[Optional(), Length(max=40)],
        render_kw=PRIVATE,
        description=_l("Leave it empty when nobody holds this any more."),
    )
    phone = StringField(_l("Work phone"), validators=[Optional(), Length(max=30)], render_kw=TEL)
    since = DateField(_l("Since"), validators=[InputRequired()])

    def offer(self, duties: Iterable[str], children: Sequence[tuple[str, str]] | None = None) -> None:
        """Offer these duties, and the children of a family."""
        self.duty.choices = [NOT_SAID, *as_choices({duty: DUTIES[duty] for duty in duties})]
        if children:
            self.member.choices = [NOT_SAID, *children]
        else:
            del self.member
