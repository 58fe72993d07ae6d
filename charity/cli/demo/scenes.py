"""Scenes that are told in every story, so that each state of a pledge and of an offer can be seen."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from charity.cli.demo.gifts import Gift, begin, exactly
from charity.cli.demo.stage import Stage, Told
from charity.domain.actors import Actor
from charity.domain.errors import Refused
from charity.queries.waiting import list_open_offers
from charity.services.pledges import waiting
from charity.services.wishes import keeping

Steps = tuple[tuple[float, str], ...]
# fate -> when the claim is made and what follows, in days before the end of the story
_GIFTS: Final[dict[str, tuple[float, Steps]]] = {
    "held": (0.6, ()),
    "planned": (3.2, ((2.4, "plan"),)),
    "sent": (8.5, ((8, "plan"), (3.3, "send"))),
    "at-point": (9, ((8.6, "plan"), (6, "send"), (2.2, "receive"))),
    "handed-over": (12, ((11.6, "plan"), (9, "send"), (4.5, "receive"), (1.2, "hand-over"))),
    "confirmed": (
        20,
        ((19.6, "plan"), (17, "send"), (12, "receive"), (9.5, "hand-over"), (9, "code"), (7, "feedback")),
    ),
    "cancelled": (6, ((5.5, "plan"), (4.2, "cancel"))),
    "lapsed": (9.4, ()),
    "returned-goods": (16, ((15.5, "plan"), (13, "send"), (8.4, "receive"), (6.4, "return"))),
    "disputed": (18, ((17.6, "plan"), (16, "send"), (2.6, "dispute"))),
    "refuted": (
        40,
        ((39, "plan"), (37, "send"), (33, "receive"), (30, "hand-over"), (26, "call-back"), (18, "doubt"),
         (6.5, "rule-refuted")),
    ),
    "reopened": (
        42,
        ((41, "plan"), (39, "send"), (35, "receive"), (32, "hand-over"), (28, "call-back"), (21, "doubt"),
         (9, "rule-refuted")),
    ),
    "cleared": (36, ((35, "plan"), (33, "send"), (24, "dispute"), (16, "rule-former"), (15, "receive"))),
    "appealed": (
        40,
        ((39, "plan"), (37, "send"), (30, "dispute"), (10, "rule-refuted"), (5, "appeal")),
    ),
    "overdue": (36, ((35, "plan"), (33, "send"), (28, "receive"))),
    "overdue-letter": (46, ((45, "plan"), (43, "send"), (39, "receive"), (37, "hand-over"))),
    "undone": (14, ((13.5, "plan"), (11, "send"), (6.4, "receive"), (5.9, "undo"))),
    "split": (15, ((14.5, "plan"), (12, "send"), (7.2, "receive-part"), (4, "hand-over"))),
    "extended": (19.5, ((19, "plan"), (6.5, "extend"))),
}  # fmt: skip


def _gift(stage: Stage, wish: Told, fate: str) -> None:
    days, steps = _GIFTS[fate]

    def give() -> None:
        gift = begin(stage, wish, units=wish.wanted, tries=30, is_person=True)  # a team's clocks are longer
        if gift is None:
            raise LookupError(f"nobody could give for the scene {fate}")
        exactly(gift, *steps)

    stage.time.put(stage.time.ago(days), give)


def _tell_of(fate: str) -> Callable[[Stage, Told], None]:
    return lambda stage, wish: _gift(stage, wish, fate)


def _reopened(stage: Stage, wish: Told) -> None:
    _gift(stage, wish, "reopened")

    def reopen() -> None:
        # Another need of the same people may have been asked for meanwhile: the township says why both may stand.
        keeping.reopen(
            stage.reviewer(wish),
            wish.ref,
            reason="核查后这份需要仍然存在。",
            override_reason="两份需要均已上门核实，互不替代。",
        )

    stage.time.put(stage.time.ago(5.5), reopen)


def _offer(stage: Stage, wish: Told, *, days: float, answer: Callable[[Actor, str], object] | None) -> None:
    """Let somebody claim all, others wait, the first cancel, and one of them answer the offer (or still think)."""
    given: list[Gift] = []
    waiters: list[Actor] = []

    def give() -> None:
        gift = begin(stage, wish, units=wish.wanted, tries=30)
        if gift is not None:
            given.append(gift)
            exactly(gift, (days, "cancel"))

    def wait() -> None:
        if not given:  # nobody could take it: there is nothing to wait for
            return
        seldom = stage.cast.donors[-len(stage.cast.donors) // 3 :]
        others = [donor for donor in seldom if donor is not given[0].donor]
        # More than one: whoever has to cool down by then, or has no place left, is passed over.
        waiters.extend(stage.chance.sample(others, min(3, len(others))))
        for waiter in waiters:
            waiting.join(waiter, wish.ref, units=1)

    deeds = [(days + 2.4, give), (days + 1, wait)]
    if answer is not None:
        deeds.append((days - 0.4, lambda: _reply(waiters, wish, answer)))
    for moment, deed in deeds:
        stage.time.put(stage.time.ago(moment), deed)


def _reply(waiters: list[Actor], wish: Told, answer: Callable[[Actor, str], object]) -> None:
    for waiter in waiters:
        for offer in list_open_offers(waiter):
            if offer.wish == wish.ref:
                with suppress(Refused):  # two of his gifts ran out of time meanwhile: the offer runs out, too
                    answer(waiter, offer.ref)


def _offered(stage: Stage, wish: Told) -> None:
    _offer(stage, wish, days=0.7, answer=None)


def _accepted(stage: Stage, wish: Told) -> None:
    _offer(stage, wish, days=2.2, answer=waiting.accept)


def _declined(stage: Stage, wish: Told) -> None:
    _offer(stage, wish, days=3.2, answer=waiting.decline)


SCENES: Final[dict[str, Callable[[Stage, Told], None]]] = {fate: _tell_of(fate) for fate in _GIFTS} | {
    "reopened": _reopened,
    "offered": _offered,
    "accepted": _accepted,
    "declined": _declined,
}
