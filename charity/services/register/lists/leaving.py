"""Taking the rows of a county's list along that did not come in: they name people, so it is written down first."""

from sqlalchemy import func, select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.models.acts import act
from charity.models.county_list_rows import has_cells, is_left_out
from charity.models.county_lists import CountyListRow
from charity.models.exporting import note_export
from charity.services.register.lists.ground import get_list

WHAT, FORM = "left-out", "xlsx"


@act
def take_left_out(tx: Tx, actor: Actor, ref: str) -> int:
    """Write down that whoever brought a list takes its rows that did not come in along; gives the export's number.

    No second person is asked: nothing leaves but what stood in that person's own file.
    """
    brought = get_list(tx, actor, ref)
    if brought.brought_by_id != actor.account_id or not has_cells(brought):
        raise Missing
    rows = tx.session.scalar(select(func.count()).select_from(CountyListRow).where(is_left_out(brought.id))) or 0
    return note_export(tx, actor.account_id, what=WHAT, form=FORM, filters={"list": ref}, rows=rows)
