"""Forms of a family's circle: proposing one, and the day on which a letter was brought."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.adapters import clock
from charity.domain.calendar import day_of
from charity.domain.catalogue import Category
from charity.domain.circles import Promise
from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.promise_form import NOT_SAID, PromiseForm


class ProposeForm(PromiseForm):
    """How a circle of one family is meant to be, and what each seat promises a month."""

    point_ref = SelectField(_l("Service point for the parcel, or where they meet"), validators=[Optional()])
    second_adult = StringField(
        _l("Second adult in the room"),
        description=_l(
            "Wherever the family’s children are taught, or no adult lives with them: who sits beside them. "
            "Only staff reads it."
        ),
        validators=[Optional(), Length(max=40)],
    )
    programme_code = SelectField(
        _l("Programme"),
        description=_l("The legal basis under which the gift is asked for. Those that cover this village today."),
        validators=[Optional()],
    )

    def offer(
        self,
        points: Sequence[tuple[str, str]],
        programmes: Sequence[tuple[str, str]],
        things: Sequence[Category],
    ) -> None:
        """Offer what a household may ask for, the points its parcels may go to, and the programmes that cover it."""
        self.offer_gifts(things, with_children=True)
        self.point_ref.choices = [NOT_SAID, *points]
        self.programme_code.choices = [("", _l("Whichever covers it, month by month")), *programmes]

    def promised(self) -> Promise:
        """Give the promise that was filled in; a letter needs no template."""
        return replace(
            super().promised(), point_ref=self.point_ref.data or "", second_adult=self.second_adult.data or ""
        )


class BroughtForm(BaseForm):
    """The day on which a letter was brought to the family."""

    day = DateField(_l("Brought to the family on"), default=lambda: day_of(clock.now()), validators=[InputRequired()])

    def on(self) -> date:
        """Give the day that was filled in."""
        if self.day.data is None:
            raise ValueError("no day")
        found: date = self.day.data
        return found
