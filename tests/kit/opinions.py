"""A second person's yes, for tests of what comes after it."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.errors import NotPermitted
from charity.models.second_opinions import SecondOpinion
from charity.services import opinions

T = TypeVar("T")


def newest_question() -> str:
    """Give the ref of the newest question that waits."""
    end_reading()
    asked = select(SecondOpinion.ref).where(SecondOpinion.state == "open").order_by(SecondOpinion.id.desc())
    found = reading().scalars(asked.limit(1)).one()
    end_reading()
    return found


def seconded(by: Actor, call: Callable[[], T]) -> T:
    """Do something that needs two people: ask, let another agree, and carry it out."""
    try:
        call()
    except NotPermitted as waits:
        assert waits.code == "second-opinion-asked", waits.code
    else:
        raise AssertionError("nobody was asked")
    opinions.agree(by, newest_question())
    return call()
