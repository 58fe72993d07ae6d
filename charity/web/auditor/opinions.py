"""Second opinions: what waits for my yes, what I asked for, what was decided; for offices and auditors."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.opinions import OpinionAct
from charity.queries.opinions import OpinionCard, get_opinions
from charity.services import opinions, roles
from charity.web.auditor.exports import filter_words
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles as for_roles
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.retention_words import RECORDS
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_opinions", __name__, url_prefix="/opinions")
GIVERS = for_roles(Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = {
    "show": GIVERS,
    "agree": GIVERS,
    "refuse": GIVERS,
    "withdraw": GIVERS,
    "carry_out": for_roles(Role.ADMINISTRATOR),
}
Answer = Response | tuple[str, int]


@bp.get("")
def show() -> Answer:
    """Show the three lists."""
    found = get_opinions(viewer())
    name_places(card.region for card in (*found.for_me, *found.mine, *found.past) if card.region)
    shown = page(
        "auditor/opinions/show.html",
        found=found,
        say=desk_word,
        narrowed=_narrowed,
        way=way_of,
        form=ActForm(formdata=None),
    )
    return shown, form_status()


def _narrowed(card: OpinionCard) -> list[str]:
    if card.act == OpinionAct.RETENTION:
        told = card.filters
        return [f"{RECORDS[told['record']].name}: {told['was']} → {told['days']}"]
    return filter_words(card.filters)


def way_of(card: OpinionCard) -> str:
    """Give the page where something agreed is carried out; a role is given by a button of its own."""
    if card.act == OpinionAct.EXPORT:
        return f"/audit/exports?{urlencode({'what': card.what} | card.filters)}"
    if card.act == OpinionAct.RETENTION:
        return f"/admin/retention/{card.filters['record']}?{urlencode({'days': card.filters['days']})}"
    page_of = {OpinionAct.UNMASK.value: "address", OpinionAct.STEP_RESET.value: "second-step"}
    return f"/admin/people/{card.subject_ref}/{page_of[card.act]}" if card.act in page_of else ""


def _after(form: ActForm, done: object, text: str) -> Answer:
    if done is None:
        say_refusal(form)
        return show()
    flash(text, "good")
    return redirect(url_for(".show"))


@bp.post("/<ref>/agree")
def agree(ref: str) -> Answer:
    """Say yes."""
    form = ActForm()
    done = submit(form, lambda: opinions.agree(viewer(), ref))
    return _after(form, done, _("You agreed. Who asked may now carry it out, once, within 48 hours of asking."))


@bp.post("/<ref>/refuse")
def refuse(ref: str) -> Answer:
    """Say no."""
    form = ActForm()
    return _after(form, submit(form, lambda: opinions.refuse(viewer(), ref)), _("You refused. It stays undone."))


@bp.post("/<ref>/withdraw")
def withdraw(ref: str) -> Answer:
    """Take one's own question back."""
    form = ActForm()
    return _after(form, submit(form, lambda: opinions.withdraw(viewer(), ref)), _("Taken back."))


@bp.post("/<ref>/carry-out")
def carry_out(ref: str) -> Answer:
    """Give the role that was agreed to."""
    form = ActForm()
    return _after(form, submit(form, lambda: roles.carry_out(viewer(), ref)), _("The role is given, from today."))
