"""What a donor prints: the sheet for his parcel, once the address was shown to him and that was written down."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from charity.queries.pledges.cards import PledgeCard
from charity.queries.pledges.own import SlipCard, get_card, get_slip
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.formats import number
from charity.web.kit.labels import label
from charity.web.kit.papers import base_url, brand, send_paper, tongue
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_papers", __name__)
DOORS = {"slip": SIGNED_IN}


@bp.get("/pledges/<ref>/slip.pdf")
def slip(ref: str) -> Response:
    """Print the label and the slip of one's own parcel; without a logged showing of the address there is none."""
    card, address = get_card(viewer(), ref), get_slip(viewer(), ref)
    return send_paper(lambda: _draw(card, address), "shipping-slip.pdf")


def _draw(card: PledgeCard, slip: SlipCard) -> bytes:
    # heavy: drawing a PDF takes a third of what starting the site does, and few ever print
    from charity.adapters.pdf_parcels import shipping_slip  # noqa: PLC0415

    address = f"{slip.address} ({slip.postcode})" if slip.postcode else slip.address
    rows = [(_("Recipient"), slip.recipient), (_("Phone"), slip.phone), (_("Postal address"), address)]
    return shipping_slip(
        outside=_("Label: stick it on the parcel"),
        rows=[*rows, (_("Opening hours"), slip.hours)] if slip.hours else rows,
        inside=_("Shipping slip: lay it into the parcel"),
        inside_rows=[
            (_("Thing"), card.title),
            (_("Units"), f"{number(card.units)} × {label('unit_label', card.unit_label)}"),
        ],
        parcel_label=_("Parcel code"),
        parcel_code=slip.parcel_code,
        notes=[
            _(
                "Write the parcel code on the parcel or into the note of the shop order. "
                "No name of any family belongs on it."
            ),
            _("New things only, with the price tag taken off. No letter, no card, no cash."),
        ],
        link=f"{base_url()}/desk/parcels?code={slip.parcel_code}",
        brand=brand(),
        lang=tongue(),
    )
