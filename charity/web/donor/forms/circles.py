"""Forms of a donor's seat in a circle."""

from collections.abc import Iterable

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.seat_form import SeatForm

ME = "me"


class TakeForm(SeatForm):
    """For whom a seat is taken, too: oneself or a group one answers for."""

    taker = RadioField(_l("Who takes the seat"), default=ME, validators=[InputRequired()])

    def offer(self, groups: Iterable[tuple[str, str]]) -> "TakeForm":
        """Offer oneself and one's groups; whoever has none is not asked."""
        offered = list(groups)
        if offered:
            self.taker.choices = [(ME, _l("I myself")), *offered]
        else:
            del self.taker
        return self

    @property
    def group(self) -> str:
        """Give the reference of the group that takes the seat; empty for oneself."""
        return "" if "taker" not in self or self.taker.data == ME else str(self.taker.data)


class AgainForm(BaseForm):
    """Whether a seat goes on for another term."""

    agrees = RadioField(
        _l("Do you keep your seat for another term?"),
        choices=[("yes", _l("Yes, I go on")), ("no", _l("No, I stop when the term is over"))],
        validators=[InputRequired()],
    )
