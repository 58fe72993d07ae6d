"""Forms of the audit list: narrowing it, finding a donor, opening evidence, taking a table along."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from charity.queries.audit import AuditFilters
from charity.web.kit.desk_words import choices
from charity.web.kit.forms import BaseForm
from charity.web.kit.labels import choices_of
from charity.web.kit.lazy import lazy as _l

ALL = lazy_gettext("All")


def _select(words: str, options: Iterable[tuple[str, Any]]) -> SelectField:
    return SelectField(words, choices=cast(Any, list(options)), default="")


class AskForm(BaseForm):
    """A form that only asks: it stands in the address and needs no protection."""

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked, meta={"csrf": False})


class AuditForm(AskForm):
    """How the list of pledges is narrowed."""

    state = _select(_l("State"), [("", ALL), *choices_of("pledge")])
    kind = _select(_l("Kind"), [("", ALL), *choices_of("kind")])
    region = _select(_l("Region"), [])
    overdue = _select(_l("Overdue"), [("", ALL), ("1", lazy_gettext("Overdue only"))])
    waits = _select(_l("Waits for"), choices("waits", every=ALL))
    clock = _select(_l("Deadline"), choices("clock", every=ALL))
    confirmed_by = _select(_l("Confirmed by"), choices("way", every=ALL))
    amount = _select(_l("Amount"), choices("amount", every=ALL))
    since = DateField(_l("Claimed from"), validators=[Optional()])
    until = DateField(_l("Claimed until"), validators=[Optional()])
    point = _select(_l("Service point"), [])
    donor = HiddenField()

    def filters(self) -> AuditFilters:
        """Give what was asked for."""
        return AuditFilters(
            state=self.state.data or "",
            kind=self.kind.data or "",
            region=self.region.data or "",
            overdue=self.overdue.data == "1",
            clock=self.clock.data or "",
            waits=self.waits.data or "",
            donor=self.donor.data or "",
            point=self.point.data or "",
            since=_day(self.since.data),
            until=_day(self.until.data),
            confirmed_by=self.confirmed_by.data or "",
            amount=self.amount.data or "",
        )


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


class DonorForm(BaseForm):
    """Finding a donor's pledges by the exact log-in, which never stands in an address."""

    login = StringField(
        _l("Whole e-mail address or phone number of a donor"),
        validators=[InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class EvidenceForm(BaseForm):
    """For which purpose the evidence is opened."""

    purpose = _select(_l("Purpose"), choices("evidence"))


class ExportForm(BaseForm):
    """Which table, and in which form."""

    what = _select(_l("Table"), choices("table"))
    form = _select(_l("File form"), choices("form"))


class AccessForm(AskForm):
    """By whom, on which day, and what was looked at."""

    nickname = StringField(_l("Nickname"), validators=[Length(max=40)])
    day = DateField(_l("Day"), validators=[Optional()])
    look = _select(_l("What was looked at"), choices("look", every=ALL))
    person = HiddenField()
