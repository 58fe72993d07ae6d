"""Four eyes: what needs two people happens once, exactly as agreed, within 48 hours, and never by one person alone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Missing, NotPermitted, Refused
from charity.jobs.opinions import expire
from charity.models.accounts import ExportMade
from charity.models.ledger import ENTRIES
from charity.queries.accounts import get_person
from charity.queries.opinions import get_opinions
from charity.services import accounts, opinions, roles
from charity.services.exports import begin_export
from tests.kit.opinions import newest_question, seconded
from tests.kit.people import (
    COUNTY,
    OTHER_COUNTY,
    TOWNSHIP,
    actor_of,
    messages,
    put_demo_regions,
    sign_in,
    signed_up,
    with_role,
)

Travel = Callable[[datetime], None]
PERSON = "new@example.org"
UNTIL = date(2099, 1, 1)


@pytest.fixture
def boss(app: Flask) -> Actor:
    put_demo_regions()
    return with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)


@pytest.fixture
def auditor(boss: Actor) -> Actor:
    return with_role("auditor@example.org", Role.AUDITOR, COUNTY)


def grant(actor: Actor, role: Role = Role.REVIEWER, region: str = TOWNSHIP, until: date = UNTIL) -> int:
    return roles.grant(actor, login=PERSON, role=role, region=region, until=until)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def kinds() -> list[str]:
    end_reading()
    found = list(
        reading().scalars(select(ENTRIES.c.kind).where(ENTRIES.c.kind.startswith("opinion.")).order_by(ENTRIES.c.id))
    )
    end_reading()
    return found


def asks(boss: Actor) -> str:
    assert refusal(lambda: grant(boss)) == "second-opinion-asked"
    return newest_question()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_deciding_role_waits_for_a_second_yes(boss: Actor, auditor: Actor, role: Role) -> None:
    person = signed_up(PERSON)
    assert refusal(lambda: grant(boss, role)) == "second-opinion-asked"
    assert refusal(lambda: grant(boss, role)) == "second-opinion-open"
    question = newest_question()
    assert refusal(lambda: roles.carry_out(boss, question)) == "question-not-agreed"
    assert get_person(boss, person.ref).grants == ()
    opinions.agree(auditor, question)
    assert get_person(boss, person.ref).grants == ()  # the asker acts, not the one who agreed
    assert roles.carry_out(boss, question)
    assert actor_of(sign_in(PERSON)).holds(role, TOWNSHIP)
    assert kinds() == ["opinion.asked", "opinion.agreed", "opinion.used"]
    assert [kind for kind, _, _ in messages("second-opinion-wanted") + messages("second-opinion-given")]


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.ORGANISATION])
def test_other_roles_are_given_at_once(boss: Actor, role: Role) -> None:
    signed_up(PERSON)
    assert grant(boss, role)


def test_a_volunteer_of_more_than_a_township_waits_for_a_second_yes(boss: Actor, auditor: Actor) -> None:
    signed_up(PERSON)
    assert refusal(lambda: grant(boss, Role.VOLUNTEER, COUNTY)) == "second-opinion-asked"
    opinions.agree(auditor, newest_question())
    assert grant(boss, Role.VOLUNTEER, COUNTY)


def test_nobody_agrees_to_his_own_question_or_about_himself(boss: Actor, auditor: Actor) -> None:
    signed_up(PERSON)
    question = asks(boss)
    assert refusal(lambda: opinions.agree(boss, question)) == "not-ones-own-question"
    opinions.refuse(auditor, question)
    roles_of = with_role("second@example.org", Role.ADMINISTRATOR, COUNTY)
    with pytest.raises(NotPermitted, match="second-opinion-asked"):
        roles.grant(roles_of, login="auditor@example.org", role=Role.REVIEWER, region=TOWNSHIP, until=UNTIL)
    about = newest_question()
    assert refusal(lambda: opinions.agree(auditor, about)) == "not-ones-own-question"
    assert about not in {card.ref for card in get_opinions(auditor).for_me}


def test_a_yes_is_for_exactly_this_once_and_by_the_asker(boss: Actor, auditor: Actor) -> None:
    signed_up(PERSON)
    question = asks(boss)
    opinions.agree(auditor, question)
    for other in (
        lambda: grant(boss, Role.ADMINISTRATOR),
        lambda: grant(boss, region=COUNTY),
        lambda: grant(boss, until=date(2098, 1, 1)),
    ):
        assert refusal(other) == "second-opinion-asked"
    second = with_role("second@example.org", Role.ADMINISTRATOR, COUNTY)
    with pytest.raises(Missing):
        roles.carry_out(second, question)
    given = grant(boss)  # the same form again is as good as the button
    roles.revoke(boss, given)
    assert refusal(lambda: roles.carry_out(boss, question)) == "question-not-agreed"
    assert refusal(lambda: grant(boss)) == "second-opinion-asked"


def test_a_yes_ends_after_48_hours(boss: Actor, auditor: Actor, travel: Travel) -> None:
    signed_up(PERSON)
    begun = now()
    question, late = asks(boss), begun + timedelta(hours=48, minutes=1)
    opinions.agree(auditor, question)
    travel(late)
    assert refusal(lambda: roles.carry_out(boss, question)) == "question-not-agreed"
    assert refusal(lambda: grant(boss)) == "second-opinion-asked"
    again = newest_question()
    travel(late + timedelta(hours=49))
    assert refusal(lambda: opinions.agree(auditor, again)) == "question-not-open"


def test_the_book_tells_of_questions_taken_back_or_run_out(boss: Actor, auditor: Actor, travel: Travel) -> None:
    signed_up(PERSON)
    begun = now()
    opinions.withdraw(boss, asks(boss))
    assert kinds() == ["opinion.asked", "opinion.withdrawn"]
    agreed = asks(boss)
    opinions.agree(auditor, agreed)
    assert (expire(), len(kinds())) == (0, 4)
    travel(begun + timedelta(hours=48, minutes=1))
    assert (expire(), expire()) == (1, 0)
    assert kinds()[2:] == ["opinion.asked", "opinion.agreed", "opinion.expired"]
    assert refusal(lambda: opinions.withdraw(boss, agreed)) == "question-not-open"
    assert [card.state for card in get_opinions(boss).past] == ["expired", "withdrawn"]


def test_who_stands_alone_or_far_away_does_not_agree(boss: Actor) -> None:
    signed_up(PERSON)
    assert refusal(lambda: grant(boss)) == "nobody-to-agree"
    far = with_role("far@example.org", Role.AUDITOR, OTHER_COUNTY)
    assert refusal(lambda: grant(boss)) == "nobody-to-agree"
    below = with_role("below@example.org", Role.AUDITOR, TOWNSHIP)
    question = asks(boss)
    with pytest.raises(Missing):
        opinions.agree(far, question)
    opinions.withdraw(boss, question)
    with pytest.raises(Conflict):
        opinions.agree(below, question)
    assert refusal(lambda: grant(boss, region=COUNTY)) == "nobody-to-agree"  # the township is not above the county


def test_lists_of_people_need_two_and_lists_of_wishes_do_not(boss: Actor, auditor: Actor) -> None:
    take = lambda actor, what: begin_export(actor, what=what, form="csv", filters={}, rows=1)  # noqa: E731
    assert take(boss, "wishes")
    for what in ("people", "pledges"):
        assert seconded(auditor, lambda what=what: take(boss, what))
        assert refusal(lambda what=what: take(boss, what)) == "second-opinion-asked"
    end_reading()
    assert reading().execute(select(func.count()).select_from(ExportMade)).scalar_one() == 3
    end_reading()


def test_an_address_is_seen_in_full_by_two_and_the_person_is_told(boss: Actor, auditor: Actor) -> None:
    volunteer = with_role("vol@example.org", Role.VOLUNTEER, TOWNSHIP)
    assert refusal(lambda: accounts.unmask(boss, volunteer.ref, reason=" ")) == "reason-needed"
    seen = seconded(auditor, lambda: accounts.unmask(boss, volunteer.ref, reason="he left his phone here"))
    assert seen.email == "vol@example.org"
    assert refusal(lambda: accounts.unmask(boss, volunteer.ref, reason="again")) == "second-opinion-asked"
    assert len(messages("address-seen")) == 1
    assert "vol@example.org" not in str(get_opinions(auditor))
    with pytest.raises(Missing):
        accounts.unmask(with_role("far@example.org", Role.ADMINISTRATOR, OTHER_COUNTY), volunteer.ref, reason="x")
