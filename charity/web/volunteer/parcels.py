"""Parcels at a service point: taking in, handing over, sending back, and the family's own word."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug import Response

from charity.adapters.photos import Photo
from charity.domain.actors import Role
from charity.domain.errors import Invalid, Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries.pledges.carried import UNDER_WAY, count_parts
from charity.queries.pledges.point import get_point_pledge, list_desk, list_site_signers
from charity.queries.services import find_visit_for_field
from charity.services.pledges import acknowledge, cases, confirm, receive
from charity.web.kit.case_forms import AppealForm, DisputeForm
from charity.web.kit.forms import ActForm, BaseForm, clean_line
from charity.web.kit.page import page
from charity.web.kit.pictures import with_photo
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.parcels import CodeForm, ReceiveForm, ReturnForm, SiteSlipForm, SlipForm, ThankForm

bp = Blueprint("volunteer_parcels", __name__)
FIELD = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {
    "desk": FIELD,
    "show": FIELD,
    "receive_form": FIELD,
    "make_receive": FIELD,
    "hand_over": FIELD,
    "undo": FIELD,
    "return_form": FIELD,
    "make_return": FIELD,
    "code_form": FIELD,
    "make_code": FIELD,
    "send_code": FIELD,
    "slip_form": FIELD,
    "make_slip": FIELD,
    "thank_form": FIELD,
    "make_thank": FIELD,
    "dispute_form": FIELD,
    "make_dispute": FIELD,
    "appeal_form": FIELD,
    "make_appeal": FIELD,
}
Answer = Response | tuple[str, int]


@bp.get("/desk/parcels")
def desk() -> str:
    """Show what is to be done at the viewer's points, or the parcel of a code."""
    code = clean_line(request.args.get("code", "")[:20]) or ""
    found = list_desk(viewer(), code=code)
    name_places([card.region for card in (*found.arriving, *found.to_attest, *found.waiting, *found.unconfirmed)])
    parts = count_parts(viewer()) if found.is_more else 1
    return page("volunteer/parcels/desk.html", found=found, code=code, say=say, parts=parts)


@bp.get("/desk/parcels/<ref>")
def show(ref: str) -> Answer:
    """Show one pledge's parcels and what can be done with them now."""
    return _show(ref, ActForm())


def _show(ref: str, form: BaseForm) -> Answer:
    pledge = get_point_pledge(viewer(), ref)
    name_places([pledge.card.region])
    shown = page(
        "volunteer/parcels/show.html",
        pledge=pledge,
        form=form,
        say=say,
        visit=find_visit_for_field(ref) if pledge.card.kind == Kind.SERVICE.value else None,
        is_printable=pledge.card.kind == Kind.GOODS and pledge.card.state in UNDER_WAY,
        stations=stations_of(pledge.stops, pledge.card.kind),
    )
    return shown, form_status()


def _form(name: str, ref: str, form: BaseForm) -> Answer:
    shown = page(f"volunteer/parcels/{name}.html", pledge=get_point_pledge(viewer(), ref), form=form, act=ActForm())
    return shown, form_status()


def _made(name: str, ref: str, form: BaseForm, call: Callable[[], Any], said: str) -> Answer:
    """Do what a form says and go back to the parcel, or show the form again."""
    if submit(form, call) is None:
        return _form(name, ref, form)
    flash(said, "good")
    return _back(ref)


def _back(ref: str) -> Response:
    """Go back to the parcel, or to the list when it was here for the county's pool and is no more."""
    try:
        get_point_pledge(viewer(), ref)
    except Missing:
        return redirect("/desk/parcels")
    return redirect(f"/desk/parcels/{ref}")


def _act(ref: str, call: Callable[[], Any], said: str) -> Answer:
    """Do a one-button act, and show the parcel again when it is refused."""
    form = ActForm()
    if submit(form, call) is None:
        return _show(ref, form)
    flash(said, "good")
    return _back(ref)


@bp.get("/desk/parcels/<ref>/receive")
def receive_form(ref: str) -> Answer:
    """Ask how much arrived."""
    form = ReceiveForm()
    form.units.data = get_point_pledge(viewer(), ref).card.units
    return _form("receive", ref, form)


@bp.post("/desk/parcels/<ref>/receive")
def make_receive(ref: str) -> Answer:
    """Take a parcel in."""
    form = ReceiveForm()
    away = bool(form.family_away.data)
    return _made(
        "receive",
        ref,
        form,
        lambda: receive.receive(viewer(), ref, units=form.units.data, family_away=away),
        _("Taken in. Now hand it over to the family."),
    )


@bp.post("/desk/parcels/<ref>/hand-over")
def hand_over(ref: str) -> Answer:
    """Say that the family has it."""
    return _act(ref, lambda: receive.hand_over(viewer(), ref), _("Handed over. Now the family confirms it."))


@bp.post("/desk/parcels/<ref>/undo")
def undo(ref: str) -> Answer:
    """Correct a mistake of the last 24 hours."""
    return _act(ref, lambda: receive.undo(viewer(), ref), _("Corrected. The book keeps both entries."))


@bp.get("/desk/parcels/<ref>/return")
def return_form(ref: str) -> Answer:
    """Ask why it goes back."""
    return _form("return", ref, ReturnForm())


@bp.post("/desk/parcels/<ref>/return")
def make_return(ref: str) -> Answer:
    """Send a parcel back."""
    form = ReturnForm()
    return _made(
        "return",
        ref,
        form,
        lambda: receive.return_(
            viewer(),
            ref,
            reason=str(form.reason.data),
            courier=str(form.courier.data or ""),
            tracking=form.tracking.data or "",
        ),
        _("Sent back. The units are free again, and the donor is told."),
    )


@bp.get("/desk/parcels/<ref>/code")
def code_form(ref: str) -> Answer:
    """Ask for the family's code."""
    return _form("code", ref, CodeForm())


@bp.post("/desk/parcels/<ref>/code")
def make_code(ref: str) -> Answer:
    """Confirm by the family's code."""
    form = CodeForm()
    return _made(
        "code",
        ref,
        form,
        lambda: acknowledge.acknowledge(viewer(), ref, code=form.code.data or ""),
        _("Confirmed by the family. The wish has come true."),
    )


@bp.post("/desk/parcels/<ref>/send-code")
def send_code(ref: str) -> Answer:
    """Send a code to the family's relative."""
    form = ActForm()
    if submit(form, lambda: acknowledge.send_code(viewer(), ref)) is None:
        return _show(ref, form)
    flash(_("A code is on its way to the relative's phone. It is good for three days."), "good")
    return redirect(f"/desk/parcels/{ref}/code")


@bp.get("/desk/parcels/<ref>/slip")
def slip_form(ref: str) -> Answer:
    """Ask for the photo of the slip."""
    return _form("slip", ref, _slip_form(ref))


def _slip_form(ref: str) -> SlipForm | SiteSlipForm:
    """Give the form of a family's slip, or that of a site with those who may sign for it."""
    if get_point_pledge(viewer(), ref).card.beneficiary_kind != BeneficiaryKind.SITE:
        return SlipForm()
    form = SiteSlipForm()
    form.offer((signer.ref, signer.nickname) for signer in list_site_signers(viewer(), ref))
    return form


@bp.post("/desk/parcels/<ref>/slip")
def make_slip(ref: str) -> Answer:
    """Store a slip."""
    form = _slip_form(ref)
    return _made(
        "slip",
        ref,
        form,
        lambda: with_photo(form.photo.data, lambda photo: _store(ref, form, photo), may_hold_codes=True),
        _("The slip is stored. The township checks it."),
    )


def _store(ref: str, form: SlipForm | SiteSlipForm, photo: Photo | None) -> object:
    if photo is None:
        raise Invalid("photo-missing", field="photo")
    return confirm.store_slip(
        viewer(),
        ref,
        storage_key=photo.key,
        sha256=photo.sha256,
        look=photo.dhash,
        width=photo.width,
        height=photo.height,
        witness=form.witness.data or "",
        witness_role=str(form.witness_role.data or ""),
        signer=str(form.signer.data or "") if isinstance(form, SiteSlipForm) else "",
    )


@bp.get("/desk/parcels/<ref>/thank")
def thank_form(ref: str) -> Answer:
    """Offer a few ready phrases for the donor."""
    return _form("thank", ref, ThankForm())


@bp.post("/desk/parcels/<ref>/thank")
def make_thank(ref: str) -> Answer:
    """Send the donor a phrase."""
    form = ThankForm()
    return _made(
        "thank",
        ref,
        form,
        lambda: confirm.give_feedback(viewer(), ref, phrase=str(form.phrase.data)),
        _("The donor is told."),
    )


@bp.get("/desk/parcels/<ref>/dispute")
def dispute_form(ref: str) -> Answer:
    """Ask what is wrong."""
    return _form("dispute", ref, DisputeForm())


@bp.post("/desk/parcels/<ref>/dispute")
def make_dispute(ref: str) -> Answer:
    """Dispute a pledge."""
    form = DisputeForm()
    return _made(
        "dispute",
        ref,
        form,
        lambda: cases.dispute(viewer(), ref, reason=str(form.reason.data), words=form.words.data or ""),
        _("An auditor will look into it. All deadlines stand still meanwhile."),
    )


@bp.get("/desk/parcels/<ref>/appeal")
def appeal_form(ref: str) -> Answer:
    """Ask why the ruling is wrong."""
    return _form("appeal", ref, AppealForm())


@bp.post("/desk/parcels/<ref>/appeal")
def make_appeal(ref: str) -> Answer:
    """Appeal a ruling."""
    form = AppealForm()
    return _made(
        "appeal",
        ref,
        form,
        lambda: cases.appeal(viewer(), ref, grounds=form.grounds.data or ""),
        _("The level above will look at it again."),
    )
