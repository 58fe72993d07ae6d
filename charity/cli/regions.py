"""Operators' verbs for administrative divisions."""

from pathlib import Path

import click
from flask.cli import AppGroup

from charity.adapters.region_file import SHIPPED, RegionFile
from charity.domain.actors import SYSTEM
from charity.domain.errors import Refused
from charity.domain.regions import FIRST_PROVINCE, is_code
from charity.services import regions

cli = AppGroup("regions", help="Administrative divisions.")
# What is wrong with a file, for the person at the shell.
PROBLEMS = {
    "region-header": "line 1: the first line must be 'code,name'",
    "region-row-unreadable": "line {line}: not a row of code and name in UTF-8",
    "region-code-shape": "line {line}: a code has 2, 4, 6, 9 or 12 digits",
    "region-code-demo": "line {line}: codes beginning with 99 belong to the demonstration",
    "region-name-shape": "line {line}: a name has 1 to 80 printable characters",
    "region-without-parent": "line {line}: the division that contains this one is not known",
    "region-none": "no division at or under '{code}' in this file",
}


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--under", default="", help="Only this division and all below it.")
def import_(file: Path, under: str) -> None:
    """Load divisions from FILE (csv or csv.xz with the columns code and name)."""
    _check_code(under)
    with click.progressbar(length=1, label="Regions") as bar:
        known = [0]

        def shown(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - known[0])
            known[0] = done

        try:
            loaded = regions.import_regions(SYSTEM, RegionFile(file), under=under, shown=shown)
        except Refused as refused:
            raise click.ClickException(PROBLEMS[refused.code].format(**refused.params)) from None
    click.echo(f"{loaded.rows} divisions read, {loaded.changed} new or renamed.")


@cli.command("first-start")
@click.option("--province", default=FIRST_PROVINCE, show_default=True, help="The real province to load.")
def first_start(province: str) -> None:
    """Load one real province and the invented one of the demonstration, where they are absent."""
    _check_code(province)
    loaded = regions.first_start(SYSTEM, RegionFile(SHIPPED), province=province)
    click.echo(f"{loaded.rows} divisions loaded." if loaded.rows else "The divisions are there already.")


def _check_code(code: str) -> None:
    if code and not is_code(code):
        raise click.ClickException("a code has 2, 4, 6, 9 or 12 digits")
