"""The verbs of `match` for the nightly matching: run it, and explain how a household fared."""

import click

from charity.adapters.db import reading
from charity.cli.match import cli
from charity.jobs.matching import carry_out, compute, compute_pool, figures, keep, pool_figures
from charity.queries.matching.explaining import Why, find_why
from charity.services.matching import Figures, PoolFigures

__all__ = ["cli"]


@cli.command("run")
@click.option("--seed", required=True, type=click.IntRange(min=0, max=2**62), help="Decides all chance of the run.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
def run(seed: int, dry_run: bool) -> None:
    """Match donors who asked for it with seats, and intentions with wishes, and offer them; an offer binds nobody."""
    result, pool = compute(seed), compute_pool(seed)
    for line in (*_said(figures(result)), *_said_of_pool(pool_figures(pool))):
        click.echo(line)
    if dry_run:
        click.echo("Nothing was written.")
        return
    ref = keep(result, pool)
    if ref is None:
        raise click.ClickException("The run could not be kept.")
    click.echo(f"Run {ref}: {carry_out(ref)} offers made.")


def _proven(found: Figures | PoolFigures) -> int:
    return 1000 * found.value // found.bound if found.bound > 0 else 1000


def _said_of_pool(found: PoolFigures) -> list[str]:
    return [
        f"{found.intentions} intentions, {found.wishes} wishes, {found.units} units: {found.pairs} pairs,"
        f" {found.engine}",
        f"input {found.input_digest}",
        f"result {found.result_digest}",
        f"value {found.value}, utility {found.utility}, bound {found.bound}, proven {_proven(found)}/1000",
    ]


def _said(found: Figures) -> list[str]:
    return [
        f"seed {found.seed}, weights {found.weights}, {found.engine},"
        f" epsilon {found.epsilon}, lambda {found.fairness}/1000",
        f"code {found.code}",
        f"input {found.input_digest}",
        f"result {found.result_digest}",
        f"{found.donors} donors, {found.households} households, {found.seats} seats: {found.pairs} pairs,"
        f" {found.alone} households without one",
        f"value {found.value}, utility {found.utility}, bound {found.bound}, proven {_proven(found)}/1000",
        f"{found.listed} places on lists, at least {found.least_listed} a household",
    ]


@cli.command("explain")
@click.argument("household", metavar="HOUSEHOLD")
def explain(household: str) -> None:
    """Say how a household fared in the last runs, in counts; names no donor."""
    found = find_why(reading(), household)
    if found is None:
        raise click.ClickException(f"No household {household}.")
    for line in _fared(found):
        click.echo(line)


def _fared(found: Why) -> list[str]:
    if not found.runs:
        return ["In none of the last runs: no circle with a free seat for which nobody waited."]
    price = "nobody bid for it" if found.price <= 0 else f"price {found.price}"
    return [
        f"In {found.runs} of the last runs; in the last one {found.seats} free seats, {price}.",
        f"On {found.listed} lists of donors; shown {found.shows} times on the wall.",
        f"{found.offers} offers: {found.accepted} accepted, {found.declined} declined, {found.expired} expired.",
    ]
