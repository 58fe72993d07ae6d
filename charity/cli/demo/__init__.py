"""`flask demo`: fictional people, families and wishes in the invented province, and the log-ins to try them."""

import click
from flask import current_app
from flask.cli import AppGroup

from charity.adapters.settings import Settings
from charity.adapters.storage import open_store
from charity.cli.demo.cast import SHOWN, login_of
from charity.cli.demo.plan import LEAST
from charity.cli.demo.secret import ensure_password, find_password
from charity.cli.demo.story import tell
from charity.queries.demo import get_ground
from charity.queries.regions import exists

cli = AppGroup("demo", help="Fictional data in the invented province 99.")
MOST = 2_000


@cli.command("load")
@click.option("--households", type=click.IntRange(LEAST, MOST), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
def load(households: int, seed: int) -> None:
    """Load fictional people, families, wishes and gifts; a second time changes nothing."""
    settings: Settings = current_app.extensions["settings"]
    if _is_there(settings):
        click.echo("The demonstration is there already; nothing was changed.")
        return
    password = ensure_password(settings.instance_path)
    with click.progressbar(length=1_000, label="Demonstration") as bar:
        told = tell(
            households=households,
            seed=seed,
            password=password,
            store=open_store(settings.photo_url),
            shown=lambda share: bar.update(max(0, round(share * 1_000) - bar.pos)),
        )
    click.echo(f"{told.households} fictional families, {told.wishes} wishes, {told.donors} givers. See `demo logins`.")


def _is_there(settings: Settings) -> bool:
    """Say whether the demonstration is loaded; refuse where it must not be."""
    if settings.is_production:
        raise click.ClickException("There is no demonstration in production.")
    ground = get_ground()
    if ground.real:
        raise click.ClickException("There are real families, schools or wishes here: no demonstration beside them.")
    if ground.imported:
        raise click.ClickException("There are imported wishes here: no demonstration beside them.")
    if not exists("99"):
        raise click.ClickException("The invented province is missing; run `regions first-start` first.")
    return ground.invented > 0


@cli.command("logins")
def logins() -> None:
    """Print the log-ins of the demonstration and what each can do."""
    settings: Settings = current_app.extensions["settings"]
    password = find_password(settings.instance_path)
    if password is None or not get_ground().invented:
        click.echo("There is no demonstration here; `demo load` makes one.")
        return
    click.echo(f"Log-ins of the demonstration, all with the password  {password}")
    for name, can in SHOWN.items():
        click.echo(f"  {login_of(name):<30}{can}")
