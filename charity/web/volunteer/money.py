"""The volunteer's wishes for money: writing one down, correcting it, handing it in."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from charity.domain import money as yuan
from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries.organisations.money import find_receiver_of, list_receivers
from charity.queries.wishes import choosing, own
from charity.services.wishes import money
from charity.services.wishes.needs import Need
from charity.web.kit import drafts
from charity.web.kit.forms import clean_line
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit, was_answered
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.money import MoneyForm

bp = Blueprint("volunteer_money", __name__)
FIELD = frozenset({Role.VOLUNTEER})
DOORS = {"choose": FIELD, "new": FIELD, "create": FIELD, "edit": FIELD, "change": FIELD}
HERE = "/desk/wishes/new/money"


@bp.get("/desk/wishes/new/money")
def choose() -> str:
    """Choose whom the money is for; schools and villages have no account here."""
    words = clean_line(request.args.get("q", "")[:40]) or ""
    homes, after = choosing.list_homes(viewer(), words=words, after=request.args.get("after", 0, type=int))
    return page(
        "volunteer/wishes/choose.html",
        homes=homes,
        sites=(),
        words=words,
        posting=HERE,
        next_url=None if after is None else f"{HERE}?q={words}&after={after}",
    )


@bp.get("/desk/wishes/new/money/<kind>/<ref>")
def new(kind: str, ref: str) -> ResponseReturnValue:
    """Write down what the money is for."""
    chosen = _chosen(kind, ref)
    return _form(_offered(MoneyForm(), chosen.kind), alias=chosen.alias, kind=chosen.kind, wish=None)


@bp.post("/desk/wishes/new/money/<kind>/<ref>")
def create(kind: str, ref: str) -> ResponseReturnValue:
    """Keep the wish as a draft, or hand it in."""
    chosen = _chosen(kind, ref)
    form = _offered(MoneyForm(), chosen.kind)
    do = money.post_money if drafts.hands_in() else money.draft_money
    receiver = form.receiver.data or ""
    if submit(form, lambda: do(viewer(), chosen.kind, ref, need=_need(form), receiver=receiver)) is None:
        return _form(form, alias=chosen.alias, kind=chosen.kind, wish=None)
    return drafts.kept()


def _chosen(kind: str, ref: str) -> choosing.Chosen:
    chosen = choosing.get_chosen(viewer(), kind, ref)
    if chosen.kind is BeneficiaryKind.SITE:
        raise Missing
    return chosen


@bp.get("/desk/wishes/money/<ref>/edit")
def edit(ref: str) -> ResponseReturnValue:
    """Show a draft or returned wish for money for correction."""
    wish, kind = drafts.get_editable(ref, Kind.MONEY)
    receiver = find_receiver_of(ref)
    form = MoneyForm(
        data={
            "category": wish.category,
            "title": wish.title,
            "details": wish.details,
            "reason_code": wish.reason_code,
            "share": yuan.plain_yuan(wish.unit_fen),
            "wanted": wish.wanted,
            "receiver": receiver.ref if receiver else "",
        }
    )
    return _form(_offered(form, kind), alias=wish.alias, kind=kind, wish=wish)


@bp.post("/desk/wishes/money/<ref>/edit")
def change(ref: str) -> ResponseReturnValue:
    """Keep the corrections, or hand them in; a returned wish is always handed in."""
    if was_answered():  # handed in, it cannot be edited any more
        return drafts.kept()
    wish, kind = drafts.get_editable(ref, Kind.MONEY)
    form = _offered(MoneyForm(), kind)
    do = money.resubmit_money if drafts.hands_in() or wish.state == "returned" else money.edit_money
    if submit(form, lambda: do(viewer(), ref, need=_need(form), receiver=form.receiver.data or "")) is None:
        return _form(form, alias=wish.alias, kind=kind, wish=wish)
    return drafts.kept()


def _offered(form: MoneyForm, kind: BeneficiaryKind) -> MoneyForm:
    return form.offer(kind, [(one.ref, one.name) for one in list_receivers()])


def _form(form: MoneyForm, *, alias: str, kind: BeneficiaryKind, wish: own.Editable | None) -> ResponseReturnValue:
    shown = page("volunteer/wishes/money.html", form=form, alias=alias, kind=kind.value, wish=wish)
    return shown, form_status()


def _need(form: MoneyForm) -> Need:
    return Need(
        kind=Kind.MONEY,
        title=form.title.data or "",
        details=form.details.data or "",
        category=form.category.data or "",
        reason_code=form.reason_code.data or "",
        unit_label="share",
        unit_fen=yuan.parse_yuan(str(form.share.data or ""), field="share"),
        wanted=form.wanted.data or 0,
    )
