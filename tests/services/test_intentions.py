"""The pool of intentions: what is offered to whom, in which order, and that an answer is a claim or costs nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.crypto import digest
from charity.adapters.db import transaction
from charity.domain.actors import SYSTEM, VISITOR, Actor, Once
from charity.domain.calendar import year_of
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, SignInNeeded
from charity.jobs.intentions import let_go, tend
from charity.models import intending as pool
from charity.models.accounts import Account
from charity.models.households import Household
from charity.models.pledges import GivenYear
from charity.models.wishes import Wish
from charity.queries.accounts import get_own_data
from charity.queries.intentions import find_following, get_pool_offer, list_own_intentions
from charity.services import accounts, pauses
from charity.services.pledges import intentions
from charity.services.pledges.claim import claim
from tests.kit import people
from tests.services import pool as p
from tests.services import town as t
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    people.put_demo_regions()
    return t.found_town()


def site_wish(town: Town, days: int = 0, **changes: object) -> str:
    """Publish a need of a site so many days ago: sites have no limit of open wishes, and no family."""
    at = MONDAY - timedelta(days=days)
    place = {"published_at": at, "wall_at": int(at.timestamp())}
    return t.wish(town, site=True, **(place | changes))  # type: ignore[arg-type]


def test_the_least_served_comes_first_and_its_acceptance_is_a_claim(town: Town) -> None:
    helped = site_wish(town, 50, wanted=10)
    claim(t.person(), helped, units=1)
    fresh = site_wish(town, 1)
    waited = site_wish(town, 9, wanted=3)
    donor = t.person()
    mine = p.leave(donor)
    assert tend() > 0
    assert p.offered_wish(mine) == waited
    assert t.wish_row(waited).reserved == 0, "an offer reserves nothing"
    done = intentions.accept(donor, p.offered(mine))
    assert (done.wish_id, done.units, done.state) == (waited, 1, "held")
    assert t.entry_kinds(waited) == ["wish.published", "pledge.claimed"], "the claim carries nothing of the intention"
    assert (t.wish_row(waited).committed, t.account_row(donor).open_pledges) == (1, 1)
    assert (p.intent(mine).state, p.intent(mine).units_left) == ("used", 0)
    another = p.leave(t.person())
    tend()
    assert p.offered_wish(another) == fresh, "helped and partly helped come after"
    third = p.leave(t.person())
    tend()
    assert p.offered_wish(third) == helped, "nine tenths missing come before two thirds"


def test_declining_costs_nothing_and_is_for_good(town: Town) -> None:
    first, second = site_wish(town, 5), site_wish(town, 4)
    donor = t.person()
    mine = p.leave(donor, units=2)
    tend()
    assert p.offered_wish(mine) == first
    intentions.decline(donor, p.offered(mine))
    assert p.offered_wish(mine) is None
    tend()
    assert p.offered_wish(mine) == second
    again = p.leave(donor)
    tend()
    assert p.offered_wish(again) is None, "neither the declined one nor the one on offer"
    account = t.account_row(donor)
    assert (account.open_pledges, account.lapses_in_row, account.cooling_until) == (0, 0, None)
    with pytest.raises(Conflict, match="offer-not-open"):
        intentions.decline(donor, p.offers(mine)[0].ref)
    with pytest.raises(Conflict, match="offer-not-open"):
        intentions.accept(donor, p.offers(mine)[0].ref)


def test_what_is_gone_shows_the_next_at_once(town: Town) -> None:
    first, second = site_wish(town, 5), site_wish(town, 4)
    donor = t.person()
    mine = p.leave(donor)
    tend()
    gone = p.offered(mine)
    claim(t.person(), first, units=1)
    once = Once(scope="a", method="POST", path="/x", key="k", body=b"b" * 32)
    with pytest.raises(Conflict, match="wish-taken-meanwhile"):
        intentions.accept(replace(donor, once=once), gone)
    assert p.offered_wish(mine) == second
    assert find_following(donor, gone) == p.offered(mine)
    assert t.account_row(donor).open_pledges == 0
    with pytest.raises(Conflict, match="offer-not-open"):  # the same press again does not skip the next one
        intentions.accept(replace(donor, once=once), gone)
    assert p.offered_wish(mine) == second
    assert intentions.accept(donor, p.offered(mine)).wish_id == second


def test_fewer_units_than_offered_come_again_with_what_is_left(town: Town) -> None:
    wish = site_wish(town, 5, wanted=3)
    donor = t.person()
    mine = p.leave(donor, units=3)
    tend()
    claim(t.person(), wish, units=2)
    with pytest.raises(Conflict, match="wish-taken-meanwhile"):
        intentions.accept(donor, p.offered(mine))
    assert p.open_offer(mine) == (p.offered(mine), wish, 1)
    intentions.accept(donor, p.offered(mine))
    assert (p.intent(mine).state, p.intent(mine).units_left) == ("open", 2)


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ({}, {"unit_fen": 120_01}),
        ({}, {"category": "coat"}),
        ({}, {"state": "stale"}),
        ({}, {"state": "withdrawn"}),
        ({}, {"hidden_at": MONDAY}),
        ({"beneficiary": "child"}, {}),
        ({"stage": "junior"}, {"school_stage": "primary"}),
        ({"stage": "primary"}, {"school_stage": "primary", "stage_until": date(2026, 3, 1)}),
        ({"region": "11"}, {}),
        ({"region": "990102"}, {}),
    ],
)
def test_what_does_not_fit_is_not_offered(town: Town, wanted: dict[str, str], changes: dict[str, object]) -> None:
    if wanted.get("region") == "11":
        with pytest.raises(Invalid, match="region-unknown"):
            p.leave(t.person(), **wanted)
        wanted = {"region": "9902"}
    site_wish(town, **changes)
    mine = p.leave(t.person(), **wanted)
    tend()
    assert p.offered_wish(mine) is None
    assert p.intent(mine).look_at == MONDAY + timedelta(minutes=10), "and the matcher rests a while"


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ({}, {"unit_fen": 120_00}),
        ({"category": ""}, {"category": "coat"}),
        ({"category": "", "kind": "goods"}, {"category": "coat"}),
        ({"beneficiary": "site"}, {}),
        ({"stage": "primary"}, {"school_stage": "primary"}),
        ({"stage": "primary"}, {"school_stage": "primary", "stage_until": date(2026, 3, 2)}),
        ({"region": "99"}, {}),
        ({"region": "9901"}, {}),
        ({"region": "990101"}, {}),
    ],
)
def test_what_fits_is_offered(town: Town, wanted: dict[str, str], changes: dict[str, object]) -> None:
    """The control of the test above."""
    wish = site_wish(town, **changes)
    mine = p.leave(t.person(), **wanted)
    tend()
    assert p.offered_wish(mine) == wish


def test_a_county_too_small_to_be_named_is_not_found_by_its_name(town: Town) -> None:
    wish = t.wish(town)  # a family's
    by_county, by_city = p.leave(t.person(), region="990101"), p.leave(t.person(), region="9901")
    tend()
    assert p.offered_wish(by_county) is None
    assert p.offered_wish(by_city) == wish


def test_nobody_is_offered_his_own_or_what_he_serves(town: Town) -> None:
    t.wish(town)
    with transaction() as tx:
        tx.session.execute(update(Household).values(phone_digest=digest("phone", "+8613511112222")))
    relative = t.person(phone_digest=digest("phone", "+8613511112222"))
    claimed = t.person()
    claim(claimed, t.wish(town, category="books"), units=1)
    unfit = [town.poster, town.volunteer, town.reviewer, relative]
    intents = [p.leave(actor) for actor in unfit]
    tend()
    assert [p.offered_wish(ref) for ref in intents] == [None] * len(unfit)
    county_officer = p.leave(town.auditor)
    tend()
    assert p.offered_wish(county_officer) is not None, "the control: an officer of the whole county is no neighbour"


def test_a_hundred_givers_are_not_sent_to_one_unit(town: Town) -> None:
    wish = site_wish(town, wanted=2)
    intents = [p.leave(t.person()) for _ in range(4)]
    tend()
    assert [p.offered_wish(ref) for ref in intents] == [wish, wish, None, None]


def change(donor: Actor, **values: object) -> None:
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == donor.account_id).values(**values))


@pytest.mark.parametrize(
    "full",
    [
        {"open_pledges": 5},
        {"open_fen": 2_000_00},
        {"cooling_until": MONDAY + timedelta(days=3)},
        {"email_verified_at": None, "phone_verified_at": None},
    ],
)
def test_nobody_is_offered_what_his_limits_forbid(town: Town, full: dict[str, object]) -> None:
    site_wish(town)
    donor = t.person()
    was = {name: getattr(t.account_row(donor), name) for name in full}
    mine = p.leave(donor)
    change(donor, **full)
    tend()
    assert p.offered_wish(mine) is None
    change(donor, **was)
    with transaction() as tx:
        pool.look_again(tx, p.intent(mine).id, tx.now)
    tend()
    assert p.offered_wish(mine) is not None


def test_no_more_is_offered_than_limits_leave(town: Town) -> None:
    wish = site_wish(town, wanted=9, unit_fen=100_00)
    donor = t.person(open_fen=1_650_00)
    first, second = p.leave(donor, units=9), p.leave(donor, units=9)
    tend()
    assert p.open_offer(first) == (p.offered(first), wish, 3)
    assert p.open_offer(second) is None, "what he is offered counts as if it were claimed"
    assert intentions.accept(donor, p.offered(first)).units == 3


def test_the_limit_of_a_year_for_one_beneficiary_is_asked_before(town: Town) -> None:
    wish = site_wish(town, wanted=9, unit_fen=100_00)
    donor = t.person()
    with transaction() as tx:
        site = tx.session.execute(select(Wish.beneficiary).where(Wish.ref == wish)).scalar_one()
        year = year_of(tx.now)
        tx.session.add(GivenYear(account_id=donor.account_id, beneficiary=site, year=year, amount_fen=4_750_00))
    mine = p.leave(donor, units=9)
    tend()
    assert p.open_offer(mine) == (p.offered(mine), wish, 2)
    assert intentions.accept(donor, p.offered(mine)).units == 2
    tend()
    assert p.open_offer(mine) is None


def test_caps_leave_the_offer_open(town: Town) -> None:
    site_wish(town)
    donor = t.person()
    mine = p.leave(donor)
    tend()
    offer = p.offered(mine)
    change(donor, open_pledges=5)
    with pytest.raises(CapReached, match="open-limit"):
        intentions.accept(donor, offer)
    assert p.offered(mine) == offer
    assert p.intent(mine).state == "open"


def test_only_its_donor_sees_and_answers(town: Town) -> None:
    site_wish(town)
    donor, other = t.person(), t.person()
    mine = p.leave(donor)
    tend()
    offer = p.offered(mine)
    for work in (
        lambda: intentions.accept(other, offer),
        lambda: intentions.decline(other, offer),
        lambda: intentions.withdraw(other, mine),
        lambda: get_pool_offer(other, offer),
    ):
        with pytest.raises(Missing):
            work()
    assert list_own_intentions(other) == ()
    assert find_following(other, "0" * 13) == ""
    for work in (
        lambda: intentions.accept(VISITOR, offer),
        lambda: p.leave(VISITOR),
        lambda: list_own_intentions(VISITOR),
    ):
        with pytest.raises(SignInNeeded):
            work()
    with pytest.raises(CapReached, match="verify-first"):
        p.leave(t.person(verified=False))


def test_72_hours_three_words_and_never_at_night(town: Town, travel: Travel) -> None:
    travel(MONDAY + timedelta(hours=11))  # nine in the evening there
    site_wish(town)
    donor = t.person()
    mine = p.leave(donor)
    tend()
    (offer,) = p.offers(mine)
    assert offer.act_by == MONDAY + timedelta(hours=11 + 72)
    travel(MONDAY + timedelta(hours=13))  # eleven in the evening
    other = p.leave(t.person())
    site_wish(town)
    tend()
    assert p.offers(other)[0].act_by == MONDAY + timedelta(hours=22 + 72), "eight in the morning"
    for hours in (11, 11 + 36, 11 + 48, 11 + 71):
        travel(MONDAY + timedelta(hours=hours, seconds=1))
        tend()
        tend()
    assert p.notices(donor) == ["due-intention-offer"] * 3
    travel(MONDAY + timedelta(hours=11 + 72, seconds=1))
    with pytest.raises(Conflict, match="offer-not-open"):
        intentions.accept(donor, offer.ref)
    tend()
    assert p.offers(mine)[0].state == "expired"
    assert p.intent(mine).unanswered == 1


def test_three_unanswered_offers_leave_the_donor_in_peace(town: Town, travel: Travel) -> None:
    for day in range(5):
        site_wish(town, day)
    donor = t.person()
    mine = p.leave(donor, units=5)
    for turn in range(5):
        travel(MONDAY + timedelta(days=5 * turn))
        tend()
        tend()
    assert [offer.state for offer in p.offers(mine)] == ["expired"] * 3
    assert p.intent(mine).state == "unanswered"
    assert p.notices(donor)[-1] == "intention-unanswered"


def test_pauses_stop_the_clock(town: Town, travel: Travel) -> None:
    site_wish(town)
    mine = p.leave(t.person())
    tend()
    administrator = t.person((t.Role.ADMINISTRATOR, t.COUNTY))
    days = {"starts_on": date(2026, 3, 3), "ends_on": date(2026, 3, 4), "reason": "festival"}
    made = pauses.add_pause(administrator, region=t.COUNTY, **days)  # type: ignore[arg-type]
    assert made.moved == 1
    assert p.offers(mine)[0].act_by == MONDAY + timedelta(days=5)
    travel(MONDAY + timedelta(days=3, seconds=1))
    tend()
    assert p.offers(mine)[0].state == "open"
    travel(MONDAY + timedelta(days=5, seconds=1))
    tend()
    assert p.offers(mine)[0].state == "expired"


def test_an_intention_ends_when_its_day_has_gone_by(town: Town, travel: Travel) -> None:
    site_wish(town)
    donor, other = t.person(), t.person()
    with_offer, without = (
        p.leave(donor, until=date(2026, 3, 2)),
        p.leave(other, category="books", until=date(2026, 3, 2)),
    )
    tend()
    travel(MONDAY + timedelta(days=1))
    tend()
    assert p.intent(without).state == "expired"
    assert p.notices(other) == ["intention-expired"]
    assert intentions.accept(donor, p.offered(with_offer)).state == "held", "an offer made in time may be answered"


def test_withdrawing_takes_the_offer_back(town: Town) -> None:
    site_wish(town)
    donor = t.person()
    mine = p.leave(donor)
    tend()
    offer = p.offered(mine)
    intentions.withdraw(donor, mine)
    assert (p.intent(mine).state, p.offers(mine)[0].state) == ("withdrawn", "ended")
    for work in (lambda: intentions.accept(donor, offer), lambda: intentions.withdraw(donor, mine)):
        with pytest.raises(Conflict, match="not-open"):
            work()
    tend()
    assert len(p.offers(mine)) == 1


def test_a_wish_that_leaves_the_wall_is_let_go(town: Town) -> None:
    first, second = site_wish(town, 5), site_wish(town, 4)
    donor = t.person()
    mine = p.leave(donor)
    tend()
    assert let_go() == 0
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == first).values(hidden_at=MONDAY))
    hidden = p.offered(mine)
    assert get_pool_offer(donor, hidden).card is None, "what is out of sight is out of sight here too"
    assert let_go() == 1
    assert p.offered_wish(mine) == second
    assert p.offers(mine)[0].state == "ended"


def test_the_turns_do_everything_once(town: Town) -> None:
    site_wish(town, wanted=9)
    mine = p.leave(t.person(), units=2)
    tend()
    tend()
    assert not intentions.look(SYSTEM, mine)
    assert len(p.offers(mine)) == 1


def test_not_more_than_five_open_ones(town: Town) -> None:
    donor = t.person()
    for _ in range(5):
        p.leave(donor)
    with pytest.raises(CapReached, match="too-many-intentions"):
        p.leave(donor)


def test_taking_away_and_closing(town: Town) -> None:
    site_wish(town)
    owner = people.signed_up()
    mine = p.leave(owner)
    p.leave(t.person(), category="books")
    tend()
    data = get_own_data(owner)
    assert [row["ref"] for row in data["intentions"]] == [mine]
    assert [row["ref"] for row in data["intention_offers"]] == [p.offered(mine)]
    assert data["intention_offers"][0]["wish"]
    accounts.close(owner, password=people.PASSWORD)
    assert p.offers(mine) == []
    assert list_own_intentions(owner) == ()
