"""Consents that end soon, and the photos of signed papers."""

from typing import BinaryIO, cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from charity.adapters.sealed_pictures import draw, open_sealed
from charity.domain.actors import Actor, Role
from charity.domain.consents import GivenBy
from charity.domain.errors import Invalid, Missing
from charity.queries import households as register
from charity.queries.consents import MOST, EndingConsents, list_ending
from charity.services.register import consent_papers, renewals
from charity.web.kit.bulk import Outcome, each, status_of
from charity.web.kit.formats import alias
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.pictures import photo_store, with_sealed
from charity.web.kit.places import name_places
from charity.web.kit.register import register_word
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.records import PaperForm, RenewalsForm
from charity.web.volunteer.households import show_again

bp = Blueprint("volunteer_consents", __name__, url_prefix="/households")
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
DOORS = {"ending": STAFF, "renew_several": STAFF, "new_paper": STAFF, "keep_paper": STAFF, "look": STAFF}
YES, NO, WORD = "yes", "no", "word-"
NO_COPIES = {"Cache-Control": "private, no-store"}


@bp.get("/consents")
def ending() -> ResponseReturnValue:
    """List whose consents end within 60 days; one press asks one person's uses again, or renews those of several."""
    return _ending(RenewalsForm(formdata=None), ())


def _ending(form: RenewalsForm, outcomes: tuple[Outcome, ...]) -> ResponseReturnValue:
    of = request.args.get("of", "")  # the family somebody comes from; after a press all are shown again
    lines = list_ending(viewer(), household=of)
    name_places(line.region for line in lines)
    names = {line.key: alias(line.member_alias) for line in lines}
    shown = page(
        "volunteer/consents/ending.html",
        lines=[(line, _again(line)) for line in lines],
        most=MOST,
        of=of,
        may_renew=not all(line.ends_with_age for line in lines),
        form=form,
        fresh=RenewalsForm(formdata=None),  # another press is another act, with a key of its own
        ticked=frozenset(request.form.getlist("refs")),
        said=request.form,
        refused=[(names.get(out.ref, out.ref.partition(".")[0]), out.why) for out in outcomes if not out.is_done],
        done=sum(outcome.is_done for outcome in outcomes),
    )
    return shown, form_status(), NO_COPIES


@bp.post("/consents")
def renew_several() -> ResponseReturnValue:
    """Renew the ticked people's consents, each in an act of its own, with the photo of what was signed."""
    form = RenewalsForm()
    done = submit(form, lambda: _renewed(form))
    if done is None:
        return _ending(form, ())
    count = sum(outcome.is_done for outcome in done.result)
    if count < len(done.result):
        g.form_status = status_of(done.result)
        return _ending(form, done.result)
    _tell(count, sum(_says_no(out.ref) for out in done.result))
    return redirect("/households/consents", code=303)


def _tell(count: int, noes: int) -> None:
    yeses = count - noes
    if yeses:
        said = ngettext(
            "The consents of %(num)s person are renewed.", "The consents of %(num)s people are renewed.", yeses
        )
        flash(said, "good")
    if noes:
        said = ngettext(
            "The no of %(num)s child is recorded, and what had been allowed is hidden.",
            "The no of %(num)s children is recorded, and what had been allowed is hidden.",
            noes,
        )
        flash(said, "good")


def _chosen(form: RenewalsForm) -> list[str]:
    """Give the ticked lines, and those whose child does not want it: a no needs no tick beside "Agrees again"."""
    noes = [name.removeprefix(WORD) for name, word in request.form.items() if name.startswith(WORD) and word == NO]
    form.refs.data = [*(form.refs.data or ()), *noes]
    return form.chosen()


def _says_no(ref: str) -> bool:
    """Say whether the child of a line does not want it: then it is a no, and needs no paper."""
    return request.form.get(f"{WORD}{ref}") == NO


def _renewed(form: RenewalsForm) -> tuple[Outcome, ...]:
    chosen, own = _chosen(form), request.files
    shared = [ref for ref in chosen if not own.get(f"paper-{ref}") and not _says_no(ref)]
    if shared:
        renewals.may_share(viewer(), tuple(dict.fromkeys(ref.partition(".")[0] for ref in shared)))
    drawn = draw(form.photo.data.stream) if shared and form.photo.data else None

    def renew(actor: Actor, ref: str) -> None:
        paper = own.get(f"paper-{ref}")
        _renew(actor, ref, draw(cast(BinaryIO, paper.stream)) if paper else drawn)

    return each(viewer(), chosen, renew)


def _renew(actor: Actor, ref: str, drawn: bytes | None) -> None:
    """Keep a copy of the paper for this family alone, then what was said; a refused or repeated call leaves no file."""
    household, member, side = [*ref.split("."), "", ""][:3]
    if side not in set(GivenBy):
        raise Missing
    if _says_no(ref):
        renewals.refuse(actor, household, member, given_by=GivenBy(side))
        return
    if drawn is None:
        raise Invalid("paper-missing")
    word = request.form.get(f"{WORD}{ref}", "")
    with_sealed(
        drawn,
        lambda key: renewals.renew(
            actor,
            household,
            member,
            given_by=GivenBy(side),
            key=key,
            child_agrees=None if not word else word == YES,
            parent_agreed=bool(request.form.get(f"parent-{ref}")),
        ),
    )


def _again(line: EndingConsents) -> str:
    said = [
        ("member", line.member),
        ("by", line.given_by),
        ("giver", line.giver),
        *(("use", use) for use in line.purposes),
    ]
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
    member = str(form.member.data)
    with_sealed(draw(form.photo.data.stream), lambda key: consent_papers.keep(viewer(), ref, member, key=key))


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
