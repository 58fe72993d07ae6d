"""Two administrators change the same thing at the same moment: the later one hears that it was changed meanwhile."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.catalogue import CATEGORIES
from charity.domain.errors import Conflict
from charity.domain.items import item_of
from charity.models.catalogue import CatalogueChange
from charity.services.catalogue import change_item
from tests.kit import village as v
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
BOOKS = item_of(CATEGORIES["books"])


def test_nobody_overwrites_what_he_has_not_seen(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        people = [v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE)) for _ in range(4)]
    was, rounds = BOOKS, 3
    for turn in range(rounds):  # the first of a thing has no row before it to lock
        wanted = [replace(was, top_fen=110_00 + 10_00 * (4 * turn + one)) for one in range(len(people))]
        told = at_once(
            app,
            [
                lambda who=who, to=to, was=was: change_item(who, "books", was=was, change=to, reason="书价已调查")
                for who, to in zip(people, wanted, strict=True)
            ],
        )
        assert sum(isinstance(answer, Conflict) for answer in told) == len(people) - 1, told
        [was] = [to for to, answer in zip(wanted, told, strict=True) if isinstance(answer, str)]
    end_reading()
    assert reading().scalar(select(func.count()).select_from(CatalogueChange)) == rounds
