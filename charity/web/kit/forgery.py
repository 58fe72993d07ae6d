"""Proof that a post comes from a form of this site; without it nothing is written, and the form comes back filled in.

Three guards, each enough by itself: the form does not validate, `submit` makes no call, no transaction begins.
"""

from flask import Flask, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf
from wtforms import Field, ValidationError
from wtforms.csrf.core import CSRF
from wtforms.form import BaseForm as BaseFormOfLibrary

from charity.adapters.db import refuse_writing
from charity.domain.errors import Invalid
from charity.web.kit.sentences import sentence

TOO_OLD = "form-too-old"


class Proof(CSRF):
    """The hidden field of a form: a fresh token whenever it is shown, and a clear sentence when none came back."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """Give this browser's token."""
        return generate_csrf()

    def validate_csrf_token(self, form: BaseFormOfLibrary, field: Field) -> None:
        """Refuse a form whose request proved nothing; the request itself was judged before."""
        if not is_proved():
            raise ValidationError(sentence(TOO_OLD))


def is_proved() -> bool:
    """Say whether this request brought the token of its own browser."""
    return bool(g.get("csrf_valid", False))


def init_forgery(app: Flask) -> CSRFProtect:
    """Judge every post before anything else happens; what proves nothing goes on, but can write nothing."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the library would answer with a page and lose what was typed
    csrf = CSRFProtect(app)

    def judge() -> None:
        try:
            csrf.protect(apply_exemptions=True)
        except CSRFError:
            refuse_writing(Invalid(TOO_OLD))

    app.before_request(judge)
    return csrf
