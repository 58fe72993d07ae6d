"""The September list: children whose school stage is of an earlier school year, and what it is now."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from charity.domain.actors import Role
from charity.domain.identity import SchoolStage
from charity.queries.stages import list_stages_due
from charity.services.register.stages import renew_stages
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.stages import StagesForm

bp = Blueprint("volunteer_stages", __name__)
FIELD = frozenset({Role.VOLUNTEER})
DOORS = {"show": FIELD, "renew": FIELD}
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/households/stages")
def show() -> ResponseReturnValue:
    """List the children to ask about."""
    return _show(StagesForm())


def _show(form: StagesForm) -> ResponseReturnValue:
    shown = page(
        "volunteer/stages/show.html",
        due=list_stages_due(viewer()),
        form=form,
        said=form.stages(),
        stages=[stage.value for stage in SchoolStage],
    )
    return shown, form_status(), NO_COPIES


@bp.post("/households/stages")
def renew() -> ResponseReturnValue:
    """Write down what was said of the children; those left open stay on the list."""
    form = StagesForm()
    done = submit(form, lambda: renew_stages(viewer(), said=form.stages()))
    if done is None:
        return _show(form)
    said = ngettext("%(num)s school stage is renewed.", "%(num)s school stages are renewed.", done.result)
    flash(said, "good")
    return redirect(url_for(".show"), code=303)
