"""What operators watch counts the clocks of circles and intentions, too, not of gifts alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.models.circles import SeatOffer
from charity.queries.operating import list_figures
from charity.services.circles import seats
from tests.kit import ring


def overdue(app: Flask) -> dict[str, float]:
    end_reading()
    figures = {figure.name: figure.values for figure in list_figures(app.extensions["settings"].instance_path)}
    return dict(figures["charity_overdue_clocks"])


@pytest.mark.backends("sqlite")
def test_an_offer_of_a_seat_that_ran_out_is_overdue(app: Flask, travel: Callable[[datetime], None]) -> None:
    travel(ring.APRIL)
    ground = ring.ground()
    ref = ring.running(ground, ground.donors[:3])
    seats.wait(ground.donors[3], ref)
    seats.leave(ground.donors[0], ref)
    assert overdue(app)["seats"] == 0
    [act_by] = reading().scalars(select(SeatOffer.act_by).where(SeatOffer.state == "open"))
    assert act_by is not None
    travel(act_by + timedelta(seconds=1))
    assert overdue(app)["seats"] == 1
    known = {"pledges", "offers", "cases", "wishes", "seats", "intentions", "officers", "payees"}
    assert overdue(app).keys() == known
    ring.turn()
    assert overdue(app)["seats"] == 0
