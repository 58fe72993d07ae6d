"""Organisations for their people: applying, joining by code, the officers' desk, and acting in its name."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, request
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.errors import Missing
from charity.domain.groups import CODE_LASTS
from charity.domain.organisations import Becomes
from charity.queries.organisations.acting import find_acting
from charity.queries.organisations.agreements import list_for_officers
from charity.queries.organisations.keeping import get_places, list_changes
from charity.queries.organisations.office import list_offices
from charity.queries.organisations.own import get_desk, list_own
from charity.queries.regions import place_path
from charity.services.organisations import agreements, officers, people
from charity.services.organisations.apply import Application, apply, change_bank, withdraw
from charity.web.donor.forms.organisations import ApplyForm, BankForm, JoinForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.organisation_words import org_word
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, press, say_refusal, submit
from charity.web.kit.viewer import act_for, viewer

bp = Blueprint("donor_organisations", __name__, url_prefix="/organisations")
DOORS = dict.fromkeys(
    (
        "own",
        "show_apply",
        "make_application",
        "take_back",
        "show_join",
        "join",
        "desk",
        "make_code",
        "void_code",
        "ask_part",
        "take_change_back",
        "remove",
        "be_counted",
        "leave",
        "show_bank",
        "make_bank",
        "acting",
        "begin_acting",
        "stop_acting",
        "answer_agreement",
    ),
    SIGNED_IN,
)
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/mine")
def own() -> Answer:
    """List the viewer's organisations."""
    return _own()


def _own() -> Answer:
    shown = page(
        "donor/organisations/own.html", found=list_own(viewer()), act=ActForm(formdata=None), org_word=org_word
    )
    return shown, form_status()


@bp.get("/apply")
def show_apply() -> Answer:
    """Say what registering an organisation means."""
    return _apply(_offered(ApplyForm()))


def _offered(form: ApplyForm) -> ApplyForm:
    spoken: str = current_app.extensions["language"]()
    return form.offer([(code, place_path(code, language=spoken) or _("Whole country")) for code in list_offices()])


def _apply(form: BaseForm) -> Answer:
    return page("donor/organisations/apply.html", form=form), form_status()


@bp.post("/apply")
def make_application() -> Answer:
    """Register an organisation."""
    form = _offered(ApplyForm())
    done = submit(form, lambda: apply(viewer(), application=_said(form)))
    if done is None:
        return _apply(form)
    flash(_("The office looks at it. You will find its answer in your inbox."), "good")
    return redirect("/organisations/mine", code=303)


def _said(form: ApplyForm) -> Application:
    return Application(
        name=form.name.data or "",
        number=form.number.data or "",
        kind=str(form.kind.data),
        region=form.region.data or "",
        contact=form.contact.data or "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        bank=form.bank(),
    )


@bp.post("/<ref>/take-back")
def take_back(ref: str) -> Answer:
    """Take an application back."""
    return _act_in_list(lambda: withdraw(viewer(), ref), _("The application was taken back."))


@bp.get("/join")
def show_join() -> Answer:
    """Ask for the code of an organisation."""
    return _join(JoinForm())


def _join(form: BaseForm) -> Answer:
    return page("donor/organisations/join.html", form=form), form_status()


@bp.post("/join")
def join() -> Answer:
    """Join the organisation of a code."""
    form = JoinForm()
    done = submit(form, lambda: people.join(viewer(), code=form.code.data or "", is_counted=bool(form.is_counted.data)))
    if done is None:
        return _join(form)
    flash(_("You are in. Welcome!"), "good")
    return redirect("/organisations/mine", code=303)


@bp.get("/<ref>/desk")
def desk(ref: str) -> Answer:
    """Show the officers' desk."""
    return _desk(ref)


def _desk(ref: str) -> Answer:
    asked = request.args
    found = get_desk(viewer(), ref, people_from=asked.get("people"))
    paired = list_for_officers(viewer(), ref, cursor=asked.get("agreements"))
    name_places(one.county for one in paired.cards)
    shown = page(
        "donor/organisations/desk.html",
        found=found,
        agreements=paired,
        places=get_places(viewer(), ref),
        changes=list_changes(viewer(), ref),
        act=ActForm(formdata=None),
        org_word=org_word,
    )
    return shown, form_status(), NO_COPIES


@bp.post("/<ref>/code")
def make_code(ref: str) -> Answer:
    """Make a new join code and show it, this once."""
    form = ActForm()
    done = submit(form, lambda: people.make_code(viewer(), ref))
    if done is None:
        say_refusal(form)
        return _desk(ref)
    code = done.result
    shown = page(
        "donor/organisations/code.html",
        found=get_desk(viewer(), ref),
        code=code.code,
        until=datetime.fromisoformat(code.until),
        days=CODE_LASTS.days,
    )
    return shown, 200, NO_COPIES


@bp.post("/<ref>/code/void")
def void_code(ref: str) -> Answer:
    """Let nobody join any more."""
    return _act_at_desk(ref, lambda: people.void_code(viewer(), ref), _("The join code is void."))


@bp.post("/<ref>/people/<person>/<any(officer, member, out):part>")
def ask_part(ref: str, person: str, part: str) -> Answer:
    """Ask the office that somebody speaks for the organisation, or does so no more."""
    said = _("Asked. It is so when the office has confirmed it.")
    return _act_at_desk(ref, lambda: officers.ask(viewer(), ref, person, becomes=Becomes(part)), said)


@bp.post("/<ref>/officers/<change>/take-back")
def take_change_back(ref: str, change: str) -> Answer:
    """Take back what was asked of the office."""
    return _act_at_desk(ref, lambda: officers.take_back(viewer(), ref, change), _("Taken back."))


@bp.post("/<ref>/people/<person>/remove")
def remove(ref: str, person: str) -> Answer:
    """Let somebody go."""
    said = _("The member is out, and the join code is void.")
    return _act_at_desk(ref, lambda: people.remove(viewer(), ref, person), said)


def _act_at_desk(ref: str, call: Callable[[], object], said: str) -> Answer:
    return press(call, said=said, to=f"/organisations/{ref}/desk", again=lambda: _desk(ref))


def _act_in_list(call: Callable[[], object], said: str) -> Answer:
    return press(call, said=said, to="/organisations/mine", again=_own)


@bp.post("/<ref>/counted/<any(yes, no):word>")
def be_counted(ref: str, word: str) -> Answer:
    """Let one's gifts count on the organisation's page, or no more."""
    said = _("Your answer is written down.")
    return _act_in_list(lambda: people.be_counted(viewer(), ref, is_counted=word == "yes"), said)


@bp.post("/<ref>/leave")
def leave(ref: str) -> Answer:
    """Leave an organisation."""
    return _act_in_list(lambda: people.leave(viewer(), ref), _("You have left the organisation."))


@bp.post("/<ref>/agreements/<agreement>/<any(yes, no):word>")
def answer_agreement(ref: str, agreement: str, word: str) -> Answer:
    """Say yes or no to a pairing agreement."""
    said = _("Your answer is written down.")
    return _act_at_desk(ref, lambda: agreements.answer(viewer(), ref, agreement, agrees=word == "yes"), said)


@bp.get("/<ref>/bank")
def show_bank(ref: str) -> Answer:
    """Ask for the organisation's account."""
    return _bank(ref, BankForm())


def _bank(ref: str, form: BaseForm) -> Answer:
    shown = page("donor/organisations/bank.html", found=get_desk(viewer(), ref), form=form)
    return shown, form_status(), NO_COPIES


@bp.post("/<ref>/bank")
def make_bank(ref: str) -> Answer:
    """Write another account down, which the office looks at first."""
    form = BankForm()
    if submit(form, lambda: change_bank(viewer(), ref, bank=form.bank())) is None:
        return _bank(ref, form)
    flash(_("The office looks at the account before donors see it."), "good")
    return redirect(f"/organisations/{ref}/desk", code=303)


@bp.get("/acting")
def acting() -> Answer:
    """Say in whose name one acts just now."""
    return page("donor/organisations/acting.html", act=ActForm(formdata=None)), form_status()


@bp.post("/<ref>/act")
def begin_acting(ref: str) -> Answer:
    """Act in an organisation's name in this browser from now on."""
    if viewer().officer_id is not None:  # pressed again, or still acting for another one
        return redirect("/organisations/acting", code=303)
    if find_acting(viewer(), ref) is None:
        raise Missing
    form = ActForm()
    if submit(form, lambda: act_for(ref)) is None:
        say_refusal(form)
        return _own()
    flash(_("What you do now, you do in the name of %(name)s.", name=viewer().acts_for), "good")
    return redirect("/wishes", code=303)


@bp.post("/acting/stop")
def stop_acting() -> Answer:
    """Act as oneself again."""
    return press(
        lambda: act_for(""),
        said=_("You act as yourself again."),
        to="/organisations/mine",
        again=acting,
        tone="message",
    )
