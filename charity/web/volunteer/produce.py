"""The seller's side: batches listed for families of the village, and purchases to ship."""

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain import money
from charity.domain.actors import Role
from charity.domain.errors import Invalid, Missing
from charity.domain.kinds import Kind
from charity.domain.produce import Batch, Part, Shipping
from charity.queries.produce import find_batch_ref, get_batch, get_order, list_batches, list_desk_orders
from charity.queries.wishes import choosing, own
from charity.services.pledges import send
from charity.services.pledges.produce import open_buyer
from charity.services.wishes import produce
from charity.web.kit.forms import ActForm, BaseForm, clean_line
from charity.web.kit.page import page
from charity.web.kit.parts import read_part
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.produce import BatchForm, PartForm, ShipForm

bp = Blueprint("volunteer_produce", __name__)
FIELD = frozenset({Role.VOLUNTEER})
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
READERS = frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
DOORS = {
    "desk": STAFF,
    "new": FIELD,
    "create": FIELD,
    "show": READERS,
    "edit": FIELD,
    "change": FIELD,
    "order": STAFF,  # the township's desk ships where the village has no volunteer
    "buyer": STAFF,
    "ship_form": STAFF,
    "ship": STAFF,
}
NO_COPIES = {"Cache-Control": "no-store"}
QUANTITY = "quantity-"
MOST_DIGITS = 6
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/desk/produce")
def desk() -> str:
    """List the batches of my villages."""
    found, after = list_batches(viewer(), after=request.args.get("after", 0, type=int))
    name_places(batch.region for batch in found)
    next_url = None if after is None else f"/desk/produce?after={after}"
    may_list = viewer().has_role(Role.VOLUNTEER)
    waiting = list_desk_orders(viewer())
    return page("volunteer/produce/desk.html", found=found, next_url=next_url, may_list=may_list, waiting=waiting)


@bp.get("/desk/wishes/new/produce")
def new() -> Answer:
    """Write a batch down."""
    return _new(BatchForm())


def _new(form: BatchForm) -> Answer:
    words = clean_line(request.args.get("q", "")[:40]) or ""
    homes, after = choosing.list_homes(viewer(), words=words, after=request.args.get("after", 0, type=int))
    here = "/desk/wishes/new/produce"
    shown = page(
        "volunteer/produce/new.html",
        form=form,
        homes=[home for home in homes if home.is_verified],
        quantities={name.removeprefix(QUANTITY): text for name, text in request.form.items() if _is_quantity(name)},
        words=words,
        posting=here,
        next_url=None if after is None else f"{here}?q={words}&after={after}",
    )
    return shown, form_status()


@bp.post("/desk/wishes/new/produce")
def create() -> Answer:
    """List a batch, and hand its parts in for review."""
    form = BatchForm()
    done = submit(form, lambda: _listed(form))
    if done is None:
        return _new(form)
    flash(_("The batch is listed, and its parts were handed in for review."), "good")
    return redirect(f"/desk/produce/{done.result}", code=303)


def _listed(form: BatchForm) -> str:
    if form.first_on.data is None or form.last_on.data is None:
        raise Missing
    batch = Batch(
        product=form.product.data or "",
        unit_label=form.unit_label.data or "",
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        shipping=Shipping(str(form.shipping.data)),
        parts=_parts(),
    )
    return produce.list_batch(
        viewer(),
        batch=batch,
        title=form.title.data or "",
        details=form.details.data or "",
        unit_fen=money.parse_yuan(form.unit_fen.data or "", field="unit_fen"),
    )


def _is_quantity(name: str) -> bool:
    return name.startswith(QUANTITY)


def _parts() -> tuple[Part, ...]:
    """Read the families' quantities; an empty field leaves a family out."""
    told = {name.removeprefix(QUANTITY): text.strip() for name, text in request.form.items() if _is_quantity(name)}
    given = {ref: text for ref, text in told.items() if text}
    if any(not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS) for text in given.values()):
        raise Invalid("quantity-shape", field="parts")
    return tuple(Part(household=ref, quantity=int(text)) for ref, text in given.items())


@bp.get("/desk/produce/<ref>")
def show(ref: str) -> Answer:
    """Show a batch: each family's part and income, and the purchases."""
    part = read_part(request.args)
    found = get_batch(viewer(), ref, part=part)
    name_places([found.card.region])
    return page("volunteer/produce/show.html", found=found, part=part, is_seller=found.card.is_mine), 200, NO_COPIES


@bp.get("/desk/wishes/produce/<ref>/edit")
def edit(ref: str) -> Answer:
    """Show a part that was sent back."""
    wish = _returned(ref)
    data = {"title": wish.title, "details": wish.details, "quantity": wish.wanted}
    return _edit(ref, PartForm(data=data), wish)


def _returned(ref: str) -> own.Editable:
    wish = own.get_editable(viewer(), ref)
    if wish.kind != Kind.PRODUCE.value:
        raise Missing
    return wish


def _edit(ref: str, form: PartForm, wish: own.Editable) -> Answer:
    shown = page("volunteer/produce/part.html", form=form, wish=wish, batch=find_batch_ref(ref))
    return shown, form_status()


@bp.post("/desk/wishes/produce/<ref>/edit")
def change(ref: str) -> Answer:
    """Hand a corrected part in."""
    if was_answered():  # handed in, it cannot be corrected any more
        return redirect("/desk/wishes?group=waiting", code=303)
    wish, form = _returned(ref), PartForm()
    done = submit(
        form,
        lambda: produce.correct_part(
            viewer(),
            ref,
            title=form.title.data or "",
            details=form.details.data or "",
            quantity=form.quantity.data or 0,
        ),
    )
    if done is None:
        return _edit(ref, form, wish)
    flash(_("The wish was handed in for review."), "good")
    return redirect("/desk/wishes?group=waiting", code=303)


@bp.get("/desk/orders/<ref>")
def order(ref: str) -> Answer:
    """Show one purchase, and the buyer's address once its showing was logged."""
    return _order(ref, ActForm())


def _order(ref: str, form: BaseForm) -> Answer:
    found = get_order(viewer(), ref)
    shown = page(
        "volunteer/produce/order.html",
        order=found,
        form=form,
        say=say,
        stations=stations_of(found.stops, found.card.kind),
    )
    return shown, form_status(), NO_COPIES


@bp.post("/desk/orders/<ref>/buyer")
def buyer(ref: str) -> Answer:
    """Log that the buyer's address is shown, then show it."""
    form = ActForm()
    if submit(form, lambda: open_buyer(viewer(), ref)) is None:
        return _order(ref, form)
    return redirect(f"/desk/orders/{ref}")


@bp.get("/desk/orders/<ref>/ship")
def ship_form(ref: str) -> Answer:
    """Ask for the parcel's number."""
    form = ShipForm()
    form.income.data = money.plain_yuan(get_order(viewer(), ref).card.amount_fen)
    return _ship(ref, form)


def _ship(ref: str, form: BaseForm) -> Answer:
    return page("volunteer/produce/ship.html", order=get_order(viewer(), ref), form=form), form_status(), NO_COPIES


@bp.post("/desk/orders/<ref>/ship")
def ship(ref: str) -> Answer:
    """Ship a purchase."""
    form = ShipForm()
    if submit(form, lambda: _shipped(ref, form)) is None:
        return _ship(ref, form)
    flash(_("Shipped. The buyer is told."), "good")
    return redirect(f"/desk/orders/{ref}")


def _shipped(ref: str, form: ShipForm) -> object:
    return send.send(
        viewer(),
        ref,
        courier=str(form.courier.data or ""),
        tracking=form.tracking.data or "",
        income_fen=money.parse_yuan(form.income.data or "", field="income"),
    )
