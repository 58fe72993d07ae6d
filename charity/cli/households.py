"""Households from elsewhere: a county's own list comes into the register, by the same way as on the page."""

import sys
import tomllib
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from charity.adapters.county_sheets import Sheet
from charity.adapters.logins import read_login
from charity.domain.actors import Actor
from charity.domain.errors import Invalid, Refused
from charity.domain.households import Category
from charity.domain.list_columns import Column
from charity.jobs.county_lists import carry
from charity.queries.accounts import find_actor_by_login
from charity.queries.county_lists import Heading, ListCard, get_list, list_left_out
from charity.services.register.lists import applying, staging

cli = AppGroup("households", help="Households from elsewhere.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--map", "plan", type=FILE, required=True, help="A map (TOML): its region, and columns by their headings."
)
@click.option("--as", "login", required=True, help="The administrator who brings the list.")
@click.option("--dry-run", is_flag=True, help="Check only; nothing of the list is kept.")
def import_(file: Path, plan: Path, login: str, dry_run: bool) -> None:
    """Bring FILE (CSV or XLSX) in; families with a wrong row are left out, each named with its cell and reason."""
    try:
        said = tomllib.loads(plan.read_text("utf-8"))
        office = _office(login)
        ref = staging.stage(office, str(said.get("region", "")), sheet=Sheet(file.read_bytes()))
        card = _checked(office, ref, said)
        _tell(office, ref)
        if dry_run or not card.families:
            staging.drop(office, ref)
            click.echo(f"{card.families} households would come in, {card.left_out} rows are left out. Nothing is kept.")
            return
        applying.apply(office, ref)
        card = _carried(office, ref)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, LookupError) as problem:
        raise click.ClickException(str(problem)) from None
    except Refused as refused:
        about = " ".join(f"{name} {value}" for name, value in refused.params.items())
        raise click.ClickException(f"the list is refused: {refused.code} {about}".strip()) from None
    click.echo(f"{card.families} households came in, {card.left_out} rows were left out: /admin/imports/{ref}")


def _office(login: str) -> Actor:
    try:
        office = find_actor_by_login(read_login(login))
    except Refused:
        office = None
    if office is None:
        raise LookupError(f"no account of the log-in {login!r}; it needs the role administrator")
    return office


def _checked(office: Actor, ref: str, said: dict[str, Any]) -> ListCard:
    card = get_list(office, ref)
    try:
        columns = tuple(_column(heading, said.get("columns", {})) for heading in card.headings)
        category = Category(said["category"]) if said.get("category") else None
    except ValueError as problem:
        staging.drop(office, ref)
        raise LookupError(f"the map: {problem}") from None
    try:
        staging.check(office, ref, columns=columns, category=category)
    except Invalid:
        staging.drop(office, ref)
        raise
    return _carried(office, ref)


def _column(heading: Heading, named: dict[str, str]) -> Column | None:
    """Give what the map calls a heading, else what it was recognised as; an empty word leaves the column out."""
    if heading.name not in named:
        return heading.column
    return Column(named[heading.name]) if named[heading.name] else None


def _carried(office: Actor, ref: str) -> ListCard:
    """Do the worker's work here; a worker that runs beside takes turns with it."""
    while carry(ref):
        pass
    return get_list(office, ref)


def _tell(office: Actor, ref: str) -> None:
    after: int | None = 0
    while after is not None:
        page = list_left_out(office, ref, after=after)
        for row in page.rows:
            click.echo(
                f"row {row.line}, {row.cell or '-'}: {row.state}, {row.reason} {row.told}".rstrip(), file=sys.stderr
            )
        after = page.next
