"""The register's pages: families, their people, facts and consents; shared by volunteers and reviewers of a region."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from charity.adapters.clock import now
from charity.domain import calendar
from charity.domain.actors import Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Missing
from charity.domain.households import Category, FactGroup, FactType, FilePurpose, LifeAct, Relation, get_fact
from charity.domain.identity import Sex
from charity.domain.regions import Level, is_code, level_of
from charity.queries import households as register
from charity.queries.households import FileCard
from charity.queries.regions import place_path
from charity.services.register import files, households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from charity.web.kit.chooser import choose
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.households import (
    ConsentForm,
    FactForm,
    HouseholdForm,
    LifeForm,
    MemberForm,
    OpenFileForm,
    SearchForm,
)

bp = Blueprint("volunteer_households", __name__)
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
FIELD = frozenset({Role.VOLUNTEER})
TOWNSHIP = frozenset({Role.REVIEWER})
LOOKERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})
DOORS = {
    "desk": STAFF,
    "search": STAFF,
    "new": FIELD,
    "create": FIELD,
    "show": STAFF | LOOKERS,
    "open_file": STAFF,
    "new_member": FIELD,
    "add_member": FIELD,
    "end_member": FIELD,
    "new_fact": FIELD,
    "add_fact": FIELD,
    "new_consent": STAFF,
    "add_consent": STAFF,
    "verify": TOWNSHIP,
    "move_on": TOWNSHIP,
    "log": LOOKERS,
}
YES = "yes"


@bp.get("/households")
def desk() -> str:
    """List the families of the viewer's regions."""
    return _desk(SearchForm(), "")


@bp.post("/households")
def search() -> str:
    """Find families; the words searched for stay out of the address."""
    form = SearchForm()
    return _desk(form, form.q.data or "" if form.validate_on_submit() else "")


def _desk(form: SearchForm, words: str) -> str:
    found = register.list_households(viewer(), search=words, cursor=request.args.get("cursor", ""))
    return page("volunteer/households/desk.html", found=found, form=form, words=words)


@bp.get("/households/new")
def new() -> ResponseReturnValue:
    """Choose the village, then write the family down."""
    choice = choose(viewer(), "household.register")
    if not choice.is_done:
        return page("volunteer/households/choose.html", choice=choice)
    return _new(HouseholdForm(), choice.chosen)


def _new(form: HouseholdForm, region: str) -> ResponseReturnValue:
    place = place_path(region)
    return page("volunteer/households/new.html", form=form, region=region, place=place), form_status()


@bp.post("/households/new")
def create() -> ResponseReturnValue:
    """Register the family."""
    form, region = HouseholdForm(), request.args.get("region", "")
    if not is_code(region) or level_of(region) is not Level.VILLAGE:
        raise Missing
    done = submit(
        form, lambda: households.register(viewer(), region, family=_family(form), override=_text(form.override.data))
    )
    return _new(form, region) if done is None else redirect(url_for(".show", ref=done.result), code=303)


def _family(form: HouseholdForm) -> Family:
    return Family(
        category=Category(form.category.data),
        head_name=_text(form.head_name.data),
        address=_text(form.address.data),
        phone=_text(form.phone.data),
        relative_phone=_text(form.relative_phone.data),
    )


def _text(data: str | None) -> str:
    return data or ""


@bp.get("/households/<ref>")
def show(ref: str) -> ResponseReturnValue:
    """Show a family; its file only within a grant."""
    return _show(ref, OpenFileForm(), LifeForm())


def _show(ref: str, opening: OpenFileForm, life: LifeForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    shown = page(
        "volunteer/households/show.html",
        card=card,
        file=register.get_file(viewer(), ref) if card.open_until else None,
        groups=[group.value for group in FactGroup],
        opening=opening,
        life=life,
        act=ActForm(),
        fen_facts=frozenset(key for key in _FEN),
    )
    return shown, form_status(), {"Cache-Control": "no-store"}


_FEN = frozenset(
    key
    for key in ("income-per-head", "wages", "farming", "transfers", "spending-on-need", "allowance")
    if get_fact(key).type is FactType.FEN
)


@bp.post("/households/<ref>/open")
def open_file(ref: str) -> ResponseReturnValue:
    """Open the file for a purpose, which is written down first."""
    form = OpenFileForm()
    done = submit(form, lambda: files.open_file(viewer(), ref, purpose=FilePurpose(form.purpose.data)))
    return _show(ref, form, LifeForm()) if done is None else redirect(url_for(".show", ref=ref), code=303)


def _file(ref: str) -> FileCard:
    return register.get_file(viewer(), ref)


@bp.get("/households/<ref>/members/new")
def new_member(ref: str) -> ResponseReturnValue:
    """Write a person down."""
    return _new_member(ref, MemberForm())


def _new_member(ref: str, form: MemberForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    return page("volunteer/households/member.html", card=card, form=form), form_status()


@bp.post("/households/<ref>/members/new")
def add_member(ref: str) -> ResponseReturnValue:
    """Add a person to the family."""
    form = MemberForm()
    done = submit(form, lambda: households.add_member(viewer(), ref, person=_person(form)))
    return _new_member(ref, form) if done is None else redirect(url_for(".show", ref=ref), code=303)


def _person(form: MemberForm) -> Person:
    birth = form.birth.data
    if birth is None:
        raise Missing
    return Person(
        name=_text(form.name.data),
        birth=birth,
        sex=Sex(form.sex.data),
        relation=Relation(form.relation.data),
        id_number=_text(form.id_number.data),
    )


@bp.post("/households/<ref>/members/<member>/end")
def end_member(ref: str, member: str) -> ResponseReturnValue:
    """Mark that somebody left the family."""
    households.end_member(viewer(), ref, member)
    return redirect(url_for(".show", ref=ref), code=303)


@bp.get("/households/<ref>/facts/<group>")
def new_fact(ref: str, group: str) -> ResponseReturnValue:
    """Write a dated fact down."""
    return _new_fact(ref, group, _fact_form(ref, group))


def _group(code: str) -> FactGroup:
    try:
        return FactGroup(code)
    except ValueError:
        raise Missing from None


def _fact_form(ref: str, group: str) -> FactForm:
    form = FactForm()
    if not form.is_submitted():
        form.as_of.data = calendar.day_of(now())
    form.offer(_group(group), [(person.ref, person.name) for person in _file(ref).people])
    return form


def _new_fact(ref: str, group: str, form: FactForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    known = {key: get_fact(key) for key, _words in form.key.choices[1:]}
    return page("volunteer/households/fact.html", card=card, group=group, form=form, known=known), form_status()


@bp.post("/households/<ref>/facts/<group>")
def add_fact(ref: str, group: str) -> ResponseReturnValue:
    """Add a dated fact."""
    form = _fact_form(ref, group)
    done = submit(form, lambda: _record(ref, form))
    return _new_fact(ref, group, form) if done is None else redirect(url_for(".show", ref=ref), code=303)


def _record(ref: str, form: FactForm) -> None:
    key, as_of = str(form.key.data), form.as_of.data
    if as_of is None:
        raise Missing
    value = _value(key, _text(form.value.data))
    records.record_fact(viewer(), ref, key=key, value=value, as_of=as_of, member_ref=form.member.data or None)


def _value(key: str, typed: str) -> str:
    """People write yuan; the register keeps fen."""
    if get_fact(key).type is not FactType.FEN:
        return typed
    try:
        return str(int(Decimal(typed) * 100))
    except (InvalidOperation, ValueError, OverflowError):
        return typed


@bp.get("/households/<ref>/consents/new")
def new_consent(ref: str) -> ResponseReturnValue:
    """Write down what somebody allows."""
    return _new_consent(ref, _consent_form(ref))


def _consent_form(ref: str) -> ConsentForm:
    form = ConsentForm()
    form.member.choices = [(person.ref, person.name) for person in _file(ref).people]
    return form


def _new_consent(ref: str, form: ConsentForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    return page("volunteer/households/consent.html", card=card, form=form), form_status()


@bp.post("/households/<ref>/consents/new")
def add_consent(ref: str) -> ResponseReturnValue:
    """Record a yes, a no or a withdrawal."""
    form = _consent_form(ref)
    done = submit(form, lambda: records.record_consent(viewer(), ref, str(form.member.data), given=_given(form)))
    return _new_consent(ref, form) if done is None else redirect(url_for(".show", ref=ref), code=303)


def _given(form: ConsentForm) -> ConsentGiven:
    return ConsentGiven(
        purpose=Purpose(form.purpose.data),
        is_granted=form.answer.data == YES,
        given_by=GivenBy(form.given_by.data),
        child_agrees=None if not form.child.data else form.child.data == YES,
        parent_agreed=bool(form.parent_agreed.data),
    )


@bp.post("/households/<ref>/verify")
def verify(ref: str) -> ResponseReturnValue:
    """Confirm as the township that the family is what its record says."""
    form = ActForm()
    done = submit(form, lambda: households.verify(viewer(), ref))
    return _show(ref, OpenFileForm(), LifeForm()) if done is None else redirect(url_for(".show", ref=ref), code=303)


@bp.post("/households/<ref>/life")
def move_on(ref: str) -> ResponseReturnValue:
    """Move the family along its life."""
    form = LifeForm()
    done = submit(form, lambda: households.move_on(viewer(), ref, life_act=LifeAct(form.life_act.data)))
    return _show(ref, OpenFileForm(), form) if done is None else redirect(url_for(".show", ref=ref), code=303)


@bp.get("/households/<ref>/log")
def log(ref: str) -> str:
    """Show who opened the family's file."""
    card = register.get_household(viewer(), ref)
    return page("volunteer/households/log.html", card=card, rows=register.list_file_openings(viewer(), ref))
