"""The second look at a list: one person who did not hand it in agrees to the gift and the list for all its circles."""

import secrets

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.legal import may_stand_on
from charity.domain.openings import CODE_ALPHABET, CODE_LENGTH, OpeningAct, OpeningState
from charity.domain.permissions import may
from charity.domain.sides import may_review
from charity.models.acts import act
from charity.models.covering import list_standing
from charity.models.opening_rows import is_code_taken
from charity.models.openings import CircleOpening
from charity.models.programmes import Programme
from charity.models.sides import lock_account
from charity.services.circles.list_ground import lock_list, may_open_under, move_list, tell


@act
def agree(tx: Tx, actor: Actor, ref: str) -> None:
    """Agree to a list: its circles are opened from now on, some at a time. Never by who staged it or handed it in."""
    opening = _get_to_review(tx, actor, ref)
    programme = tx.session.get_one(Programme, opening.programme_id)
    may_open_under(tx, programme)
    standing = list_standing(tx.session, programme.id)
    may_stand_on(standing, day_of(tx.now), programme=programme.code, kind=Kind(programme.kind))
    move_list(opening, OpeningAct.AGREE)
    opening.reviewer_id, opening.reviewed_at = actor.account_id, tx.now
    opening.join_code = _new_code(tx)
    tell(tx, opening, opening.submitted_by_id, "list-agreed")


@act
def reject(tx: Tx, actor: Actor, ref: str, *, reason: str) -> None:
    """Turn a list down; the reason is a code, for whoever handed it in."""
    opening = _get_to_review(tx, actor, ref)
    move_list(opening, OpeningAct.REJECT)
    opening.reviewer_id, opening.reviewed_at, opening.return_reason = actor.account_id, tx.now, reason
    tell(tx, opening, opening.submitted_by_id, "list-rejected")


def _get_to_review(tx: Tx, actor: Actor, ref: str) -> CircleOpening:
    lock_account(tx, actor.account_id)
    opening = lock_list(tx, ref)
    may(actor, "circle.review", opening.region_code)
    if OpeningState(opening.state) in (OpeningState.STAGED, OpeningState.DROPPED):
        raise Missing  # nobody but its office knows of it
    for poster in (opening.staged_by_id, opening.submitted_by_id):
        may_review(reviewer=actor.account_id, poster=poster or 0)
    return opening


def _new_code(tx: Tx) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not is_code_taken(tx, code):
            return code
