"""Forms of the auditor's cases."""

from collections.abc import Iterable

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import RULINGS, TAKE_DOWNS


class RuleForm(BaseForm):
    """A ruling and its grounds."""

    ruling = RadioField(_l("Ruling"), choices=[], validators=[InputRequired()])
    grounds = TextAreaField(
        _l("Grounds"),
        validators=[InputRequired(), Length(max=600)],
        description=_l("The parties read this. No names, no addresses."),
    )

    def offer(self, rulings: Iterable[str]) -> None:
        """Offer the rulings that are possible now."""
        self.ruling.choices = [(code, RULINGS[code]) for code in rulings]  # pyright: ignore[reportAttributeAccessIssue]


class TakeUpForm(BaseForm):
    """What a concern is about, where its page did not tell."""

    thing = StringField(
        _l("What the concern is about"),
        validators=[Optional(), Length(max=200)],
        description=_l("The address, number or code of a wish, circle, organisation or list, once you know it."),
    )


class TakeDownForm(BaseForm):
    """How much goes out of sight."""

    scope = RadioField(_l("What goes out of sight"), choices=[], validators=[InputRequired()])
    name = SelectField(_l("Whose name"), choices=[], validators=[Optional()])

    def offer(
        self,
        *,
        thing: str,
        has_photo: bool,
        is_month: bool = False,
        names: Iterable[tuple[str, str]] = (),
        marked: str = "",
    ) -> None:
        """Offer what there is; the names shown there, the one that the concern is about chosen already."""
        self.name.choices = [("", _l("Nobody's")), *names]  # pyright: ignore[reportAttributeAccessIssue]
        if self.name.data is None:
            self.name.data = marked
        if thing == "board":
            self.scope.choices = [("name", TAKE_DOWNS["name"])]  # pyright: ignore[reportAttributeAccessIssue]
            self.scope.data = self.scope.data or "name"
            return
        offered = [("photo", TAKE_DOWNS["photo"])] if has_photo else []
        offered += [("thing", TAKE_DOWNS["month" if is_month else thing])] if thing else []
        if thing in {"wish", "circle"}:
            offered += [("everything", TAKE_DOWNS["everything"])]
        if len(self.name.choices) > 1:  # pyright: ignore[reportArgumentType]
            offered += [("name", TAKE_DOWNS["name"])]
        self.scope.choices = offered  # pyright: ignore[reportAttributeAccessIssue]


class BringBackForm(BaseForm):
    """Why something comes back into sight."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(), Length(max=500)],
        description=_l("Kept with the case. No names, no addresses."),
    )
