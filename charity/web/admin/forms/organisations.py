"""Forms by which an office decides about an organisation."""

from wtforms import BooleanField, IntegerField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from charity.domain.organisations import LONGEST_NOTE, MOST_PLACES
from charity.services.organisations.decide import Rights
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.organisation_words import ENDINGS, REFUSALS
from charity.web.kit.pledge_words import choices


class RightsForm(BaseForm):
    """What an organisation may do beside giving."""

    takes_money = BooleanField(_l("It may receive money for families, on the account written down here"))
    is_vetted = BooleanField(_l("It is vetted for services to children"))
    vetting = TextAreaField(
        _l("Record of the vetting"),
        description=_l("Who was vetted by whom and on what paper. Kept sealed."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )

    def rights(self) -> Rights:
        """Give what was ticked."""
        return Rights(
            takes_money=bool(self.takes_money.data),
            is_vetted=bool(self.is_vetted.data),
            vetting=self.vetting.data or "",
        )


class VerifyForm(RightsForm):
    """That the organisation is what it says, and what it may do."""

    is_checked = BooleanField(
        _l("I found the number in the public register, and reached the organisation by a number listed there."),
        validators=[DataRequired()],
    )
    note = TextAreaField(_l("In a few words"), validators=[Optional(), Length(max=LONGEST_NOTE)])


class PlacesForm(BaseForm):
    """How many gifts an organisation may have open at once, and why."""

    places = IntegerField(
        _l("Gifts open at once"),
        validators=[InputRequired(), NumberRange(min=1, max=MOST_PLACES)],
        render_kw={"inputmode": "numeric", "min": "1"},
    )
    words = TextAreaField(
        _l("Reason"),
        description=_l("The organisation reads it; the public book keeps a digest."),
        validators=[InputRequired(), Length(max=LONGEST_NOTE)],
    )


class RefuseForm(BaseForm):
    """Why an application is refused."""

    reason = RadioField(_l("Why"), choices=choices(REFUSALS), validators=[InputRequired()])
    words = TextAreaField(
        _l("In a few words"),
        description=_l("The applicant reads it."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )


class EndForm(BaseForm):
    """Why an organisation ends here."""

    reason = RadioField(_l("Why"), choices=choices(ENDINGS), validators=[InputRequired()])
    words = TextAreaField(
        _l("In a few words"),
        description=_l("Its officers read it."),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
    )
