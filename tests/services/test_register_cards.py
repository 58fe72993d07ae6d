"""Code cards: twenty codes that exist once, on paper; what is kept are digests, and an old card is void."""

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import db, end_reading, reading, transaction
from charity.models.acknowledging import card_code_digest, use_card_code
from charity.models.households import CardCode, CodeCard
from charity.services.register import cards
from tests.kit.databases import bytes_of
from tests.services import parish as p
from tests.services.parish import Parish


@pytest.fixture
def parish(app: Flask) -> Parish:
    return p.found()


def works(household_id: int, code: str) -> bool:
    """Use a code up, for no pledge."""
    end_reading()
    with transaction() as tx:
        return use_card_code(tx, household_id, None, code)  # type: ignore[arg-type]


def test_twenty_different_codes_of_six_digits(parish: Parish) -> None:
    card = cards.print_card(parish.reviewer, p.registered(parish))
    assert len(set(card.codes)) == 20
    assert all(code.isdigit() and len(code) == 6 for code in card.codes)
    assert card.township == "990101001"


def test_only_digests_are_kept(parish: Parish) -> None:
    home = p.registered(parish)
    card = cards.print_card(parish.reviewer, home)
    end_reading()
    kept = set(reading().scalars(select(CardCode.code_digest)))
    assert kept == {card_code_digest(p.row_of(home).id, code) for code in card.codes}
    assert all(len(each) == 32 for each in kept)


@pytest.mark.backends("sqlite")
def test_no_code_stands_in_the_database_file(parish: Parish) -> None:
    card = cards.print_card(parish.reviewer, p.registered(parish))
    raw = bytes_of(str(db.engine.url))
    assert card.ref.encode() in raw  # control
    assert [code for code in card.codes if code.encode() in raw] == []


def test_a_new_card_voids_the_old_one_and_forgives_wrong_codes(parish: Parish) -> None:
    home = p.registered(parish)
    old = cards.print_card(parish.reviewer, home)
    row = p.row_of(home)
    with transaction() as tx:
        tx.session.execute(db.update(type(row)).where(type(row).ref == home).values(wrong_codes=5))
    new = cards.print_card(parish.reviewer, home)
    assert p.row_of(home).wrong_codes == 0
    fresh = [code for code in new.codes if code not in old.codes]
    assert not any(works(row.id, code) for code in old.codes if code not in new.codes)
    assert all(works(row.id, code) for code in fresh)
    end_reading()
    cancelled = list(reading().scalars(select(CodeCard.cancelled_at).order_by(CodeCard.id)))
    assert cancelled[0] is not None and cancelled[1] is None


def test_a_code_is_nothing_for_another_family(parish: Parish) -> None:
    home, other = p.registered(parish), p.registered(parish, head_name="别的人", phone="")
    card = cards.print_card(parish.reviewer, home)
    assert works(p.row_of(home).id, card.codes[0])
    assert not works(p.row_of(home).id, card.codes[0])  # once
    assert not works(p.row_of(other).id, card.codes[1])
