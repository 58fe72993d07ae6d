"""Groups: a class or a team that holds seats; founding and joining one, its page, its young members, and its end."""

from datetime import datetime

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.groups import CODE_LASTS
from charity.queries.groups import GroupPage, get_group, list_own_groups
from charity.services.circles import group_seats, groups, young
from charity.services.circles.groups import GroupCode
from charity.web.donor.forms.groups import FoundForm, JoinForm, YoungForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.group_words import group_label
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, press, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_groups", __name__, url_prefix="/groups")
DOORS = dict.fromkeys(
    (
        "own",
        "show_new",
        "found",
        "show_join",
        "join",
        "show",
        "make_code",
        "void_code",
        "add_young",
        "remove_young",
        "remove_member",
        "ask_deputy",
        "answer_deputy",
        "show_end",
        "leave",
        "hand_over",
        "dissolve",
    ),
    SIGNED_IN,
)
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("")
def own() -> Answer:
    """List the viewer's groups."""
    return page("donor/groups/own.html", found=list_own_groups(viewer()), group_label=group_label), form_status()


@bp.get("/new")
def show_new() -> Answer:
    """Say what founding a group means."""
    return _new(FoundForm())


def _new(form: BaseForm) -> Answer:
    return page("donor/groups/new.html", form=form), form_status()


@bp.post("/new")
def found() -> Answer:
    """Found a group."""
    form = FoundForm()
    done = submit(form, lambda: groups.found(viewer(), kind=form.kind.data, is_adult=bool(form.is_adult.data)))
    if done is None:
        return _new(form)
    flash(_("The group is founded. Make a join code, and tell it to those who belong to it."), "good")
    return redirect(f"/groups/{done.result}")


@bp.get("/join")
def show_join() -> Answer:
    """Ask for the code of a group."""
    return _join(JoinForm())


def _join(form: BaseForm) -> Answer:
    return page("donor/groups/join.html", form=form), form_status()


@bp.post("/join")
def join() -> Answer:
    """Join the group of a code."""
    form = JoinForm()
    done = submit(form, lambda: groups.join(viewer(), code=form.code.data or "", is_adult=bool(form.is_adult.data)))
    if done is None:
        return _join(form)
    flash(_("You are in. Welcome!"), "good")
    return redirect(f"/groups/{done.result}")


@bp.get("/<ref>")
def show(ref: str) -> Answer:
    """Show a group to its members."""
    return _show(ref, YoungForm())


def _show(ref: str, form: YoungForm) -> Answer:
    group = get_group(viewer(), ref)
    shown = page(
        "donor/groups/show.html",
        group=group,
        form=form.offer(),
        act=ActForm(formdata=None),
        group_label=group_label,
    )
    return shown, form_status(), NO_COPIES


@bp.post("/<ref>/code")
def make_code(ref: str) -> Answer:
    """Make a new join code and show it, this once."""
    form = ActForm()
    done = submit(form, lambda: groups.make_code(viewer(), ref))
    if done is None:
        say_refusal(form)
        return _show(ref, YoungForm(formdata=None))
    return _code(get_group(viewer(), ref), done.result)


def _code(group: GroupPage, code: GroupCode) -> Answer:
    until = datetime.fromisoformat(code.until)
    shown = page(
        "donor/groups/code.html",
        group=group,
        code=code.code,
        until=until,
        days=CODE_LASTS.days,
        group_label=group_label,
    )
    return shown, 200, NO_COPIES


@bp.post("/<ref>/code/void")
def void_code(ref: str) -> Answer:
    """Let nobody join any more."""
    form = ActForm()
    if submit(form, lambda: groups.void_code(viewer(), ref)) is None:
        return _refused(ref, form)
    flash(_("The join code is void."))
    return redirect(f"/groups/{ref}")


def _refused(ref: str, form: BaseForm) -> Answer:
    say_refusal(form)
    return _show(ref, YoungForm(formdata=None))


@bp.post("/<ref>/young")
def add_young(ref: str) -> Answer:
    """Add a young member for whom the viewer acts."""
    form = YoungForm().offer()
    word, leave = str(form.word.data or ""), bool(form.has_leave.data)
    if submit(form, lambda: young.add(viewer(), ref, word=word, has_leave=leave)) is None:
        return _show(ref, form)
    flash(_("The young member is in. You act for the young member here."), "good")
    return redirect(f"/groups/{ref}")


@bp.post("/<ref>/young/<young_ref>/remove")
def remove_young(ref: str, young_ref: str) -> Answer:
    """Take a young member out."""
    form = ActForm()
    if submit(form, lambda: young.remove(viewer(), ref, young_ref)) is None:
        return _refused(ref, form)
    flash(_("The young member is out; nothing is kept."))
    return redirect(f"/groups/{ref}")


@bp.post("/<ref>/members/<member_ref>/remove")
def remove_member(ref: str, member_ref: str) -> Answer:
    """Let a member go, as the founder."""
    form = ActForm()
    if submit(form, lambda: groups.remove(viewer(), ref, member_ref)) is None:
        return _refused(ref, form)
    flash(_("The member is out, and the join code is void."))
    return redirect(f"/groups/{ref}")


@bp.post("/<ref>/members/<member_ref>/deputy")
def ask_deputy(ref: str, member_ref: str) -> Answer:
    """Ask a member to be the deputy."""
    form = ActForm()
    if submit(form, lambda: groups.ask_deputy(viewer(), ref, member_ref)) is None:
        return _refused(ref, form)
    flash(_("The member is asked and decides."), "good")
    return redirect(f"/groups/{ref}")


@bp.post("/<ref>/deputy/<any(yes, no):word>")
def answer_deputy(ref: str, word: str) -> Answer:
    """Say whether one is the deputy."""
    form = ActForm()
    if submit(form, lambda: groups.answer_deputy(viewer(), ref, agrees=word == "yes")) is None:
        return _refused(ref, form)
    flash(_("Your answer is written down."), "good")
    return redirect(f"/groups/{ref}")


@bp.get("/<ref>/end")
def show_end(ref: str) -> Answer:
    """Say what leaving means, or handing over and dissolving for whoever answers for the group."""
    return _end(ref)


def _end(ref: str) -> Answer:
    group = get_group(viewer(), ref)
    return page(
        "donor/groups/end.html", group=group, act=ActForm(formdata=None), group_label=group_label
    ), form_status()


@bp.post("/<ref>/leave")
def leave(ref: str) -> Answer:
    """Leave the group."""
    return press(
        lambda: groups.leave(viewer(), ref),
        said=_("You have left the group."),
        to="/groups",
        again=lambda: _end(ref),
        tone="message",
    )


@bp.post("/<ref>/hand-over")
def hand_over(ref: str) -> Answer:
    """Let the deputy answer for the group."""
    return press(
        lambda: group_seats.hand_over(viewer(), ref),
        said=_("The deputy answers for the group now."),
        to=f"/groups/{ref}",
        again=lambda: _end(ref),
    )


@bp.post("/<ref>/dissolve")
def dissolve(ref: str) -> Answer:
    """Dissolve the group."""
    return press(
        lambda: group_seats.dissolve(viewer(), ref),
        said=_("The group is dissolved. Its seats took notice."),
        to="/groups",
        again=lambda: _end(ref),
        tone="message",
    )
