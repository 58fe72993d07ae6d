"""The volunteer's wishes for hours: writing one down, correcting it, handing it in."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from charity.adapters.photos import Photo
from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.service import HOUR_FEN, Mode, Terms, category_of
from charity.domain.wishes import BeneficiaryKind
from charity.queries.points import list_choices
from charity.queries.services import find_second_adult, find_service
from charity.queries.wishes import choosing, own
from charity.services.wishes import service
from charity.services.wishes.needs import Need
from charity.web.kit import drafts
from charity.web.kit.forms import clean_line
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.pictures import with_photo
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.service import ServiceForm

bp = Blueprint("volunteer_service", __name__)
FIELD = frozenset({Role.VOLUNTEER})
DOORS = {"choose": FIELD, "new": FIELD, "create": FIELD, "edit": FIELD, "change": FIELD}


@bp.get("/desk/wishes/new/service")
def choose() -> str:
    """Choose whom the hours are for."""
    words = clean_line(request.args.get("q", "")[:40]) or ""
    homes, after = choosing.list_homes(viewer(), words=words, after=request.args.get("after", 0, type=int))
    here = "/desk/wishes/new/service"
    return page(
        "volunteer/wishes/choose.html",
        homes=homes,
        sites=choosing.list_sites(viewer()),
        words=words,
        posting=here,
        next_url=None if after is None else f"{here}?q={words}&after={after}",
    )


@bp.get("/desk/wishes/new/service/<kind>/<ref>")
def new(kind: str, ref: str) -> ResponseReturnValue:
    """Write down which hours are asked for."""
    chosen = choosing.get_chosen(viewer(), kind, ref)
    return _form(_offered(ServiceForm(), chosen.kind, chosen.region), alias=chosen.alias, kind=chosen.kind, wish=None)


@bp.post("/desk/wishes/new/service/<kind>/<ref>")
def create(kind: str, ref: str) -> ResponseReturnValue:
    """Keep the wish as a draft, or hand it in."""
    chosen = choosing.get_chosen(viewer(), kind, ref)
    form = _offered(ServiceForm(), chosen.kind, chosen.region)
    do = service.post_service if drafts.hands_in() else service.draft_service

    def call(photo: Photo | None) -> str:
        return do(viewer(), chosen.kind, ref, need=_need(form, chosen.kind), terms=_terms(form), photo=photo)

    if submit(form, lambda: with_photo(form.photo.data, call)) is None:
        return _form(form, alias=chosen.alias, kind=chosen.kind, wish=None)
    return drafts.kept()


@bp.get("/desk/wishes/service/<ref>/edit")
def edit(ref: str) -> ResponseReturnValue:
    """Show a draft or returned wish for hours for correction."""
    wish, kind = drafts.get_editable(ref, Kind.SERVICE)
    terms = find_service(ref)
    form = ServiceForm(
        data={
            "subject": terms.subject if terms else "",
            "title": wish.title,
            "details": wish.details,
            "reason_code": wish.reason_code,
            "wanted": wish.wanted,
            "mode": terms.mode if terms else Mode.ON_SITE.value,
            "first_on": terms.first_on if terms else None,
            "last_on": terms.last_on if terms else None,
            "point_ref": wish.point_ref,
            "second_adult": find_second_adult(viewer(), ref),
        }
    )
    return _form(_offered(form, kind, wish.region), alias=wish.alias, kind=kind, wish=wish)


@bp.post("/desk/wishes/service/<ref>/edit")
def change(ref: str) -> ResponseReturnValue:
    """Keep the corrections, or hand them in; a returned wish is always handed in."""
    if was_answered():  # handed in, it cannot be edited any more
        return drafts.kept()
    wish, kind = drafts.get_editable(ref, Kind.SERVICE)
    form = _offered(ServiceForm(), kind, wish.region)
    do = service.resubmit_service if drafts.hands_in() or wish.state == "returned" else service.edit_service

    def call(photo: Photo | None) -> None:
        do(viewer(), ref, need=_need(form, kind), terms=_terms(form), photo=photo)

    done = submit(form, lambda: with_photo(form.photo.data, call))
    return _form(form, alias=wish.alias, kind=kind, wish=wish) if done is None else drafts.kept()


def _offered(form: ServiceForm, kind: BeneficiaryKind, region: str) -> ServiceForm:
    points = list_choices(viewer(), region, kind)
    form.offer(kind, [(point.ref, f"{point.name} · {label('point', point.kind)}") for point in points])
    return form


def _form(form: ServiceForm, *, alias: str, kind: BeneficiaryKind, wish: own.Editable | None) -> ResponseReturnValue:
    shown = page("volunteer/wishes/service.html", form=form, alias=alias, kind=kind.value, wish=wish)
    return shown, form_status()


def _need(form: ServiceForm, kind: BeneficiaryKind) -> Need:
    return Need(
        kind=Kind.SERVICE,
        title=form.title.data or "",
        details=form.details.data or "",
        category=category_of(kind),
        reason_code=form.reason_code.data or "",
        unit_label="hour",
        unit_fen=HOUR_FEN,
        wanted=form.wanted.data or 0,
        point_ref=form.point_ref.data or "",
        season_on=form.last_on.data,
    )


def _terms(form: ServiceForm) -> Terms:
    if form.first_on.data is None or form.last_on.data is None:
        raise Missing
    return Terms(
        subject=form.subject.data or "",
        mode=Mode(str(form.mode.data)),
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        second_adult=form.second_adult.data or "",
    )
