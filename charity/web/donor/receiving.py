"""Money that reaches an organisation: its officers confirm arrival, pay it out by a document, or send it back."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Missing
from charity.queries.organisations.money import find_gift, get_money_desk, get_money_gift, get_money_pile
from charity.queries.payees import get_opened
from charity.services.pledges import cases, money, paying, receive
from charity.web.donor.forms.receiving import ArriveForm, OpenPayeeForm, PayForm, ReturnForm
from charity.web.kit.case_forms import AppealForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm, clean_line
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_receiving", __name__, url_prefix="/organisations/<ref>/money")
DOORS = dict.fromkeys(
    ("desk", "gift", "arrive", "pay", "undo", "send_back", "late", "show_appeal", "appeal", "open_payee", "payee"),
    SIGNED_IN,
)
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("")
def desk(ref: str) -> Answer:
    """List the money on its way, here, paid, and what ended without a word; or go to the gift of a reference."""
    reference = clean_line(request.args.get("reference", "")[:20]) or ""
    gift = find_gift(viewer(), ref, reference) if reference else None
    if gift is not None:
        return redirect(f"/organisations/{ref}/money/{gift}", code=303)
    pile, cursor = request.args.get("pile", ""), request.args.get("cursor", "")
    found = get_money_pile(viewer(), ref, pile, cursor=cursor) if pile else get_money_desk(viewer(), ref)
    name_places(row.county for one in found.piles.values() for row in one.rows)
    shown = page(
        "donor/receiving/desk.html",
        found=found,
        reference=reference,
        chosen=pile,
        first_url=url_for(".desk", ref=ref, pile=pile) if pile and cursor else None,
    )
    return shown, 200, NO_COPIES


@bp.get("/<gift>")
def gift(ref: str, gift: str) -> Answer:
    """Show one gift of money with what can be done about it."""
    return _gift(ref, gift)


def _gift(
    ref: str,
    gift: str,
    *,
    arrive: BaseForm | None = None,
    pay: BaseForm | None = None,
    back: BaseForm | None = None,
    opening: BaseForm | None = None,
    act: BaseForm | None = None,
) -> Answer:
    found = get_money_gift(viewer(), ref, gift)
    row = found.row
    name_places([row.county])
    shown = page(
        "donor/receiving/gift.html",
        found=found,
        row=row,
        arrive=arrive or ArriveForm(formdata=None, data={"units": row.units}),
        pay=pay or PayForm(formdata=None),
        back=back or ReturnForm(formdata=None),
        opening=opening or OpenPayeeForm(formdata=None),
        act=act or ActForm(formdata=None),
        say=say,
    )
    return shown, form_status(), NO_COPIES


@bp.post("/<gift>/arrive")
def arrive(ref: str, gift: str) -> Answer:
    """Say that the money has come, all of it or a part."""
    form = ArriveForm()
    if submit(form, _at(ref, gift, lambda: receive.receive(viewer(), gift, units=form.units.data))) is None:
        return _gift(ref, gift, arrive=form)
    return _done(ref, _("Written down: the money has arrived. Please pay it out within 15 days."))


@bp.post("/<gift>/pay")
def pay(ref: str, gift: str) -> Answer:
    """Say that the money was paid to the family's account, and by which document."""
    form = PayForm()
    document = form.document.data or ""
    if submit(form, _at(ref, gift, lambda: receive.hand_over(viewer(), gift, document=document))) is None:
        return _gift(ref, gift, pay=form)
    return _done(ref, _("Written down: it was paid out. The township calls the family back."))


@bp.post("/<gift>/undo")
def undo(ref: str, gift: str) -> Answer:
    """Take a mistaken arrival or payment back, within a day."""
    form = ActForm()
    if submit(form, _at(ref, gift, lambda: receive.undo(viewer(), gift))) is None:
        return _gift(ref, gift, act=form)
    return _done(ref, _("The step is taken back."))


@bp.post("/<gift>/back")
def send_back(ref: str, gift: str) -> Answer:
    """Say that the money goes back to its donor."""
    form = ReturnForm()
    reason, document = str(form.reason.data), form.document.data or ""
    call = _at(ref, gift, lambda: receive.return_(viewer(), gift, reason=reason, document=document))
    if submit(form, call) is None:
        return _gift(ref, gift, back=form)
    return _done(ref, _("Written down: it goes back to the donor, who is told."))


@bp.post("/<gift>/late")
def late(ref: str, gift: str) -> Answer:
    """Say that money came whose time had run out."""
    form = ActForm()
    if submit(form, _at(ref, gift, lambda: money.report_late(viewer(), gift))) is None:
        return _gift(ref, gift, act=form)
    return _done(ref, _("An auditor decides what becomes of it. Please keep it until then."))


@bp.post("/<gift>/payee")
def open_payee(ref: str, gift: str) -> Answer:
    """Log that the family's account is about to show, then show it."""
    form = OpenPayeeForm()
    purpose = str(form.purpose.data or "")
    if submit(form, _at(ref, gift, lambda: paying.open_payee(viewer(), gift, purpose=purpose))) is None:
        return _gift(ref, gift, opening=form)
    return redirect(f"/organisations/{ref}/money/{gift}/payee", code=303)


@bp.get("/<gift>/payee")
def payee(ref: str, gift: str) -> Answer:
    """Show where to pay it, once the showing was logged."""
    found = get_money_gift(viewer(), ref, gift)
    try:
        account = get_opened(viewer(), gift)
    except Missing:
        return redirect(f"/organisations/{ref}/money/{gift}")
    return page("donor/receiving/payee.html", found=found, account=account), 200, NO_COPIES


@bp.get("/<gift>/appeal")
def show_appeal(ref: str, gift: str) -> Answer:
    """Ask why a ruling should be looked at again."""
    return _appeal(ref, gift, AppealForm())


def _appeal(ref: str, gift: str, form: BaseForm) -> Answer:
    found = get_money_gift(viewer(), ref, gift)
    return page("donor/receiving/appeal.html", found=found, form=form), form_status(), NO_COPIES


@bp.post("/<gift>/appeal")
def appeal(ref: str, gift: str) -> Answer:
    """Take a ruling to the level above."""
    form = AppealForm()
    grounds = form.grounds.data or ""
    if submit(form, _at(ref, gift, lambda: cases.appeal(viewer(), gift, grounds=grounds))) is None:
        return _appeal(ref, gift, form)
    flash(_("The level above will look at it again."), "good")
    return redirect(f"/organisations/{ref}/money/{gift}", code=303)


def _at(ref: str, gift: str, call: Callable[[], object]) -> Callable[[], object]:
    """Look first whether the gift belongs to this organisation, unless this very press was answered before."""

    def run() -> object:
        if not was_answered():
            get_money_gift(viewer(), ref, gift)
        return call()

    return run


def _done(ref: str, said: str) -> Answer:
    flash(said, "good")
    return redirect(f"/organisations/{ref}/money", code=303)
