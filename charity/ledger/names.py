"""Giving back the names that a concern took, when it is not founded: the same by whichever act."""

from collections.abc import Iterable

from sqlalchemy import update

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.models.names_down import NAME, give_names_back
from charity.models.outbox import notify
from charity.models.takedowns import TakeDown, why_place


def end_names_down(tx: Tx, case_id: int, case_ref: str, *, by_id: int, reason: str) -> int:
    """End the standing take-downs of names by a case; gives how many names are shown again."""
    live = TakeDown.case_id == case_id, TakeDown.thing == NAME, TakeDown.restored_at.is_(None)
    why = seal(reason, place=why_place(case_ref))
    ended = update(TakeDown).where(*live).values(restored_at=tx.now, restored_by_id=by_id, why_sealed=why)
    return show_names(tx, case_ref, tx.session.scalars(ended.returning(TakeDown.id)).all())


def show_names(tx: Tx, case_ref: str, take_down_ids: Iterable[int]) -> int:
    """Give the names of ended take-downs back and tell their owners; gives how many."""
    accounts = give_names_back(tx, take_down_ids)
    for account_id in accounts:
        notify(tx, account_id=account_id, kind="name-given-back", params={"case": case_ref})
    return len(accounts)
