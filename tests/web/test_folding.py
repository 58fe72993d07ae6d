"""Templates are compiled for each language, and say exactly what they said before."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import DictLoader

from charity.adapters.locale import speaking
from charity.web.kit.folding import SpokenEnvironment

PIECES = {
    "page.html": "{% from 'kit.html' import link %}"
    "<p>{{ _('Save') }} {{ _('Remove %(what)s', what=who) }}</p>{{ link() }}",
    "kit.html": "{% macro link(words=_('Send')) %}<a>{{ words|upper }}</a>{% endmacro %}",
    "mail.txt": "{{ _('Save') }} & {{ who }}",
    "odd.html": "{{ _('<b>100%%</b> & more') }}{{ _(who) }}{{ ngettext('%(num)s thing', '%(num)s things', 2) }}",
}
pytestmark = pytest.mark.backends("sqlite")
Make = Callable[[type[Environment]], Environment]


@pytest.fixture
def bare(app: Flask) -> Make:
    def made(kind: type[Environment]) -> Environment:
        found = kind(app, loader=DictLoader(PIECES), autoescape=lambda name: bool(name and name.endswith(".html")))
        found.add_extension("jinja2.ext.i18n")
        found.globals.update({name: app.jinja_env.globals[name] for name in ("gettext", "ngettext", "_")})
        return found

    return made


@pytest.fixture
def make(app: Flask, bare: Make) -> Iterator[Make]:
    with app.test_request_context():
        yield bare


def test_each_language_has_its_own_words(make: Make) -> None:
    spoken = make(SpokenEnvironment)
    for language, saved in (("en", "Save"), ("zh", "保存"), ("en", "Save")):
        with speaking(language):
            said = spoken.get_template("page.html").render(who="<i>")
        assert said.startswith(f"<p>{saved} ")
        assert "&lt;i&gt;" in said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PIECES)
def test_what_is_folded_is_what_asking_gives(make: Make, name: str, language: str) -> None:
    with speaking(language):
        folded, asked = (make(kind).get_template(name).render(who="x & y") for kind in (SpokenEnvironment, Environment))
    assert folded == asked


def test_a_plain_sentence_is_text_in_the_compiled_template(make: Make) -> None:
    with speaking("zh"):
        folded, asks = (
            make(kind).compile(PIECES["page.html"], "page.html", raw=True) for kind in (SpokenEnvironment, Environment)
        )
    assert "保存" in folded and "Save" not in folded
    assert "Save" in asks
    assert "Remove %(what)s" in folded  # what must be filled in is asked for at each drawing


def test_outside_of_a_request_sentences_are_asked_for(bare: Make) -> None:
    mail = bare(SpokenEnvironment).get_template("mail.txt")
    for language, said in (("en", "Save & x"), ("zh", "保存 & x")):
        with speaking(language):
            assert mail.render(who="x") == said
