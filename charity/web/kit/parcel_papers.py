"""Labels, hand-over lists and hand-over slips in words: aliases and card numbers, never a name, never a hardship."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Response
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.adapters.fonts import printable
from charity.queries.pledges.carried import Carried
from charity.web.kit.formats import alias, day, number, place
from charity.web.kit.labels import label
from charity.web.kit.papers import base_url, brand, send_paper, tongue
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import WITNESS_ROLES

if TYPE_CHECKING:
    from charity.adapters.pdf_parcels import HandOverList

ROOM_TO_WRITE = 17.0


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of what waits is printed, of how many."""

    number: int
    of: int


def send_labels(parcels: Sequence[Carried], _part: Part) -> Response:
    """Send labels for the shelf; a parcel is named by its code alone."""
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print
    from charity.adapters.pdf_parcels import ParcelLabel, parcel_labels  # noqa: PLC0415

    name_places(parcel.card.region for parcel in parcels)
    labels = [
        ParcelLabel(
            code=_code(parcel),
            lines=(_thing(parcel), _village(parcel.card.region), _units(parcel) + _due(parcel)),
            link=_link(parcel),
        )
        for parcel in parcels
    ]
    title = _("Parcel labels")
    return send_paper(lambda: parcel_labels(labels, title=title, foot=brand(), lang=tongue()), "parcel-labels.pdf")


def send_lists(parcels: Sequence[Carried], part: Part) -> Response:
    """Send one list for each village of what is to be handed over there; one that goes on elsewhere says so."""
    # heavy, see above
    from charity.adapters.pdf_parcels import hand_over_lists  # noqa: PLC0415

    by_village = sorted(parcels, key=lambda parcel: (parcel.card.region, parcel.whom, parcel.card.ref))
    name_places(parcel.card.region for parcel in parcels)
    lists = [
        _list(region, list(of_it), part) for region, of_it in groupby(by_village, key=lambda each: each.card.region)
    ]
    return send_paper(lambda: hand_over_lists(lists, lang=tongue()), "hand-over-list.pdf")


def _list(region: str, parcels: Sequence[Carried], part: Part) -> "HandOverList":
    from charity.adapters.pdf_parcels import HandOverList  # noqa: PLC0415  # heavy, see above
    from charity.adapters.pdf_tables import Table  # noqa: PLC0415

    columns = (
        (_("No."), 10.0),
        (_("Pledge"), 35.0),
        (_("Thing and units"), 36.0),
        (_("For (alias and card)"), 35.0),
        (_("Received on"), 19.0),
        (_("Thumbprint"), 23.0),
        (_("Witness"), 18.0),
    )
    rows = tuple(_row(line, parcel) for line, parcel in enumerate(parcels, start=1))
    return HandOverList(
        title=_("Hand-over list: %(village)s", village=_village(region)),
        notes=(
            day(now()),
            *([_part_words(part)] if part.of > 1 else []),
            _("Hand over each thing to the family itself. Whoever is not there keeps an empty row."),
            brand(),
        ),
        table=Table(title="", columns=columns, rows=rows, lowest=ROOM_TO_WRITE),
        foot=(_("Handed over by"), _("Date")),
    )


def _part_words(part: Part) -> str:
    return _(
        "Part %(number)s of %(of)s, the most urgent first: more parcels of this village may stand in another part.",
        number=number(part.number),
        of=number(part.of),
    )


def _row(line: int, parcel: Carried) -> tuple[str, ...]:
    pledge = f"{_code(parcel)} {parcel.card.ref}"
    thing = f"{_thing(parcel)} · {_units(parcel)}"
    return (number(line), pledge, thing, _whom(parcel), "", "", "")


def send_slips(parcels: Sequence[Carried], _part: Part) -> Response:
    """Send slips to be thumb-printed and witnessed, two on a sheet."""
    # heavy, see above
    from charity.adapters.pdf_parcels import HandOverSlip, SlipWords, hand_over_slips  # noqa: PLC0415

    slips = [HandOverSlip(code=_code(parcel), rows=_slip_rows(parcel), link=_link(parcel)) for parcel in parcels]
    words = SlipWords(
        title=_("Hand-over slip"),
        received=_("My family has received what is written above. It is new, and we paid nothing for it."),
        thumbprint=_("Thumbprint of an adult of the family"),
        asked=(_("Received on"), _("Name of the witness"), _("Signature of the witness"), _("Handed over by")),
        witness_is=_("The witness is:"),
        witnesses=tuple(str(word) for word in WITNESS_ROLES.values()),
        foot=_(
            "The witness is not of the volunteer's family and nobody of the household. Take a photo of the paper only, "
            "never of a face. Nobody may ask for money for it."
        ),
    )
    return send_paper(lambda: hand_over_slips(slips, words, lang=tongue()), "hand-over-slips.pdf")


def _slip_rows(parcel: Carried) -> tuple[tuple[str, str], ...]:
    return (
        (_("Thing"), _thing(parcel)),
        (_("Units"), _units(parcel)),
        (_("Meant for"), _whom(parcel)),
        (_("Pledge number"), parcel.card.ref),
    )


def _thing(parcel: Carried) -> str:
    """Name the thing with what can be drawn: one sign in one title must not keep all papers of a point away."""
    return printable(parcel.card.title) or str(label("kind", parcel.card.kind))


def _village(region: str) -> str:
    return printable(place(region))


def _code(parcel: Carried) -> str:
    return parcel.card.parcel_code or parcel.card.ref


def _units(parcel: Carried) -> str:
    return f"{number(parcel.card.units)} × {label('unit_label', parcel.card.unit_label)}"


def _whom(parcel: Carried) -> str:
    return alias(parcel.whom) if parcel.household is None else f"{alias(parcel.whom)} · {parcel.household}"


def _due(parcel: Carried) -> str:
    if parcel.card.act_by is None:
        return ""
    due = _("by %(day)s", day=day(parcel.card.act_by))
    return f" · {due}"


def _link(parcel: Carried) -> str:
    return f"{base_url()}/desk/parcels/{parcel.card.ref}"
