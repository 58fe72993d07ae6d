"""script/quality [--only html|lighthouse] [--port N]: what the Nu HTML checker and Lighthouse say about a site.

Without --port a site of its own is made, with the demonstration, and is gone afterwards.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.site import site
from charity.adapters.settings import ROOT
from charity.cli.demo.secret import find_password
from quality import lighthouse, nu
from quality.pages import one_wish, save_pages

NAMES = ("html", "lighthouse")


def main() -> None:
    """Look at the site with both tools, or the one that was named; ends with 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="script/quality", description="The Nu HTML checker and Lighthouse.")
    parser.add_argument("--only", choices=NAMES, help="one of the two")
    parser.add_argument("--port", type=int, help="a running site of this machine (its folder: INSTANCE_PATH)")
    options = parser.parse_args()
    chosen = [options.only] if options.only else list(NAMES)
    with tempfile.TemporaryDirectory(prefix="quality-") as folder:
        home = Path(folder)
        with running(options.port, home / "site") as (port, instance):
            good = [_html(port, instance, home / "pages") if name == "html" else _lighthouse(port) for name in chosen]
    sys.exit(0 if all(good) else 1)


@contextmanager
def running(port: int | None, home: Path) -> Iterator[tuple[int, Path]]:
    """Give the port and the folder of the site to look at: the one that runs, or one made for this."""
    if port is not None:
        yield port, Path(os.environ.get("INSTANCE_PATH") or ROOT / "instance")
        return
    print("Preparing a site with the demonstration; this takes a minute or two.", flush=True)
    with site(home, "sqlite") as made:
        made.flask("demo", "load")
        made.open(workers=1, with_worker=False)
        yield made.port, home / "instance"


def _html(port: int, instance: Path, folder: Path) -> bool:
    folder.mkdir()
    password = find_password(instance)
    if password is None:
        sys.exit(f"There is no demonstration in {instance}; script/server makes one, INSTANCE_PATH names its folder.")
    saved = save_pages(port, password, folder)
    found = nu.check(folder)
    print(f"Nu HTML checker: {saved} pages, {len(found)} findings", *found, sep="\n  ", flush=True)
    return not found


def _lighthouse(port: int) -> bool:
    pages = ("/", "/wishes", f"/wishes/{one_wish(port)}", "/boards", "/figures", "/book")
    return all([lighthouse.look(f"http://127.0.0.1:{port}{path}") for path in pages])


if __name__ == "__main__":
    main()
