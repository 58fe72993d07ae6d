"""Several things with one press: each is an act of its own, with its own answer to a repeat, and its own result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Refused, SignInNeeded
from charity.domain.idempotency import OTHER_BODY
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.sentences import sentence

MOST_AT_ONCE = 50
LONGEST_REF = 13


class ChosenForm(BaseForm):
    """The things ticked in a list."""

    longest: ClassVar[int] = LONGEST_REF
    refs = CheckboxesField(_l("Ticked"), validate_choice=False)

    def chosen(self) -> list[str]:
        """Give the ticked things, each once; refused when there are none or too many."""
        refs = list(dict.fromkeys(str(ref)[: self.longest] for ref in self.refs.data or ()))
        if not refs:
            raise Invalid("nothing-ticked")
        if len(refs) > MOST_AT_ONCE:
            raise Invalid("too-many-chosen", params={"most": MOST_AT_ONCE})
        return refs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing: done, or why not."""

    ref: str
    why: str
    code: str = ""

    @property
    def is_done(self) -> bool:
        """Say whether it was done."""
        return not self.why


def each(actor: Actor, refs: Sequence[str], do: Callable[[Actor, str], object]) -> tuple[Outcome, ...]:
    """Do the same to each thing in an act of its own; what one refuses keeps none of the others."""
    return tuple(_one(actor, ref, do) for ref in refs)


def _one(actor: Actor, ref: str, do: Callable[[Actor, str], object]) -> Outcome:
    # A key for each thing: the same press again gives each the answer it had, and tries again only what was refused.
    own = actor if actor.once is None else replace(actor, once=replace(actor.once, key=f"{actor.once.key}/{ref}"))
    try:
        do(own, ref)
    except SignInNeeded:
        raise
    except Refused as refused:
        return Outcome(ref, sentence(refused.code, refused.params), refused.code)
    return Outcome(ref, "")


def status_of(outcomes: Sequence[Outcome]) -> int:
    """Give the status of a press of which not all was done: 422 for another press under a used key, otherwise 409."""
    codes = {outcome.code for outcome in outcomes if not outcome.is_done}
    return Invalid.status if codes == {OTHER_BODY} else Conflict.status
