"""The page behind a list's link or printed code, for whoever comes with it, signed in or not."""

from charity.queries.circles.joining import get_joining
from charity.web.kit.circle_words import circle_word
from charity.web.kit.forms import BaseForm
from charity.web.kit.page import page
from charity.web.kit.seat_form import SeatForm
from charity.web.kit.submit import form_status
from charity.web.kit.viewer import viewer


def show_joining(code: str, form: BaseForm | None = None) -> tuple[str, int]:
    """Show the programme, and the one act that is possible now."""
    shown = page(
        "public/joining/show.html",
        joining=get_joining(viewer(), code),
        is_signed_in=viewer().is_signed_in,
        form=form or SeatForm(),
        say=circle_word,
    )
    return shown, form_status()
