"""Saying what a reported concern is about where its page did not tell: from then on it can be taken out of sight."""

from sqlalchemy import select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.concerns import ConcernState, Thing, addresses_of, may_take_down, stands_at
from charity.domain.errors import Conflict, Invalid, Refused
from charity.domain.regions import Level, county_of, level_of
from charity.ledger.concerned import find_thing
from charity.models.case_rows import CaseRow
from charity.models.cases import Case
from charity.models.concerned import find_place_of
from charity.models.outbox import notify
from charity.models.units import rows_of
from charity.models.wish_people import list_first_to_act
from charity.models.wishes import Wish

LONGEST_PAGE = 200


def name_thing(tx: Tx, actor: Actor, case: CaseRow, known: tuple[Thing, str] | None, told: str) -> str:
    """Write down what a concern is about, tell who may act there, and give the reference of the wish where it is one.

    Only what stands in the actor's own region can be named; anything else looks like nothing there is.
    """
    address, thing = _find_named(tx, told)
    place = find_place_of(tx.session, *thing) or ""
    try:
        may_take_down(actor, place)
    except Refused:
        raise Invalid("thing-missing", field="thing") from None
    wish = thing[1] if thing[0] is Thing.WISH else ""
    if known == thing:
        return wish
    if known is not None:
        raise Conflict("thing-known", field="thing")
    if case.ruling not in {"", ConcernState.UPHELD}:
        raise Conflict("concern-closed")
    page = tx.session.execute(select(Case.page).where(Case.id == case.id)).scalar_one()
    values = {
        "region_code": county_of(place) if level_of(place) > Level.COUNTY else place,
        "page": stands_at(thing, address, came_from=page)[:LONGEST_PAGE],
        "wish_id": select(Wish.id).where(Wish.ref == wish).scalar_subquery() if wish else None,
    }
    as_read = Case.id == case.id, Case.page == page, Case.wish_id.is_(None)
    if rows_of(tx.session.execute(update(Case).where(*as_read).values(values))) != 1:
        raise Conflict("moved-meanwhile")
    for account_id in list_first_to_act(tx, place):
        if account_id != actor.account_id:
            notify(tx, account_id=account_id, kind="concern-reported", params={"case": case.ref})
    return wish


def _find_named(tx: Tx, told: str) -> tuple[str, tuple[Thing, str]]:
    for address in addresses_of(told):
        thing = find_thing(tx.session, address)
        if thing is not None:
            return address, thing
    raise Invalid("thing-missing", field="thing")
