"""Many workers and many presses in one moment: never two offers for one intention, never two claims of one offer."""

import threading

import pytest
from flask import Flask
from sqlalchemy import exc, func, insert, select

from charity.adapters import clock
from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, reading, transaction, violated
from charity.domain.actors import SYSTEM
from charity.domain.errors import Conflict
from charity.jobs.intentions import tend
from charity.models.intentions import IntentOffer
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.services.pledges import intentions
from charity.services.pledges.claim import Claimed, claim
from tests.races.test_acts_at_once import Work, agrees, at_once
from tests.services import pool as p
from tests.services import town as t
from tests.services.town import Town

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]


@pytest.fixture
def town(app: Flask) -> Town:
    return t.found_town()


def twice_offered() -> int:
    end_reading()
    open_ones = select(IntentOffer.intention_id).where(IntentOffer.state == "open")
    twice = open_ones.group_by(IntentOffer.intention_id).having(func.count() > 1).subquery()
    return reading().scalar(select(func.count()).select_from(twice)) or 0


def test_four_workers_make_one_offer_each(app: Flask, town: Town) -> None:
    wishes = [t.wish(town) for _ in range(3)]
    intents = [p.leave(t.person()) for _ in range(6)]
    at_once(app, [tend] * 4)
    assert twice_offered() == 0
    assert all(len(p.offers(ref)) <= 1 for ref in intents)
    assert {p.offered_wish(ref) for ref in intents} - {None} == set(wishes)
    for ref in intents[:2]:
        answers = at_once(app, [lambda ref=ref: intentions.look(SYSTEM, ref)] * 3)
        assert answers == [False] * 3


def test_negative_control_looking_first_offers_twice(app: Flask, town: Town) -> None:
    """Without the lock both workers see no offer; then only the constraint stops the second."""
    wish, ref = t.wish(town), p.leave(t.person())
    both_looked = threading.Barrier(2)
    number, wish_id = p.intent(ref).id, t.wish_row(wish).id
    account_id = p.intent(ref).account_id
    end_reading()

    def naive() -> bool:
        has_none = reading().scalar(select(IntentOffer.id).where(IntentOffer.intention_id == number)) is None
        end_reading()
        both_looked.wait(10)
        try:
            with transaction() as tx:
                values = {"intention_id": number, "wish_id": wish_id, "account_id": account_id, "units": 1}
                times = {"ref": new_ref(), "state": "open", "made_at": clock.now()}
                tx.session.execute(insert(IntentOffer).values(**values, **times))
        except exc.IntegrityError as error:
            assert violated(error) in ("uq_intention_offers_open", "intention_offers.intention_id")
            return False
        return has_none

    assert sorted(at_once(app, [naive, naive]), key=bool) == [False, True]  # type: ignore[arg-type]
    assert twice_offered() == 0


def test_two_presses_are_one_claim(app: Flask, town: Town) -> None:
    for _ in range(4):
        donor, wish = t.person(), t.wish(town, wanted=5)
        mine = p.leave(donor, units=2)
        tend()
        offer = p.offered(mine)
        answers = at_once(app, [lambda d=donor, o=offer: intentions.accept(d, o)] * 4)
        assert sum(isinstance(answer, Claimed) for answer in answers) == 1
        assert all(isinstance(answer, Claimed | Conflict) for answer in answers)
        end_reading()
        mine_of = Pledge.account_id == donor.account_id, Wish.ref == wish
        count = select(func.count()).select_from(Pledge).join(Wish, Wish.id == Pledge.wish_id).where(*mine_of)
        assert reading().scalar(count) == 1
        end_reading()
        claim(t.person(kind="organisation"), wish, units=3)
    agrees()


def test_answers_withdrawing_and_workers_cross(app: Flask, town: Town) -> None:
    for _ in range(4):
        donor, other = t.person(), t.person()
        wish = t.wish(town)
        mine = p.leave(donor)
        tend()
        offer = p.offered(mine)
        t.wish(town)
        works: list[Work] = [
            lambda d=donor, o=offer: intentions.accept(d, o),
            lambda d=donor, o=offer: intentions.decline(d, o),
            lambda d=donor, m=mine: intentions.withdraw(d, m),
            lambda o=other, w=wish: claim(o, w, units=1),
            tend,
        ]
        answers = at_once(app, works)
        claimed = [answer for answer in answers if isinstance(answer, Claimed)]
        assert len({answer.wish_id for answer in claimed}) == len(claimed)
        assert twice_offered() == 0
        intent = p.intent(mine)
        accepted = sum(row.units for row in p.offers(mine) if row.state == "accepted")
        assert intent.units - intent.units_left == accepted
        assert intent.state != "open" or intent.look_at is not None or p.open_offer(mine) is not None, "never forgotten"
    agrees()
