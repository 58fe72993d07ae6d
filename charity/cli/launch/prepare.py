"""What must be there before the site opens: schema, translations, regions, demonstration. Repeats change nothing."""

import argparse
import sys
from collections.abc import Sequence
from time import monotonic

from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate import upgrade

from charity.adapters import locale
from charity.adapters.settings import BadSettings
from charity.factory import create_app


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare this installation; ends with 1 and one sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m charity.cli.launch.prepare")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--log-ins", action="store_true", help="only print the log-ins of the demonstration")
    options = parser.parse_args(arguments)
    locale.compile_catalogues()
    try:
        app = create_app()
    except BadSettings as bad:
        sys.exit(str(bad))
    if not options.log_ins:
        _prepare(app, with_demo=not options.no_demo)
    elif not options.no_demo:
        _flask(app, "demo", "logins")


def _prepare(app: Flask, *, with_demo: bool) -> None:
    with app.app_context():
        upgrade()
    _step(app, "Regions", "regions", "first-start")
    if with_demo:
        _step(app, "Demonstration", "demo", "load")


def _step(app: Flask, title: str, *command: str) -> None:
    began = monotonic()
    print(f"{title}: ", end="", flush=True)
    _flask(app, *command)
    if (took := monotonic() - began) > 1:
        print(f"{title}: {took:.0f} s", flush=True)


def _flask(app: Flask, *command: str) -> None:
    group = FlaskGroup(create_app=lambda: app, add_version_option=False, set_debug_flag=False)
    group.main(list(command), prog_name="flask", standalone_mode=False)


if __name__ == "__main__":
    main()
