"""The life of one need: posted by the village, looked at by the township, published, and what its fate says then."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from charity.adapters import clock
from charity.adapters.photos import Photo
from charity.cli.demo.families import Home
from charity.cli.demo.gifts import begin, go_its_way
from charity.cli.demo.places import READING, SPRING, WARM, School, point_for
from charity.cli.demo.plan import ORDINARY, NeedPlan
from charity.cli.demo.scenes import SCENES
from charity.cli.demo.stage import Stage, Told
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.catalogue import CATEGORIES, Necessity
from charity.domain.errors import CapReached, Conflict, Refused
from charity.domain.identity import Sex
from charity.domain.reviews import NEED_CHECKLIST
from charity.domain.wishes import PHOTO_CHECKLIST, WishState
from charity.services.pledges import waiting
from charity.services.wishes import ending, keeping, post, review
from charity.services.wishes.needs import Need

CHECKS: Final = (*NEED_CHECKLIST, *PHOTO_CHECKLIST)
DOUBLES: Final = frozenset({"same-wish-in-family", "photo-used-before"})
EACH_NEEDS_ONE: Final = "两个孩子各需一件，已与监护人核对。"


def tell_need(stage: Stage, plan: NeedPlan, whose: Home | School, child: int | None) -> None:
    """Post a need as its plan says, and let the township look at it.

    A family may ask for three things already, since hours and harvests count among them: what must be told is then the
    need of another one.
    """
    photo = stage.pictures.take(plan.sort.category) if plan.is_pictured else None
    if _tell(stage, plan, photo, whose, child) or plan.fate is ORDINARY or isinstance(whose, School):
        return
    for home in stage.homes:
        for other in [None] if child is None else range(len(home.children)):
            if home is not whose and _tell(stage, plan, photo, home, other):
                return


def _tell(stage: Stage, plan: NeedPlan, photo: Photo | None, whose: Home | School, child: int | None) -> bool:
    need = _need(stage, plan, whose, child)
    poster, ref, region = _poster(stage, whose, child)
    write = post.draft if plan.fate.name == "draft" else post.post
    try:
        wish_ref = write(poster, plan.whose, ref, need=need, photo=photo)
    except CapReached:
        return False
    home = whose if isinstance(whose, Home) else None
    wish = Told(ref=wish_ref, region=region, poster=poster, wanted=need.wanted, home=home)
    _REVIEWS.get(plan.fate.name, _approve_soon)(stage, plan, wish, need)
    return True


def _poster(stage: Stage, whose: Home | School, child: int | None) -> tuple[Actor, str, str]:
    if isinstance(whose, School):
        return stage.cast.volunteers[whose.region][0], whose.ref, whose.region
    return whose.volunteer, whose.ref if child is None else whose.children[child].ref, whose.village


def _need(stage: Stage, plan: NeedPlan, whose: Home | School, child: int | None) -> Need:
    chance, sort = stage.chance, plan.sort
    title, details = chance.choice(sort.words)
    region = whose.region if isinstance(whose, School) else whose.village
    sex = size = ""
    if isinstance(whose, Home) and child is not None:
        young = whose.children[child]
        size = _size(sort.category, young.age)
        sex = ("girl" if young.sex is Sex.FEMALE else "boy") if size or chance.random() < 0.4 else ""
    season = None
    if sort.is_of_season and plan.fate.name in ("ordinary", "quiet"):
        season = day_of(clock.now()) + timedelta(days=chance.randint(50, 110))
    return Need(
        title=title,
        details=details,
        category=sort.category,
        reason_code=chance.choice(sort.reasons),
        unit_label=sort.label,
        unit_fen=chance.randint(*sort.yuan) * 100,
        wanted=plan.wanted,
        size=size,
        shown_sex=sex,
        interest=chance.choice(sort.interests) if sort.interests else "",
        point_ref=point_for(stage.grounds, region),
        season_on=season,
    )


def _size(category: str, age: int) -> str:
    if category in ("coat", "clothes"):
        return str(min(175, round((82 + 6 * age) / 5) * 5))
    return str(min(42, 21 + age + age // 6)) if category == "shoes" else ""


def _programme(wish: Told, need: Need) -> str:
    necessity = CATEGORIES[need.category].necessity
    if necessity is Necessity.LEARNING and wish.region.startswith("9901"):
        return READING
    return SPRING if necessity is Necessity.LIVELIHOOD and wish.region.startswith("990102") else WARM


def _approve_soon(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    least, most = (0.2, 2.2) if plan.posted > 3 else (0.05, 0.4)
    stage.time.later(lambda: _approve(stage, plan, wish, need), least=least, most=most)


def _approve(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    first, second = stage.reviewers(wish)
    programme = _programme(wish, need)
    state = _agree(first, wish, programme)
    if state == WishState.APPROVED:
        _published(stage, plan, wish)
        return

    def again() -> None:
        _agree(second, wish, programme)
        _published(stage, plan, wish)

    stage.time.later(again, least=0.1, most=1.5)


def _agree(reviewer: Actor, wish: Told, programme: str) -> str:
    """Agree to a wish; what a sibling's list holds already passes with the reason a reviewer gives."""
    try:
        return review.approve(reviewer, wish.ref, checks=CHECKS, programme_code=programme)
    except Conflict as stopped:
        if stopped.code not in DOUBLES:
            raise
    return review.approve(reviewer, wish.ref, checks=CHECKS, programme_code=programme, override_reason=EACH_NEEDS_ONE)


def _published(stage: Stage, plan: NeedPlan, wish: Told) -> None:
    AFTERWARDS.get(plan.fate.name, SCENES.get(plan.fate.name, _claims))(stage, wish)


def _claims(stage: Stage, wish: Told) -> None:
    """Let people find the wish, one after the other."""
    chance = stage.chance
    if chance.random() < 0.12:
        return
    days, free = 0.0, wish.wanted
    parts = 1 if wish.wanted == 1 else chance.randint(2, 4)
    for part in range(parts):
        units = free if part == parts - 1 and chance.random() < 0.5 else max(1, min(free, wish.wanted // parts))
        days += chance.expovariate(1 / 5)
        stage.time.later(lambda units=units: _give(stage, wish, units), least=days, most=days + 0.5)
        free -= units
        if free < 1:
            break


def _give(stage: Stage, wish: Told, units: int) -> None:
    gift = begin(stage, wish, units=min(units, max(1, wish.left)))
    if gift is not None:
        go_its_way(gift)


def _endorse_only(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    del plan, need
    first, _ = stage.reviewers(wish)
    stage.time.later(lambda: _agree(first, wish, ""), least=0.2, most=0.8)


def _send_back(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    reason = stage.chance.choice(("photo-unclear", "words-unclear", "price-wrong", "size-wrong"))
    stage.time.later(
        lambda: review.send_back(stage.reviewer(wish), wish.ref, reasons=[reason], note="请补充后再交一次。"),
        least=0.3,
        most=2,
    )
    if plan.fate.name == "mended":
        stage.time.later(lambda: _mend(stage, plan, wish, need), least=2.5, most=4)


def _mend(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    post.resubmit(wish.poster, wish.ref, need=need)
    _approve_soon(stage, plan, wish, need)


def _reject(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    del plan, need
    reason = stage.chance.choice(("already-helped", "not-a-need", "double"))
    stage.time.later(lambda: review.reject(stage.reviewer(wish), wish.ref, reasons=[reason]), least=0.3, most=2)


def _refer(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    del plan, need
    reason = stage.chance.choice(("medical", "housing", "minimum-living"))
    stage.time.later(lambda: review.refer(stage.reviewer(wish), wish.ref, reasons=[reason]), least=0.3, most=2)


def _nothing(stage: Stage, plan: NeedPlan, wish: Told, need: Need) -> None:
    del stage, plan, wish, need


Review = Callable[[Stage, NeedPlan, Told, Need], None]
_REVIEWS: Final[dict[str, Review]] = {
    "draft": _nothing,
    "waiting": _nothing,
    "in-pool": _nothing,
    "endorsed": _endorse_only,
    "returned": _send_back,
    "mended": _send_back,
    "rejected": _reject,
    "referred": _refer,
}


def _leave_alone(stage: Stage, wish: Told) -> None:
    del stage, wish


def _withdraw(stage: Stage, wish: Told) -> None:
    """Withdraw a wish that somebody has just claimed: the claim is let go without a lapse."""
    stage.time.later(lambda: begin(stage, wish, units=1), least=1, most=3)

    def withdraw() -> None:
        reason = stage.chance.choice(("met-elsewhere", "moved-away", "asked-by-family"))
        ending.withdraw(wish.poster, wish.ref, reasons=[reason])

    stage.time.later(withdraw, least=4.2, most=5)


def _renew(stage: Stage, wish: Told) -> None:
    stage.time.put(stage.time.ago(stage.chance.uniform(2, 9)), lambda: keeping.renew(wish.poster, wish.ref))


def _lower(stage: Stage, wish: Told) -> None:
    def lower() -> None:
        keeping.lower(stage.reviewer(wish), wish.ref, wanted=wish.wanted - 1, reason="家里已经添置了一份。")

    stage.time.later(lower, least=3, most=9)


def _queue(stage: Stage, wish: Told) -> None:
    """Let a wish be claimed wholly and others wait for it."""

    def fill() -> None:
        gift = begin(stage, wish, units=wish.left)
        if gift is not None:
            go_its_way(gift)

    stage.time.later(fill, least=0.5, most=3)
    for _ in range(stage.chance.randint(1, 3)):
        stage.time.later(lambda: join(stage, wish), least=4, most=7)


def join(stage: Stage, wish: Told) -> None:
    """Let somebody wait for a wish that is full."""
    waiter = stage.somebody()
    with suppress(Refused):  # it is not full any more, or he waits already
        waiting.join(waiter, wish.ref, units=1)
        stage.waiting.append((waiter, wish.ref))


AFTERWARDS: Final[dict[str, Callable[[Stage, Told], None]]] = {
    "quiet": _leave_alone,
    "stale": _leave_alone,
    "withdrawn": _withdraw,
    "renewed": _renew,
    "lowered": _lower,
    "queued": _queue,
}
