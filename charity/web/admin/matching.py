"""The nightly matching: its runs with figures and proofs, and trials of it and of other weights; nobody is named."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from charity.domain.actors import Role
from charity.domain.matching import PARTS
from charity.domain.trials import WISHES
from charity.queries.cursors import read_number
from charity.queries.matching import pools, runs
from charity.queries.matching.trials import get_trial, list_trials
from charity.services import trials
from charity.web.admin.forms.matching import NightForm, WeightsForm
from charity.web.kit.chooser import choose
from charity.web.kit.doors import roles
from charity.web.kit.page import page
from charity.web.kit.places import name_places
from charity.web.kit.submit import form_status, submit
from charity.web.kit.trial_words import rule_word
from charity.web.kit.viewer import viewer

bp = Blueprint("admin_matching", __name__, url_prefix="/admin/matching")
OFFICE = roles(Role.ADMINISTRATOR)
DOORS = {
    "show": OFFICE,
    "run": OFFICE,
    "show_night": OFFICE,
    "try_night": OFFICE,
    "show_weights": OFFICE,
    "try_weights": OFFICE,
    "trial": OFFICE,
}
Answer = Response | tuple[str, int]


@bp.get("")
def show() -> str:
    """List the runs, the newest first, and the trials of one's regions."""
    found = runs.list_runs(viewer(), before=read_number(request.args.get("before", "0")))
    tried, given = list_trials(viewer()), pools.list_pools(viewer(), [run.id for run in found.rows])
    name_places(each.region for each in tried)
    next_url = None if found.next is None else url_for(".show", before=found.next)
    return page("admin/matching/show.html", found=found, pools=given, trials=tried, next_url=next_url)


@bp.get("/<ref>")
def run(ref: str) -> str:
    """Show one run."""
    found = runs.get_run(viewer(), ref)
    townships = runs.list_townships(viewer(), found.id)
    name_places(each.region for each in townships)
    places = runs.count_places(viewer(), found.id)
    pool = pools.list_pools(viewer(), [found.id]).get(found.id)
    return page("admin/matching/run.html", run=found, pool=pool, places=places, townships=townships)


@bp.get("/night")
def show_night() -> Answer:
    """Choose the place of a trial."""
    return _night(NightForm())


def _night(form: NightForm) -> Answer:
    return page("admin/matching/night.html", form=form, choice=choose(viewer(), trials.TRY)), form_status()


@bp.post("/night")
def try_night() -> Answer:
    """Ask for a trial of the matching."""
    form = NightForm()
    choice = choose(viewer(), trials.TRY)
    done = submit(form, lambda: trials.ask_night(viewer(), region=choice.chosen, seed=form.seed.data or 0))
    return _night(form) if done is None else redirect(url_for(".trial", ref=done.result))


@bp.get("/weights")
def show_weights() -> Answer:
    """Choose other weights."""
    return _weights(WeightsForm())


def _weights(form: WeightsForm) -> Answer:
    choice = choose(viewer(), trials.TRY)
    return page("admin/matching/weights.html", form=form, choice=choice, wishes=WISHES), form_status()


@bp.post("/weights")
def try_weights() -> Answer:
    """Ask how other weights would do."""
    form = WeightsForm()
    choice = choose(viewer(), trials.TRY)
    done = submit(form, lambda: trials.ask_weights(viewer(), region=choice.chosen, wanted=form.wanted()))
    return _weights(form) if done is None else redirect(url_for(".trial", ref=done.result))


@bp.get("/trials/<ref>")
def trial(ref: str) -> str:
    """Show a trial, and what came of it once it is done."""
    found = get_trial(viewer(), ref)
    places = () if found.night is None else found.night.townships
    name_places([found.trial.region, *(each.region for each in places)])
    return page("admin/matching/trial.html", tried=found, say=rule_word, parts=PARTS)
