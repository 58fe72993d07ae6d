"""Forms for trials of the matching and of the weights."""

from typing import Any, cast

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from charity.domain.trials import LOADS, SIZES, Alternative
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l

_PRESENT = Alternative()


class NightForm(BaseForm):
    """Which chance decides among equals; the place is chosen in the address."""

    seed = IntegerField(
        _l("Seed"),
        validators=[InputRequired()],
        default=1,
        description=_l("Any number; the same number gives the same pairs while nothing has changed."),
    )


class WeightsForm(BaseForm):
    """Other points of the lift, and the year they are tried on."""

    pace = IntegerField(_l("Behind its time"), validators=[InputRequired()], default=_PRESENT.pace)
    finish = IntegerField(_l("Begun, and time runs"), validators=[InputRequired()], default=_PRESENT.finish)
    first_helper = IntegerField(_l("No helper yet"), validators=[InputRequired()], default=_PRESENT.first_helper)
    first_look = IntegerField(_l("Hardly seen yet"), validators=[InputRequired()], default=_PRESENT.first_look)
    region_lag = IntegerField(_l("Region gets less help"), validators=[InputRequired()], default=_PRESENT.region_lag)
    load = SelectField(
        _l("Units offered for a hundred needed"),
        choices=cast(Any, [(str(load), str(load)) for load in LOADS]),
        default=str(_PRESENT.load),
    )
    sizes = SelectField(_l("Donors a wish needs"), choices=cast(Any, [(each, each) for each in SIZES]))
    seed = IntegerField(_l("Seed"), validators=[InputRequired()], default=0)

    def wanted(self) -> Alternative:
        """Give what was filled in."""
        return Alternative(
            pace=self.pace.data or 0,
            finish=self.finish.data or 0,
            first_helper=self.first_helper.data or 0,
            first_look=self.first_look.data or 0,
            region_lag=self.region_lag.data or 0,
            load=int(str(self.load.data)),
            sizes=str(self.sizes.data),
            seed=self.seed.data or 0,
        )
