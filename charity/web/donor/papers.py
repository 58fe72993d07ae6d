"""What a donor prints: the sheet for his parcel, once the address was shown, and the certificate of what came true."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from charity.adapters.fonts import printable, without_pictographs
from charity.queries.giving import Certificate, get_certificate
from charity.queries.pledges.cards import PledgeCard
from charity.queries.pledges.own import SlipCard, get_card, get_slip
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.formats import day, number, place
from charity.web.kit.labels import label
from charity.web.kit.papers import base_url, brand, send_paper, tongue
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer
from charity.web.kit.ways import WAYS

bp = Blueprint("donor_papers", __name__)
DOORS = {"slip": SIGNED_IN, "certificate": SIGNED_IN}


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
        rows=[*rows, (_("Opening hours"), printable(slip.hours))] if slip.hours else rows,
        inside=_("Shipping slip: lay it into the parcel"),
        inside_rows=[
            (_("Thing"), printable(card.title) or str(label("kind", card.kind))),
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


@bp.get("/pledges/<ref>/certificate.pdf")
def certificate(ref: str) -> Response:
    """Print the certificate of one's own confirmed pledge; there is none of any other."""
    found = get_certificate(viewer(), ref)
    name_places([found.wish.county])
    return send_paper(lambda: _draw_certificate(found), "certificate.pdf")


def _draw_certificate(found: Certificate) -> bytes:
    # heavy, see above
    from charity.adapters.pdf_certificate import certificate as draw  # noqa: PLC0415

    wish, link = found.wish, f"{base_url()}/book/{found.entry}"
    way = WAYS.get(found.confirmed_by, "")
    where = (str(label("beneficiary", wish.beneficiary_kind)), place(wish.county))
    return draw(
        title=_("Certificate of thanks"),
        name=without_pictographs(found.name) or _("A donor who wishes to stay unnamed"),
        says=_("has made this wish come true:"),
        thing=printable(found.title) or _("A wish that is private now"),
        lines=[
            f"{number(found.units)} × {label('unit_label', wish.unit_label)} · {' · '.join(where)}",
            _("Confirmed on %(day)s: %(way)s", day=day(found.confirmed_at), way=way),
            *([_basis(found)] if found.body else []),
        ],
        counters=(wish.units_wanted, wish.fulfilled, wish.in_transit, wish.committed),
        link=link,
        entry=[_("Entry %(number)s of the public book", number=number(found.entry)), link.partition("://")[2]],
        notes=[
            _("Scan the code to check it: the book names no family and no child."),
            _("A word of thanks, no tax receipt and no invoice. The platform never charges you."),
        ],
        lang=tongue(),
    )


def _basis(found: Certificate) -> str:
    return " · ".join(text for text in (found.body, found.filing) if text)
