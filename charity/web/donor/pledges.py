"""A donor's pledges: claiming, planning, the slip, sending, and what became of it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from charity.domain.errors import Missing
from charity.domain.kinds import Kind, PledgeState
from charity.queries.interests import find_interests
from charity.queries.next_wishes import list_next
from charity.queries.pledges.own import OwnPledge, get_own, get_slip, list_own
from charity.queries.services import find_own_day, list_meetings
from charity.queries.skills import get_own_skills
from charity.queries.waiting import is_waiting, list_open_offers, list_places
from charity.queries.wishes.page import get_wish
from charity.services.pledges import cases, plan, send
from charity.services.pledges.claim import claim as claim_units
from charity.web.donor.forms.pledges import ClaimForm, PlanForm, SendForm
from charity.web.kit.case_forms import AppealForm, DisputeForm, NotBackForm
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.labels import Labels
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.pledge_words import say, stations_of
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("donor_pledges", __name__)
DOORS = {
    "claim": SIGNED_IN,
    "make_claim": SIGNED_IN,
    "desk": SIGNED_IN,
    "show": SIGNED_IN,
    "plan_form": SIGNED_IN,
    "make_plan": SIGNED_IN,
    "send_form": SIGNED_IN,
    "make_send": SIGNED_IN,
    "parcel_form": SIGNED_IN,
    "make_parcel": SIGNED_IN,
    "slip": SIGNED_IN,
    "open_slip": SIGNED_IN,
    "extend": SIGNED_IN,
    "cancel": SIGNED_IN,
    "dispute_form": SIGNED_IN,
    "make_dispute": SIGNED_IN,
    "appeal_form": SIGNED_IN,
    "make_appeal": SIGNED_IN,
}
BY_HAND = "by-hand"
CLAIMED: Labels = {
    "goods": _l("The units are yours. Thank you! Now choose how the goods will travel."),
    "service": _l("The hours are yours. Thank you! Now agree on a day."),
    "produce": _l("It is kept for you. Now reserve it, and say where it is shipped to."),
    "money": _l("The shares are yours. Thank you! Now transfer the money to the organisation."),
}
NO_COPIES = {"Cache-Control": "no-store"}
Answer = Response | tuple[str, int]


@bp.get("/wishes/<ref>/claim")
def claim(ref: str) -> Answer:
    """Show what is claimed, and ask how many units."""
    return _claim(ref, ClaimForm())


def _claim(ref: str, form: ClaimForm) -> Answer:
    wish = get_wish(viewer(), ref)
    form.offer(wish.card.units_left, _units_at_once(wish.card.kind))
    name_places([wish.card.county, *(card.county for card in wish.similar)])
    shown = page("donor/pledges/claim.html", wish=wish, form=form, act=ActForm(), waits=is_waiting(viewer(), ref))
    return shown, form_status()


def _units_at_once(kind: str) -> int:
    """Give with how many units the viewer begins: of hours, what he said he can give."""
    if kind == Kind.SERVICE.value and viewer().is_signed_in and (hours := get_own_skills(viewer()).hours):
        return hours
    return find_interests(viewer().account_id).units


@bp.post("/wishes/<ref>/claim")
def make_claim(ref: str) -> Answer:
    """Claim units of a wish."""
    form = ClaimForm()
    done = submit(
        form,
        lambda: claim_units(viewer(), ref, units=form.units.data or 0, display=str(form.display.data)),
    )
    if done is None:
        return _claim(ref, form)
    flash(str(CLAIMED.get(get_own(viewer(), done.result.id).card.kind, CLAIMED["goods"])), "good")
    return redirect(f"/pledges/{done.result.id}")


@bp.get("/pledges")
def desk() -> str:
    """Show the viewer's pledges: what is open, what is offered, what has ended."""
    is_open = request.args.get("ended") != "1"
    found = list_own(viewer(), is_open=is_open, cursor=request.args.get("cursor"))
    following = () if request.args.get("cursor") else list_next(viewer())
    name_places(card.county for card in (*following, *found.cards))
    ended = "&ended=1" if not is_open else ""
    return page(
        "donor/pledges/desk.html",
        found=found,
        following=following,
        is_open=is_open,
        offers=list_open_offers(viewer()),
        places=list_places(viewer()),
        say=say,
        next_url=None if found.next is None else f"/pledges?cursor={found.next}{ended}",
    )


@bp.get("/pledges/<ref>")
def show(ref: str) -> Answer:
    """Show one pledge: its way, who must act next, what its donor may do."""
    return show_pledge(ref, ActForm())


def show_pledge(ref: str, form: BaseForm) -> Answer:
    """Show a pledge with the form of its buttons, which may say why one was refused."""
    pledge = get_own(viewer(), ref)
    name_places([pledge.card.county])
    shown = page(
        "donor/pledges/show.html",
        pledge=pledge,
        form=form,
        say=say,
        stations=stations_of(pledge.stops, pledge.card.kind, owes_refund=pledge.owes_refund),
        meetings=list_meetings(viewer(), ref) if pledge.card.kind == Kind.SERVICE else (),
    )
    return shown, form_status()


@bp.get("/pledges/<ref>/plan")
def plan_form(ref: str) -> Answer:
    """Ask how the goods will travel."""
    _of_goods(ref)
    return _form("donor/pledges/plan.html", ref, PlanForm())


@bp.post("/pledges/<ref>/plan")
def make_plan(ref: str) -> Answer:
    """Plan a pledge."""
    form = PlanForm()
    done = submit(
        form,
        lambda: plan.plan(viewer(), ref, method=str(form.method.data), made_to_order=bool(form.made_to_order.data)),
    )
    if done is None:
        return _form("donor/pledges/plan.html", ref, form)
    flash(_("Good. Open the shipping slip to see where to post it."), "good")
    return redirect(f"/pledges/{ref}")


@bp.get("/pledges/<ref>/send")
def send_form(ref: str) -> Answer:
    """Ask for the parcel's numbers."""
    return _send(ref, SendForm())


def _of_goods(ref: str) -> OwnPledge:
    """Give an own pledge of goods; other kinds have pages of their own."""
    pledge = get_own(viewer(), ref)
    if pledge.card.kind != Kind.GOODS.value:
        raise Missing
    return pledge


def _send(ref: str, form: BaseForm) -> Answer:
    pledge = _of_goods(ref)
    by_hand = pledge.method == BY_HAND
    shown = page("donor/pledges/send.html", pledge=pledge, form=form, by_hand=by_hand, action="send", say=say)
    return shown, form_status()


@bp.post("/pledges/<ref>/send")
def make_send(ref: str) -> Answer:
    """Say that the goods are on their way."""
    if get_own(viewer(), ref).method == BY_HAND:
        return _act(ref, lambda: send.send(viewer(), ref), _("Thank you. The service point expects you."))
    form = SendForm()
    done = submit(form, lambda: _sent(ref, form))
    if done is None:
        return _send(ref, form)
    flash(_("Thank you. You will be told when it arrives at the service point."), "good")
    return redirect(f"/pledges/{ref}")


def _sent(ref: str, form: SendForm) -> object:
    told = _numbers(form)
    courier, tracking, shop_order = told["courier"], told["tracking"], told["shop_order"]
    return send.send(viewer(), ref, courier=courier, tracking=tracking, shop_order=shop_order)


def _numbers(form: SendForm) -> dict[str, str]:
    return {
        "courier": str(form.courier.data or ""),
        "tracking": form.tracking.data or "",
        "shop_order": form.shop_order.data or "",
    }


@bp.get("/pledges/<ref>/parcel")
def parcel_form(ref: str) -> Answer:
    """Ask for one more parcel's numbers."""
    return _parcel(ref, SendForm())


def _parcel(ref: str, form: SendForm) -> Answer:
    shown = page(
        "donor/pledges/send.html",
        pledge=_of_goods(ref),
        form=form,
        by_hand=False,
        action="parcel",
        say=say,
    )
    return shown, form_status()


@bp.post("/pledges/<ref>/parcel")
def make_parcel(ref: str) -> Answer:
    """Add one more parcel."""
    form = SendForm()
    done = submit(form, lambda: send.add_parcel(viewer(), ref, **_numbers(form)))
    if done is None:
        return _parcel(ref, form)
    flash(_("The parcel is added."), "good")
    return redirect(f"/pledges/{ref}")


@bp.post("/pledges/<ref>/slip")
def open_slip(ref: str) -> Answer:
    """Log that the address is about to show, then show it."""
    form = ActForm()
    if submit(form, lambda: send.open_slip(viewer(), ref)) is None:
        return show_pledge(ref, form)
    return redirect(f"/pledges/{ref}/slip")


@bp.get("/pledges/<ref>/slip")
def slip(ref: str) -> Response | tuple[str, int, dict[str, str]]:
    """Show the shipping slip, once its showing was logged."""
    try:
        card = get_slip(viewer(), ref)
    except Missing:
        get_own(viewer(), ref)  # somebody else's stays missing; one's own is opened by its button
        return redirect(f"/pledges/{ref}")
    if card.kind == Kind.SERVICE.value:
        day, _hours = find_own_day(viewer(), ref)
        return page("donor/pledges/meeting.html", slip=card, day=day), 200, NO_COPIES
    return page("donor/pledges/slip.html", slip=card), 200, NO_COPIES


@bp.post("/pledges/<ref>/extend")
def extend(ref: str) -> Answer:
    """Take the one extension."""
    return _act(ref, lambda: plan.extend(viewer(), ref), _("You have seven more days."))


@bp.post("/pledges/<ref>/cancel")
def cancel(ref: str) -> Answer:
    """Give the units back."""
    return _act(ref, lambda: plan.cancel(viewer(), ref), _("The units are free again. There is no penalty."))


def _act(ref: str, call: Callable[[], object], said: str) -> Answer:
    """Do a one-button act, and show the pledge again when it is refused."""
    form = ActForm()
    if submit(form, call) is None:
        return show_pledge(ref, form)
    flash(said, "good")
    return redirect(f"/pledges/{ref}")


@bp.get("/pledges/<ref>/dispute")
def dispute_form(ref: str) -> Answer:
    """Ask what is wrong."""
    return _form("donor/pledges/dispute.html", ref, _dispute_form(ref))


def _dispute_form(ref: str) -> DisputeForm:
    is_returned = get_own(viewer(), ref).card.state == PledgeState.RETURNED.value
    return NotBackForm() if is_returned else DisputeForm()


@bp.post("/pledges/<ref>/dispute")
def make_dispute(ref: str) -> Answer:
    """Dispute a pledge."""
    form = _dispute_form(ref)
    done = submit(
        form,
        lambda: cases.dispute(viewer(), ref, reason=str(form.reason.data), words=form.words.data or ""),
    )
    if done is None:
        return _form("donor/pledges/dispute.html", ref, form)
    is_returned = isinstance(form, NotBackForm)
    still = _("An auditor will look into it. All deadlines stand still meanwhile.")
    flash(_("An auditor asks the organisation, and rules.") if is_returned else still, "good")
    return redirect(f"/pledges/{ref}")


@bp.get("/pledges/<ref>/appeal")
def appeal_form(ref: str) -> Answer:
    """Ask why the ruling is wrong."""
    return _form("donor/pledges/appeal.html", ref, AppealForm())


@bp.post("/pledges/<ref>/appeal")
def make_appeal(ref: str) -> Answer:
    """Appeal a ruling."""
    form = AppealForm()
    if submit(form, lambda: cases.appeal(viewer(), ref, grounds=form.grounds.data or "")) is None:
        return _form("donor/pledges/appeal.html", ref, form)
    flash(_("The level above will look at it again."), "good")
    return redirect(f"/pledges/{ref}")


def _form(template: str, ref: str, form: BaseForm) -> Answer:
    pledge: OwnPledge = get_own(viewer(), ref)
    return page(template, pledge=pledge, form=form, say=say), form_status()
