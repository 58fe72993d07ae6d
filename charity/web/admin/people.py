"""The people of my region: who holds which role until when; giving and taking roles; shutting somebody out."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.regions import is_code
from charity.queries import accounts as read
from charity.services import accounts, roles
from charity.web.admin.forms.people import GrantForm
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles as for_roles
from charity.web.kit.forms import ActForm
from charity.web.kit.labels import choices_of
from charity.web.kit.opinions import waits_for_second
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_people", __name__, url_prefix="/admin/people")
READERS = for_roles(Role.ADMINISTRATOR, Role.AUDITOR)
GRANTERS = for_roles(Role.ADMINISTRATOR)
DOORS = {
    "show": READERS,
    "person": READERS,
    "show_grant": GRANTERS,
    "grant": GRANTERS,
    "revoke": GRANTERS,
    "disable": GRANTERS,
    "enable": GRANTERS,
}
GRANT = "people.grant"
LONGEST_SEARCH = 254


@bp.get("")
def show() -> str:
    """List the people with a role in my regions."""
    asked = request.args
    text, role = asked.get("q", "")[:LONGEST_SEARCH], asked.get("role", "")
    region, term = asked.get("region", ""), asked.get("term", "running")
    people, after = read.list_people(
        viewer(),
        text=text,
        role=role if role in set(Role) else "",
        region=region if is_code(region) else "",
        running=term != "all",
        after=asked.get("after", 0, type=int),
    )
    return page(
        "admin/people/show.html",
        people=people,
        text=text,
        role=role,
        term=term,
        roles=choices_of("role"),
        next_url=None if after is None else url_for(".show", q=text, role=role, region=region, term=term, after=after),
        may_grant=viewer().has_role(Role.ADMINISTRATOR),
    )


@bp.get("/<ref>")
def person(ref: str) -> str:
    """Show one person."""
    return _person(ref, ActForm())


def _person(ref: str, form: ActForm) -> str:
    shown = read.get_person(viewer(), ref)
    is_mine = viewer().has_role(Role.ADMINISTRATOR) and shown.id != viewer().account_id
    return page("admin/people/person.html", person=shown, form=form, may_grant=is_mine)


@bp.get("/grant")
def show_grant() -> str:
    """Choose the place, then fill in who gets which role."""
    return _grant(GrantForm(login=request.args.get("login", "")[:LONGEST_SEARCH]))


def _grant(form: GrantForm) -> str:
    is_country = viewer().holds(Role.ADMINISTRATOR, "")
    return page("admin/people/grant.html", form=form, choice=choose(viewer(), GRANT), is_country=is_country)


@bp.post("/grant")
def grant() -> Response | tuple[str, int]:
    """Give a role in the chosen place."""
    form = GrantForm()
    done = submit(form, lambda: _given(form))
    if done is None:
        return waits_for_second() or (_grant(form), form_status())
    flash(_("The role is given, from today."), "good")
    return redirect(url_for(".show"))


def _given(form: GrantForm) -> int:
    region = request.args.get("region", "")
    if region and not is_code(region):
        raise Missing
    return roles.grant(
        viewer(),
        login=form.login.data or "",
        role=Role(form.role.data),
        region=region,
        until=form.until.data,
    )


@bp.post("/<ref>/grants/<int:grant_id>/revoke")
def revoke(ref: str, grant_id: int) -> Response | tuple[str, int]:
    """Take a role away."""
    form = ActForm()
    if submit(form, lambda: roles.revoke(viewer(), grant_id)) is None:
        return _person(ref, form), form_status()
    flash(_("The role has ended."), "good")
    return redirect(url_for(".person", ref=ref))


@bp.post("/<ref>/disable")
def disable(ref: str) -> Response | tuple[str, int]:
    """Shut a person out."""
    form = ActForm()
    if submit(form, lambda: accounts.disable(viewer(), ref)) is None:
        return _person(ref, form), form_status()
    flash(_("The account is shut out; its sessions have ended."), "good")
    return redirect(url_for(".person", ref=ref))


@bp.post("/<ref>/enable")
def enable(ref: str) -> Response | tuple[str, int]:
    """Let a person in again."""
    form = ActForm()
    if submit(form, lambda: accounts.enable(viewer(), ref)) is None:
        return _person(ref, form), form_status()
    flash(_("The account is open again."), "good")
    return redirect(url_for(".person", ref=ref))
