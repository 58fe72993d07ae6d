"""Where a family's money goes: the township writes it down, another reviewer of the county confirms a risky one."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.queries.payees import get_family, get_waiting, list_needed, list_waiting
from charity.services.register import payees
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.register import register_word
from charity.web.kit.submit import form_status, say_refusal, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.payees import PayeeForm, SecondForm

bp = Blueprint("reviewer_payees", __name__)
TOWNSHIP = roles(Role.REVIEWER)
DOORS = dict.fromkeys(("family", "record", "end", "desk", "show", "confirm", "refuse"), TOWNSHIP)
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/households/<ref>/payee")
def family(ref: str) -> ResponseReturnValue:
    """Show what is written down of a family's account, and ask for it."""
    return _family(ref, PayeeForm(formdata=None))


def _family(ref: str, form: BaseForm) -> ResponseReturnValue:
    found = get_family(viewer(), ref)
    shown = page(
        "reviewer/payees/family.html", found=found, form=form, act=ActForm(formdata=None), register_word=register_word
    )
    return shown, form_status(), NO_COPIES


@bp.post("/households/<ref>/payee")
def record(ref: str) -> ResponseReturnValue:
    """Write a family's account down."""
    form = PayeeForm()
    if submit(form, lambda: _record(ref, form)) is None:
        return _family(ref, form)
    flash(_("The account is written down, sealed."), "good")
    return redirect(f"/households/{ref}/payee", code=303)


def _record(ref: str, form: PayeeForm) -> str:
    return payees.record(
        viewer(),
        ref,
        account=form.account(),
        agreed=bool(form.agreed.data),
        reason=form.reason.data or "",
        speaks=str(form.speaks.data),
    )


@bp.post("/households/<ref>/payee/end")
def end(ref: str) -> ResponseReturnValue:
    """Take a family's account away at its word."""
    form = ActForm()
    if submit(form, lambda: payees.end(viewer(), ref)) is None:
        say_refusal(form)
        return _family(ref, PayeeForm(formdata=None))
    flash(_("Nobody opens this account any more."), "good")
    return redirect(f"/households/{ref}/payee", code=303)


@bp.get("/payees")
def desk() -> str:
    """List the families without an account for whom money waits, and the accounts that wait for a second person."""
    found, needed = list_waiting(viewer()), list_needed(viewer())
    name_places(one.region for one in (*found, *needed))
    return page("reviewer/payees/desk.html", found=found, needed=needed, register_word=register_word)


@bp.get("/payees/<payee>")
def show(payee: str) -> ResponseReturnValue:
    """Ask for the number once more."""
    return _show(payee, SecondForm(formdata=None))


def _show(payee: str, form: BaseForm) -> ResponseReturnValue:
    found = get_waiting(viewer(), payee)
    name_places([found.region])
    shown = page(
        "reviewer/payees/second.html", found=found, form=form, act=ActForm(formdata=None), register_word=register_word
    )
    return shown, form_status(), NO_COPIES


@bp.post("/payees/<payee>/yes")
def confirm(payee: str) -> ResponseReturnValue:
    """Confirm an account by its number."""
    form = SecondForm()
    if not was_answered():
        get_waiting(viewer(), payee)
    if submit(form, lambda: payees.second(viewer(), payee, number=form.number.data or "")) is None:
        return _show(payee, form)
    flash(_("The account is confirmed."), "good")
    return redirect("/payees", code=303)


@bp.post("/payees/<payee>/no")
def refuse(payee: str) -> ResponseReturnValue:
    """Say no to an account."""
    form = ActForm()
    if not was_answered():
        get_waiting(viewer(), payee)
    if submit(form, lambda: payees.refuse(viewer(), payee)) is None:
        say_refusal(form)
        return _show(payee, SecondForm(formdata=None))
    flash(_("You refused. What stood before goes on."), "good")
    return redirect("/payees", code=303)
