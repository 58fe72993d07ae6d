"""Forms: CSRF, a once-key against double posts, clean text, length limits, messages in the reader's language."""

import re
import secrets
import unicodedata
from collections.abc import MutableMapping
from typing import Any

from flask_babel import get_translations
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue] - newer than the stubs
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm as BaseFormOfLibrary
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from charity.web.kit.forgery import Proof

Text = str | None
ONCE = "once"
ONCE_BYTES = 16
LONGEST_LINE = 200
LONGEST_TEXT = 2000
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]")
LINE_KEEPERS = "\n\t"


def clean_line(text: Text) -> Text:
    """Take control and zero-width characters out of one line and trim it; an empty line stays empty."""
    return None if text is None else " ".join(_visible(text.replace("\n", " ").replace("\t", " ")).split())


def clean_text(text: Text) -> Text:
    """Take control and zero-width characters out of a longer text, keeping its lines."""
    return None if text is None else _visible(text.replace("\r\n", "\n")).strip()


def _visible(text: str) -> str:
    shown = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return "".join(c for c in shown if c in LINE_KEEPERS or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))


class Catalogue:
    """WTForms' own messages, said by the site's catalogue."""

    def gettext(self, string: str) -> str:
        """Say one message."""
        return get_translations().ugettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Say one message that counts."""
        return get_translations().ungettext(singular, plural, n)


class _OneOfSeveral(CheckboxInput):
    """A box of several: browsers would take "required" as every single one of them."""

    validation_attrs = ["disabled"]


class CheckboxesField(SelectMultipleField):
    """Several choices as check boxes, each with its own label."""

    widget = ListWidget(prefix_label=False)
    option_widget = _OneOfSeveral()


class BaseForm(FlaskForm):
    """The form all forms derive from; its once-key makes a repeated post one act."""

    class Meta(FlaskForm.Meta):
        """Clean filters, limits and translated messages for every field."""

        csrf_class = Proof

        def get_translations(self, form: BaseFormOfLibrary) -> Catalogue:
            """Take messages from the site's catalogue."""
            return Catalogue()

        def bind_field(
            self, form: BaseFormOfLibrary, unbound_field: "UnboundField[Any]", options: MutableMapping[str, Any]
        ) -> Field:
            """Bind a field, and clean and limit its text; choices may be written as pairs."""
            if isinstance(given := unbound_field.kwargs.get("choices"), list):
                options["choices"] = [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in given]
            return _guarded(unbound_field.bind(form=form, **options))

        def render_field(self, field: Field, render_kw: Any) -> Markup:
            """Draw a field; "required" would mean nothing on a list that cannot be left empty."""
            always = {"required": False} if _is_never_empty(field) else {}
            return super().render_field(field, {**always, **render_kw})

    once = HiddenField(default=lambda: secrets.token_urlsafe(ONCE_BYTES))


def _is_never_empty(field: Field) -> bool:
    if type(field) is not SelectField:
        return False
    first = next(iter(field.iter_choices()), None)
    return first is not None and first.value != ""  # pyright: ignore[reportAttributeAccessIssue] - newer than the stubs


class ActForm(BaseForm):
    """A form with nothing in it but its protection, for one-button acts."""


def _guarded(field: Field) -> Field:
    if isinstance(field, PasswordField) or not isinstance(field, StringField):
        return field
    is_long = isinstance(field, TextAreaField)
    field.filters = [clean_text if is_long else clean_line, *field.filters]
    if not any(isinstance(check, Length) for check in field.validators):
        longest = LONGEST_TEXT if is_long else LONGEST_LINE
        field.validators = [*field.validators, Length(max=longest)]
        field.flags.maxlength = longest
    return field


def described(field: Field, hint: object = None) -> dict[str, str]:
    """Tie a field to its hint and its error for screen readers."""
    ids = [f"{field.id}-hint"] if hint or field.description else []
    if not field.errors:
        return {"aria-describedby": ids[0]} if ids else {}
    return {"aria-describedby": " ".join([*ids, f"{field.id}-error"]), "aria-invalid": "true"}
