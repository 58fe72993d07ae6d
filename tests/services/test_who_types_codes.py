"""Who types a family's code is kept, and is neither of the giving side nor whoever printed the card."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.crypto import digest
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, NotPermitted
from charity.models.accounts import Account
from charity.models.households import CardCode, HouseholdSide
from charity.models.pledges import PledgeStep
from charity.services.pledges import acknowledge as service
from charity.services.pledges.acknowledge import acknowledge, send_code
from charity.services.pledges.claim import claim
from charity.services.pledges.plan import plan
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, TOWNSHIP, Town

RELATIVE = "+8613900000000"
Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def last_step(ref: str) -> PledgeStep:
    pledge = t.pledge_row(ref)
    query = select(PledgeStep).where(PledgeStep.pledge_id == pledge.id).order_by(PledgeStep.id.desc()).limit(1)
    return reading().scalars(query).one()


def sides_of(actor: Actor) -> list[str]:
    end_reading()
    return list(reading().scalars(select(HouseholdSide.side).where(HouseholdSide.account_id == actor.account_id)))


def call(actor: Actor, phone: str) -> None:
    with transaction() as tx:
        values: dict[str, Any] = {"phone_digest": digest("phone", phone)}
        tx.session.execute(update(Account).where(Account.id == actor.account_id).values(values))


def test_the_typer_stands_in_the_step_and_takes_no_side(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    t.card(town, "111111")
    clerk = t.person((Role.REVIEWER, TOWNSHIP))
    acknowledge(clerk, ref, code="111111")
    step = last_step(ref)
    assert (step.act, step.actor_id, step.side) == ("acknowledge", clerk.account_id, "")
    assert sides_of(clerk) == []


def test_the_donor_himself_types_no_code_of_his_gift_whatever_role_he_has(town: Town) -> None:
    giver, wish = t.person((Role.VOLUNTEER, TOWNSHIP)), t.wish(town)
    ref = claim(giver, wish, units=1).id
    handed_over(town, giver, ref)
    t.card(town, "111111")
    with transaction() as tx:  # his side was taken more than a term ago
        tx.session.execute(update(HouseholdSide).values(last_at=MONDAY - timedelta(days=500)))
    with pytest.raises(NotPermitted, match="other-side"):
        acknowledge(giver, ref, code="111111")
    assert t.pledge_row(ref).state == "handed_over"
    assert acknowledge(town.volunteer, ref, code="111111").state == "confirmed"


def handed_over(town: Town, giver: Actor, ref: str) -> None:
    plan(giver, ref)
    send(giver, ref, courier="sf", tracking="SF1234567890123")
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)


def test_who_gave_to_this_family_types_no_code_for_anothers_gift_within_a_term(town: Town, travel: Travel) -> None:
    giver = t.person((Role.VOLUNTEER, TOWNSHIP))
    claim(giver, t.wish(town), units=1)
    ref, _, _ = brought_to(town, "handed_over")
    t.card(town, "111111")
    with pytest.raises(NotPermitted, match="other-side"):
        acknowledge(giver, ref, code="111111")
    with transaction() as tx:
        tx.session.execute(
            update(HouseholdSide)
            .where(HouseholdSide.account_id == giver.account_id)
            .values(last_at=MONDAY - timedelta(days=366))
        )
    assert acknowledge(giver, ref, code="111111").state == "confirmed"


def test_who_printed_the_card_types_none_of_its_codes_and_uses_none_up(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    t.card(town, "111111")
    with pytest.raises(NotPermitted, match="printer-types"):
        acknowledge(town.printer, ref, code="111111")
    end_reading()
    assert reading().scalars(select(CardCode.used_at)).all() == [None]
    assert acknowledge(town.reviewer, ref, code="111111").state == "confirmed"


@pytest.mark.parametrize("whose", ["volunteer", "poster", "printer", "donor"])
def test_no_code_goes_to_the_phone_of_somebody_who_had_a_part(town: Town, whose: str) -> None:
    ref, _, donor = brought_to(town, "handed_over")
    t.card(town, "111111")
    helper = donor if whose == "donor" else getattr(town, whose)
    call(helper, RELATIVE)
    with pytest.raises(Conflict, match="relative-phone-is-helper"):
        send_code(town.volunteer, ref)
    call(helper, "+8613911111111")
    send_code(town.volunteer, ref)


def test_no_code_goes_to_the_phone_of_who_sends_it(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    sender = t.person((Role.VOLUNTEER, TOWNSHIP))
    call(sender, RELATIVE)
    with pytest.raises(Conflict, match="relative-phone-is-helper"):
        send_code(sender, ref)


def test_a_stranger_with_the_relatives_phone_is_the_relative(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    call(t.person(), RELATIVE)
    monkeypatch.setattr(service, "new_code", lambda _: "424242")
    send_code(town.volunteer, ref)
    assert acknowledge(town.volunteer, ref, code="424242").state == "confirmed"
