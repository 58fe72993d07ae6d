"""An officer who closes his account speaks for nobody any more; the last one stays; what each takes away."""

import pytest
from flask import Flask

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict
from charity.models.organisation_rows import list_officers
from charity.queries.accounts.download import get_own_data
from charity.queries.organisations.own import get_desk
from charity.services.accounts.closing import close
from charity.services.organisations import people
from charity.services.pledges import money, plan
from charity.services.pledges.claim import claim
from tests.kit import charities as c
from tests.kit import harvest, hours
from tests.kit import village as v
from tests.services import town as t
from tests.services.test_money import Fund, given
from tests.services.test_money import at as fund

__all__ = ["fund"]
PASSWORD = "a long enough word 7"


def test_a_closed_account_speaks_for_nobody_and_the_last_officer_stays(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
    first, second = (t.person(password_hash=hash_password(PASSWORD)) for _ in range(2))
    office = t.person((Role.ADMINISTRATOR, t.COUNTY))
    ref = c.verified(first, office, "云桥同心慈善基金会", 1, t.COUNTY)
    with pytest.raises(Conflict, match="last-officer"):
        close(first, password=PASSWORD)
    people.join(second, code=people.make_code(first, ref).code, is_counted=True)
    end_reading()
    [card] = [one for one in get_desk(first, ref).people if one.part == "member"]
    c.make_officer(first, office, ref, card.ref)
    close(first, password=PASSWORD)
    end_reading()
    assert list_officers(reading(), c.row_of(ref).id) == [second.account_id]
    with pytest.raises(Conflict, match="last-officer"):
        people.leave(second, ref)
    with pytest.raises(Conflict, match="last-officer"):
        close(second, password=PASSWORD)


def taken(actor: Actor) -> dict[str, list[dict[str, object]]]:
    end_reading()
    return get_own_data(actor)


def test_what_was_kept_of_gifts_of_money_is_taken_away(fund: Fund) -> None:
    donor = t.person()
    ref = given(fund, donor)
    money.open_bank(donor, ref)
    [shown] = taken(donor)["bank_accounts_shown"]
    assert (shown["pledge"], shown["organisation"]) == (ref, fund.ref)
    [part] = taken(fund.officer)["organisations"]
    assert (part["part"], part["organisation"]) == ("officer", fund.ref)


def test_a_vetting_and_a_buyers_address_are_taken_away_by_their_owner_alone(app: Flask) -> None:
    place = v.build()
    hours.vet(place, place.donor)
    wish = harvest.wishes_of(harvest.listed(place, harvest.add_families(place, 0)))[0]
    plan.plan(place.donor, claim(place.donor, wish, units=1).id, buyer=harvest.BUYER)
    [vetting], [purchase] = taken(place.donor)["vettings"], taken(place.donor)["purchases"]
    assert (vetting["real_name"], vetting["revoked_at"]) == (hours.REAL_NAME, None)
    assert harvest.BUYER_ADDRESS in str(purchase["buyer"])
    assert (taken(place.second)["vettings"], taken(place.second)["purchases"]) == ([], [])
