"""What I can teach or do: said if one likes, changed and deleted at any time."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.skills import NO_SKILLS
from charity.queries.skills import get_own_skills
from charity.services import skills
from charity.web.account.forms.skills import SkillsForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, press, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_skills", __name__, url_prefix="/account/skills")
DOORS = dict.fromkeys(("show", "state", "forget"), SIGNED_IN)
Answer = Response | tuple[str, int]


@bp.get("")
def show() -> Answer:
    """Show what is said, in a form."""
    return _show(SkillsForm().fill(get_own_skills(viewer())))


def _show(form: SkillsForm) -> Answer:
    known = get_own_skills(viewer())
    return page("account/skills/show.html", form=form, is_said=known != NO_SKILLS, act=ActForm()), form_status()


@bp.post("")
def state() -> Answer:
    """Keep what was said."""
    form = SkillsForm()
    done = submit(
        form,
        lambda: skills.state(
            viewer(),
            subjects=form.subjects.data or (),
            modes=form.modes.data or (),
            weekdays=[int(day) for day in form.weekdays.data or ()],
            hours=form.hours.data,
        ),
    )
    if done is None:
        return _show(form)
    flash(_("Kept. Wishes that fit stand on your own page."), "good")
    return redirect("/giving/hours")


@bp.post("/forget")
def forget() -> Answer:
    """Delete everything that was said."""
    return press(
        lambda: skills.forget(viewer()),
        said=_("Deleted: nothing is stated any more."),
        to="/account/skills",
        again=lambda: _show(SkillsForm(formdata=None).fill(get_own_skills(viewer()))),
        tone="message",
    )
