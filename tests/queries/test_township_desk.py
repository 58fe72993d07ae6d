"""The township's desk holds what nobody else answers for, however many other parcels the township has."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.actors import Role
from charity.models.accounts import RoleGrant
from charity.models.pledges import Pledge
from charity.queries.pledges import point
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, VILLAGE, Town

OTHER_VILLAGE = "990101001002"


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch) -> Town:
    travel(MONDAY)
    monkeypatch.setattr(point, "MOST", 2)
    town = t.found_town(keeper=False)
    t.person((Role.VOLUNTEER, VILLAGE))
    return town


def orphaned(ref: str) -> None:
    """Put a pledge where nobody answers for it, with the latest deadline of all."""
    with transaction() as tx:
        values = {"region_code": OTHER_VILLAGE, "point_id": None, "act_by": now() + timedelta(days=90)}
        tx.session.execute(update(Pledge).where(Pledge.ref == ref).values(values))


def test_an_ownerless_parcel_is_not_crowded_out_by_those_a_volunteer_answers_for(town: Town) -> None:
    refs = [brought_to(town, "at_point")[0] for _ in range(4)]
    with transaction() as tx:
        tx.session.execute(
            update(RoleGrant).where(RoleGrant.account_id == town.volunteer.account_id).values(revoked_at=now())
        )
    orphaned(refs[-1])
    desk = point.list_desk(town.reviewer)
    assert [card.ref for card in desk.waiting] == [refs[-1]]
    assert not desk.is_more
    # Those who do have somebody are not the township's, though he may look at each.
    assert not point.list_desk(t.person((Role.REVIEWER, t.OTHER_TOWNSHIP))).waiting
    assert len(point.list_desk(town.poster).waiting) == 2
