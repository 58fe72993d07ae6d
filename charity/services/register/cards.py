"""Code cards: printed by the township, twenty single-use codes, kept as keyed digests and never shown again."""

from dataclasses import dataclass

from sqlalchemy import insert, update

from charity.adapters.crypto import new_code, new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict
from charity.domain.limits import DEFAULTS
from charity.domain.pool import PoolAct
from charity.domain.sides import Side
from charity.models.acknowledging import card_code_digest
from charity.models.acts import act
from charity.models.households import CardCode, CodeCard
from charity.models.pooling import take_out_of_pool
from charity.models.register import get_household, take_side

CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A new card: its ref, the family's alias and its codes, this once."""

    ref: str
    alias: str
    township: str
    codes: tuple[str, ...]


def print_card(actor: Actor, household_ref: str) -> PrintedCard:
    """Make a new card for a family; the one before is void. The codes exist only in the first answer to a key."""
    made: list[PrintedCard] = []
    _print_once(actor, household_ref, made)
    if not made:
        raise Conflict("card-already-printed")
    return made[-1]


@act
def _print_once(tx: Tx, actor: Actor, household_ref: str, made: list[PrintedCard]) -> str:
    """Print; what is stored for a repeat is the card's ref alone, and the codes leave beside it."""
    card = _print(tx, actor, household_ref)
    made.append(card)
    return card.ref


def _print(tx: Tx, actor: Actor, household_ref: str) -> PrintedCard:
    household = get_household(tx, actor, household_ref, "card.print", pool={PoolAct.PRINT_CARD})
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    tx.session.execute(
        update(CodeCard)
        .where(CodeCard.household_id == household.id, CodeCard.cancelled_at.is_(None))
        .values(cancelled_at=tx.now)
    )
    card = CodeCard(ref=new_ref(), household_id=household.id, printed_by_id=actor.account_id, printed_at=tx.now)
    tx.session.add(card)
    tx.session.flush()
    codes = _different_codes(DEFAULTS.card_codes)
    tx.session.execute(
        insert(CardCode),
        [
            {
                "card_id": card.id,
                "household_id": household.id,
                "position": position,
                "code_digest": card_code_digest(household.id, code),
            }
            for position, code in enumerate(codes, start=1)
        ],
    )
    household.wrong_codes = 0
    take_out_of_pool(tx, household, PoolAct.PRINT_CARD)
    return PrintedCard(ref=card.ref, alias=household.alias, township=household.region_code[:9], codes=codes)


def _different_codes(count: int) -> tuple[str, ...]:
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[new_code(CODE_DIGITS)] = None
    return tuple(codes)
