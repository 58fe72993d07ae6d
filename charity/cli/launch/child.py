"""What the launcher starts: `web`, `worker` or `mail`; each ends with the launcher."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from charity.adapters.processes import watch
from charity.cli.launch import mailbox, web


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one child until it is told to stop."""
    watch(os.getppid())
    options = _parser().parse_args(arguments)
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
    children.add_parser("worker")
    return parser


def _work() -> None:
    from flask.cli import FlaskGroup  # noqa: PLC0415 (only this child needs it)

    FlaskGroup().main(["--app", "app", "worker", "run"], prog_name="flask")


if __name__ == "__main__":
    main()
