"""Consent in full: the signed paper, the queue before the end, and a withdrawal that hides all while a gift arrives."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, func, select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.households import Category, FilePurpose, Relation
from charity.domain.identity import Sex
from charity.domain.kinds import PledgeState
from charity.models.accounts import RoleGrant
from charity.models.households import Consent, FileOpened, Member
from charity.models.papers import PaperSeen
from charity.queries.consents import list_ending, list_said
from charity.queries.household_files import get_file
from charity.services.pledges import confirm, receive
from charity.services.register import consent_papers, files, households, records, renewals
from charity.services.register.files import OPEN_FOR
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from tests.browser import giving
from tests.kit import village as v
from tests.kit.visits import post, signed_in
from tests.safety.world import picture
from tests.services.test_concerns import photo_of, shows
from tests.services.town import pledge_row


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def jpeg() -> bytes:
    out = BytesIO()
    Image.effect_noise((320, 240), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


# The signed paper


def test_a_signed_paper_is_sealed_and_each_look_is_written_down(app: Flask, village: v.Village) -> None:
    home = f"/households/{village.family.ref}"
    volunteer = signed_in(app, village.volunteer)
    data = {"member": village.family.child_ref, "photo": (BytesIO(jpeg()), "paper.jpg")}
    assert post(volunteer, f"{home}/papers/new", data).status_code == 303
    stored = [path.read_bytes() for path in Path(app.extensions["settings"].instance_path).rglob("*-sealed.bin")]
    assert stored
    assert not any(b"RIFF" in kept or b"WEBP" in kept for kept in stored)
    files.open_file(village.volunteer, village.family.ref, purpose=FilePurpose.VISIT)
    end_reading()
    (paper,) = get_file(village.volunteer, village.family.ref).papers
    end_reading()
    shown = post(volunteer, f"{home}/papers/{paper.ref}", shown_at=home)
    assert (shown.status_code, shown.mimetype, shown.data[:4]) == (200, "image/webp", b"RIFF")
    assert "no-store" in shown.headers["Cache-Control"]
    end_reading()
    looks = reading().execute(select(PaperSeen.account_id)).scalars().all()
    assert looks == [village.volunteer.account_id]
    end_reading()
    _only_with_the_file_open(village, paper.ref)


def test_whether_a_signed_paper_is_on_file_stands_before_who_verifies_and_who_reviews(
    app: Flask, village: v.Village
) -> None:
    wish = v.submitted(village)
    pages = (f"/households/{village.family.ref}?lang=en", f"/reviews/wishes/{wish}?lang=en")
    for page in pages:
        text = signed_in(app, village.reviewer).get(page).get_data(as_text=True)
        assert "no photo yet" in text
        assert "photographed on" not in text
    consent_papers.keep(village.volunteer, village.family.ref, village.family.child_ref, key="0" * 32)
    for page in pages:
        text = signed_in(app, village.reviewer).get(page).get_data(as_text=True)
        assert "photographed on" in text
        assert "no photo yet" not in text


def test_who_of_the_family_spoke_for_a_child_stands_beside_the_word(app: Flask, village: v.Village) -> None:
    home, child = village.family.ref, village.family.child_ref
    with transaction() as tx:
        elder = tx.session.scalars(
            select(Member).where(Member.household_id == village.family.id, Member.relation == "head")
        )
        grown = elder.one().ref
    word = ConsentGiven(
        purpose=Purpose.FEEDBACK, is_granted=True, given_by=GivenBy.PARENT, giver=grown, child_agrees=True
    )
    for wrong, refusal in ((child, Invalid), ("0" * 13, Missing)):
        with pytest.raises(refusal):
            records.record_consent(village.volunteer, home, child, given=replace(word, giver=wrong))
    with pytest.raises(Invalid, match="giver-is-another"):
        records.record_consent(village.volunteer, home, grown, given=replace(word, given_by=GivenBy.SELF))
    records.record_consent(village.volunteer, home, child, given=word)
    said = [one for one in list_said(village.volunteer, home) if one.purpose == "feedback" and one.member == child]
    assert [one.giver for one in said] == [grown]
    end_reading()
    files.open_file(village.volunteer, home, purpose=FilePurpose.VISIT)
    page = signed_in(app, village.volunteer).get(f"/households/{home}?lang=en").get_data(as_text=True)
    assert re.search(r"Father or mother \([^)]+\),", page)
    asked = signed_in(app, village.volunteer).get(f"/households/{home}/consents/new?member={child}&giver={grown}")
    assert f'<option selected value="{grown}">' in asked.get_data(as_text=True)
    brother = Person(name="欧阳小谷", birth=date(now().year - 16, 1, 2), sex=Sex.MALE, relation=Relation.CHILD)
    young = households.add_member(village.volunteer, home, person=brother)
    with pytest.raises(Invalid, match="giver-not-grown"):
        records.record_consent(village.volunteer, home, child, given=replace(word, giver=young))


def test_the_same_look_sent_again_is_asked_and_written_down_again(app: Flask, village: v.Village) -> None:
    home = f"/households/{village.family.ref}"
    volunteer = signed_in(app, village.volunteer)
    data = {"member": village.family.child_ref, "photo": (BytesIO(jpeg()), "paper.jpg")}
    assert post(volunteer, f"{home}/papers/new", data).status_code == 303
    files.open_file(village.volunteer, village.family.ref, purpose=FilePurpose.VISIT)
    end_reading()
    (paper,) = get_file(village.volunteer, village.family.ref).papers
    end_reading()
    url, same = f"{home}/papers/{paper.ref}", {"once": "one-key-for-every-look"}
    assert [post(volunteer, url, same, shown_at=home).status_code for _ in range(2)] == [200, 200]
    end_reading()
    assert reading().execute(select(func.count()).select_from(PaperSeen)).scalar_one() == 2
    end_reading()
    with transaction() as tx:
        tx.session.execute(update(FileOpened).values(open_until=tx.now))
    assert post(volunteer, url, same, shown_at=f"{home}/papers/new").status_code == 404
    with transaction() as tx:
        tx.session.execute(update(FileOpened).values(open_until=tx.now + OPEN_FOR))
        ended = update(RoleGrant).where(RoleGrant.account_id == village.volunteer.account_id)
        tx.session.execute(ended.values(revoked_at=tx.now))
    assert post(volunteer, url, same, shown_at="/account").status_code in {403, 404}
    end_reading()
    assert reading().execute(select(func.count()).select_from(PaperSeen)).scalar_one() == 2
    end_reading()


def _only_with_the_file_open(village: v.Village, paper: str) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE))
    who: tuple[Actor, ...] = (village.reviewer, far, village.administrator, village.donor)
    for actor in who:  # the reviewer may, but has not opened the file
        with pytest.raises(Missing):
            consent_papers.look(actor, village.family.ref, paper)
    end_reading()
    assert reading().execute(select(func.count()).select_from(PaperSeen)).scalar_one() == 1
    end_reading()


# The queue


def child_born(village: v.Village, birth: date) -> tuple[str, str]:
    """Register a family with a child of a birthday, and let the mother agree today."""
    family = Family(category=Category.LOW_INCOME, head_name="濮阳远", address="三组九号", phone="", relative_phone="")
    home = households.register(village.volunteer, v.VILLAGE, family=family)
    person = Person(name="濮阳小满", birth=birth, sex=Sex.MALE, relation=Relation.CHILD)
    child = households.add_member(village.volunteer, home, person=person)
    given = tuple(
        ConsentGiven(purpose=use, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
        for use in (Purpose.REGISTER, Purpose.PUBLISH_WISH)
    )
    records.record_consents(village.volunteer, home, child, given=given)
    return home, child


@pytest.mark.parametrize("age", [14, 18])
def test_what_ends_with_the_age_stands_in_the_queue_and_is_asked_again_in_one_go(
    app: Flask, village: v.Village, age: int, travel: Callable[[datetime], None]
) -> None:
    travel(datetime.fromisoformat("2026-03-02T04:00:00+00:00"))
    turns = date(2026, 4, 20)
    home, child = child_born(village, turns.replace(year=turns.year - age))
    for viewer in (village.volunteer, village.reviewer):
        end_reading()
        (line,) = [line for line in list_ending(viewer) if line.member == child]
        assert line.ends_on == turns - timedelta(days=1)
        assert line.ends_with_age
        assert set(line.purposes) == {"register", "publish-wish"}
    end_reading()
    page = signed_in(app, village.volunteer).get("/households/consents").get_data(as_text=True)
    (again,) = re.findall(rf'href="(/households/{home}/consents/new[^"]+)"', page)
    form = signed_in(app, village.volunteer).get(again.replace("&amp;", "&")).get_data(as_text=True)
    assert f'<option selected value="{child}">' in form
    assert form.count("checked") >= 2


@pytest.mark.parametrize(("age", "left"), [(14, 1), (18, 0)])
def test_who_had_a_birthday_stays_in_the_queue_until_everybody_needed_has_spoken(
    village: v.Village, age: int, left: int, travel: Callable[[datetime], None]
) -> None:
    travel(datetime.fromisoformat("2026-03-02T04:00:00+00:00"))
    turns = date(2026, 4, 20)
    home, child = child_born(village, turns.replace(year=turns.year - age))
    travel(datetime.fromisoformat("2026-06-01T04:00:00+00:00"))
    mine = lambda: [line for line in list_ending(village.volunteer) if line.member == child]  # noqa: E731
    end_reading()
    (line,) = mine()
    assert line.has_ended
    assert line.ends_on == turns - timedelta(days=1)
    own = tuple(
        ConsentGiven(purpose=use, is_granted=True, given_by=GivenBy.SELF)
        for use in (Purpose.REGISTER, Purpose.PUBLISH_WISH)
    )
    records.record_consents(village.volunteer, home, child, given=own)
    end_reading()
    assert [line.given_by for line in mine()] == ["parent"] * left, "from 14 to 17 the mother is asked, too"
    if left:
        theirs = tuple(replace(one, given_by=GivenBy.PARENT) for one in own)
        records.record_consents(village.volunteer, home, child, given=theirs)
        end_reading()
        assert not mine()


def test_what_has_run_out_leaves_the_queue_renewed_refused_or_with_the_person(app: Flask, village: v.Village) -> None:
    home, child = child_born(village, date(now().year - 10, 1, 5))
    mine = lambda: [line for line in list_ending(village.volunteer) if line.household == home]  # noqa: E731

    def end() -> None:
        with transaction() as tx:
            over = (now() - timedelta(days=100)).date()
            tx.session.execute(update(Consent).where(Consent.valid_until.is_not(None)).values(valid_until=over))
        end_reading()

    end()
    assert [line.has_ended for line in mine()] == [True]
    page = signed_in(app, village.volunteer).get("/households/consents?lang=en").get_data(as_text=True)
    assert "ended on" in page
    end_reading()
    renewals.renew(village.volunteer, home, child, given_by=GivenBy.PARENT, key="k", child_agrees=True)
    end_reading()
    assert not mine()
    end()
    assert mine(), "the control: run out again"
    end_reading()
    renewals.refuse(village.volunteer, home, child, given_by=GivenBy.PARENT)
    end_reading()
    assert not mine()
    with transaction() as tx:
        tx.session.execute(delete(Consent).where(Consent.is_granted.is_(False)))
    end_reading()
    assert mine(), "the control: without the no"
    with transaction() as tx:
        tx.session.execute(update(Member).where(Member.ref == child).values(left_at=tx.now))
    end_reading()
    assert not mine()


def test_a_year_old_yes_is_due_60_days_before_and_leaves_when_asked_again(village: v.Village) -> None:
    home, child = child_born(village, date(now().year - 10, 1, 5))
    mine = lambda: [line for line in list_ending(village.volunteer) if line.household == home]  # noqa: E731
    end_reading()
    assert not mine()
    with transaction() as tx:
        soon = (now() + timedelta(days=59)).date()
        tx.session.execute(update(Consent).where(Consent.valid_until.is_not(None)).values(valid_until=soon))
    end_reading()
    (line,) = mine()
    assert (line.ends_on, line.given_by) == (soon, "parent")
    no = ConsentGiven(purpose=Purpose.PUBLISH_WISH, is_granted=False, given_by=GivenBy.PARENT)
    yes = ConsentGiven(purpose=Purpose.REGISTER, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
    records.record_consents(village.volunteer, home, child, given=(no, yes))
    end_reading()
    assert not mine()
    end_reading()
    with pytest.raises(NotPermitted):
        list_ending(village.administrator)


# Withdrawal


def test_a_withdrawal_hides_everything_at_once_while_the_gift_still_arrives(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.COAT, picture=picture())
    photo = photo_of(app.test_client(), wish)
    seen = {f"/wishes/{wish}", f"/wishes/{wish}/share.png", f"/api/v1/wishes/{wish}", f"/photos/{photo}-320.webp"}
    assert shows(app, wish, photo, v.COAT.title) >= seen | {"/wishes", "/api/v1/wishes"}
    pledge = giving.sent(village.donor, wish)
    no = ConsentGiven(purpose=Purpose.PUBLISH_WISH, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(village.volunteer, village.family.ref, village.family.child_ref, given=no)
    assert shows(app, wish, photo, v.COAT.title) == set()
    receive.receive(village.volunteer, pledge)
    receive.hand_over(village.volunteer, pledge)
    assert pledge_row(pledge).state == PledgeState.HANDED_OVER
    assert signed_in(app, village.donor).get(f"/pledges/{pledge}").status_code == 200


def test_nobody_thanks_in_the_name_of_a_child_that_does_not_want_it(app: Flask, village: v.Village) -> None:
    pledge = giving.sent(village.donor, v.published(village, v.COAT))
    receive.receive(village.volunteer, pledge)
    receive.hand_over(village.volunteer, pledge)
    confirm.confirm(village.reviewer, pledge, basis="call-back")
    confirm.give_feedback(village.volunteer, pledge, phrase="fits-well")
    assert pledge_row(pledge).feedback == "fits-well", "the control: before the no"
    no = ConsentGiven(purpose=Purpose.FEEDBACK, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(village.volunteer, village.family.ref, village.family.child_ref, given=no)
    end_reading()
    assert pledge_row(pledge).feedback is None
    with pytest.raises(Conflict, match="thanks-not-wanted"):
        confirm.give_feedback(village.volunteer, pledge, phrase="happy")
    yes = ConsentGiven(purpose=Purpose.FEEDBACK, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
    records.record_consent(village.volunteer, village.family.ref, village.family.child_ref, given=yes)
    confirm.give_feedback(village.volunteer, pledge, phrase="happy")


def test_a_no_that_a_child_said_alone_is_taken_back_with_its_elder_and_queued_again(village: v.Village) -> None:
    home, child = child_born(village, date(now().year - 10, 1, 5))
    no = ConsentGiven(purpose=Purpose.PUBLISH_WISH, is_granted=False, given_by=GivenBy.SELF)
    records.record_consent(village.volunteer, home, child, given=no)
    with transaction() as tx:
        soon = (now() + timedelta(days=59)).date()
        tx.session.execute(update(Consent).where(Consent.valid_until.is_not(None)).values(valid_until=soon))
    end_reading()
    mine = lambda: [line.purposes for line in list_ending(village.volunteer) if line.household == home]  # noqa: E731
    assert mine() == [("register",)], "the control: what the child refused is not asked again by itself"
    yes = ConsentGiven(purpose=Purpose.PUBLISH_WISH, is_granted=True, given_by=GivenBy.PARENT, child_agrees=True)
    records.record_consent(village.volunteer, home, child, given=yes)
    with transaction() as tx:
        tx.session.execute(update(Consent).where(Consent.valid_until.is_not(None)).values(valid_until=soon))
    end_reading()
    assert mine() == [("register", "publish-wish")]
