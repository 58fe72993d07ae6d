"""Trials of the matching and of the weights, as their offices read them: figures and townships, nobody's name."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.domain.trials import Alternative
from charity.models.trials import MatchTrial
from charity.queries.matching.runs import Township

READ = "match.try"
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial in a list."""

    ref: str
    kind: str
    region: str
    asked_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class TriedNight:
    """What a matching would come to."""

    figures: dict[str, Any]
    townships: tuple[Township, ...]


@dataclass(frozen=True, slots=True)
class TriedWeights:
    """What was asked, and a row of figures for each rule."""

    asked: Alternative
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial with what came of it, once it is done."""

    trial: Trial
    seed: int
    night: TriedNight | None = None
    weights: TriedWeights | None = None


def list_trials(viewer: Actor) -> tuple[Trial, ...]:
    """List the newest trials of one's regions."""
    may_anywhere(viewer, READ)
    mine = or_(*(MatchTrial.region_code.startswith(region) for region in regions_for(viewer, READ)))
    query = _listed().where(mine).order_by(MatchTrial.id.desc()).limit(SHOWN)
    return tuple(Trial(*row) for row in reading().execute(query))


def get_trial(viewer: Actor, ref: str) -> Tried:
    """Give one trial of one's regions."""
    row = reading().execute(select(MatchTrial).where(MatchTrial.ref == ref)).scalar_one_or_none()
    if row is None:
        raise Missing
    may(viewer, READ, row.region_code)
    trial, asked = Trial(row.ref, row.kind, row.region_code, row.asked_at, row.state), json.loads(row.asked)
    found = None if row.found is None else json.loads(row.found)
    if found is None:
        return Tried(trial, asked["seed"])
    if row.kind == "night":
        townships = tuple(Township(*each) for each in found["townships"])
        return Tried(trial, asked["seed"], night=TriedNight(found["figures"], townships))
    return Tried(trial, asked["seed"], weights=TriedWeights(Alternative(**asked), tuple(found["rows"])))


def _listed() -> Select[*tuple[Any, ...]]:
    return select(MatchTrial.ref, MatchTrial.kind, MatchTrial.region_code, MatchTrial.asked_at, MatchTrial.state)
