"""What the pages share on which a need is written: whether it is handed in or kept, and what is said afterwards."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind
from charity.queries.wishes import own
from charity.web.kit.viewer import viewer

HAND_IN = "hand-in"


def hands_in() -> bool:
    """Say whether the button was pressed that hands a need in for review, not the one that keeps it."""
    return request.form.get("step") == HAND_IN


def kept() -> ResponseReturnValue:
    """Say what became of a need, and go to the volunteer's own list of it."""
    flash(_("The wish was handed in for review.") if hands_in() else _("The draft was kept."), "good")
    return redirect(f"/desk/wishes?group={'waiting' if hands_in() else 'todo'}", code=303)


def get_editable(ref: str, wanted: Kind) -> tuple[own.Editable, BeneficiaryKind]:
    """Give the viewer's own need of a kind for correction, and whose it is; one of another kind is missing."""
    wish = own.get_editable(viewer(), ref)
    if wish.kind != wanted.value:
        raise Missing
    return wish, BeneficiaryKind(wish.beneficiary_kind)
