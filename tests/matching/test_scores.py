"""The columns' points are the domain's."""

import numpy as np
import pytest

from charity.domain import matching as domain
from charity.matching import scores
from charity.matching.columns import asked, donors, place_range, subjects
from tests.matching.ground import stated, wall

NUMBERS = range(40)


def named(number: int, seed: int = 3) -> tuple[domain.Subject, domain.Standing]:
    found = wall(40, seed)
    its, fares = found.subjects, found.standings
    subject = domain.Subject(
        id=int(its.id[number]),
        county=f"{its.county[number]:06d}",
        kind=domain.KINDS[its.kind[number]],
        form=domain.FORMS[its.form[number]],
        age=domain.AGES[its.age[number]],
        need=int(its.need[number]),
    )
    standing = domain.Standing(
        used=int(fares.used[number]),
        filled=int(fares.filled[number]),
        has_helper=bool(fares.has_helper[number]),
        seen=int(fares.seen[number]),
        lag=int(fares.lag[number]),
    )
    return subject, standing


def test_columns_and_records_give_the_same_points() -> None:
    found = wall(40, 3)
    lifts = scores.lift(found.subjects.need, found.standings)
    people = [stated(number) for number in range(60)]
    for person in people:
        fits = scores.fit(asked(person), found.subjects)
        for number in NUMBERS:
            subject, standing = named(number)
            assert fits[number] == domain.fit(person, subject)
            assert lifts[number] == domain.lift(subject.need, standing)


def test_pairs_give_the_same_points() -> None:
    people = [stated(number) for number in range(30)]
    columns = donors([(number, asked(person)) for number, person in enumerate(people)])
    found = subjects([named(number)[0] for number in NUMBERS])
    donor, subject = np.repeat(np.arange(30), 40), np.tile(np.arange(40), 30)
    points = scores.fit_pairs(columns, found, donor, subject)
    expected = [domain.fit(people[row], named(number)[0]) for row in range(30) for number in NUMBERS]
    assert points.tolist() == expected


def test_lags_of_regions_are_the_same() -> None:
    rows = [("51", 800, 0), ("51", 600, 10), ("99", 500, 500), ("11", 900, 0)]
    lags = domain.region_lags(rows)
    region, used, filled = (np.array(column) for column in zip(*[(int(a), b, c) for a, b, c in rows], strict=True))
    assert scores.region_lag(region, used, filled).tolist() == [lags[code] for code, _used, _filled in rows]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("", (0, 1_000_000)), ("51", (510_000, 520_000)), ("5101", (510_100, 510_200)), ("510101001", (510_101, 510_102))],
)
def test_a_place_is_a_range_of_counties(code: str, expected: tuple[int, int]) -> None:
    assert place_range(code) == expected
