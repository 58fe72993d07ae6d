"""The nightly matching: its runs with their figures and proofs; nobody is named."""

from flask import Blueprint, request, url_for

from charity.domain.actors import Role
from charity.queries.cursors import read_number
from charity.queries.matching import runs
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_matching", __name__, url_prefix="/admin/matching")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {"show": OFFICE, "run": OFFICE}


@bp.get("")
def show() -> str:
    """List the runs, the newest first."""
    found = runs.list_runs(viewer(), before=read_number(request.args.get("before", "0")))
    next_url = None if found.next is None else url_for(".show", before=found.next)
    return page("admin/matching/show.html", found=found, next_url=next_url)


@bp.get("/<ref>")
def run(ref: str) -> str:
    """Show one run."""
    found = runs.get_run(viewer(), ref)
    return page("admin/matching/run.html", run=found, places=runs.count_places(viewer(), found.id))
