"""What must be there before the site opens: schema, translations, regions, demonstration. Repeats change nothing."""

import argparse
import sys
from collections.abc import Sequence

from flask.cli import FlaskGroup

from charity.adapters.db import Unwilling
from charity.adapters.settings import BadSettings
from charity.cli.launch.making import make


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare this installation; ends with 1 and one sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m charity.cli.launch.prepare")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--no-migrate", action="store_true")
    parser.add_argument("--log-ins", action="store_true", help="only print the log-ins of the demonstration")
    options = parser.parse_args(arguments)
    try:
        _prepare(with_demo=not options.no_demo, migrates=not options.no_migrate) if not options.log_ins else _flask(
            "demo", "logins"
        )
    except BadSettings as bad:
        sys.exit(str(bad))
    except Unwilling as refusal:
        said = str(refusal.orig).splitlines()[0]
        sys.exit(f"The database does not let this start prepare it ({said}); does DATABASE_OWNER_URL own the tables?")


def _prepare(*, with_demo: bool, migrates: bool) -> None:
    make()
    if migrates:
        _flask("db", "upgrade")
    _flask("regions", "first-start")
    if with_demo:
        _flask("demo", "load")


def _flask(*command: str) -> None:
    # the application is loaded once: the second command finds the module there
    FlaskGroup().main(["--app", "app", *command], prog_name="flask", standalone_mode=False)


if __name__ == "__main__":
    main()
