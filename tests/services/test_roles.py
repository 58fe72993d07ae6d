"""Roles: given and taken by an administrator of the containing region, never by or for himself."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import VISITOR, AccountKind, Actor, Role
from charity.domain.errors import Conflict, Missing, NotPermitted, Refused, SignInNeeded
from charity.queries import accounts as read
from charity.services import accounts, roles
from tests.kit.opinions import seconded
from tests.kit.people import (
    COUNTY,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
    actor_of,
    is_alive,
    messages,
    put_demo_regions,
    sign_in,
    sign_up,
    signed_up,
    with_role,
)

BOSS, VOLUNTEER = "boss@example.org", "vol@example.org"


@pytest.fixture
def boss(app: Flask) -> Actor:
    """Give the administrator of a county."""
    put_demo_regions()
    return with_role(BOSS, Role.ADMINISTRATOR, COUNTY)


def grant(
    actor: Actor, region: str, *, login: str = VOLUNTEER, role: Role = Role.VOLUNTEER, until: date | None = None
) -> int:
    return roles.grant(actor, login=login, role=role, region=region, until=until)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def test_a_role_works_at_once_and_ends_at_once(boss: Actor) -> None:
    signed_up(VOLUNTEER)
    token = sign_in(VOLUNTEER)
    given = grant(boss, VILLAGE)
    assert actor_of(token).holds(Role.VOLUNTEER, VILLAGE)
    roles.revoke(boss, given)
    assert not actor_of(token).has_role(Role.VOLUNTEER)
    assert [kind for kind, _, _ in messages("role-granted") + messages("role-revoked")] == [
        "role-granted",
        "role-revoked",
    ]


@pytest.mark.parametrize("region", ["", "99", "9901", OTHER_COUNTY, "99010", "110101"])
def test_beyond_ones_own_region_nothing_is_given(boss: Actor, region: str) -> None:
    signed_up(VOLUNTEER)
    with pytest.raises(Missing):
        grant(boss, region)


@pytest.mark.parametrize("region", [TOWNSHIP, VILLAGE])
def test_inside_it_is(boss: Actor, region: str) -> None:
    signed_up(VOLUNTEER)
    assert grant(boss, region)


def test_nobody_gives_himself_a_role(boss: Actor) -> None:
    assert refusal(lambda: grant(boss, VILLAGE, login=BOSS, role=Role.REVIEWER)) == "not-oneself"


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.REVIEWER, Role.AUDITOR, Role.ORGANISATION])
def test_only_administrators_give(boss: Actor, role: Role) -> None:
    other = with_role("other@example.org", role, COUNTY)
    signed_up(VOLUNTEER)
    with pytest.raises(Missing):
        grant(other, VILLAGE)
    with pytest.raises(SignInNeeded):
        grant(VISITOR, VILLAGE)


def test_what_cannot_be_given_is_refused(boss: Actor) -> None:
    signed_up(VOLUNTEER)
    assert refusal(lambda: grant(boss, VILLAGE, role=Role.DONOR)) == "role-not-granted"
    assert refusal(lambda: grant(boss, COUNTY + "999")) == "region-unknown"
    assert refusal(lambda: grant(boss, VILLAGE, until=date(2020, 1, 1))) == "term-in-past"
    assert refusal(lambda: grant(boss, VILLAGE, login="nobody@example.org")) == "person-unknown"
    assert refusal(lambda: grant(boss, VILLAGE, login="what?")) == "login-shape"
    grant(boss, VILLAGE)
    with pytest.raises(Conflict, match="role-held-already"):
        grant(boss, VILLAGE)


def test_an_unproved_address_gets_no_role(boss: Actor) -> None:
    sign_up(VOLUNTEER)
    assert refusal(lambda: grant(boss, VILLAGE)) == "person-unknown"


def test_taking_a_role_beyond_ones_region_looks_missing(boss: Actor) -> None:
    other = with_role("other@example.org", Role.ADMINISTRATOR, OTHER_COUNTY)
    signed_up(VOLUNTEER)
    given = grant(boss, VILLAGE)
    with pytest.raises(Missing):
        roles.revoke(other, given)
    with pytest.raises(Missing):
        roles.revoke(boss, 10**9)
    roles.revoke(boss, given)
    with pytest.raises(Conflict):
        roles.revoke(boss, given)


def test_an_administrator_keeps_his_own_role(boss: Actor) -> None:
    (own,) = read.get_person(boss, boss.ref).grants
    with pytest.raises(NotPermitted):
        roles.revoke(boss, own.id)


def test_an_organisation_gives_as_one_while_it_is_one(boss: Actor) -> None:
    token_of = signed_up(VOLUNTEER)
    given = grant(boss, COUNTY, role=Role.ORGANISATION)
    assert actor_of(sign_in(VOLUNTEER)).kind is AccountKind.ORGANISATION
    roles.revoke(boss, given)
    again = actor_of(sign_in(VOLUNTEER))
    assert (again.kind, again.account_id) == (AccountKind.PERSON, token_of.account_id)


# Shutting out


def test_shutting_out_ends_sessions_and_tokens_at_once(boss: Actor) -> None:
    volunteer = with_role(VOLUNTEER, Role.VOLUNTEER, VILLAGE)
    token, program = sign_in(VOLUNTEER), accounts.make_token(volunteer, name="x")
    accounts.disable(boss, volunteer.ref)
    assert not is_alive(token)
    assert read.find_actor_by_token(program) is None
    end_reading()
    with pytest.raises(Conflict):
        accounts.disable(boss, volunteer.ref)
    accounts.enable(boss, volunteer.ref)
    assert not is_alive(token)
    assert is_alive(sign_in(VOLUNTEER))


def test_people_of_other_regions_look_missing(boss: Actor) -> None:
    stranger = with_role("other@example.org", Role.VOLUNTEER, OTHER_COUNTY)
    giver = signed_up("giver@example.org")
    for ref in (stranger.ref, giver.ref, "nosuchperson0"):
        with pytest.raises(Missing):
            accounts.disable(boss, ref)
    with pytest.raises(Missing):
        read.get_person(boss, stranger.ref)


def test_who_stands_above_cannot_be_shut_out_from_below(boss: Actor) -> None:
    above = with_role("above@example.org", Role.ADMINISTRATOR, "9901")
    country = with_role("country@example.org", Role.ADMINISTRATOR, "")
    second = with_role("second@example.org", Role.AUDITOR, "")
    seconded(
        second,
        lambda: roles.grant(country, login="above@example.org", role=Role.AUDITOR, region=TOWNSHIP, until=None),
    )
    with pytest.raises(NotPermitted, match="person-of-higher-region"):
        accounts.disable(boss, above.ref)
    with pytest.raises(NotPermitted, match="not-oneself"):
        accounts.disable(boss, boss.ref)
    accounts.disable(country, above.ref)


def test_the_country_may_shut_out_a_giver(boss: Actor) -> None:
    country = with_role("country@example.org", Role.ADMINISTRATOR, "")
    giver = signed_up("giver@example.org")
    accounts.disable(country, giver.ref)
    assert refusal(lambda: sign_in("giver@example.org")) == "account-disabled"


# The list


def refs(actor: Actor, **asked: str | bool) -> set[str]:
    end_reading()
    people, _ = read.list_people(actor, **asked)  # pyright: ignore[reportArgumentType]
    return {person.ref for person in people}


def test_the_list_holds_ones_own_region_only(boss: Actor) -> None:
    mine = with_role(VOLUNTEER, Role.VOLUNTEER, VILLAGE)
    theirs = with_role("other@example.org", Role.VOLUNTEER, OTHER_COUNTY)
    giver = signed_up("giver@example.org")
    assert refs(boss) == {boss.ref, mine.ref}
    assert refs(boss, text=VOLUNTEER) == {mine.ref}
    assert refs(boss, text="other@example.org") == set()
    assert refs(boss, text="giver@example.org") == {giver.ref}
    assert refs(boss, text="giver@example") == set()
    assert refs(boss, role="volunteer") == {mine.ref}
    assert refs(boss, region=TOWNSHIP) == {mine.ref}
    assert theirs.ref not in refs(boss, running=False)
    with pytest.raises(NotPermitted):
        read.list_people(mine)


def test_the_list_shows_no_address_in_full(boss: Actor) -> None:
    with_role("13900001111", Role.VOLUNTEER, VILLAGE)
    end_reading()
    people, _ = read.list_people(boss)
    assert {person.contact for person in people} == {"b***@example.org", "139****1111"}


def test_ended_roles_are_listed_only_when_asked(boss: Actor) -> None:
    volunteer = with_role(VOLUNTEER, Role.VOLUNTEER, VILLAGE)
    given = read.get_person(boss, volunteer.ref).grants[0]
    roles.revoke(boss, given.id)
    assert refs(boss) == {boss.ref}
    assert refs(boss, running=False) == {boss.ref, volunteer.ref}


def test_long_lists_come_in_pages(boss: Actor) -> None:
    for number in range(4):
        with_role(f"v{number}@example.org", Role.VOLUNTEER, VILLAGE)
    end_reading()
    first, after = read.list_people(boss, limit=3)
    assert after is not None
    second, end = read.list_people(boss, limit=3, after=after)
    assert (len(first), len(second), end) == (3, 2, None)
    assert not {person.ref for person in first} & {person.ref for person in second}
