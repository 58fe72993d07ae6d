"""Somebody at the site: goes, presses, types and reads, and has each page met looked at as people's tools would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask_babel import gettext, ngettext

from charity.adapters.locale import speaking
from tests.kit.browser import DESKTOP, PHONE

NARROW, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
# Links inside a sentence may be as high as their line; all others must be easy to hit.
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.closest('p, td, th, dd, .problems, h1, h2, h3, main li'))
  .filter(e => !e.matches('.skip, [type=checkbox], [type=radio], .card a') && !e.closest('.unseen'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([_, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([html, box]) => `small target ${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""
# One thing to do next: buttons in the main part that are neither quiet nor dangerous.
PRIMARY = """() => [...document.querySelectorAll('main .button:not(.button-quiet, .button-danger)')]
  .filter(e => e.checkVisibility()).map(e => e.innerText.trim())"""
SIDEWAYS = """() => Math.max(...[document.documentElement, ...document.querySelectorAll('.stacks')]
  .filter((e, n) => !n || innerWidth < 640).map(e => e.scrollWidth - e.clientWidth))"""
AXE = """async options => (await axe.run(document, options)).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"""
ALL_RULES: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = ALL_RULES | {"runOnly": ["color-contrast"]}
# What an opaque name or number in an address is, so that two wishes' pages count as one kind of page.
_NAMES = re.compile(r"/(?:(?=[a-z]*[0-9])[0-9a-z]{13}|[0-9]+)(?=/|$)")
PICTURES = (("zh", PHONE, "light"), ("en", PHONE, "dark"), ("zh", DESKTOP, "dark"), ("en", DESKTOP, "light"))


class Eyes:
    """One person's browser: what is pressed is named by its English words, in whichever language the page is."""

    def __init__(
        self, page: Any, *, who: str, language: str, scripts: bool, pictures: Path | None, seen: set[str]
    ) -> None:
        self.page = page
        self.who = who
        self.scripts = scripts
        self.language = language
        self._pictures = pictures
        self._seen = seen
        self.problems: list[str] = []

    def say(self, words: str, **params: object) -> str:
        """Give words as this person reads them."""
        with speaking(self.language):
            return gettext(words, **params)

    def count(self, one: str, many: str, number: int) -> str:
        """Give counted words as this person reads them."""
        with speaking(self.language):
            return ngettext(one, many, number)

    @property
    def path(self) -> str:
        """Give the address without its host."""
        return "/" + self.page.url.split("/", 3)[3]

    def go(self, path: str, *, state: str = "") -> "Eyes":
        """Type an address; a page that looks different in another state is looked at again."""
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}\n{self.text()[:600]}"
        return self.look(state)

    def follow(self, words: str, *, nth: int = 0, whole: bool = True) -> "Eyes":
        """Follow a link of the page."""
        return self._by(self.page.locator("main").get_by_role("link", name=self.say(words), exact=whole).nth(nth))

    def menu(self, words: str) -> "Eyes":
        """Follow a link of the menus; who has only just come starts at the home page."""
        if self.page.url == "about:blank":
            self.go("/")
        found = self.page.locator("header").get_by_role("link", name=re.compile(f"^{re.escape(self.say(words))}")).first
        if not found.is_visible():
            self.page.locator("header summary").click()
        return self._by(found)

    def press(self, words: str, *, nth: int = 0, status: int = 200) -> "Eyes":
        """Press a button of the page."""
        return self._by(
            self.page.locator("main").get_by_role("button", name=self.say(words), exact=True).nth(nth), status
        )

    def to(self, selector: str) -> "Eyes":
        """Press or follow what a selector finds; for titles and other words that nobody translates."""
        return self._by(self.page.locator(selector).first)

    def _by(self, found: Any, status: int = 200) -> "Eyes":
        if status != 200:  # what the browser itself would stop must be stopped by the site as well
            self.page.evaluate("for (const form of document.forms) form.noValidate = true")
        with self.page.expect_navigation() as told:
            found.click()
        assert told.value.status == status, f"{self.path}: {told.value.status}\n{self.text()[:900]}"
        return self.look("" if status == 200 else "refused")

    def take(self, words: str) -> Path:
        """Press a button that answers with a file, and give the file."""
        with self.page.expect_download() as told:
            self.page.locator("main").get_by_role("button", name=self.say(words), exact=True).click()
        return Path(told.value.path())

    def opens(self, words: str) -> str:
        """Press a button that answers with something else than a page, and give its type."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as told:
            self.page.locator("main").get_by_role("button", name=self.say(words), exact=True).click()
        return str(told.value.header_value("content-type"))

    def fill(self, **fields: object) -> "Eyes":
        """Fill in fields by their names: text, a choice's value, True or False for a tick."""
        for name, value in fields.items():
            self._fill(name, value)
        return self

    def _fill(self, name: str, value: object) -> None:
        field = self.page.locator(f"main [name={name}]")
        kind = field.first.evaluate("e => e.type || e.tagName")
        if kind in ("radio", "checkbox") and not isinstance(value, bool):
            for one in [value] if isinstance(value, str) else value:  # type: ignore[attr-defined]
                self.page.locator(f"main [name={name}][value='{one}']").check()
        elif isinstance(value, bool):
            field.first.set_checked(value)
        elif isinstance(value, Path):
            field.first.set_input_files(value)
        elif kind.startswith("select"):
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def text(self) -> str:
        """Give what stands on the page."""
        return str(self.page.inner_text("body"))

    def reads(self, words: str, **params: object) -> "Eyes":
        """Insist that words stand on the page."""
        said = self.say(words, **params)
        assert said in self.text(), f"{self.path} does not say {said!r}:\n{self.page.inner_text('main')[:1500]}"
        return self

    def reads_not(self, words: str) -> "Eyes":
        """Insist that words do not stand on the page."""
        assert self.say(words) not in self.text(), f"{self.path} says {self.say(words)!r}"
        return self

    def look(self, state: str = "") -> "Eyes":
        """Have the page looked at, each kind of page once per role, language and state."""
        kind = f"{self.who} {self.language} {_NAMES.sub('/*', self.path.split('?')[0])} {state}".strip()
        if self._seen_in_motion(kind):
            return self
        with self._as_found():
            found = self._measure() if self.scripts else self._measure_narrow()
        self.problems += [f"{kind}: {problem}" for problem in found]
        if self._pictures is not None:
            self._take_pictures(kind)
        return self

    def _seen_in_motion(self, kind: str) -> bool:
        known = kind in self._seen
        self._seen.add(kind)
        if known:
            self.problems += [f"{kind}: {problem}" for problem in self._sideways()]
        return known

    @contextmanager
    def _as_found(self) -> Iterator[None]:
        size = self.page.viewport_size
        yield
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme="light")

    def _measure_narrow(self) -> list[str]:
        self.page.set_viewport_size(NARROW)
        return [*self.page.evaluate(SMALL_TARGETS), *self._sideways()]

    def _sideways(self) -> list[str]:
        wider = self.page.evaluate(SIDEWAYS)
        return [f"scrolls sideways by {wider} at {self.page.viewport_size['width']}"] if wider > 0 else []

    def _measure(self) -> list[str]:
        found: list[str] = []
        self.page.evaluate(AXE_SCRIPT)
        for size, scheme, rules in (
            (NARROW, "light", ALL_RULES),
            (NARROW, "dark", COLOURS),
            (WIDE, "dark", ALL_RULES),
            (WIDE, "light", COLOURS),
        ):
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{size['width']} {scheme} {problem}" for problem in self.page.evaluate(AXE, rules)]
            if rules is ALL_RULES:
                found += [*self.page.evaluate(SMALL_TARGETS), *self._sideways()]
        primary = self.page.evaluate(PRIMARY)
        if len(primary) > 1:
            found.append(f"more than one primary action: {primary}")
        return found

    def _take_pictures(self, kind: str) -> None:
        """Keep the page as a picture; what was posted cannot be asked for again, so it is kept as it stands."""
        assert self._pictures is not None
        name = kind.replace(" ", "-").replace("/", "_").replace("*", "x")
        if kind.endswith("refused"):
            self.page.screenshot(path=self._pictures / f"{name}.png", full_page=True)
            return
        context, here = self.page.context, self.page.url
        again = context.new_page()
        for language, size, scheme in PICTURES:
            again.set_viewport_size(size)
            again.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            answer = again.goto(f"{here}{'&' if '?' in here else '?'}lang={language}")
            if answer is None or answer.status != 200:
                break
            again.screenshot(path=self._pictures / f"{name}-{size['width']}-{language}.png", full_page=True)
        again.close()
        context.add_cookies([{"name": "lang", "value": self.language, "url": "/".join(here.split("/", 3)[:3])}])

    def settle(self) -> None:
        """Insist, at the end, that no page had anything to complain about."""
        complaints = [line for line in self.page.complaints if not line.startswith("Failed to load resource")]
        assert self.problems + complaints == [], "\n".join(self.problems + complaints)
