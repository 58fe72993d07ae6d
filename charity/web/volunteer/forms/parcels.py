"""Forms of the service point."""

from collections.abc import Iterable

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.photo_field import PhotoField
from charity.web.kit.pledge_words import COURIER_NAMES, PHRASES, RETURN_REASONS, SIGNER_ROLES, WITNESS_ROLES, choices


class ReceiveForm(BaseForm):
    """How much arrived."""

    units = IntegerField(
        _l("How many units arrived"),
        validators=[InputRequired(), NumberRange(min=1)],
        render_kw={"inputmode": "numeric", "min": "1"},
        description=_l("If fewer came, the rest stays on its way."),
    )
    family_away = BooleanField(_l("The family is away or the school is closed (30 days instead of 15)"))


class ReturnForm(BaseForm):
    """Why it goes back, and with whom."""

    reason = RadioField(_l("Why does it go back?"), choices=choices(RETURN_REASONS), validators=[InputRequired()])
    courier = SelectField(_l("Courier"), choices=choices(COURIER_NAMES, please=True), validators=[Optional()])
    tracking = StringField(_l("Tracking number"), validators=[Optional(), Length(max=40)])


class CodeForm(BaseForm):
    """A code the family gives."""

    code = StringField(
        _l("Code of the family"),
        validators=[InputRequired(), Length(max=20)],
        description=_l("Six digits from the card, or from the text message to a relative."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class SlipForm(BaseForm):
    """A family's slip with a thumbprint, and who witnessed it."""

    photo = PhotoField(
        _l("Photo of the slip"),
        description=_l("The paper only, no face."),
    )
    witness = StringField(
        _l("Name of the witness"),
        validators=[InputRequired(), Length(max=40)],
        description=_l("Not from your own family, and nobody of the household."),
    )
    witness_role = RadioField(
        _l("What is the witness to the family?"), choices=choices(WITNESS_ROLES), validators=[InputRequired()]
    )


class SiteSlipForm(BaseForm):
    """A slip that the head or a teacher signed for a school or village."""

    photo = PhotoField(
        _l("Photo of the slip"),
        description=_l("The paper only, no face."),
    )
    signer = SelectField(_l("Who signed?"), choices=[], validators=[Optional()])
    witness = StringField(
        _l("Name of the signer"),
        validators=[Optional(), Length(max=40)],
        description=_l("As it stands on the paper. Whoever posted the wish or received the gift does not sign."),
    )
    witness_role = RadioField(
        _l("What is the signer there?"), choices=choices(SIGNER_ROLES), validators=[InputRequired()]
    )

    def offer(self, signers: Iterable[tuple[str, str]]) -> None:
        """Offer these people with an account, or somebody without one."""
        self.signer.choices = [("", _l("Somebody without an account")), *signers]


class ThankForm(BaseForm):
    """A ready phrase for the donor."""

    phrase = RadioField(_l("Word for the donor"), choices=choices(PHRASES), validators=[InputRequired()])


class AttestForm(BaseForm):
    """Who else was in the room when hours were given."""

    second_adult = StringField(_l("Second adult in the room"), validators=[Optional(), Length(max=40)])
