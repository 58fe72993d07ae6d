"""Exports: who takes which table along is written down before its first row leaves."""

from collections.abc import Mapping

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Invalid
from charity.domain.opinions import PERSONAL_TABLES, OpinionAct, common_region
from charity.domain.permissions import may_anywhere, regions_for
from charity.ledger.opinions import need_second_yes
from charity.models.acts import act
from charity.models.exporting import note_export

TABLES = frozenset({"pledges", "wishes", "people"})
FORMS = frozenset({"csv", "xlsx"})
MOST_ROWS = 200_000


@act
def begin_export(tx: Tx, actor: Actor, *, what: str, form: str, filters: Mapping[str, str], rows: int) -> int:
    """Write down that somebody begins an export of so many rows; gives the export's number."""
    may_anywhere(actor, "export.make")
    if what not in TABLES:
        raise Invalid("export-unknown", field="what")
    if form not in FORMS:
        raise Invalid("export-form-unknown", field="form")
    if rows > MOST_ROWS:
        raise Invalid("export-too-large", params={"rows": rows, "most": MOST_ROWS})
    if what in PERSONAL_TABLES:
        region = common_region(regions_for(actor, "export.make"))
        need_second_yes(tx, actor, OpinionAct.EXPORT, region, told={"what": what} | dict(filters))
    return note_export(tx, actor.account_id, what=what, form=form, filters=filters, rows=rows)
