"""Operators' verbs for people: the first administrators, and tokens for programs."""

import secrets
import sys
from datetime import datetime

import click
from flask.cli import AppGroup

from charity.adapters.logins import read_login
from charity.domain.actors import SYSTEM, Role
from charity.domain.errors import Refused
from charity.domain.nicknames import normal_nickname
from charity.queries.accounts import find_actor_by_login
from charity.services import accounts

cli = AppGroup("accounts", help="People and their tokens.")
PROBLEMS = {
    "missing": "no account of this log-in",
    "login-shape": "LOGIN is neither an e-mail address nor a phone number",
    "email-shape": "LOGIN is not an e-mail address",
    "phone-shape": "LOGIN is not a phone number",
    "login-taken": "there is an account of this log-in already",
    "region-unknown": "no region has this code; import regions first",
    "password-short": "the password is too short (at least {least} characters)",
    "password-long": "the password is too long (at most {most} characters)",
    "password-common": "the password is too easy to guess",
    "name-not-free": "this name is not free; give another one with --nickname",
    "nickname-length": "the nickname has {least} to {most} characters",
    "too-many-tokens": "the account has {most} tokens already; end one of them first",
}


@cli.command("create")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--region", default="", help="Region code; without it, the whole country.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the role's term.")
@click.option("--nickname", default="", help="How the account is called; without it, as its LOGIN begins.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(login: str, role: str, region: str, until: datetime | None, nickname: str, password_stdin: bool) -> None:
    """Make an account LOGIN (e-mail or phone) with a role; prints the password unless it was given."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(12)
    day = None if until is None else until.date()
    try:
        called = normal_nickname(nickname) if nickname else ""
        accounts.create(
            SYSTEM, login=login, password=password, role=Role(role), region=region, until=day, nickname=called
        )
    except Refused as refused:
        raise _problem(refused) from None
    click.echo(f"{login}: {role}, region {region or 'all'}, until {day or 'revoked'}")
    if not password_stdin:
        click.echo(f"password: {password}")


@cli.command("grant")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role if role is not Role.DONOR]), required=True)
@click.option("--region", default="", help="Region code; without it, the whole country.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the role's term.")
def grant(login: str, role: str, region: str, until: datetime | None) -> None:
    """Give the account LOGIN one more role."""
    day = None if until is None else until.date()
    try:
        accounts.grant_role(SYSTEM, login=login, role=Role(role), region=region, until=day)
    except Refused as refused:
        raise _problem(refused) from None
    click.echo(f"{login}: {role}, region {region or 'all'}, until {day or 'revoked'}")


@cli.command("token")
@click.argument("login")
@click.option("--name", default="shell", show_default=True, help="What the token is for.")
def token(login: str, name: str) -> None:
    """Make an API token of the account LOGIN and print it, this once."""
    try:
        actor = find_actor_by_login(read_login(login))
        if actor is None:
            raise click.ClickException("no account of this log-in, or it is disabled")
        click.echo(accounts.make_token(actor, name=name))
    except Refused as refused:
        raise _problem(refused) from None


def _problem(refused: Refused) -> click.ClickException:
    return click.ClickException(PROBLEMS.get(refused.code, refused.code).format(**refused.params))
