"""From a posted form to one service call, and from a refusal back to the filled form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from flask import flash, g, redirect
from flask_babel import gettext as _
from werkzeug import Response
from wtforms import FileField

from charity.domain.errors import Invalid, Missing, Refused, SignInNeeded
from charity.queries.answered import First, find_first_answer
from charity.web.kit.forgery import TOO_OLD, is_proved
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.photo_field import PhotoField
from charity.web.kit.sentences import sentence
from charity.web.kit.viewer import viewer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A service call that went through, with what it returned."""

    result: T


def submit(form: BaseForm, call: Callable[[], T]) -> Done[T] | None:
    """Validate a form and run its service call; None when the form must be shown again.

    Pressed again, a form has the answer it had, also when its thing is gone or offers nothing any more because of it:
    whatever looks at the thing belongs into the call.
    """
    if not is_proved():
        show_refusal(form, Invalid(TOO_OLD))
        _ask_for_files_again(form)
        return None
    try:
        if form.validate_on_submit():
            return _called(call)
        if (first := find_first_answer(viewer())) is not None:
            return _again(first)
        g.form_status = 422
    except (Missing, SignInNeeded):
        raise
    except Refused as refused:
        show_refusal(form, refused)
    _ask_for_files_again(form)
    return None


def _called(call: Callable[[], T]) -> Done[T]:
    try:
        return Done(call())
    except Missing:
        if (first := find_first_answer(viewer())) is None:
            raise
        return _again(first)


def _again(first: First) -> Done[T]:
    return Done(cast(T, first.result))


def was_answered() -> bool:
    """Say whether this very press was answered before, for a page that cannot see its thing any more because of it."""
    return is_proved() and find_first_answer(viewer()) is not None


def _ask_for_files_again(form: BaseForm) -> None:
    """No browser sends a chosen file a second time by itself."""
    for field in form:
        if isinstance(field, FileField) and getattr(field.data, "filename", "") and not field.errors:
            again = (
                _("Please choose the photo again.")
                if isinstance(field, PhotoField)
                else _("Please choose the file again.")
            )
            field.errors = [*field.errors, again]


def say_refusal(form: BaseForm) -> None:
    """Say on top of the page why a button of a list did nothing; the list's other forms keep quiet."""
    texts = [text for errors in form.errors.values() for text in errors]
    for text in texts or [_("This cannot be done just now.")]:
        flash(str(text), "problem")


def press(
    call: Callable[[], object], *, said: str, to: str, again: Callable[[], T], tone: str = "good"
) -> T | Response:
    """Do what a button without fields does and say so on page `to`; refused, show the page again, the reason on top."""
    form = ActForm()
    if submit(form, call) is None:
        say_refusal(form)
        return again()
    flash(said, tone)
    return redirect(to, code=303)


def show_refusal(form: BaseForm, refused: Refused) -> None:
    """Put a refusal's sentence onto its field, or onto the form, and remember its status and code."""
    text = sentence(refused.code, refused.params)
    field = form._fields.get(refused.field or "")  # pyright: ignore[reportPrivateUsage]
    if field is None:
        form.form_errors = [*form.form_errors, text]
    else:
        field.errors = [*field.errors, text]
    g.form_status = refused.status
    g.refusal = refused.code
    g.refused = refused


def form_status() -> int:
    """Give the status with which a form is shown: 200 at first, 4xx after a refusal."""
    return int(g.get("form_status", 200))
