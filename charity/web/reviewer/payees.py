"""Where a family's money goes: the township writes it down, another reviewer of the county confirms a risky one."""

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.queries.payees import get_family, get_waiting, list_needed, list_to_tell_around, list_waiting
from charity.services.register import payees
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.register import register_word
from charity.web.kit.submit import form_status, press, say_refusal, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.reviewer.forms.payees import PayeeForm, SecondForm

bp = Blueprint("reviewer_payees", __name__)
TOWNSHIP = roles(Role.REVIEWER)
DOORS = dict.fromkeys(("family", "record", "end", "desk", "show", "confirm", "refuse", "tell"), TOWNSHIP)
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
    return press(
        lambda: payees.end(viewer(), ref),
        said=_("Nobody opens this account any more."),
        to=f"/households/{ref}/payee",
        again=lambda: _family(ref, PayeeForm(formdata=None)),
    )


@bp.get("/payees")
def desk() -> str:
    """List the families without an account for whom money waits, those to be told, and what waits for a second one."""
    return _desk()


def _desk() -> str:
    found, needed, tell_them = list_waiting(viewer()), list_needed(viewer()), list_to_tell_around(viewer())
    name_places(one.region for one in (*found, *needed, *tell_them))
    return page(
        "reviewer/payees/desk.html",
        found=found,
        needed=needed,
        to_tell=tell_them,
        act=ActForm(formdata=None),
        register_word=register_word,
    )


@bp.post("/payees/<payee>/told/<any(yes, no):word>")
def tell(payee: str, word: str) -> ResponseReturnValue:
    """Write down that a family no volunteer may ask was told of its changed account, and whether it knew of it."""
    knew = _("Written down: the family was told.")
    doubts = _("Written down: nobody pays to an account of this family now, and the township asks it.")
    return press(
        lambda: payees.tell(viewer(), payee, is_right=word == "yes"),
        said=knew if word == "yes" else doubts,
        to="/payees",
        again=lambda: (_desk(), form_status()),
    )


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
