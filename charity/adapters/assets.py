"""Style sheets and scripts: joined, shortened, named by their digest and compressed at start, without a build step."""

import base64
import gzip
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import brotli

STATIC = Path(__file__).resolve().parents[2] / "static"
DIST = "dist"
HASHED = re.compile(r"/dist/[a-z]+\.[0-9a-f]{12}\.[a-z]+$")


@dataclass(frozen=True, slots=True)
class Assets:
    """What a page links to, and the style that stands in the page itself with its digest for the policy."""

    critical: str
    critical_digest: str
    sheet: str
    script: str
    icon: str


def build_assets(static: Path = STATIC, url: str = "/static") -> Assets:
    """Write static/dist from static/css, static/js and static/icons; a file whose content is unchanged stays."""
    critical = shorten_css((static / "css" / "critical.css").read_text("utf-8"))
    sheets = [path.read_text("utf-8") for path in sorted((static / "css").glob("*.css")) if path.stem != "critical"]
    scripts = [path.read_text("utf-8") for path in sorted((static / "js").glob("*.js"))]
    digest = base64.b64encode(hashlib.sha256(critical.encode()).digest()).decode()
    return Assets(
        critical=critical,
        critical_digest=f"sha256-{digest}",
        sheet=_publish(static, url, "site", "css", shorten_css("\n".join(sheets))),
        script=_publish(static, url, "site", "js", "\n".join(scripts)),
        icon=_publish(static, url, "sign", "svg", (static / "icons" / "sign.svg").read_text("utf-8")),
    )


def is_immutable(path: str, url: str) -> bool:
    """Say whether a static file is named by its content, so that browsers may keep it for ever."""
    return bool(HASHED.search(url)) and path.endswith(url.rsplit("/", 1)[-1])


def shorten_css(text: str) -> str:
    """Take comments and spare white space out of a style sheet; strings in it must not hold braces or comments."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", text)
    text = re.sub(r"(?<=[{;])([a-zA-Z-]+): ", r"\1:", text)
    return text.replace(";}", "}").strip()


def _publish(static: Path, url: str, name: str, kind: str, text: str) -> str:
    content = text.encode()
    file = f"{name}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
    target = static / DIST / file
    target.parent.mkdir(exist_ok=True)
    _write_once(target, lambda: content)
    _write_once(target.with_name(file + ".br"), lambda: brotli.compress(content))
    _write_once(target.with_name(file + ".gz"), lambda: gzip.compress(content, mtime=0))
    return f"{url}/{DIST}/{file}"


def _write_once(target: Path, content: Callable[[], bytes]) -> None:
    if target.is_file():
        return
    with NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content())
    os.chmod(file.name, 0o644)
    os.replace(file.name, target)
