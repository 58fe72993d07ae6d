"""The form of an intention."""

from collections.abc import Iterable
from datetime import timedelta

from wtforms import DateField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from charity.adapters import clock
from charity.domain.calendar import day_of
from charity.domain.intentions import MOST_FEN, MOST_UNITS, Intention
from charity.domain.interests import AGES_OFFERED, FORMS_OFFERED
from charity.web.kit.forms import BaseForm
from charity.web.kit.item_names import item_choices
from charity.web.kit.labels import BENEFICIARIES, KINDS, SCHOOL_STAGES
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices

USUAL = timedelta(days=90)


class IntentionForm(BaseForm):
    """What to give, to whom, where, up to which price, how many, and until when."""

    region = HiddenField(_l("Region"))
    kind = SelectField(
        _l("How you would like to help"),
        choices=[("", _l("Anything")), *choices({form.value: KINDS[form.value] for form in FORMS_OFFERED})],
        default="",
    )
    category = SelectField(_l("What you would like to give"), default="")
    beneficiary = SelectField(_l("For whom"), choices=[("", _l("For anybody")), *choices(BENEFICIARIES)], default="")
    stage = SelectField(
        _l("School stage"),
        choices=[("", _l("All stages")), *choices({code: SCHOOL_STAGES[code] for code in AGES_OFFERED})],
        default="",
    )
    most = IntegerField(
        _l("At most for one unit, in yuan"),
        validators=[InputRequired(), NumberRange(min=1, max=MOST_FEN // 100)],
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_FEN // 100)},
    )
    units = IntegerField(
        _l("How many units"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_UNITS)],
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_UNITS)},
    )
    until = DateField(
        _l("Offer me wishes until"), default=lambda: day_of(clock.now() + USUAL), validators=[InputRequired()]
    )

    def offer(self, codes: Iterable[str]) -> "IntentionForm":
        """Offer what can be asked for now."""
        self.category.choices = [("", _l("Anything")), *item_choices(codes)]
        return self

    def intention(self) -> Intention:
        """Give what was filled in."""
        if self.until.data is None:
            raise RuntimeError("asked before the form was found valid")
        return Intention(
            kind=self.kind.data or "",
            category=self.category.data or "",
            beneficiary=self.beneficiary.data or "",
            stage=self.stage.data or "",
            region=self.region.data or "",
            most_fen=(self.most.data or 0) * 100,
            units=self.units.data or 0,
            until=self.until.data,
        )

    @property
    def asks_kind(self) -> bool:
        """Say whether there is more than one way to help."""
        return len(FORMS_OFFERED) > 1
