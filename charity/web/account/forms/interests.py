"""The forms in which a donor states what he would like to help with."""

from collections.abc import Collection, Iterable

from flask_babel import gettext as _
from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from charity.domain.interests import AGES_OFFERED, FORMS_OFFERED, MOST_BUDGET_FEN, MOST_UNITS, Interests
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.item_names import item_choices, item_word
from charity.web.kit.labels import KINDS, SCHOOL_STAGES
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices

NEEDS = [
    ("", _l("I leave it open")),
    ("0", _l("It should not count")),
    ("1", _l("It should count somewhat")),
    ("2", _l("It should count much")),
]

SEATS = [
    ("0", _l("Do not invite me")),
    ("1", _l("Invite me; I would sit in one circle")),
    ("2", _l("Invite me; I would sit in two circles at once")),
    ("3", _l("Invite me; I would sit in three circles at once")),
]


def _gone(code: str) -> str:
    return _("%(what)s (no longer asked for)", what=item_word(code))


class InterestsForm(BaseForm):
    """What to give, in which form, to children of which age, how much need counts, price, number, circles."""

    kinds = CheckboxesField(_l("What you would like to give"), validators=[Optional()])
    forms = CheckboxesField(
        _l("How you would like to help"),
        choices=choices({form.value: KINDS[form.value] for form in FORMS_OFFERED}),
        validators=[Optional()],
    )
    ages = CheckboxesField(
        _l("School stage"),
        choices=choices({code: SCHOOL_STAGES[code] for code in AGES_OFFERED}),
        validators=[Optional()],
    )
    need = RadioField(_l("How much should it count how pressed a family is?"), choices=NEEDS, default="")
    budget = IntegerField(
        _l("At most for one unit, in yuan"),
        validators=[Optional(), NumberRange(min=1, max=MOST_BUDGET_FEN // 100)],
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_BUDGET_FEN // 100)},
    )
    units = IntegerField(
        _l("How many units you give at once"),
        validators=[Optional(), NumberRange(min=1, max=MOST_UNITS)],
        render_kw={"inputmode": "numeric", "min": "1", "max": str(MOST_UNITS)},
    )
    seats = RadioField(_l("Invitations to circles"), choices=SEATS, default="0")

    def offer(self, offered: Iterable[str], chosen: Collection[str]) -> "InterestsForm":
        """Offer what can be asked for now; what was chosen before and is not offered any more stays, and says so."""
        codes = tuple(offered)
        self.kinds.choices = [*item_choices(codes), *((code, _gone(code)) for code in sorted({*chosen} - {*codes}))]
        return self

    def fill(self, known: Interests) -> "InterestsForm":
        """Show what is stated already."""
        stated = known.stated
        self.kinds.data, self.forms.data, self.ages.data = (
            sorted(stated.kinds),
            sorted(stated.forms),
            sorted(stated.ages),
        )
        self.need.data = "" if stated.need is None else str(stated.need)
        self.budget.data = None if known.budget_fen is None else known.budget_fen // 100
        self.units.data = known.units if known.units > 1 else None
        self.seats.data = str(known.seats)
        return self

    @property
    def asks_forms(self) -> bool:
        """Say whether there is more than one way to help."""
        return len(FORMS_OFFERED) > 1


class PlaceForm(BaseForm):
    """The place that was chosen step by step."""

    region = HiddenField(_l("Region"))
