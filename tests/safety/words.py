"""The words of pages: which language they speak, and what a refusal says."""

import re

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TAGS = re.compile(r"<[^>]+>")
_PROBLEMS = re.compile(
    r'(?:class="error"[^>]*>(?P<error>.*?)</p>)|(?:id="problems">.*?<ul>(?P<list>.*?)</ul>)'
    r'|(?:class="[^"]*problem[^"]*"[^>]*>(?P<flash>.*?)</(?:p|div|li)>)',
    re.DOTALL,
)
_BODY = re.compile(r"<main[^>]*>(.*?)</main>", re.DOTALL)
_H1 = re.compile(r"<h1[^>]*>(.*?)</h1>\s*<p>(.*?)</p>", re.DOTALL)


def has_chinese(text: str) -> bool:
    """Say whether any Chinese character stands in a text."""
    return _CHINESE.search(text) is not None


def refusal_words(html: str) -> str:
    """Give what a page says about a refusal: at its fields, in its summary, or as the page itself."""
    found = [group for match in _PROBLEMS.finditer(html) for group in match.groups() if group]
    if not found and (body := _BODY.search(html)) and (heading := _H1.search(body[1])):
        found = list(heading.groups())
    return " ".join(_TAGS.sub(" ", " ".join(found)).split())
