"""What enters the county's pool and when, who reaches it, and for what a file opens to him."""

from datetime import UTC, date, datetime, timedelta

import pytest

from charity.domain.actors import VISITOR, Actor, Grant, Role
from charity.domain.durations import Pause
from charity.domain.errors import Missing, NotPermitted, SignInNeeded
from charity.domain.households import FilePurpose
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pool import (
    PURPOSES_IN_POOL,
    SIDE_IN_POOL,
    PoolAct,
    is_ripe,
    may_open_from_pool,
    may_take_out,
    pool_act_of,
    purposes_in_pool,
)

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
VILLAGE = "990101001001"


def ripe(*, after: timedelta, since: datetime = MONDAY, **how: bool) -> bool:
    told = {"is_anybody": False, "is_overdue": False} | how
    return is_ripe(since=since, now=since + after, pauses=(), **told)


def test_nobody_eligible_waits_three_working_days() -> None:
    assert ripe(after=timedelta(days=3))
    assert not ripe(after=timedelta(days=2, hours=23))
    assert not ripe(after=timedelta(days=4), since=FRIDAY)  # a weekend lies between
    assert ripe(after=timedelta(days=5), since=FRIDAY)


def test_with_somebody_eligible_only_the_overdue_enter() -> None:
    assert not ripe(after=timedelta(days=300), is_anybody=True)
    assert ripe(after=timedelta(0), is_anybody=True, is_overdue=True)


def test_pauses_are_respected() -> None:
    closed = [Pause(date(2026, 3, 3), date(2026, 3, 4))]
    told = {"since": MONDAY, "pauses": closed, "is_anybody": False}
    assert not is_ripe(now=MONDAY + timedelta(days=4), **told)
    assert is_ripe(now=MONDAY + timedelta(days=7), **told)


def somebody(region: str, role: Role = Role.REVIEWER) -> Actor:
    return Actor(account_id=1, ref="r", grants=(Grant(role=role, region=region),))


@pytest.mark.parametrize("region", ["990101", "990101001", "990101002", "990101002003"])
def test_reviewers_of_the_county_and_its_townships_reach_the_pool(region: str) -> None:
    may_take_out(somebody(region), VILLAGE, is_pooled=True)
    with pytest.raises(Missing):
        may_take_out(somebody(region), VILLAGE, is_pooled=False)


@pytest.mark.parametrize("region", ["990102", "990102001", "9901", "99"])
def test_nobody_else_does(region: str) -> None:
    with pytest.raises(Missing):
        may_take_out(somebody(region), VILLAGE, is_pooled=True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REVIEWER}))
def test_other_roles_do_not_reach_the_pool(role: Role) -> None:
    with pytest.raises(Missing):
        may_take_out(somebody("990101002", role), VILLAGE, is_pooled=True)
    with pytest.raises(SignInNeeded):
        may_take_out(VISITOR, VILLAGE, is_pooled=True)


def test_a_file_opens_for_the_act_only() -> None:
    assert set(PURPOSES_IN_POOL) == set(SIDE_IN_POOL) == set(PoolAct)
    may_open_from_pool({PoolAct.CONFIRM}, FilePurpose.CALL_BACK)
    for purpose in set(FilePurpose) - {FilePurpose.CALL_BACK}:
        with pytest.raises(NotPermitted, match="purpose-not-in-pool"):
            may_open_from_pool({PoolAct.CONFIRM}, purpose)
    assert purposes_in_pool({PoolAct.PRINT_CARD}) == frozenset()
    assert purposes_in_pool({PoolAct.VERIFY, PoolAct.FIELD}) == {FilePurpose.REVIEW, FilePurpose.DELIVERY}


def test_which_act_a_pledge_waits_for() -> None:
    assert pool_act_of(Kind.MONEY, PledgeState.HANDED_OVER) is PoolAct.CONFIRM
    assert pool_act_of(Kind.GOODS, PledgeState.AT_POINT) is PoolAct.FIELD
    assert pool_act_of(Kind.SERVICE, PledgeState.SENT) is PoolAct.FIELD
    assert pool_act_of(Kind.MONEY, PledgeState.AT_POINT) is None
    assert pool_act_of(Kind.GOODS, PledgeState.CONFIRMED) is None
