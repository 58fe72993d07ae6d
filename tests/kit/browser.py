"""Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

# A headless Chromium keeps the suggestions of its own windows ready as two pages more in each context, which cost more
# than the pages under test. Of two lists the browser takes the last, so what Playwright turns off is said here again.
UNWANTED = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch", "TcpPortRandomizationWin"),
)
FLAGS = [
    f"--disable-features={','.join(UNWANTED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# axe names problems by rule; these few words with the element are enough to find one
Problems = list[str]


def find_chromium() -> str | None:
    """Find a Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    return found or (_MAC if Path(_MAC).exists() else None)


def launch(playwright: Playwright, program: str) -> Browser:
    """Start the browser."""
    return playwright.chromium.launch(executable_path=program, args=FLAGS, headless=True)


def open_page(browser: Browser, *, base: str, size: dict[str, int], scripts: bool, **more: Any) -> Page:
    """Open a page in a fresh profile; what the browser itself complains about is kept in `page.complaints`."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=scripts,
        locale=more.pop("locale", "zh-CN"),
        timezone_id="Asia/Shanghai",
        is_mobile=size is PHONE,
        has_touch=size is PHONE,
        **more,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.complaints = complaints  # type: ignore[attr-defined]
    return page


def axe(page: Page) -> Problems:
    """Ask axe about the page as it stands; an empty list is what a test wants."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


Axe = Callable[[Page], Problems]
