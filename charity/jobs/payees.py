"""Accounts of families: clocks of what they wait for, and payments to an account of which the family does not know."""

from charity.adapters import clock
from charity.domain.actors import SYSTEM
from charity.jobs.loop import Turn
from charity.jobs.rounds import each
from charity.queries.deadlines import list_doubted
from charity.queries.payee_clocks import list_payees_to_turn
from charity.services.pledges.doubted import doubt
from charity.services.register import payee_clocks

BATCH = 100


def turn_payees(limit: int = BATCH) -> int:
    """Do what the clocks of families' accounts ask for; gives to how many something was done."""
    return len(each("payees", list_payees_to_turn(clock.now(), limit), lambda ref: payee_clocks.due(SYSTEM, ref)))


def turn_doubted(limit: int = BATCH) -> int:
    """Stop what was paid to an account of which the family does not know; gives how many gifts."""
    return len(each("doubted", list_doubted(limit), lambda ref: doubt(SYSTEM, ref)))


TURNS = (Turn("payees", 60.0, turn_payees), Turn("doubted", 5.0, turn_doubted))
