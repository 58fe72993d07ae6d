"""Who is asked about a family's account, and the clocks of it: the second person, the village, the county, above."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import local
from charity.domain.durations import next_notice
from charity.domain.payees import PayeeState, Wait
from charity.domain.regions import county_of
from charity.models.acts import act
from charity.models.desks import list_holders
from charity.models.households import Household
from charity.models.outbox import notify
from charity.models.payee_clocks import start_payee_clock
from charity.models.payee_rows import is_untold
from charity.models.payees import Payee, PayeeClock
from charity.models.payees_above import list_reviewers_above
from charity.models.pooling import is_told_by_village

ASKED = {Wait.SECOND: "payee-to-second", Wait.VILLAGE: "payee-to-tell", Wait.COUNTY: "payee-to-tell-nobody"}
REMINDED = {Wait.SECOND: "due-payee-second", Wait.VILLAGE: "due-payee-tell", Wait.COUNTY: "due-payee-tell-county"}


def ask(tx: Tx, household: Household, row: Payee, wait: Wait) -> None:
    """Ask those who can do what an account waits for, and start its clock."""
    start_payee_clock(tx, row.id, wait, household.region_code)
    _tell_all(tx, household, row, _around(tx, household, row, wait), ASKED[wait])


def around(household: Household) -> list[str]:
    """List the county and the township of a family: where the reviewers sit who hear of its account first."""
    code = household.region_code
    return [code[:width] for width in (6, 9) if len(code) >= width]


def teller_of(tx: Tx, payee_ref: str) -> Wait:
    """Say who asks the family of this account: its village, or the reviewers where no volunteer may or none did."""
    whose = select(Payee.id).join(Household, Household.id == Payee.household_id).where(Payee.ref == payee_ref)
    by_village = tx.session.scalar(whose.where(is_told_by_village(tx.now))) is not None
    return Wait.VILLAGE if by_village else Wait.COUNTY


@act
def due(tx: Tx, actor: Actor, payee_ref: str) -> bool:
    """Do what the clocks of an account ask for now; False when nothing is due."""
    del actor
    whose = select(Payee.household_id).where(Payee.ref == payee_ref)
    household = tx.session.scalars(select(Household).where(Household.id.in_(whose)).with_for_update()).one_or_none()
    if household is None or household.closed_at is not None:
        return False
    row = tx.session.scalars(
        select(Payee).where(Payee.ref == payee_ref).execution_options(populate_existing=True)
    ).one()
    waits = [Wait.SECOND] if row.state == PayeeState.WAITING.value else []
    if is_untold(tx.session, row.id):
        waits.append(teller_of(tx, payee_ref))
    return any([_turn(tx, household, row, wait) for wait in waits])


def _turn(tx: Tx, household: Household, row: Payee, wait: Wait) -> bool:
    clock = tx.session.get(PayeeClock, (row.id, wait.value))
    if clock is None:
        ask(tx, household, row, wait)
        return True
    if clock.overdue_at is None and clock.act_by <= tx.now:
        clock.overdue_at, clock.remind_at = tx.now, None
        tx.session.flush()
        _overdue(tx, household, row, wait)
        return True
    if clock.remind_at is None or clock.remind_at > tx.now:
        return False
    until = f"{local(clock.act_by):%Y-%m-%d %H:%M}"
    _tell_all(tx, household, row, _around(tx, household, row, wait), REMINDED[wait], until=until)
    clock.remind_at = next_notice(clock.started_at, clock.act_by, after=tx.now)
    tx.session.flush()
    return True


def _overdue(tx: Tx, household: Household, row: Payee, wait: Wait) -> None:
    """Pass on what nobody did in time: from the village to the county, from there to the first level with anybody."""
    if wait is Wait.VILLAGE:
        ask(tx, household, row, Wait.COUNTY)
        return
    _tell_all(tx, household, row, list_reviewers_above(tx.session, row.id, now=tx.now), ASKED[wait])
    for account_id in list_holders(tx.session, "administrator", [county_of(household.region_code)], now=tx.now):
        notify(tx, account_id=account_id, kind="payee-overdue", params={})


def _around(tx: Tx, household: Household, row: Payee, wait: Wait) -> list[int]:
    if wait is Wait.VILLAGE:
        code = household.region_code
        return list_holders(tx.session, "volunteer", [code[:9], code], now=tx.now)
    found = list_holders(tx.session, "reviewer", around(household), now=tx.now)
    return [account_id for account_id in found if account_id not in _shut_out(row)]


def _shut_out(row: Payee) -> set[int | None]:
    return {row.recorded_by_id, row.decided_by_id}


def _tell_all(tx: Tx, household: Household, row: Payee, accounts: list[int], kind: str, *, until: str = "") -> None:
    params = {"household": household.ref, "payee": row.ref} | ({"until": until} if until else {})
    for account_id in accounts:
        notify(tx, account_id=account_id, kind=kind, params=params)
