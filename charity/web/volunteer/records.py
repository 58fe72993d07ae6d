"""What is recorded of a family: its people, dated facts, and what they allow."""

import re
import unicodedata

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.domain import calendar
from charity.domain.actors import Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Invalid, Missing
from charity.domain.households import FactKey, FactType, Relation, get_fact
from charity.domain.identity import Sex
from charity.queries import households as register
from charity.services.register import households, records
from charity.services.register.households import Person
from charity.services.register.records import ConsentGiven
from charity.web.kit.formats import alias
from charity.web.kit.forms import ActForm
from charity.web.kit.labels import label
from charity.web.kit.page import page
from charity.web.kit.register import register_word
from charity.web.kit.submit import form_status, submit
from charity.web.kit.viewer import viewer
from charity.web.volunteer.forms.records import ConsentForm, FactForm, MemberForm, fact_form

bp = Blueprint("volunteer_records", __name__)
STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER})
FIELD = frozenset({Role.VOLUNTEER})
DOORS = {
    "new_member": FIELD,
    "add_member": FIELD,
    "ask_end_member": FIELD,
    "end_member": FIELD,
    "new_fact": FIELD,
    "add_fact": FIELD,
    "new_consent": STAFF,
    "add_consent": STAFF,
}
NO_COPIES = {"Cache-Control": "no-store"}
YES = "yes"
AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)


@bp.get("/households/<ref>/members/new")
def new_member(ref: str) -> ResponseReturnValue:
    """Write a person down."""
    form = MemberForm()
    if not register.list_members(viewer(), ref):
        form.relation.data = Relation.HEAD.value
    return _new_member(ref, form)


def _new_member(ref: str, form: MemberForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    asks_why = bool(form.override.errors or form.override.data)
    return page("volunteer/records/member.html", card=card, form=form, asks_why=asks_why), form_status(), NO_COPIES


@bp.post("/households/<ref>/members/new")
def add_member(ref: str) -> ResponseReturnValue:
    """Add a person to the family."""
    form = MemberForm()
    done = submit(
        form,
        lambda: households.add_member(viewer(), ref, person=_person(form), override=form.override.data or ""),
    )
    return _new_member(ref, form) if done is None else _back(ref, _("The person is written down."))


def _back(ref: str, said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("volunteer_households.show", ref=ref), code=303)


def _person(form: MemberForm) -> Person:
    birth = form.birth.data
    if birth is None:
        raise Invalid("birth-shape", field="birth")
    return Person(
        name=form.name.data or "",
        birth=birth,
        sex=Sex(form.sex.data),
        relation=Relation(form.relation.data),
        id_number=form.id_number.data or "",
    )


@bp.get("/households/<ref>/members/<member>/end")
def ask_end_member(ref: str, member: str) -> ResponseReturnValue:
    """Ask once more before somebody is marked as gone."""
    return _end_member(ref, member, ActForm())


def _end_member(ref: str, member: str, form: ActForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    person = next((row for row in register.list_members(viewer(), ref) if row.ref == member), None)
    if person is None:
        raise Missing
    return page("volunteer/records/end.html", card=card, person=person, form=form), form_status(), NO_COPIES


@bp.post("/households/<ref>/members/<member>/end")
def end_member(ref: str, member: str) -> ResponseReturnValue:
    """Mark that somebody left the family."""
    form = ActForm()
    done = submit(form, lambda: households.end_member(viewer(), ref, member))
    return _end_member(ref, member, form) if done is None else _back(ref, _("The person is no longer listed."))


@bp.get("/households/<ref>/facts/<key>")
def new_fact(ref: str, key: str) -> ResponseReturnValue:
    """Write a dated fact down."""
    form = fact_form(_fact(key), _people(ref))
    form.as_of.data = calendar.day_of(now())
    return _new_fact(ref, key, form)


def _fact(key: str) -> FactKey:
    try:
        return get_fact(key)
    except Invalid:
        raise Missing from None


def _people(ref: str) -> list[tuple[str, str]]:
    """List the people by alias: the form stays usable when the file's quarter of an hour is over."""
    return [(row.ref, " · ".join(_known(row))) for row in register.list_members(viewer(), ref)]


def _known(row: register.MemberRow) -> list[str]:
    stage = [str(label("stage", row.school_stage))] if row.school_stage and row.is_stage_current else []
    return [alias(row.alias), str(register_word("relation", row.relation)), *stage]


def _new_fact(ref: str, key: str, form: FactForm) -> ResponseReturnValue:
    card, fact = register.get_household(viewer(), ref), _fact(key)
    shown = page("volunteer/records/fact.html", card=card, fact=fact, form=form, is_money=fact.type is FactType.FEN)
    return shown, form_status(), NO_COPIES


@bp.post("/households/<ref>/facts/<key>")
def add_fact(ref: str, key: str) -> ResponseReturnValue:
    """Add a dated fact."""
    form = fact_form(_fact(key), _people(ref))
    done = submit(form, lambda: _record(ref, key, form))
    return _new_fact(ref, key, form) if done is None else _back(ref, _("The answer is written down."))


def _record(ref: str, key: str, form: FactForm) -> None:
    as_of = form.as_of.data
    if as_of is None:
        raise Invalid("fact-day-needed", field="as_of")
    value, member = _value(key, str(form.value.data)), form.member.data if form.member else None
    records.record_fact(viewer(), ref, key=key, value=value, as_of=as_of, member_ref=member)


def _value(key: str, typed: str) -> str:
    """People write yuan, with commas and full-width digits; the register keeps fen."""
    kind = get_fact(key).type
    if kind not in {FactType.FEN, FactType.NUMBER}:
        return typed
    plain = re.sub(r"[,\s¥￥元]", "", unicodedata.normalize("NFKC", typed))
    if kind is FactType.NUMBER:
        return plain
    amount = AMOUNT.fullmatch(plain)
    return f"{amount[1]}{(amount[2] or '').ljust(2, '0')}" if amount else ""


@bp.get("/households/<ref>/consents/new")
def new_consent(ref: str) -> ResponseReturnValue:
    """Write down what somebody allows; the list of what ends soon fills in who said what the last time."""
    form, asked = _consent_form(ref), request.args
    form.member.data = asked.get("member", "")
    form.given_by.data = asked.get("by", "")
    form.giver.data = asked.get("giver", "")
    form.purposes.data = [use for use in asked.getlist("use") if use in set(Purpose)]
    return _new_consent(ref, form)


def _consent_form(ref: str) -> ConsentForm:
    form = ConsentForm()
    form.offer(_people(ref))
    return form


def _new_consent(ref: str, form: ConsentForm) -> ResponseReturnValue:
    card = register.get_household(viewer(), ref)
    return page("volunteer/records/consent.html", card=card, form=form), form_status(), NO_COPIES


@bp.post("/households/<ref>/consents/new")
def add_consent(ref: str) -> ResponseReturnValue:
    """Record a yes, a no or a withdrawal."""
    form = _consent_form(ref)
    done = submit(form, lambda: records.record_consents(viewer(), ref, str(form.member.data), given=_given(form)))
    return _new_consent(ref, form) if done is None else _back(ref, _("What was said is written down."))


def _given(form: ConsentForm) -> tuple[ConsentGiven, ...]:
    return tuple(
        ConsentGiven(
            purpose=Purpose(purpose),
            is_granted=form.answer.data == YES,
            given_by=GivenBy(form.given_by.data),
            giver=str(form.giver.data or ""),
            child_agrees=None if not form.child_agrees.data else form.child_agrees.data == YES,
            parent_agreed=bool(form.parent_agreed.data),
        )
        for purpose in form.purposes.data or ()
    )
