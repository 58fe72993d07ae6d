"""What the launcher starts: `web`, `worker` or `mail`; each ends with the launcher."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from charity.adapters.processes import watch
from charity.adapters.settings import BadSettings, read_settings
from charity.adapters.starting import REFUSED, NotReady, check_start
from charity.cli.launch import mailbox, web


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one child until it is told to stop."""
    watch(os.getppid())
    options = _parser().parse_args(arguments)
    if options.child != "mail" and not options.checked:
        _look_first()
    if options.child == "web":
        web.serve(web.Address(options.bind, options.port), server=options.server, workers=options.workers)
    elif options.child == "mail":
        mailbox.receive(options.folder, port=options.port)
    else:
        _work()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m charity.cli.launch.child")
    children = parser.add_subparsers(dest="child", required=True)
    site = children.add_parser("web")
    site.add_argument("--port", type=int, required=True)
    site.add_argument("--bind", default="127.0.0.1")
    site.add_argument("--server", choices=web.SERVERS, default="granian")
    site.add_argument("--workers", type=int, default=2)
    mail = children.add_parser("mail")
    mail.add_argument("--port", type=int, required=True)
    mail.add_argument("--folder", type=Path, required=True)
    worker = children.add_parser("worker")
    for child in (site, worker):
        child.add_argument("--checked", action="store_true", help="somebody else has looked at the configuration")
    return parser


def _look_first() -> None:
    try:
        check_start(read_settings(), os.environ)
    except (BadSettings, NotReady) as reason:
        print(reason, file=sys.stderr, flush=True)
        sys.exit(REFUSED if isinstance(reason, BadSettings) else 1)


def _work() -> None:
    from flask.cli import FlaskGroup  # noqa: PLC0415 (only this child needs it)

    FlaskGroup().main(["--app", "app", "worker", "run"], prog_name="flask")


if __name__ == "__main__":
    main()
