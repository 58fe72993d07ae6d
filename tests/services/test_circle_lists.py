"""Lists of families: staged, handed in, looked at by another, opened by the worker, joined by a code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.crypto import new_ref
from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Once, Role
from charity.domain.errors import Refused
from charity.domain.openings import ListRow, RowState, place_in_line
from charity.ledger.verifying.tables import compare
from charity.models.accounts import Account
from charity.models.circles import Circle, CircleRefusal, SeatPlace
from charity.models.households import CodeCard, Household
from charity.models.ledger import ENTRIES
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.outbox import Notice
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.services.circles import list_carrying, list_joining, list_review, lists, propose, seats
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.listed import County


@pytest.fixture
def at(app: Flask) -> County:
    return li.county()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def agrees() -> int:
    end_reading()
    return compare(db.engine).circles


def told(account_id: int) -> list[str]:
    return list(reading().scalars(select(Notice.kind).where(Notice.account_id == account_id).order_by(Notice.id)))


def test_a_list_is_staged_submitted_agreed_to_and_opened(at: County) -> None:
    ref = li.staged(at, promise=li.goods())
    assert [row[1] for row in li.found(ref)] == ["waiting"] * 4
    assert not li.circles(ref)
    assert refused(lambda: list_review.agree(at.county_reviewer, ref)) == "missing"
    lists.submit(at.office, ref)
    assert told(at.county_reviewer.account_id) == ["list-to-review"]
    list_review.agree(at.county_reviewer, ref)
    assert li.carry_all() == 4
    found = li.circles(ref)
    assert [(one.state, one.taken, one.target, one.monthly_fen) for one in found] == [("forming", 0, 3, 100_00)] * 4
    assert {one.point_id for one in found} == {reading().scalar(select(ServicePoint.id))}
    assert {one.proposer_id for one in found} == {at.office.account_id}
    assert {one.reviewer_id for one in found} == {at.county_reviewer.account_id}
    assert {one.programme_id for one in found} == {li.opening(ref).programme_id}
    assert r.states(found[0].ref) == ["open"] * 3
    opening = li.opening(ref)
    assert (opening.state, opening.region_code, len(opening.join_code or "")) == ("open", v.VILLAGE, 8)
    assert told(at.office.account_id) == ["list-agreed", "list-open"]
    kinds = reading().scalars(select(ENTRIES.c.kind).where(ENTRIES.c.topic == f"circle:{found[0].ref}"))
    assert sorted(kinds) == ["circle.opened", "circle.proposed", *["seat.opened"] * 3]
    assert agrees() == 4


def test_the_dry_run_says_what_is_wrong_in_which_row_and_cell(at: County) -> None:
    one, two, three, four = at.families
    with transaction() as tx:
        far = li.willing(tx, at.village, where=v.OTHER_VILLAGE)
        never = v.add_family(tx, at.village.volunteer)
        new = li.willing(tx, at.village)
        tx.session.get_one(Household, new.id).verified_at = None
        unwilling = li.willing(tx, at.village)
        by = at.village.volunteer.account_id
        tx.session.add(CircleRefusal(household_id=unwilling.id, recorded_by_id=by, recorded_at=tx.now))
        card = CodeCard(ref=new_ref(), household_id=two.id, printed_by_id=by, printed_at=tx.now)
        tx.session.add(card)
        tx.session.flush()
        by_card = card.ref
    propose.propose(at.village.volunteer, three.ref, promise=r.LETTERS)
    wrong = (never.ref, new.ref, unwilling.ref, three.ref, far.ref, "0000000000000", "", "欧阳建国", one.ref)
    rows = [*li.rows_of([one], by_card, *wrong), ListRow(20, four.ref, "没有这个点")]
    ref = li.staged(at, promise=li.goods(), rows=rows)
    unknown = ("wrong", "household", "household-unknown")
    assert li.found(ref) == [
        (2, "waiting", "", ""),
        (3, "waiting", "", ""),
        (4, "wrong", "household", "consent-missing"),
        (5, "wrong", "household", "household-not-verified"),
        (6, "wrong", "household", "consent-missing"),
        (7, "wrong", "household", "circle-exists"),
        (8, *unknown),
        (9, *unknown),
        (10, *unknown),
        (11, *unknown),
        (12, "wrong", "household", "listed-twice"),
        (20, "wrong", "point", "point-unknown"),
    ]
    outside = select(OpeningRow.household_id).where(OpeningRow.reason == "household-unknown")
    assert set(reading().scalars(outside)) == {None}


def test_a_named_point_serves_and_a_county_without_any_serves_nobody(at: County) -> None:
    with transaction() as tx:
        other = v.add_point(tx)
        tx.session.execute(update(ServicePoint).where(ServicePoint.ref == other).values(region_code=v.VILLAGE))
    rows = [ListRow(2, at.families[0].ref, at.village.point), ListRow(3, at.families[1].ref)]
    ref = li.opened(at, promise=li.goods(), rows=rows)
    ids = {ref: number for ref, number in reading().execute(select(ServicePoint.ref, ServicePoint.id))}
    assert [circle.point_id for circle in li.circles(ref)] == [ids[at.village.point], ids[other]]
    with transaction() as tx:
        tx.session.execute(update(ServicePoint).values(closed_at=tx.now))
    again = li.staged(at, promise=li.goods(), rows=li.rows_of(at.families[2:]))
    assert [row[1:] for row in li.found(again)] == [("wrong", "point", "point-missing")] * 2
    assert refused(lambda: lists.submit(at.office, again)) == "list-without-good-rows"


def test_what_may_not_be_staged(at: County) -> None:
    assert refused(lambda: li.staged(at, rows=())) == "list-empty"
    assert refused(lambda: li.staged(at, target=10)) == "number-out-of-range"
    assert refused(lambda: li.staged(at, promise=li.goods(5_000_00))) == "template-not-ordinary"
    with transaction() as tx:
        small = v.add_person(tx, (Role.ADMINISTRATOR, v.TOWNSHIP))
        far = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
    for actor in (small, far, at.county_reviewer, at.village.donor):
        stranger = replace(at, village=replace(at.village, administrator=actor))
        if actor is far:  # the whole country's programme is there for him, too, but nobody of the list is
            assert {row[3] for row in li.found(li.staged(stranger))} == {"household-unknown"}
        else:
            assert refused(lambda who=stranger: li.staged(who)) == "missing"
    with transaction() as tx:
        tx.session.execute(update(Programme).values(ends_on=date(2020, 1, 1)))
    assert refused(lambda: li.staged(at)) == "programme-not-running"


def test_another_person_looks_whose_region_covers_the_whole_list(at: County) -> None:
    ref = li.submitted(at)
    assert told(at.village.reviewer.account_id) == ["list-to-review"]  # the list lies in one village of the township
    with transaction() as tx:
        both = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY), (Role.REVIEWER, v.COUNTY))
        wider = li.willing(tx, at.village, where="990101002001")
    own = replace(at, village=replace(at.village, administrator=both))
    mine = li.submitted(own, rows=li.rows_of([*at.families, wider]))
    assert refused(lambda: list_review.agree(both, mine)) == "poster-reviews"
    assert li.opening(mine).region_code == v.COUNTY
    assert refused(lambda: list_review.agree(at.village.reviewer, mine)) == "missing"
    with transaction() as tx:
        far = v.add_person(tx, (Role.REVIEWER, v.OTHER_COUNTY))
    assert refused(lambda: list_review.agree(far, ref)) == "missing"
    list_review.agree(at.village.reviewer, ref)
    assert refused(lambda: list_review.agree(at.county_reviewer, ref)) == "not-in-this-state"
    list_review.reject(at.county_reviewer, mine, reason="unclear")
    assert li.carry_all() == 4
    assert not li.circles(mine)
    assert told(both.account_id) == ["list-rejected"]


def test_who_staged_does_not_agree_to_what_another_handed_in(at: County) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY), (Role.REVIEWER, v.COUNTY))
    ref = li.staged(replace(at, village=replace(at.village, administrator=both)))
    lists.submit(at.office, ref)
    assert refused(lambda: list_review.agree(both, ref)) == "poster-reviews"


def test_each_family_is_looked_at_again_when_its_circle_opens(at: County) -> None:
    ref = li.agreed(at)
    one, two, three, four = at.families
    r.agree(at.village, one, granted=False)
    with transaction() as tx:
        tx.session.get_one(Household, two.id).closed_at = tx.now
        v.add_person(tx)
    propose.propose(at.village.volunteer, three.ref, promise=r.LETTERS)
    assert li.carry_all() == 4
    assert [row[1:] for row in li.found(ref)] == [
        ("refused", "household", "consent-missing"),
        ("refused", "household", "household-unknown"),
        ("refused", "household", "circle-exists"),
        ("opened", "", ""),
    ]
    assert [circle.household_id for circle in li.circles(ref)] == [four.id]
    assert agrees() == 2


def test_a_reviewer_who_gives_to_a_family_opens_no_circle_for_it(at: County) -> None:
    first = li.opened(at, rows=li.rows_of(at.families[:1]))
    with transaction() as tx:  # he gave to the second family before
        from charity.domain.sides import Side
        from charity.models.sides import record_side

        record_side(tx, at.county_reviewer.account_id, f"h{at.families[1].id}", Side.GIVING)
    second = li.opened(at, rows=li.rows_of(at.families[1:]))
    assert [row[3] for row in li.found(second)] == ["other-side", "", ""]
    assert refused(lambda: seats.join(at.county_reviewer, li.circles(first)[0].ref)) == "other-side"


def test_cut_off_in_the_middle_it_goes_on_and_opens_nothing_twice(at: County, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = li.agreed(at)
    assert list_carrying.carry(SYSTEM, ref, most=1) == 1
    real, calls = list_carrying.open_circle, iter((True, False))

    def dies(*args: object, **named: object) -> None:
        real(*args, **named)  # type: ignore[arg-type]
        if not next(calls):
            raise KeyboardInterrupt

    monkeypatch.setattr(list_carrying, "open_circle", dies)
    with pytest.raises(KeyboardInterrupt):
        list_carrying.carry(SYSTEM, ref, most=3)
    monkeypatch.undo()
    assert [row[1] for row in li.found(ref)] == ["opened", "waiting", "waiting", "waiting"]
    assert agrees() == 1
    assert li.carry_all() == 3
    assert li.carry_all() == 0
    assert list_carrying.carry(SYSTEM, ref) == 0
    assert len(li.circles(ref)) == len({circle.household_id for circle in li.circles(ref)}) == 4
    assert agrees() == 4


def test_handing_in_twice_with_one_key_is_one_list(at: County) -> None:
    once = Once(scope="a", method="POST", path="/x", key="k" * 20, body=b"1" * 32)
    office = replace(at.office, once=once)
    again = [
        lists.stage(office, li.programme(at), terms=li.NINE, promise=li.LETTERS, rows=li.rows_of(at.families))
        for _ in range(2)
    ]
    assert again[0] == again[1]
    end_reading()
    assert len(reading().scalars(select(CircleOpening.id)).all()) == 1


def test_a_dropped_list_is_over(at: County) -> None:
    ref = li.submitted(at)
    lists.drop(at.office, ref)
    assert refused(lambda: list_review.agree(at.county_reviewer, ref)) == "missing"
    assert refused(lambda: lists.submit(at.office, ref)) == "not-in-this-state"


def test_donors_fill_one_circle_to_its_start_before_the_next(at: County) -> None:
    ref = li.opened(at)
    donors = r.more_donors(7)
    for donor in donors[:4]:
        list_joining.join(donor, li.code(ref))
    assert [(circle.taken, circle.state) for circle in li.circles(ref)] == [
        (2, "running"),
        (2, "running"),
        (0, "forming"),
        (0, "forming"),
    ]
    for donor in donors[4:]:
        list_joining.join(donor, li.code(ref))
    assert [circle.taken for circle in li.circles(ref)] == [2, 2, 2, 1]
    assert agrees() == 4


def test_the_order_in_the_database_is_the_rule(at: County) -> None:
    ref = li.opened(at)
    chosen_ones = [circle.id for circle in li.circles(ref)]
    end_reading()
    for chosen, taken in zip(chosen_ones, (1, 0, 3, 2), strict=True):
        with transaction() as tx:
            tx.session.execute(update(Circle).where(Circle.id == chosen).values(taken=taken, target=9, least=2))
    from charity.models.opening_joins import IN_LINE

    ordered = reading().execute(select(Circle.taken, Circle.least, IN_LINE).order_by(IN_LINE, Circle.id)).all()
    assert [place_in_line(taken, least) for taken, least, _ in ordered] == [row[2] for row in ordered]
    assert [row[0] for row in ordered] == [1, 0, 2, 3]


def test_the_link_leads_to_no_family_that_refused_the_donor_nor_to_his_own(at: County) -> None:
    ref = li.opened(at)
    [donor, unwanted, other] = r.more_donors(3)
    one, two, three, four = at.families
    refusals = [(family, who) for family in (one, three) for who in (donor, unwanted)]
    with transaction() as tx:
        by = at.village.volunteer.account_id
        for family, who in [*refusals, (four, unwanted)]:
            tx.session.add(
                CircleRefusal(household_id=family.id, account_id=who.account_id, recorded_by_id=by, recorded_at=tx.now)
            )
        home = tx.session.get_one(Household, two.id)
        home.phone_digest = tx.session.get_one(Account, donor.account_id).email_digest
        home.relative_phone_digest = tx.session.get_one(Account, unwanted.account_id).email_digest
    code = li.code(ref)
    list_joining.join(donor, code)
    assert [circle.taken for circle in li.circles(ref)] == [0, 0, 0, 1]
    assert refused(lambda: list_joining.join(unwanted, code)) == "programme-full"
    for staff in (at.village.volunteer, at.village.reviewer, at.county_reviewer, at.office):
        assert refused(lambda who=staff: list_joining.join(who, code)) == "programme-full"
    with transaction() as tx:
        tx.session.get_one(Account, other.account_id).email_verified_at = None
    assert refused(lambda: list_joining.join(other, code)) == "verify-first"


def test_one_donor_has_one_seat_of_a_list_and_more_only_with_a_family_itself(at: County) -> None:
    ref = li.opened(at)
    with transaction() as tx:
        family = li.willing(tx, at.village)
    again = li.opened(at, rows=li.rows_of([family]))
    [donor] = r.more_donors(1)
    first = list_joining.join(donor, li.code(ref))
    assert refused(lambda: list_joining.join(donor, li.code(ref))) == "seated-in-programme"
    assert refused(lambda: list_joining.wait(donor, li.code(ref))) == "seated-in-programme"
    assert sum(circle.taken for circle in li.circles(ref)) == 1
    seats.join(donor, next(circle.ref for circle in li.circles(ref) if circle.ref != first))  # by the family's own card
    list_joining.join(donor, li.code(again))  # another list is another programme
    seats.leave(donor, first)
    assert refused(lambda: list_joining.join(donor, li.code(ref))) == "seated-in-programme"
    assert agrees() == 5


def test_a_full_programme_offers_its_waiting_lists(at: County) -> None:
    ref = li.opened(at, rows=li.rows_of(at.families[:2]))
    code, donors = li.code(ref), r.more_donors(9)
    assert refused(lambda: list_joining.wait(donors[0], code)) == "seats-are-free"
    for donor in donors[:6]:
        list_joining.join(donor, code)
    assert refused(lambda: list_joining.join(donors[6], code)) == "programme-full"
    for donor in donors[6:8]:
        list_joining.wait(donor, code)
    end_reading()
    assert len(set(reading().scalars(select(SeatPlace.circle_id)))) == 2
    assert refused(lambda: list_joining.wait(donors[6], code)) == "queued-already"
    end_reading()
    assert len(reading().scalars(select(SeatPlace.id)).all()) == 2


def test_a_code_leads_nowhere_before_somebody_agreed_and_after_the_programme_is_over(at: County) -> None:
    ref, donor = li.submitted(at), r.more_donors(1)[0]
    assert li.opening(ref).join_code is None
    assert refused(lambda: list_joining.join(donor, "")) == "missing"
    list_review.agree(at.county_reviewer, ref)
    li.carry_all()
    with transaction() as tx:
        tx.session.execute(update(Programme).values(starts_on=(tx.now + timedelta(days=5)).date()))
    assert refused(lambda: list_joining.join(donor, li.code(ref))) == "programme-not-running"
    with transaction() as tx:
        tx.session.execute(update(Programme).values(starts_on=date(2020, 1, 1)))
    assert list_joining.join(donor, li.code(ref)) == li.circles(ref)[0].ref


def test_states_of_rows_fit_their_column() -> None:
    assert all(len(state.value) <= 8 for state in RowState)
