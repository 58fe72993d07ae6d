"""Registering schools and villages."""

import pytest
from flask import Flask

from charity.adapters.db import transaction
from charity.domain.errors import Conflict
from charity.domain.regions import Level
from charity.models.regions import Region
from charity.services import sites
from charity.services.sites import Place
from tests.kit import village as v

REAL_VILLAGE = "110101001001"
SCHOOL = Place(kind="school", name="桃花小学")


def test_real_places_stay_closed_while_invented_sites_are_here(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        tx.session.add(Region(code=REAL_VILLAGE, parent="110101001", level=int(Level.VILLAGE), name="x"))
        anywhere = v.add_person(tx, (v.Role.VOLUNTEER, "11"), (v.Role.VOLUNTEER, v.PROVINCE))
    sites.register(anywhere, REAL_VILLAGE, place=SCHOOL)  # control: open as long as none is here
    sites.register(anywhere, v.VILLAGE, place=SCHOOL)
    with pytest.raises(Conflict, match="demo-data-present") as refused:
        sites.register(anywhere, REAL_VILLAGE, place=SCHOOL)
    assert refused.value.field == "region"
    with pytest.raises(Conflict, match="demo-data-present"):
        sites.take_in(anywhere, REAL_VILLAGE, place=SCHOOL, source_key="list:1")
