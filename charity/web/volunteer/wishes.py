"""The volunteer's wishes: writing a need down, handing it in, keeping it true, taking it back."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.photos import Photo
from charity.domain import money
from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries.catalogue import list_offered
from charity.queries.points import list_choices
from charity.queries.wishes import choosing, own
from charity.queries.wishes.pictures import find_desk_photo
from charity.services.wishes import ending, keeping, post
from charity.services.wishes.needs import Need
from charity.web.kit import drafts
from charity.web.kit.forms import ActForm, clean_line
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.pictures import send_photo, with_photo
from charity.web.kit.submit import form_status, press, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.wishes import RenewForm, WishForm, WithdrawForm

bp = Blueprint("volunteer_wishes", __name__, url_prefix="/desk")
FIELD = frozenset({Role.VOLUNTEER})
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
DOORS = {
    "mine": FIELD,
    "choose": FIELD,
    "new": FIELD,
    "create": FIELD,
    "edit": FIELD,
    "change": FIELD,
    "renew": FIELD,
    "renew_many": FIELD,
    "show_withdraw": FIELD,
    "withdraw": FIELD,
    "photo": STAFF,
}
OWN_PAGES = frozenset({"service", "produce", "money"})  # kinds that are corrected on a page of their own


@bp.get("/wishes")
def mine() -> ResponseReturnValue:
    """List one's own wishes, what is to do first."""
    return _mine(RenewForm())


def _mine(form: RenewForm) -> ResponseReturnValue:
    group = request.args.get("group", "todo")
    found = own.list_own(viewer(), group, request.args.get("cursor"))
    shown = page(
        "volunteer/wishes/mine.html",
        found=found,
        group=group,
        groups=own.GROUPS,
        form=form,
        act=ActForm(),
        has_to_renew=any(wish.is_to_renew for wish in found.wishes),
        next_url=None if found.next is None else url_for(".mine", group=group, cursor=found.next),
    )
    return shown, form_status()


@bp.get("/wishes/new")
def choose() -> str:
    """Choose whom the wish is for."""
    words = clean_line(request.args.get("q", "")[:40]) or ""
    homes, after = choosing.list_homes(viewer(), words=words, after=request.args.get("after", 0, type=int))
    return page(
        "volunteer/wishes/choose.html",
        homes=homes,
        sites=choosing.list_sites(viewer()),
        words=words,
        posting=url_for(".choose"),
        next_url=None if after is None else url_for(".choose", q=words, after=after),
    )


@bp.get("/wishes/new/<kind>/<ref>")
def new(kind: str, ref: str) -> ResponseReturnValue:
    """Write the need down."""
    chosen = choosing.get_chosen(viewer(), kind, ref)
    return _form(_offered(WishForm(), chosen.kind, chosen.region), alias=chosen.alias, kind=chosen.kind, wish=None)


@bp.post("/wishes/new/<kind>/<ref>")
def create(kind: str, ref: str) -> ResponseReturnValue:
    """Keep the need as a draft, or hand it in."""
    chosen = choosing.get_chosen(viewer(), kind, ref)
    form = _offered(WishForm(), chosen.kind, chosen.region)
    do = post.post if drafts.hands_in() else post.draft

    def call(photo: Photo | None) -> str:
        return do(viewer(), chosen.kind, ref, need=_need(form), photo=photo)

    done = submit(form, lambda: with_photo(form.photo.data, call))
    if done is None:
        return _form(form, alias=chosen.alias, kind=chosen.kind, wish=None)
    return drafts.kept()


@bp.get("/wishes/<ref>/edit")
def edit(ref: str) -> ResponseReturnValue:
    """Show a draft or returned wish for correction."""
    wish = own.get_editable(viewer(), ref)
    if wish.kind in OWN_PAGES:
        return redirect(f"/desk/wishes/{wish.kind}/{ref}/edit")
    kind = BeneficiaryKind(wish.beneficiary_kind)
    form = WishForm(
        data={
            "category": wish.category,
            "title": wish.title,
            "details": wish.details,
            "reason_code": wish.reason_code,
            "wanted": wish.wanted,
            "unit_label": wish.unit_label,
            "unit_fen": money.plain_yuan(wish.unit_fen),
            "size": wish.size,
            "shown_sex": wish.shown_sex,
            "interest": wish.interest,
            "point_ref": wish.point_ref,
            "season_on": wish.season_on,
        }
    )
    return _form(_offered(form, kind, wish.region), alias=wish.alias, kind=kind, wish=wish)


@bp.post("/wishes/<ref>/edit")
def change(ref: str) -> ResponseReturnValue:
    """Keep the corrections, or hand them in; a returned wish is always handed in."""
    if was_answered():  # handed in, it cannot be edited any more
        return drafts.kept()
    wish = own.get_editable(viewer(), ref)
    if wish.kind in OWN_PAGES:
        raise Missing
    kind = BeneficiaryKind(wish.beneficiary_kind)
    form = _offered(WishForm(), kind, wish.region)
    do = post.resubmit if drafts.hands_in() or wish.state == "returned" else post.edit
    done = submit(
        form,
        lambda: with_photo(form.photo.data, lambda photo: do(viewer(), ref, need=_need(form), photo=photo)),
    )
    return _form(form, alias=wish.alias, kind=kind, wish=wish) if done is None else drafts.kept()


def _offered(form: WishForm, kind: BeneficiaryKind, region: str) -> WishForm:
    points = [
        (point.ref, f"{point.name} · {label('point', point.kind)}") for point in list_choices(viewer(), region, kind)
    ]
    form.offer(kind, list_offered(Kind.GOODS, kind), points)
    return form


def _form(form: WishForm, *, alias: str, kind: BeneficiaryKind, wish: own.Editable | None) -> ResponseReturnValue:
    return page("volunteer/wishes/form.html", form=form, alias=alias, kind=kind.value, wish=wish), form_status()


def _need(form: WishForm) -> Need:
    return Need(
        title=form.title.data or "",
        details=form.details.data or "",
        category=form.category.data or "",
        reason_code=form.reason_code.data or "",
        unit_label=form.unit_label.data or "",
        unit_fen=money.parse_yuan(form.unit_fen.data or "", field="unit_fen"),
        wanted=form.wanted.data or 0,
        size=form.size.data or "",
        shown_sex=form.shown_sex.data or "",
        interest=form.interest.data or "",
        point_ref=form.point_ref.data or "",
        season_on=form.season_on.data,
    )


@bp.post("/wishes/<ref>/renew")
def renew(ref: str) -> ResponseReturnValue:
    """Say that one need still stands."""
    return press(
        lambda: keeping.renew(viewer(), ref),
        said=_("The wish was renewed."),
        to=url_for(".mine"),
        again=lambda: _mine(RenewForm(formdata=None)),
    )


@bp.post("/wishes/renew")
def renew_many() -> ResponseReturnValue:
    """Say that the chosen needs still stand."""
    form = RenewForm()
    done = submit(form, lambda: keeping.renew_many(viewer(), form.refs.data or []))
    if done is None:
        return _mine(form)
    flash(_("%(count)s wishes were renewed.", count=done.result), "good")
    return redirect(url_for(".mine"), code=303)


@bp.get("/wishes/<ref>/withdraw")
def show_withdraw(ref: str) -> ResponseReturnValue:
    """Ask why a wish is taken down."""
    return _withdraw(ref, WithdrawForm())


def _withdraw(ref: str, form: WithdrawForm) -> ResponseReturnValue:
    wish = own.get_own(viewer(), ref)
    return page("volunteer/wishes/withdraw.html", wish=wish, form=form), form_status()


@bp.post("/wishes/<ref>/withdraw")
def withdraw(ref: str) -> ResponseReturnValue:
    """Take a wish down for good."""
    form = WithdrawForm()
    call = ending.withdraw
    done = submit(form, lambda: call(viewer(), ref, reasons=form.reasons.data or [], note=form.note.data or ""))
    if done is None:
        return _withdraw(ref, form)
    flash(_("The wish was taken down."), "good")
    return redirect(url_for(".mine", group="over"), code=303)


@bp.get("/photos/<ref>-<int:width>.<form>")
def photo(ref: str, width: int, form: str) -> Response:
    """Send the picture of a wish that is not public (yet) to those who may read it."""
    key = find_desk_photo(viewer(), ref)
    if key is None:
        raise Missing
    return send_photo(key, width, form, is_public=False)
