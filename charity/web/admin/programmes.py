"""Programmes of one's regions: opening them with their legal basis, and closing them."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.adapters.clock import now
from charity.adapters.sealed_documents import Copy
from charity.domain import money
from charity.domain.actors import Role
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.permissions import regions_for
from charity.queries.bases import BasisRow, DocumentRow, get_basis
from charity.queries.programmes import list_programmes
from charity.queries.regions import place_path
from charity.services import programmes
from charity.services.programmes import Campaign
from charity.web.admin.forms.programmes import CopyForm, DocumentForm, ProgrammeForm
from charity.web.kit.basis_words import COPY_KINDS, DOCUMENT_KINDS
from charity.web.kit.copies import keep_with
from charity.web.kit.doors import roles
from charity.web.kit.forms import ActForm
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_programmes", __name__, url_prefix="/admin/programmes")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = dict.fromkeys(
    ("show", "new", "create", "close", "documents", "add_document", "end_document", "copies", "keep_copy"), OFFICE
)


@bp.get("")
def show() -> str:
    """List the programmes of the viewer's regions."""
    found = list_programmes(viewer())
    name_places(programme.region for programme in found)
    return page("admin/programmes/show.html", programmes=found, act=ActForm())


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Write a programme down."""
    return _new(ProgrammeForm(starts_on=day_of(now())))


def _new(form: ProgrammeForm) -> ResponseReturnValue:
    return page("admin/programmes/new.html", form=_offered(form)), form_status()


def _offered(form: ProgrammeForm) -> ProgrammeForm:
    spoken: str = current_app.extensions["language"]()
    regions = regions_for(viewer(), "programme.manage")
    form.offer([(code, place_path(code, language=spoken) or _("Whole country")) for code in regions])
    return form


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Open the programme."""
    form = _offered(ProgrammeForm())
    done = submit(form, lambda: programmes.create(viewer(), form.region.data or "", campaign=_campaign(form)))
    if done is None:
        return _new(form)
    flash(_("The programme is open. Nothing is published under it until a document of its basis is on file."), "good")
    return redirect(url_for(".documents", ref=done.result), code=303)


def _campaign(form: ProgrammeForm) -> Campaign:
    return Campaign(
        code=(form.code.data or "").upper(),
        name=form.name.data or "",
        kind=Kind(form.kind.data),
        starts_on=form.starts_on.data or day_of(now()),
        ends_on=form.ends_on.data,
        budget_fen=money.parse_yuan(form.budget.data, field="budget") if form.budget.data else None,
        body=form.body.data or "",
        certificate=form.certificate.data or "",
        filing=form.filing.data or "",
        platform_url=form.platform_url.data or "",
        contact=form.contact.data or "",
    )


@bp.post("/<ref>/close")
def close(ref: str) -> ResponseReturnValue:
    """End a programme."""
    form = ActForm()
    if submit(form, lambda: programmes.close(viewer(), ref)) is None:
        say_refusal(form)
        return show(), form_status()
    flash(_("The programme is closed. What is public under it stays."), "good")
    return redirect(url_for(".show"), code=303)


@bp.get("/<ref>/documents")
def documents(ref: str) -> ResponseReturnValue:
    """List the documents of a programme's legal basis."""
    return _documents(ref, DocumentForm())


def _documents(ref: str, form: DocumentForm) -> ResponseReturnValue:
    basis, found = _managed(ref)
    shown = page(
        "admin/programmes/documents.html",
        programme=basis,
        documents=found,
        form=form,
        act=ActForm(formdata=None),
        kinds=DOCUMENT_KINDS,
    )
    return shown, form_status()


def _managed(ref: str) -> tuple[BasisRow, tuple[DocumentRow, ...]]:
    basis, found = get_basis(viewer(), ref)
    if not basis.may_change:
        raise Missing
    return basis, found


@bp.post("/<ref>/documents")
def add_document(ref: str) -> ResponseReturnValue:
    """Record a document."""
    form = DocumentForm()
    done = submit(
        form,
        lambda: programmes.add_document(
            viewer(),
            ref,
            kind=str(form.kind.data),
            number=form.number.data or "",
            issued_by=form.issued_by.data or "",
            valid_until=form.valid_until.data,
        ),
    )
    if done is None:
        return _documents(ref, form)
    flash(_("The document is recorded. Now put a copy of it on file."), "good")
    return redirect(url_for(".copies", ref=ref, document=done.result), code=303)


@bp.post("/<ref>/documents/<document>/end")
def end_document(ref: str, document: str) -> ResponseReturnValue:
    """Say that a document no longer holds."""
    form = ActForm()
    if submit(form, lambda: programmes.end_document(viewer(), ref, document)) is None:
        say_refusal(form)
        return _documents(ref, DocumentForm(formdata=None))
    flash(_("The document no longer counts."), "good")
    return redirect(url_for(".documents", ref=ref), code=303)


@bp.get("/<ref>/documents/<document>/copies")
def copies(ref: str, document: str) -> ResponseReturnValue:
    """List the copies of a document that are on file, and take another one."""
    return _copies(ref, document, CopyForm())


def _copies(ref: str, document: str, form: CopyForm) -> ResponseReturnValue:
    basis, found = _managed(ref)
    row = next((one for one in found if one.ref == document), None)
    if row is None:
        raise Missing
    form.offer([(copy.ref, f"{COPY_KINDS[copy.media_type]} {copy.digest[:8]}") for copy in row.standing_copies])
    words = {"kinds": DOCUMENT_KINDS, "copy_kinds": COPY_KINDS, "document": row}
    return page("admin/programmes/copies.html", programme=basis, form=form, **words), form_status()


@bp.post("/<ref>/documents/<document>/copies")
def keep_copy(ref: str, document: str) -> ResponseReturnValue:
    """Put a copy on file."""
    form = CopyForm()
    if submit(form, lambda: _keep(ref, document, form)) is None:
        return _copies(ref, document, form)
    flash(_("The copy is on file. Its digest stands in the public book."), "good")
    return redirect(url_for(".copies", ref=ref, document=document), code=303)


def _keep(ref: str, document: str, form: CopyForm) -> None:
    def record(copy: Copy) -> str:
        return programmes.keep_file(
            viewer(),
            ref,
            document,
            key=copy.key,
            media_type=copy.media_type,
            size=copy.size,
            sha256=copy.sha256,
            instead_of=form.instead_of.data or "",
        )

    keep_with(form.file.data.stream, record)
