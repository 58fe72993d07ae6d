"""The audit list: every pledge of my regions, narrowed, and the whole trail of each; for offices and auditors."""

from typing import Any, cast

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from charity.domain.actors import Role
from charity.domain.errors import Invalid, Refused
from charity.domain.permissions import regions_for
from charity.domain.regions import is_code
from charity.queries import audit
from charity.queries.notices import words_of
from charity.services.evidence import open_evidence
from charity.web.auditor.forms.pledges import ALL, AuditForm, DonorForm, EvidenceForm, ExportForm
from charity.web.kit import pledge_words
from charity.web.kit.desk_words import desk_word
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.pictures import send_photo
from charity.web.kit.places import name_places
from charity.web.kit.region_choices import region_choices
from charity.web.kit.submit import form_status, show_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("auditor_pledges", __name__, url_prefix="/audit/pledges")
READERS = roles(Role.ADMINISTRATOR, Role.AUDITOR)
AUDITORS = roles(Role.AUDITOR)
DOORS = {"show": READERS, "find": READERS, "trail": READERS, "look_inside": AUDITORS, "slip": AUDITORS}
Answer = Redirect | tuple[str, int]
WIDTH = 1280


@bp.get("")
def show() -> Answer:
    """List the pledges of my regions."""
    return _show(DonorForm())


def _show(donor: DonorForm) -> Answer:
    form = _form()
    found, total = None, 0
    if form.validate():
        try:
            found = audit.list_pledges(viewer(), form.filters(), request.args.get("cursor"))
            total = audit.count_pledges(viewer(), form.filters())
        except Refused as refused:
            show_refusal(form, refused)
    told = form.filters().told()
    name_places(row.region[:9] for row in (found.rows if found else ()))
    next_url = None if found is None or found.next is None else url_for(".show", cursor=found.next, **cast(Any, told))
    shown = page(
        "auditor/pledges/show.html",
        form=form,
        donor=donor,
        export=ExportForm(formdata=None),
        rows=found.rows if found else (),
        total=total,
        told=told,
        say=desk_word,
        next_url=next_url,
        is_first="cursor" not in request.args,
    )
    return shown, 422 if form.errors and form_status() == 200 else form_status()


def _form() -> AuditForm:
    form = AuditForm(request.args)
    asked = request.args.get("region", "")
    asked = asked if is_code(asked) else ""
    points = audit.list_points(viewer(), asked)
    chosen = request.args.get("point", "")
    names = [(point.ref, point.name) for point in points]
    if chosen and chosen not in {ref for ref, _name in names}:
        names.append((chosen, _("The chosen service point")))
    form.region.choices = cast(Any, region_choices(regions_for(viewer(), "pledge.audit"), asked))
    form.point.choices = cast(Any, [("", ALL), *names])
    return form


@bp.post("")
def find() -> Answer:
    """Narrow the list to one donor, found by the exact log-in."""
    form = DonorForm()
    done = submit(form, lambda: _found(form.login.data or ""))
    if done is None:
        return _show(form)
    kept = {name: value for name, value in request.args.items() if name not in ("donor", "cursor")}
    return redirect(url_for(".show", donor=done.result, **cast(Any, kept)))


def _found(login: str) -> str:
    try:
        found = audit.find_donor(viewer(), login)
    except Invalid as refused:
        raise Invalid(refused.code, field="login") from None
    if found is None:
        raise Invalid("donor-unknown-here", field="login")
    return found


@bp.get("/<ref>")
def trail(ref: str) -> Answer:
    """Show the whole trail of one pledge."""
    return _trail(ref, EvidenceForm())


def _trail(ref: str, form: EvidenceForm) -> Answer:
    found = audit.get_trail(viewer(), ref)
    name_places([found.region])
    shown = page(
        "auditor/pledges/trail.html",
        trail=found,
        form=form,
        say=desk_word,
        tell=pledge_words.say,
        numbers={entry.entry_id: entry.number for entry in found.entries},
        notices=[(line, _subject(line.kind, line.params)) for line in found.notices],
    )
    return shown, form_status()


def _subject(kind: str, params: dict[str, str | int]) -> str:
    try:
        return words_of(kind, params)[0]
    except KeyError:
        return kind


@bp.post("/<ref>")
def look_inside(ref: str) -> Answer:
    """Open the evidence for a purpose, for fifteen minutes."""
    form = EvidenceForm()
    if submit(form, lambda: open_evidence(viewer(), ref, purpose=str(form.purpose.data))) is None:
        return _trail(ref, form)
    flash(_("The evidence is open for 15 minutes. The purpose is on record."), "good")
    return redirect(url_for(".trail", ref=ref))


@bp.get("/<ref>/slips/<photo_ref>")
def slip(ref: str, photo_ref: str) -> Response:
    """Send the photo of a slip, while the evidence is open."""
    return send_photo(audit.get_slip_photo(viewer(), ref, photo_ref), WIDTH, "webp", is_public=False)
