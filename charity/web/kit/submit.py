"""From a posted form to one service call, and from a refusal back to the filled form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import g

from charity.domain.errors import Missing, Refused, SignInNeeded
from charity.web.kit.forms import BaseForm
from charity.web.kit.sentences import sentence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A service call that went through, with what it returned."""

    result: T


def submit(form: BaseForm, call: Callable[[], T]) -> Done[T] | None:
    """Validate a form and run its service call; None when the form must be shown again."""
    if not form.validate_on_submit():
        g.form_status = 422
        return None
    try:
        return Done(call())
    except (Missing, SignInNeeded):
        raise
    except Refused as refused:
        show_refusal(form, refused)
        return None


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


def form_status() -> int:
    """Give the status with which a form is shown: 200 at first, 4xx after a refusal."""
    return int(g.get("form_status", 200))
