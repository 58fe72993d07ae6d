"""The register's pages: families, their files and lives; shared by volunteers and reviewers of a region."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.doubles import Ends
from charity.domain.errors import Missing
from charity.domain.households import Category, FactGroup, FilePurpose, LifeAct, facts_of
from charity.domain.regions import Level, is_code, level_of
from charity.queries import household_files
from charity.queries import households as register
from charity.queries.likenesses import SideBySide, get_side_by_side
from charity.queries.matching.explaining import explain
from charity.queries.payees import list_looks_of
from charity.queries.regions import place_path
from charity.queries.stages import list_stages_due
from charity.services.register import doubles, files, households, look_alikes
from charity.services.register.households import Family
from charity.web.kit.chooser import choose
from charity.web.kit.family_paper import draw_private, draw_public
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.papers import drawn, send_paper
from charity.web.kit.places import name_places
from charity.web.kit.register import likeness_word
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.households import (
    ClearForm,
    DecideForm,
    HouseholdForm,
    LifeForm,
    OpenFileForm,
    SearchForm,
)

bp = Blueprint("volunteer_households", __name__)
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
FIELD = frozenset({Role.VOLUNTEER})
TOWNSHIP = frozenset({Role.REVIEWER})
LOOKERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
DOORS = {
    "desk": STAFF,
    "search": STAFF,
    "new": FIELD,
    "create": FIELD,
    "show": STAFF | LOOKERS,
    "open_file": STAFF,
    "card": STAFF,
    "print_card": STAFF,
    "verify": TOWNSHIP,
    "move_on": TOWNSHIP,
    "clear": TOWNSHIP,
    "compare": TOWNSHIP,
    "log": LOOKERS,
}
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/households")
def desk() -> ResponseReturnValue:
    """List the families of the viewer's regions."""
    return _desk(SearchForm(), "")


@bp.post("/households")
def search() -> ResponseReturnValue:
    """Find families; the words searched for stay out of the address."""
    form = SearchForm()
    found = submit(form, lambda: form.q.data or "")
    return _desk(form, "" if found is None else found.result)


def _desk(form: SearchForm, words: str) -> ResponseReturnValue:
    found = register.list_households(viewer(), search=words, cursor=request.args.get("cursor", ""))
    shown = page(
        "volunteer/households/desk.html",
        found=found,
        pooled=() if words else register.list_pooled(viewer()),
        form=form,
        words=words,
        may_register=_is_volunteer(),
        stages_due=len(list_stages_due(viewer())) if _is_volunteer() else 0,
    )
    return shown, form_status(), NO_COPIES


def _is_volunteer() -> bool:
    return viewer().has_role(Role.VOLUNTEER)


@bp.get("/households/new")
def new() -> ResponseReturnValue:
    """Choose the village, then write the family down."""
    choice = choose(viewer(), "household.register")
    if not choice.is_done:
        return page("volunteer/households/choose.html", choice=choice)
    return _new(HouseholdForm(), choice.chosen)


def _new(form: HouseholdForm, region: str) -> ResponseReturnValue:
    place = place_path(region, language=current_app.extensions["language"]())
    shown = page(
        "volunteer/households/new.html", form=form, region=region, place=place, asks_why=_asks_why(form.override)
    )
    return shown, form_status(), NO_COPIES


def _asks_why(field: object) -> bool:
    return bool(getattr(field, "errors", ()) or getattr(field, "data", ""))


@bp.post("/households/new")
def create() -> ResponseReturnValue:
    """Register the family."""
    form, region = HouseholdForm(), request.args.get("region", "")
    if not is_code(region) or level_of(region) is not Level.VILLAGE:
        raise Missing
    done = submit(
        form, lambda: households.register(viewer(), region, family=_family(form), override=form.override.data or "")
    )
    if done is None:
        return _new(form, region)
    flash(_("The family is registered. Now write down its people."), "good")
    return redirect(url_for(".show", ref=done.result), code=303)


def _family(form: HouseholdForm) -> Family:
    return Family(
        category=Category(form.category.data),
        head_name=form.head_name.data or "",
        address=form.address.data or "",
        phone=form.phone.data or "",
        relative_phone=form.relative_phone.data or "",
    )


@bp.get("/households/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show a family; its file only within a grant."""
    return _show(ref, OpenFileForm(), LifeForm(), ClearForm(), ActForm())


def _show(
    ref: str, opening: OpenFileForm, life: LifeForm, clearing: ClearForm, act: ActForm, *, cleared: str = ""
) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref, pooled=True)
    opening.allow(card.purposes)
    shown = page(
        "volunteer/households/show.html",
        card=card,
        file=household_files.get_file(viewer(), ref) if card.open_until else None,
        questions=[(group.value, [fact.key for fact in facts_of(group)]) for group in FactGroup],
        may_open=bool(card.purposes) and (viewer().has_role(Role.VOLUNTEER) or viewer().has_role(Role.REVIEWER)),
        opening=opening,
        life=life,
        clearing=clearing,
        cleared=cleared,
        act=act,
        why=None if card.is_pooled else explain(viewer(), ref),
    )
    return shown, form_status(), NO_COPIES


def show_again(ref: str, act: ActForm) -> ResponseReturnValue:
    """Show a family again after one of its buttons was refused, and say why."""
    return _show(ref, OpenFileForm(), LifeForm(), ClearForm(), act)


@bp.post("/households/<ref>/open")
def open_file(ref: str) -> ResponseReturnValue:
    """Open the file for a purpose, which is written down first."""
    form = OpenFileForm()
    done = submit(form, lambda: files.open_file(viewer(), ref, purpose=FilePurpose(form.purpose.data)))
    return _show(ref, form, LifeForm(), ClearForm(), ActForm()) if done is None else _back(ref)


def _back(ref: str) -> ResponseReturnValue:
    """Go back to the family, or to the list when it was here for the county's pool and the act is done."""
    try:
        register.get_household(viewer(), ref, pooled=True)
    except Missing:
        return redirect(url_for(".desk"), code=303)
    return redirect(url_for(".show", ref=ref), code=303)


@bp.get("/households/<ref>/family-card")
def card(ref: str) -> ResponseReturnValue:
    """Print the public side of a family's card: nothing of its file stands on it."""
    found = register.get_household(viewer(), ref)
    return send_paper(lambda: draw_public(found), "family-card.pdf")


@bp.post("/households/<ref>/family-card")
def print_card(ref: str) -> ResponseReturnValue:
    """Print the private side of a family's card: only out of an open file, and written down before it leaves."""
    form = ActForm()
    found = register.get_household(viewer(), ref)
    pdf = drawn(lambda: draw_private(found, household_files.get_file(viewer(), ref)))
    if submit(form, lambda: files.note_printing(viewer(), ref)) is None:
        return _show(ref, OpenFileForm(), LifeForm(), ClearForm(), form)
    return send_paper(lambda: pdf, "family-file.pdf")


@bp.post("/households/<ref>/verify")
def verify(ref: str) -> ResponseReturnValue:
    """Confirm as the township that the family is what its record says."""
    form = ActForm()
    done = submit(form, lambda: households.verify(viewer(), ref))
    if done is None:
        return _show(ref, OpenFileForm(), LifeForm(), ClearForm(), form)
    flash(_("The family is verified."), "good")
    return _back(ref)


@bp.post("/households/<ref>/life")
def move_on(ref: str) -> ResponseReturnValue:
    """Move the family along its life."""
    form = LifeForm()
    done = submit(form, lambda: households.move_on(viewer(), ref, life_act=LifeAct(form.life_act.data)))
    return _show(ref, OpenFileForm(), form, ClearForm(), ActForm()) if done is None else _back(ref)


@bp.get("/households/<ref>/look-alikes/<like>")
def compare(ref: str, like: str) -> ResponseReturnValue:
    """Show two who look alike side by side."""
    found = get_side_by_side(viewer(), ref, like)
    return _compare(found, like, _deciding(found))


def _deciding(found: SideBySide) -> DecideForm:
    form = DecideForm()
    # Of one that was decided meanwhile every answer is heard, and refused for that.
    form.allow(found.ends or tuple(Ends), is_person=bool(found.member))
    return form


def _compare(found: SideBySide, like: str, form: DecideForm) -> ResponseReturnValue:
    name_places([found.this.region, *([found.other.region] if found.other else [])])
    shown = page("volunteer/households/compare.html", found=found, like=like, form=form, say=likeness_word)
    return shown, form_status(), NO_COPIES


@bp.post("/households/<ref>/look-alikes/<like>")
def clear(ref: str, like: str) -> ResponseReturnValue:
    """Say as the township whether two who look alike are the same; beside the open file only that they are not."""
    if not request.form.keys().isdisjoint({"beside", "decision"}):
        return _decide(ref, like)
    form = ClearForm()
    done = submit(form, lambda: look_alikes.clear_look_alike(viewer(), ref, like, reason=form.reason.data or ""))
    if done is None:
        return _show(ref, OpenFileForm(), LifeForm(), form, ActForm(), cleared=like)
    return _back(ref)


def _decide(ref: str, like: str) -> ResponseReturnValue:
    found = get_side_by_side(viewer(), ref, like)
    form = _deciding(found)
    done = submit(form, lambda: _decided(ref, like, form))
    if done is None:
        return _compare(get_side_by_side(viewer(), ref, like), like, form)
    return _back(done.result)


def _decided(ref: str, like: str, form: DecideForm) -> str:
    reason = form.reason.data or ""
    if form.decision.data in set(Ends):
        return doubles.end_double(viewer(), ref, like, ends=Ends(form.decision.data), reason=reason)
    look_alikes.clear_look_alike(viewer(), ref, like, reason=reason)
    return ref


@bp.get("/households/<ref>/log")
def log(ref: str) -> ResponseReturnValue:
    """Show who opened the family's file."""
    card = register.get_household(viewer(), ref)
    openings = register.list_file_openings(viewer(), ref)
    return page("volunteer/households/log.html", card=card, rows=openings, looks=list_looks_of(viewer(), ref))
