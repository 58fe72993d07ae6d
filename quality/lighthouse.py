"""Lighthouse on one page as a slow phone sees it."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from charity.adapters.settings import ROOT
from tests.kit.browser import FLAGS, find_chromium

PROGRAM = ROOT / "node_modules" / ".quality" / "node_modules" / ".bin" / "lighthouse"
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}
# How quick a page seems depends on what else this machine does just then: the best of so many looks counts.
LOOKS = 3


def look(url: str) -> bool:
    """Print the four marks of a page and what cost any of them; say whether they are good enough."""
    report, marks = {}, dict[str, int]()
    for _ in range(LOOKS):
        report = _report(url)
        marks = {name: round((report["categories"][name]["score"] or 0) * 100) for name in LEAST}
        if not _missed(marks):
            break
    print(f"Lighthouse: {url}", " ".join(f"{name} {mark}" for name, mark in marks.items()), flush=True)
    for name in _missed(marks):
        print(*(f"  {name}: {cost}" for cost in _costs(report, name)), sep="\n", flush=True)
    return not _missed(marks)


def _missed(marks: dict[str, int]) -> list[str]:
    return [name for name, mark in marks.items() if mark < LEAST[name]]


def _report(url: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        out = Path(folder) / "report.json"
        command = [str(PROGRAM), url, "--quiet", "--no-enable-error-reporting", "--output=json"]
        command += [f"--output-path={out}", f"--only-categories={','.join(LEAST)}"]
        command += [f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}"]
        environ = os.environ | {"CHROME_PATH": find_chromium() or ""}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if not out.exists() or done.returncode:
            raise SystemExit(f"Lighthouse gave no report of {url}: {done.stderr[-500:]}")
        told: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return told


def _costs(report: dict[str, Any], category: str) -> list[str]:
    weighed = [each["id"] for each in report["categories"][category]["auditRefs"] if each["weight"]]
    audits = [report["audits"][name] for name in weighed]
    costly = [audit for audit in audits if audit["score"] is not None and audit["score"] < 1]
    return [f"{audit['title']} {audit.get('displayValue', '')}".strip() for audit in costly]
