"""The life of one gift, step by step, by the people who would take each step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from charity.cli.demo.stage import Stage, Told
from charity.domain.actors import AccountKind, Actor
from charity.domain.errors import Refused
from charity.domain.pledges import Ruling
from charity.domain.slips import SignerRole, SlipCheck, WitnessRole
from charity.services.pledges import acknowledge, cases, claim, confirm, plan, receive, rule, send

COURIERS: Final = {"sf": "SF", "yto": "YT", "jt": "JT", "zto": "", "post": ""}
DIGITS: Final = {"sf": 13, "yto": 13, "jt": 13, "zto": 12, "post": 13}
DISPLAYS: Final = ("nickname", "name", "anonymous")
WEIGHTS: Final = (70, 14, 16)


@dataclass(slots=True)
class Gift:
    """One pledge on its way."""

    stage: Stage
    wish: Told
    donor: Actor
    ref: str
    units: int
    is_told_exactly: bool = False
    is_over: bool = False
    slips: list[str] = field(default_factory=list)

    def take(self, step: str) -> None:
        """Take one step; in the ordinary run of things a refusal only means that the gift went another way."""
        if self.is_over:
            return
        try:
            STEPS[step](self)
        except Refused:
            if self.is_told_exactly:
                raise
            self.is_over = True


def begin(
    stage: Stage, wish: Told, *, units: int, donor: Actor | None = None, tries: int = 6, is_person: bool = False
) -> Gift | None:
    """Let somebody claim units of a wish; None when nobody who was asked may."""
    for _ in range(tries):
        somebody = donor or stage.somebody()
        if is_person and somebody.kind is not AccountKind.PERSON:
            continue
        display = stage.chance.choices(DISPLAYS, WEIGHTS)[0]
        try:
            claimed = claim.claim(somebody, wish.ref, units=units, display=display)
        except Refused as refused:
            if refused.code in ("units-gone", "wish-not-open"):
                return None
            continue
        wish.taken += units
        return Gift(stage, wish, somebody, claimed.id, units)
    return None


def schedule(gift: Gift, steps: list[tuple[datetime, str]]) -> None:
    """Put the steps of a gift into the timeline."""
    for moment, step in steps:
        gift.stage.time.put(moment, lambda step=step: gift.take(step))


def exactly(gift: Gift, *steps: tuple[float, str]) -> None:
    """Put steps into the timeline at so many days before the story's end."""
    gift.is_told_exactly = True
    schedule(gift, [(gift.stage.time.ago(days), step) for days, step in steps])


def go_its_way(gift: Gift) -> None:
    """Let a gift go the way gifts go: most arrive, a few do not."""
    chance, time = gift.stage.chance, gift.stage.time
    way = chance.choices(tuple(WAYS), [weight for weight, _ in WAYS.values()])[0]
    moment, steps = time.now, list[tuple[datetime, str]]()
    for least, most, step in WAYS[way][1]:
        moment = time.awake(moment + timedelta(days=chance.uniform(least, most)))
        steps.append((moment, _ending(gift) if step == "end" else step))
        if step == "end" and chance.random() < 0.25:
            steps.append((time.awake(moment + timedelta(days=chance.uniform(1, 4))), "feedback"))
    schedule(gift, steps)


def _ending(gift: Gift) -> str:
    home = gift.wish.home
    if home is not None and home.codes and gift.stage.chance.random() < 0.75:
        return "code"
    return "slip-checked" if gift.stage.chance.random() < 0.18 else "call-back"


_TO_POINT = ((0.04, 2.4, "plan"), (0.4, 6, "send"), (2.4, 6, "receive"))
WAYS: Final[dict[str, tuple[int, tuple[tuple[float, float, str], ...]]]] = {
    "arrives": (80, (*_TO_POINT, (0.3, 5, "hand-over"), (0.02, 4, "end"))),
    "arrives-late": (6, ((1, 2.9, "plan"), (9, 13, "send"), (4, 9, "receive"), (4, 12, "hand-over"), (2, 12, "end"))),
    "is-cancelled": (4, ((0.3, 2.5, "cancel"),)),
    "is-planned-and-cancelled": (2, ((0.1, 2, "plan"), (1, 8, "cancel"))),
    "is-forgotten": (4, ()),
    "is-not-sent": (1, ((0.1, 2, "plan"),)),
    "goes-back": (2, (*_TO_POINT, (0.5, 3, "return"))),
    "stays-at-point": (1, _TO_POINT),
}


def _plan(gift: Gift) -> None:
    method = "own-parcel" if gift.stage.chance.random() < 0.2 else "shop"
    plan.plan(gift.donor, gift.ref, method=method)


def _cancel(gift: Gift) -> None:
    plan.cancel(gift.donor, gift.ref)
    gift.wish.taken -= gift.units


def _extend(gift: Gift) -> None:
    plan.extend(gift.donor, gift.ref)


def _send(gift: Gift) -> None:
    chance = gift.stage.chance
    courier = chance.choice(tuple(COURIERS))
    number = COURIERS[courier] + "".join(chance.choices("0123456789", k=DIGITS[courier]))
    send.send(gift.donor, gift.ref, courier=courier, tracking=number)


def _receive(gift: Gift) -> None:
    receive.receive(gift.stage.keeper(gift.wish), gift.ref)


def _receive_part(gift: Gift) -> None:
    receive.receive(gift.stage.keeper(gift.wish), gift.ref, units=gift.units - 1)


def _undo(gift: Gift) -> None:
    receive.undo(gift.stage.keeper(gift.wish), gift.ref)


def _hand_over(gift: Gift) -> None:
    receive.hand_over(gift.stage.keeper(gift.wish), gift.ref)


def _return(gift: Gift) -> None:
    reason = gift.stage.chance.choice(("wrong-item", "damaged", "uncollected"))
    receive.return_(gift.stage.keeper(gift.wish), gift.ref, reason=reason)
    gift.wish.taken -= gift.units


def _code(gift: Gift) -> None:
    if gift.wish.home is None or not gift.wish.home.codes:
        _call_back(gift)
        return
    acknowledge.acknowledge(gift.stage.keeper(gift.wish), gift.ref, code=gift.wish.home.codes.pop(0))


def _slip(gift: Gift) -> None:
    picture = gift.stage.pictures.slip()
    confirm.store_slip(
        gift.stage.keeper(gift.wish),
        gift.ref,
        storage_key=picture.key,
        sha256=picture.sha256,
        look=picture.dhash,
        width=picture.width,
        height=picture.height,
        witness="演示见证人",
        witness_role=WitnessRole.NEIGHBOUR.value if gift.wish.home else SignerRole.HEAD.value,
    )


def _slip_checked(gift: Gift) -> None:
    _slip(gift)
    confirm.confirm(gift.stage.reviewer(gift.wish), gift.ref, basis="slip", checks=frozenset(SlipCheck))


def _call_back(gift: Gift) -> None:
    confirm.confirm(gift.stage.reviewer(gift.wish), gift.ref, basis="call-back")


def _feedback(gift: Gift) -> None:
    phrase = gift.stage.chance.choice(("fits-well", "in-use", "thanks", "happy"))
    confirm.give_feedback(gift.stage.keeper(gift.wish), gift.ref, phrase=phrase)


def _dispute(gift: Gift) -> None:
    cases.dispute(gift.donor, gift.ref, reason="not-arrived", words="物流显示已签收，但进度一直没有变化。")


def _doubt(gift: Gift) -> None:
    cases.dispute(gift.stage.cast.auditor, gift.ref, reason="misuse", words="抽查：确认依据与回访记录不一致。")


def _ruled(ruling: Ruling, grounds: str) -> Callable[[Gift], None]:
    def step(gift: Gift) -> None:
        rule.rule(gift.stage.cast.auditor, gift.ref, ruling=ruling.value, grounds=grounds)
        if ruling is Ruling.REFUTED:
            gift.wish.taken -= gift.units

    return step


def _appeal(gift: Gift) -> None:
    cases.appeal(gift.donor, gift.ref, grounds="我有寄出的凭证，请再核对一次。")


STEPS: Final[dict[str, Callable[[Gift], None]]] = {
    "plan": _plan,
    "cancel": _cancel,
    "extend": _extend,
    "send": _send,
    "receive": _receive,
    "receive-part": _receive_part,
    "undo": _undo,
    "hand-over": _hand_over,
    "return": _return,
    "code": _code,
    "slip": _slip,
    "slip-checked": _slip_checked,
    "call-back": _call_back,
    "feedback": _feedback,
    "dispute": _dispute,
    "doubt": _doubt,
    "rule-former": _ruled(Ruling.FORMER, "查到签收记录，物品在代收点，恢复原进度。"),
    "rule-refuted": _ruled(Ruling.REFUTED, "回访三次，家中没有收到；代收点登记有误。"),
    "appeal": _appeal,
}
