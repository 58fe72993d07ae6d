"""The township's desk: confirming by slip or call-back, checking one code in ten, disputing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from charity.domain import money
from charity.domain.actors import Role
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries.organisations.money import find_payment
from charity.queries.pledges.township import find_slip_photo, get_confirmation, list_confirmations
from charity.services.pledges import cases, confirm
from charity.web.kit.case_forms import AppealForm, DisputeForm
from charity.web.kit.forms import BaseForm
from charity.web.kit.page import page
from charity.web.kit.pictures import send_photo
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.confirmations import CheckForm, ConfirmForm

bp = Blueprint("reviewer_confirmations", __name__)
TOWNSHIP = frozenset({Role.REVIEWER})
DOORS = {
    "desk": TOWNSHIP,
    "show": TOWNSHIP,
    "make_confirm": TOWNSHIP,
    "make_check": TOWNSHIP,
    "dispute_form": TOWNSHIP,
    "make_dispute": TOWNSHIP,
    "appeal_form": TOWNSHIP,
    "make_appeal": TOWNSHIP,
    "slip": TOWNSHIP | {Role.AUDITOR},
}
Answer = Redirect | tuple[str, int]
WIDTH = 1280


@bp.get("/confirmations")
def desk() -> str:
    """Show what waits for the township."""
    found = list_confirmations(viewer())
    name_places([card.region for card in _cards(found)])
    return page("reviewer/confirmations/desk.html", found=found, say=say)


def _cards(found: Any) -> list[Any]:
    return [*(line.card for line in (*found.to_confirm, *found.to_check)), *found.overdue]


@bp.get("/confirmations/<ref>")
def show(ref: str) -> Answer:
    """Show one pledge with its slips and its way."""
    return _show(ref, ConfirmForm(), CheckForm())


def _show(ref: str, form: ConfirmForm, check: BaseForm) -> Answer:
    found = get_confirmation(viewer(), ref)
    form.ask_of(is_site=found.card.beneficiary_kind == BeneficiaryKind.SITE, is_money=found.card.kind == Kind.MONEY)
    name_places([found.card.region])
    shown = page(
        "reviewer/confirmations/show.html",
        found=found,
        form=form,
        check=check,
        say=say,
        stations=stations_of(found.stops, found.card.kind),
        payment=find_payment(viewer(), ref) if found.card.kind == Kind.MONEY else None,
    )
    return shown, form_status()


@bp.post("/confirmations/<ref>/confirm")
def make_confirm(ref: str) -> Answer:
    """Confirm a pledge."""
    form = ConfirmForm()
    card = get_confirmation(viewer(), ref).card
    form.ask_of(is_site=card.beneficiary_kind == BeneficiaryKind.SITE, is_money=card.kind == Kind.MONEY)
    return _made(
        ref,
        form,
        CheckForm(formdata=None),
        form,
        lambda: confirm.confirm(
            viewer(),
            ref,
            basis=str(form.basis.data),
            checks=frozenset(form.checks.data or ()),
            override_reason=form.override_reason.data or "",
            income_fen=money.parse_yuan(form.income.data, field="income") if form.income.data else None,
        ),
        _("Confirmed. The wish has come true."),
    )


@bp.post("/confirmations/<ref>/check")
def make_check(ref: str) -> Answer:
    """Write down what the check of a code has shown."""
    check = CheckForm()
    return _made(
        ref,
        ConfirmForm(formdata=None),
        check,
        check,
        lambda: confirm.check_code(viewer(), ref, outcome=str(check.outcome.data)),
        _("The check is written down."),
    )


def _made(
    ref: str, form: ConfirmForm, check: BaseForm, sent: BaseForm, call: Callable[[], object], said: str
) -> Answer:
    if submit(sent, call) is None:
        return _show(ref, form, check)
    flash(said, "good")
    return redirect("/confirmations")


@bp.get("/confirmations/<ref>/dispute")
def dispute_form(ref: str) -> Answer:
    """Ask what is wrong."""
    return _dispute(ref, DisputeForm())


def _dispute(ref: str, form: BaseForm) -> Answer:
    found = get_confirmation(viewer(), ref)
    return page("reviewer/confirmations/dispute.html", found=found, form=form), form_status()


@bp.post("/confirmations/<ref>/dispute")
def make_dispute(ref: str) -> Answer:
    """Dispute a pledge."""
    form = DisputeForm()
    done = submit(
        form,
        lambda: cases.dispute(viewer(), ref, reason=str(form.reason.data), words=form.words.data or ""),
    )
    if done is None:
        return _dispute(ref, form)
    flash(_("An auditor will look into it. All deadlines stand still meanwhile."), "good")
    return redirect("/confirmations")


@bp.get("/confirmations/<ref>/appeal")
def appeal_form(ref: str) -> Answer:
    """Ask why the ruling is wrong."""
    return _appeal(ref, AppealForm())


def _appeal(ref: str, form: BaseForm) -> Answer:
    found = get_confirmation(viewer(), ref)
    return page("reviewer/confirmations/appeal.html", found=found, form=form), form_status()


@bp.post("/confirmations/<ref>/appeal")
def make_appeal(ref: str) -> Answer:
    """Appeal a ruling."""
    form = AppealForm()
    if submit(form, lambda: cases.appeal(viewer(), ref, grounds=form.grounds.data or "")) is None:
        return _appeal(ref, form)
    flash(_("The level above will look at it again."), "good")
    return redirect(f"/confirmations/{ref}")


@bp.get("/confirmations/<ref>/slips/<slip_ref>")
def slip(ref: str, slip_ref: str) -> Response:
    """Send the picture of a slip."""
    return send_photo(find_slip_photo(viewer(), ref, slip_ref), WIDTH, "webp", is_public=False)
