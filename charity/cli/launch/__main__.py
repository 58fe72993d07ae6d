"""`python -m charity.cli.launch`: from an installed environment to a running site."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from charity.adapters.processes import tied
from charity.adapters.settings import ROOT, BadSettings, read_settings
from charity.adapters.starting import NotReady, check_place, check_start, known_schemas
from charity.adapters.starting.prepared import is_prepared
from charity.cli.launch.keys import ensure_keys
from charity.cli.launch.site import Site, free_port, is_taken, opens
from charity.cli.launch.web import SERVERS, Address


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the site, say where it is, and keep it running until SIGTERM or Ctrl-C."""
    options = _parser().parse_args(arguments)
    address = Address(options.bind, options.port)
    if is_taken(address):
        sys.exit(f"Port {address.port} of {address.host} is taken; choose another: script/server --port N.")
    instance = Path(os.environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    site = Site(instance)
    _stop_on_signals(site)
    _look_first(site, migrates=not options.no_migrate)
    try:
        with _alone(instance):
            site.start_redis()
            if not _is_prepared(site, with_demo=not options.no_demo):
                _prepare(site, *_how(options))
        if not site.stopping:
            site.forget_figures()
            _open(site, address, options)
            site.watch()
    finally:
        site.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/server", description="Start the site on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--no-demo", action="store_true", help="without the fictional data of province 99")
    parser.add_argument("--no-migrate", action="store_true", help="refuse an old schema in place of changing it")
    parser.add_argument("--web", choices=SERVERS, default="granian", help="the web server")
    parser.add_argument("--workers", type=int, default=2, help="web worker processes")
    return parser


def _stop_on_signals(site: Site) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        site.stopping = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def _look_first(site: Site, *, migrates: bool) -> None:
    try:
        check_place(site.instance, "INSTANCE_PATH")
        ensure_keys(site.instance)
        check_start(read_settings(site.environ), site.environ, migrates=migrates)
    except (BadSettings, NotReady) as reason:
        sys.exit(str(reason))


def _how(options: argparse.Namespace) -> list[str]:
    chosen = {"--no-demo": options.no_demo, "--no-migrate": options.no_migrate}
    return [name for name, is_chosen in chosen.items() if is_chosen]


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    with (instance / "launch.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing this installation; waiting for it.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_prepared(site: Site, *, with_demo: bool) -> bool:
    return is_prepared(read_settings(site.environ), newest=known_schemas()[-1], with_demo=with_demo)


def _prepare(site: Site, *arguments: str) -> None:
    command = [sys.executable, "-m", "charity.cli.launch.prepare", *arguments]
    process = subprocess.Popen(command, env=site.environ, cwd=ROOT, preexec_fn=tied())
    while process.poll() is None:
        if site.stopping:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    if process.returncode and not site.stopping:
        sys.exit("The site could not be prepared; the reason stands above.")


def _open(site: Site, address: Address, options: argparse.Namespace) -> None:
    if not options.no_demo:
        _receive_mail(site)
    shown = f"http://{'127.0.0.1' if address.host == '0.0.0.0' else address.host}:{address.port}"
    site.environ.setdefault("PUBLIC_URL", shown)
    site.add(
        "web",
        "--checked",
        "--bind",
        address.host,
        "--port",
        str(address.port),
        "--server",
        options.web,
        "--workers",
        str(options.workers),
    )
    if not opens(address, site):
        if site.stopping:
            return
        sys.exit("The site does not answer; the reason stands above.")
    site.add("worker", "--checked")  # now: beside the web workers it would keep people waiting for the first page
    if not options.no_demo:
        _prepare(site, "--log-ins")
        print(f"Mail of the demonstration: {site.instance / 'mail'}")
    print(f"The site is open: {shown}/  (Ctrl-C closes it)", flush=True)


def _receive_mail(site: Site) -> None:
    if site.environ.get("MAIL_URL") or site.environ.get("CHARITY_ENV") == "production":
        return
    port = free_port()
    site.environ["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    site.add("mail", "--port", str(port), "--folder", str(site.instance / "mail"))


if __name__ == "__main__":
    main()
