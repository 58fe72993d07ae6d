"""Writing down that a table is taken along, before its first row leaves; no rule, no commit."""

import json
from collections.abc import Mapping

from sqlalchemy import insert

from charity.adapters.db import Tx
from charity.models.accounts import ExportMade


def note_export(tx: Tx, account_id: int, *, what: str, form: str, filters: Mapping[str, str], rows: int) -> int:
    """Keep who takes which table along, in which form, narrowed how, with how many rows; gives the export's number."""
    said = json.dumps(dict(filters), ensure_ascii=False, sort_keys=True)
    row = {"account_id": account_id, "what": what, "form": form, "filters": said, "rows": rows, "made_at": tx.now}
    return tx.session.execute(insert(ExportMade).values(row).returning(ExportMade.id)).scalar_one()
