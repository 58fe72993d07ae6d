"""Circles as the field sees them: proposing one, letters of the family, and what the family says."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries import households as register
from charity.queries.catalogue import list_offered
from charity.queries.circles import desk as desks
from charity.queries.circles.basis import list_bases
from charity.queries.circles.family import find_circle_of
from charity.queries.circles.letters import LetterCard, list_to_bring
from charity.queries.circles.room import CircleRoom, get_desk_view
from charity.queries.points import list_choices
from charity.services.circles import household, letters, propose
from charity.web.kit.circle_forms import LetterForm
from charity.web.kit.circle_words import circle_word
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.circles import BroughtForm, ProposeForm

bp = Blueprint("volunteer_circles", __name__)
FIELD = frozenset({Role.VOLUNTEER})
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
READERS = STAFF | {Role.ADMINISTRATOR, Role.AUDITOR}
DOORS = {
    "desk": READERS,
    "show_propose": STAFF,
    "send_proposal": STAFF,
    "family": READERS,
    "renewal": STAFF,
    "refuse": STAFF,
    "refuse_person": STAFF,
    "show_letter": FIELD,
    "bring": FIELD,
    "show_brought": FIELD,
    "mark_brought": FIELD,
}
NO_COPIES = {"Cache-Control": "no-store"}


@bp.get("/desk/circles")
def desk() -> str:
    """List the circles of the viewer's regions, those at risk first."""
    after, is_field = request.args.get("after", ""), viewer().has_role(Role.VOLUNTEER)
    found = desks.list_of_region(viewer(), after=after)
    name_places(circle.region_code for circle in found.cards)
    return page(
        "volunteer/circles/desk.html",
        found=found.cards,
        next_url=None if found.next is None else url_for(".desk", after=found.next),
        first_url=url_for(".desk") if after else None,
        to_bring=list_to_bring(viewer()) if is_field and not after else (),
        is_field=is_field,
        say=circle_word,
    )


@bp.get("/households/<ref>/circle")
def show_propose(ref: str) -> ResponseReturnValue:
    """Show the family's circle, or the form that proposes one."""
    return _propose(ref, ProposeForm())


def _propose(ref: str, form: ProposeForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    _offer(form, card.region)
    has = find_circle_of(viewer(), ref, card.region)
    shown = page("volunteer/circles/propose.html", card=card, has=has, form=form, say=circle_word)
    return shown, form_status(), NO_COPIES


def _offer(form: ProposeForm, region: str) -> None:
    points = list_choices(viewer(), region, BeneficiaryKind.HOUSEHOLD)
    named = [(point.ref, f"{point.name} · {label('point', point.kind)}") for point in points]
    form.offer(named, list_bases(region), list_offered(Kind.GOODS, BeneficiaryKind.HOUSEHOLD))


@bp.post("/households/<ref>/circle")
def send_proposal(ref: str) -> ResponseReturnValue:
    """Propose a circle for the family."""
    card, form = register.get_household(viewer(), ref), ProposeForm()
    _offer(form, card.region)
    done = submit(form, lambda: _proposed(ref, form))
    if done is None:
        return _propose(ref, form)
    flash(_("The circle was proposed. The township looks at it before anybody may join."), "good")
    return redirect(f"/circles/{done.result}/room", code=303)


def _proposed(ref: str, form: ProposeForm) -> str:
    code = form.programme_code.data or ""
    return propose.propose(viewer(), ref, promise=form.promised(), terms=form.terms(), programme_code=code)


@bp.get("/circles/<ref>/family")
def family(ref: str) -> ResponseReturnValue:
    """Show what the family may say: another term, no circle, not this person."""
    return _family(ref, ActForm())


def _family(ref: str, form: BaseForm) -> ResponseReturnValue:
    room = get_desk_view(viewer(), ref)
    may_record = any(viewer().has_role(role) for role in STAFF)
    shown = page("volunteer/circles/family.html", room=room, act=form, may_record=may_record, say=circle_word)
    return shown, form_status(), NO_COPIES


@bp.post("/circles/<ref>/family/<any(yes, no):word>")
def renewal(ref: str, word: str) -> ResponseReturnValue:
    """Record what the family says about another term."""
    form = ActForm()
    if submit(form, lambda: household.record_renewal(viewer(), ref, agrees=word == "yes")) is None:
        say_refusal(form)
        return _family(ref, ActForm(formdata=None))
    return _recorded(f"/circles/{ref}/family")


@bp.post("/circles/<ref>/family/refuse")
def refuse(ref: str) -> ResponseReturnValue:
    """Record that the family wants no circle; nobody asks why."""
    form = ActForm()
    if submit(form, lambda: household.refuse_circle(viewer(), ref)) is None:
        say_refusal(form)
        return _family(ref, ActForm(formdata=None))
    return _recorded("/desk/circles")


@bp.post("/circles/<ref>/family/refuse/<seat_ref>")
def refuse_person(ref: str, seat_ref: str) -> ResponseReturnValue:
    """Record that the family does not want one person; nobody asks why."""
    form = ActForm()
    if submit(form, lambda: household.refuse_person(viewer(), ref, seat_ref)) is None:
        say_refusal(form)
        return _family(ref, ActForm(formdata=None))
    return _recorded(f"/circles/{ref}/family")


def _recorded(url: str) -> ResponseReturnValue:
    flash(_("What the family said is on record."), "good")
    return redirect(url, code=303)


@bp.get("/circles/<ref>/seats/<seat_ref>/letter")
def show_letter(ref: str, seat_ref: str) -> ResponseReturnValue:
    """Write down a letter of the family to one donor."""
    return _letter(ref, seat_ref, LetterForm())


def _letter(ref: str, seat_ref: str, form: BaseForm) -> ResponseReturnValue:
    room = get_desk_view(viewer(), ref)
    seat = next((seat for seat in room.seats if seat.ref == seat_ref and seat.state in ("active", "leaving")), None)
    if seat is None:
        raise Missing
    return page("volunteer/circles/letter.html", room=room, seat=seat, form=form), form_status(), NO_COPIES


@bp.post("/circles/<ref>/seats/<seat_ref>/letter")
def bring(ref: str, seat_ref: str) -> ResponseReturnValue:
    """Hand a letter of the family in; a reviewer reads it first."""
    form = LetterForm()
    if submit(form, lambda: letters.bring(viewer(), ref, seat_ref, text=form.text.data or "")) is None:
        return _letter(ref, seat_ref, form)
    flash(_("The letter waits for the reviewer. It reaches the donor when it has passed."), "good")
    return redirect(f"/circles/{ref}/room", code=303)


@bp.get("/circles/<ref>/letters/<letter_ref>/brought")
def show_brought(ref: str, letter_ref: str) -> ResponseReturnValue:
    """Show a letter to read out to the family, and ask on which day it was brought."""
    return _brought(ref, letter_ref, BroughtForm())


def _brought(ref: str, letter_ref: str, form: BaseForm) -> ResponseReturnValue:
    room, letter = _get_letter(ref, letter_ref)
    return page("volunteer/circles/brought.html", room=room, letter=letter, form=form), form_status(), NO_COPIES


def _get_letter(ref: str, letter_ref: str) -> tuple[CircleRoom, LetterCard]:
    room = get_desk_view(viewer(), ref)
    found = next((one for one in room.letters if one.ref == letter_ref and one.is_for_family), None)
    if found is None:
        raise Missing
    return room, found


@bp.post("/circles/<ref>/letters/<letter_ref>/brought")
def mark_brought(ref: str, letter_ref: str) -> ResponseReturnValue:
    """Record that a letter was brought to the family."""
    form = BroughtForm()
    _get_letter(ref, letter_ref)
    if submit(form, lambda: letters.hand_to_family(viewer(), letter_ref, day=form.on())) is None:
        return _brought(ref, letter_ref, form)
    flash(_("Written down. The donor is told that the letter has arrived."), "good")
    return redirect("/desk/circles", code=303)
