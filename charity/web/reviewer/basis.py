"""On what programmes stand: documents and their copies, for reviewers, offices and auditors of the region."""

from flask import Blueprint, Response

from charity.domain.actors import Role
from charity.queries.bases import find_copy, get_basis, list_bases
from charity.web.kit.basis_words import COPY_KINDS, DOCUMENT_KINDS
from charity.web.kit.copies import send_copy
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer

bp = Blueprint("reviewer_basis", __name__, url_prefix="/basis")
READERS = roles(Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = dict.fromkeys(("show", "documents", "download"), READERS)


@bp.get("")
def show() -> str:
    """List the programmes of the viewer's regions and whether their documents are on file."""
    bases = list_bases(viewer())
    name_places(basis.region for basis in bases)
    return page("reviewer/basis/show.html", bases=bases)


@bp.get("/<ref>")
def documents(ref: str) -> str:
    """Show a programme's documents."""
    basis, found = get_basis(viewer(), ref)
    name_places([basis.region])
    return page(
        "reviewer/basis/documents.html", basis=basis, documents=found, kinds=DOCUMENT_KINDS, copy_kinds=COPY_KINDS
    )


@bp.get("/copies/<ref>")
def download(ref: str) -> Response:
    """Send a copy of a document as a download."""
    key, copy = find_copy(viewer(), ref)
    return send_copy(key, copy.media_type, f"document-{copy.ref}")
