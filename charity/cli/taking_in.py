"""Taking in a foreign list: the ground it needs (counties, points, a programme), then row by row, a batch a commit."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from flask import current_app

from charity.adapters import clock
from charity.adapters.db import together
from charity.adapters.foreign_list import ForeignMap, ForeignNeed, Refusal
from charity.adapters.storage import open_store
from charity.domain.actors import SYSTEM, Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Refused
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.queries.bases import get_basis
from charity.queries.points import list_points
from charity.queries.programmes import list_programmes
from charity.services import points, programmes, regions, sites
from charity.services.points import PointCard
from charity.services.programmes import Campaign
from charity.services.sites import Place
from charity.services.wishes.needs import Need
from charity.services.wishes.taking_in import take_in

BATCH = 200
TOWNSHIP = "001"
KNOWN = "taken-in-before"
DECLARED = "Declared by whoever took the list in; the originals stay with the body named."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: "submitted", "known" or "refused", and in that case why."""

    line: int
    key: str
    outcome: str
    reason: str = ""


@dataclass(slots=True)
class Ground:
    """The refs that rows refer to, found or made once."""

    points: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)


class _NothingKept(Exception):
    """Undoes a rehearsal."""


class Importer:
    """Takes a list in for one poster under one programme."""

    def __init__(self, poster: Actor, plan: ForeignMap, programme: str) -> None:
        self._poster, self._plan, self._programme = poster, plan, programme
        self._ground = Ground()

    def rehearse(self, rows: Iterable[ForeignNeed | Refusal], told: Callable[[Outcome], None]) -> None:
        """Do everything and keep nothing."""
        try:
            with together():
                self._prepare()
                for row in rows:
                    told(self._take(row))
                raise _NothingKept
        except _NothingKept:
            self._ground = Ground()

    def run(self, rows: Iterable[ForeignNeed | Refusal], told: Callable[[Outcome], None]) -> None:
        """Take the list in; what was committed stays when the rest fails, and a second run goes on from there."""
        with together():
            self._prepare()
        self._declare()
        for batch in _batches(rows):
            with together():
                outcomes = [self._take(row) for row in batch]
            for outcome in outcomes:  # only what is committed is reported
                told(outcome)

    def _prepare(self) -> None:
        city, name = self._plan.city
        counties = list(self._plan.counties.values())
        townships = [(f"{code}{TOWNSHIP}", f"{county.rstrip('）').replace('（', '·')}镇") for code, county in counties]
        regions.add_invented(SYSTEM, [(city, name), *counties, *townships])
        self._open_programme()
        there = {point.region: point.ref for point in list_points(self._poster) if not point.is_closed}
        for code, county in counties:
            township = f"{code}{TOWNSHIP}"
            self._ground.points[code] = there.get(township) or self._open_point(township, county)

    def _open_programme(self) -> None:
        if any(programme.code == self._programme for programme in list_programmes(self._poster)):
            return
        said = self._plan.section("programme")
        if said.get("code") != self._programme:
            raise LookupError(f"there is no programme {self._programme}, and the map names another one")
        campaign = Campaign(
            code=self._programme,
            name=str(said["name"]),
            kind=Kind.GOODS,
            starts_on=day_of(clock.now()),
            ends_on=None,
            body=str(said["body"]),
            certificate=str(said["certificate"]),
            filing=str(said["filing"]),
            contact=str(said["contact"]),
        )
        programmes.create(self._poster, str(said["region"]), campaign=campaign)

    def _declare(self) -> None:
        """Put on file what the map declares as the programme's basis; without a paper nothing is published under it."""
        from charity.cli.basis_papers import put_on_file  # noqa: PLC0415 (fonts and drawing: not in every verb)

        programme = next(each for each in list_programmes(self._poster) if each.code == self._programme)
        said = self._plan.section("programme")
        if said.get("code") != self._programme or not programme.may_close:
            return  # what stands there is its office's: the review says what is missing
        if get_basis(self._poster, programme.ref)[1]:
            return  # a document that ran out, or was ended, is not made good by taking a list in again
        told = [str(said[name]) for name in ("name", "body", "certificate", "filing", "contact")]
        lines = ["导入清单时申报的依据", *told, DECLARED]
        store = open_store(current_app.extensions["settings"].photo_url)
        put_on_file(
            self._poster, store, programme.ref, lines, number=told[2], kind="certificate", issued_by=programme.body
        )

    def _open_point(self, township: str, county: str) -> str:
        said = {name: str(text).format(county=county) for name, text in self._plan.section("point").items()}
        card = PointCard(
            kind=PointKind.TOWNSHIP,
            name=said["name"],
            recipient=said["recipient"],
            address=said["address"],
            phone=said["phone"],
            hours=said.get("hours", ""),
        )
        return points.create(self._poster, township, point=card)

    def _take(self, row: ForeignNeed | Refusal) -> Outcome:
        if isinstance(row, Refusal):
            return Outcome(row.line, row.key, "refused", row.reason)
        try:
            self._submit(row)
        except Refused as refused:
            if refused.code == KNOWN:
                return Outcome(row.line, row.key, "known")
            return Outcome(row.line, row.key, "refused", refused.code)
        return Outcome(row.line, row.key, "submitted")

    def _submit(self, row: ForeignNeed) -> None:
        need = Need(
            title=row.title,
            details=row.details,
            category=row.category,
            reason_code=row.reason,
            unit_label=self._plan.text("money", "label") or "set",
            unit_fen=row.unit_fen,
            wanted=row.wanted,
            point_ref=self._ground.points[row.county],
        )
        take_in(
            self._poster,
            self._site(row),
            need=need,
            source_key=row.key,
            source_posted_at=row.posted_at,
            programme_code=self._programme,
            school_stage=row.stage,
            tells=row.county not in self._ground.told,
        )
        self._ground.told.add(row.county)

    def _site(self, row: ForeignNeed) -> str:
        if row.site_key not in self._ground.sites:
            place = Place(kind=self._plan.text("site", "kind") or "school", name=row.site_name, pupils=row.pupils)
            township = f"{row.county}{TOWNSHIP}"
            ref = sites.take_in(self._poster, township, place=place, source_key=row.site_key)
            self._ground.sites[row.site_key] = ref
        return self._ground.sites[row.site_key]


def _batches(rows: Iterable[ForeignNeed | Refusal]) -> Iterator[list[ForeignNeed | Refusal]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
