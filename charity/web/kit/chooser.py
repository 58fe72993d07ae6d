"""Choosing a place step by step, from the province to the village, with links and selects only."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import current_app, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain.actors import Actor
from charity.domain.permissions import regions_for
from charity.domain.regions import Level, contains, is_code, level_of
from charity.queries.regions import RegionCard, exists, list_children, list_path, place_names

FIELD = "region"
WORDS: dict[Level, LazyString] = {
    Level.PROVINCE: _l("Province"),
    Level.CITY: _l("City"),
    Level.COUNTY: _l("County"),
    Level.TOWNSHIP: _l("Township"),
    Level.VILLAGE: _l("Village"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, with the address that takes it back."""

    label: LazyString
    name: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Option:
    """One place to choose next."""

    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Chooser:
    """Where the choice stands: steps taken, what to choose next, and the place once it is deep enough."""

    action: str
    field: str
    kept: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    label: LazyString | None
    options: tuple[Option, ...]
    chosen: str
    is_done: bool


def choose(viewer: Actor, action: str, *, down_to: Level = Level.VILLAGE, field: str = FIELD) -> Chooser:
    """Read the choice from the address; only places where the viewer may take the action can be chosen."""
    return choose_within(regions_for(viewer, action), down_to=down_to, field=field)


def choose_within(regions: tuple[str, ...], *, down_to: Level = Level.VILLAGE, field: str = FIELD) -> Chooser:
    """Read the choice from the address, within some regions; a single one is chosen from the start."""
    tops = _tops(regions)
    start = tops[0] if len(tops) == 1 else ""
    asked = request.args.get(field, "")
    chosen = asked if _may_choose(asked, tops, down_to) else start
    is_done = bool(chosen) and level_of(chosen) >= down_to
    options = () if is_done else _options(chosen, tops, field)
    return Chooser(
        action=request.path,
        field=field,
        kept=_kept(field),
        steps=_steps(chosen, tops, field),
        label=_label(chosen, options),
        options=options,
        chosen=chosen,
        is_done=is_done,
    )


def _tops(regions: tuple[str, ...]) -> list[str]:
    """Leave out what lies inside another of the regions."""
    return sorted({one for one in regions if not any(other != one and contains(other, one) for other in regions)})


def _may_choose(code: str, tops: list[str], down_to: Level) -> bool:
    is_ours = is_code(code) and level_of(code) <= down_to and any(contains(top, code) for top in tops)
    return is_ours and exists(code)


def _options(chosen: str, tops: list[str], field: str) -> tuple[Option, ...]:
    spoken: str = current_app.extensions["language"]()
    if chosen or "" in tops:
        found = list_children(chosen, language=spoken)
    else:
        names = place_names(tops, language=spoken)
        found = [RegionCard(top, names[top], int(level_of(top))) for top in tops if top in names]
    return tuple(Option(card.code, card.name, _url(field, card.code)) for card in found)


def _label(chosen: str, options: tuple[Option, ...]) -> LazyString | None:
    if not options:
        return None
    return WORDS[level_of(options[0].code)] if chosen or level_of(options[0].code) else None


def _steps(chosen: str, tops: list[str], field: str) -> tuple[Step, ...]:
    if not chosen:
        return ()
    spoken: str = current_app.extensions["language"]()
    steps: list[Step] = []
    above = ""
    for card in list_path(chosen, language=spoken):
        is_free = any(contains(top, card.code) and top != card.code for top in tops) or (
            card.code in tops and len(tops) > 1
        )
        back = above if any(contains(top, above) for top in tops) else ""
        steps.append(Step(WORDS[Level(card.level)], card.name, _url(field, back) if is_free else ""))
        above = card.code
    return tuple(steps)


def _kept(field: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in request.args.items(multi=True) if name != field)


def _url(field: str, code: str) -> str:
    pairs = [*_kept(field), *([(field, code)] if code else [])]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
