"""Consents that end soon, and the photos of signed papers."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.sealed_pictures import forget_sealed, keep_sealed, open_sealed
from charity.domain.actors import Role
from charity.domain.errors import Missing, Refused
from charity.queries import households as register
from charity.queries.consents import EndingConsents, list_ending
from charity.services.register import consent_papers
from charity.web.kit.formats import alias
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.pictures import photo_store
from charity.web.kit.places import name_places
from charity.web.kit.register import register_word
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.records import PaperForm
from charity.web.volunteer.households import show_again

bp = Blueprint("volunteer_consents", __name__, url_prefix="/households")
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {"ending": STAFF, "new_paper": STAFF, "keep_paper": STAFF, "look": STAFF}
NO_COPIES = {"Cache-Control": "private, no-store"}


@bp.get("/consents")
def ending() -> str:
    """List whose consents end within 60 days; one press asks all of one person's uses again."""
    lines = list_ending(viewer())
    name_places(line.region for line in lines)
    return page("volunteer/consents/ending.html", lines=[(line, _again(line)) for line in lines])


def _again(line: EndingConsents) -> str:
    said = [("member", line.member), ("by", line.given_by), *(("use", use) for use in line.purposes)]
    return f"/households/{line.household}/consents/new?{urlencode(said)}"


@bp.get("/<ref>/papers/new")
def new_paper(ref: str) -> ResponseReturnValue:
    """Add the photo of a signed paper."""
    return _new_paper(ref, _paper_form(ref))


def _paper_form(ref: str) -> PaperForm:
    form = PaperForm()
    people = register.list_members(viewer(), ref)
    form.offer([(row.ref, f"{alias(row.alias)} · {register_word('relation', row.relation)}") for row in people])
    return form


def _new_paper(ref: str, form: PaperForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    return page("volunteer/consents/paper.html", card=card, form=form), form_status(), NO_COPIES


@bp.post("/<ref>/papers/new")
def keep_paper(ref: str) -> ResponseReturnValue:
    """Keep the photo of a signed paper."""
    form = _paper_form(ref)
    if submit(form, lambda: _kept(ref, form)) is None:
        return _new_paper(ref, form)
    flash(_("The photo is kept, sealed."), "good")
    return redirect(url_for("volunteer_households.show", ref=ref), code=303)


def _kept(ref: str, form: PaperForm) -> None:
    """Keep the file first, then its record; a refused or repeated call leaves no file."""
    key = keep_sealed(form.photo.data.stream, photo_store())
    try:
        kept = consent_papers.keep(viewer(), ref, str(form.member.data), key=key)
    except Refused:
        forget_sealed(key, photo_store())
        raise
    if kept != key:  # the same request again: its first file stands
        forget_sealed(key, photo_store())


@bp.post("/<ref>/papers/<paper>")
def look(ref: str, paper: str) -> ResponseReturnValue:
    """Send the photo of a signed paper out of an open file; the look is written down first."""
    form = ActForm()
    done = submit(form, lambda: consent_papers.look(viewer(), ref, paper))
    if done is None:
        return show_again(ref, form)
    try:
        data = open_sealed(done.result, photo_store())
    except FileNotFoundError:
        raise Missing from None
    return current_app.response_class(data, content_type="image/webp", headers=NO_COPIES)
