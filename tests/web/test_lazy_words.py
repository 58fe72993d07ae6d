"""A sentence that is translated late is text like any other: what stands in it is escaped on the page."""

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l

COURIER = _l("J&T Express")


@pytest.mark.backends("sqlite")
def test_lazy_words_are_escaped(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert render_template_string("{{ word }}", word=COURIER) == "J&amp;T Express"
        assert render_template_string("{{ word }}", word=str(COURIER)) == "J&amp;T Express"
