"""How long records are kept: set by two, within bounds; what is over its time is really forgotten, what runs is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, update

from charity.adapters import metrics, photos
from charity.adapters.crypto import new_ref, unseal
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.sealed_pictures import draw, put_sealed
from charity.domain.actors import VISITOR, Role
from charity.domain.calendar import day_of
from charity.domain.consents import TOLD
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.payees import PayeeAccount
from charity.domain.retention import RULES, Record
from charity.jobs import retention as night
from charity.ledger import writing
from charity.models.cases import Case
from charity.models.circles import CircleTerms, Letter, letter_place
from charity.models.households import Consent, Fact, Household, LookAlike, Member
from charity.models.ledger import Entry, EntrySalt
from charity.models.papers import ConsentPaper, PaperSeen
from charity.models.payee_rows import read_account, seal_account
from charity.models.payees import Payee, TransferSaid
from charity.models.photos import Photo
from charity.models.pledges import Parcel, Pledge, Slip
from charity.models.points import AddressShown
from charity.models.produce import BuyerShown
from charity.models.retention import Forgotten, ForgottenFile, RetentionChange, kept_for, kept_until
from charity.models.service import ServiceTerms, ServiceVisit
from charity.models.wishes import Wish
from charity.queries.consents import list_papers
from charity.queries.retention import is_done
from charity.services import opinions
from charity.services.pledges import cases, confirm
from charity.services.register import consent_papers, look_alikes
from charity.services.register import files as files_of
from charity.services.retention.periods import keep_for
from charity.services.wishes import takedowns
from charity.web.kit.pictures import photo_store
from tests.browser import giving
from tests.kit import beside
from tests.kit import village as v
from tests.kit.opinions import newest_question
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
AFTER = timedelta(days=3 * 365 + 40)
NOBODY = (("", False, False), ("", True, True))  # an account that stood or waited has ended; an older one had before


@pytest.fixture
def village(app: Flask, travel: Travel) -> v.Village:
    travel(NOON)
    return v.build()


def confirmed(village: v.Village) -> str:
    """Let a gift with a slip come to its end, and the family need no help any more; gives the pledge."""
    pledge = giving.handed_over(village, v.published(village))
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    photo = photos.take_in(out.getvalue(), photo_store())
    confirm.store_slip(
        village.volunteer,
        pledge,
        storage_key=photo.key,
        sha256=photo.sha256,
        look=photo.dhash,
        width=photo.width,
        height=photo.height,
        witness="南宫雁",
        witness_role="neighbour",
    )
    confirm.confirm(village.reviewer, pledge, basis="call-back")
    out.seek(0)
    key = put_sealed(draw(out.getvalue()), photo_store())
    consent_papers.keep(village.volunteer, village.family.ref, village.family.child_ref, key=key)
    with transaction() as tx:
        home = update(Household).where(Household.id == village.family.id)
        tx.session.execute(home.values(life_state="graduated", life_since=NOON))
        tx.session.execute(update(Consent).values(valid_until=NOON.date() + timedelta(days=365)))
        tx.session.execute(update(Wish).where(Wish.state == "approved").values(state="closed"))
    return pledge


def payee(village: v.Village, state: str) -> str:
    """Write down an account of the family; gives its row."""
    ref = new_ref()
    account = PayeeAccount(way="account", holder="欧阳建国", bank="农村信用社", number="6222000011112222")
    with transaction() as tx:
        row = Payee(
            ref=ref,
            household_id=village.family.id,
            way=account.way,
            told_sealed=seal_account(account, ref=ref),
            number_digest=bytes(32),
            agreed_on=NOON.date(),
            state=state,
            recorded_by_id=village.volunteer.account_id,
            recorded_at=NOON,
        )
        tx.session.add(row)
    return ref


def names() -> list[str]:
    """Read who stands in the register."""
    end_reading()
    heads = reading().execute(select(Household.ref, Household.head_name_sealed))
    found = [unseal(sealed, place=f"households.head_name:{ref}") for ref, sealed in heads]
    people = reading().execute(select(Member.ref, Member.name_sealed))
    found += [unseal(sealed, place=f"members.name:{ref}") for ref, sealed in people]
    end_reading()
    return found


def files(app: Flask) -> set[Path]:
    folder = Path(app.extensions["settings"].photo_url.removeprefix("file://"))
    return {path for path in folder.rglob("*") if path.is_file()}


def counted() -> dict[str, int]:
    end_reading()
    rows = reading().execute(select(Forgotten.record, func.sum(Forgotten.count)).group_by(Forgotten.record))
    found = {record: int(count) for record, count in rows if count}
    end_reading()
    return found


def test_what_is_over_its_time_is_really_forgotten_and_the_book_stays_whole(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    others = files(app)
    pledge = confirmed(village)
    payees = [payee(village, "standing"), payee(village, "waiting"), payee(village, "replaced")]
    kept = files(app)
    assert kept > others
    travel(NOON + timedelta(days=364))  # the gift is over, its periods are not
    night.turn()
    assert counted() == {}
    assert "欧阳建国" in names()
    assert files(app) == kept
    travel(NOON + AFTER)
    night.turn()
    assert set(names()) == {""}
    assert counted() == {"families": 1, "slips": 1, "parcels": 1}
    end_reading()
    for table in (Parcel, Fact, ConsentPaper, ForgottenFile):
        assert reading().scalar(select(func.count()).select_from(table)) == 0, table
    slip, key = reading().execute(select(Slip, Photo.storage_key).join(Photo, Photo.id == Slip.photo_id)).one()
    assert (unseal(slip.witness_sealed, place=f"slips.witness:{slip.ref}"), key) == ("", "")
    assert (
        reading().scalar(select(func.count()).select_from(EntrySalt).where(EntrySalt.name.in_(("slip", "tracking"))))
        == 0
    )
    for row in reading().scalars(select(Payee).where(Payee.ref.in_(payees))):
        assert (read_account(row).holder, row.state == "replaced", row.ended_at is None) in NOBODY
    assert files(app) == others
    end_reading()
    told = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert told.exit_code == 0, told.output
    assert signed_in(app, village.donor).get(f"/pledges/{pledge}").status_code == 200
    assert "已到保存期限" in signed_in(app, village.reviewer).get(f"/confirmations/{pledge}").get_data(as_text=True)
    with transaction() as tx:
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    assert "已清除" in signed_in(app, auditor).get(f"/audit/pledges/{pledge}").get_data(as_text=True)
    night.turn()  # a second time nothing happens
    assert counted()["families"] == 1


def test_what_still_runs_holds_forgetting_back(app: Flask, village: v.Village, travel: Travel) -> None:
    pledge = confirmed(village)
    cases.dispute(village.donor, pledge, reason="not-handed-over", words="没有发放。")
    travel(NOON + AFTER)
    night.turn()
    assert counted() == {}
    assert "欧阳建国" in names()
    assert "finding" in reading().scalars(select(EntrySalt.name)).all()
    with transaction() as tx:  # ruled, long ago: nothing holds it back any more
        tx.session.execute(update(Case).values(state="final", ruled_at=NOON))
        tx.session.execute(update(Pledge).values(state="confirmed"))
    travel(NOON + AFTER + timedelta(days=1))
    night.turn()
    assert (counted()["slips"], counted()["families"]) == (2, 1)  # the slip, and what the donor said of it
    assert set(names()) == {""}
    end_reading()
    assert reading().scalars(select(Case.words_sealed)).all() == [None]
    assert "finding" not in reading().scalars(select(EntrySalt.name)).all()


def test_a_row_nobody_can_read_stops_neither_the_other_kinds_nor_the_night(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    confirmed(village)
    with transaction() as tx:
        births = {row.id: row.birth_sealed for row in tx.session.execute(select(Member.id, Member.birth_sealed))}
        tx.session.execute(update(Member).values(birth_sealed=b"broken"))
    travel(NOON + AFTER)
    night.turn()
    assert counted() == {"slips": 1, "parcels": 1}  # families come first, and failed
    assert "欧阳建国" in names()
    assert 'charity_turn_failures_total{turn="retention"}' in metrics.exposition()[0].decode()
    assert not is_done(day_of(NOON + AFTER))
    with transaction() as tx:
        for member, birth in births.items():
            tx.session.execute(update(Member).where(Member.id == member).values(birth_sealed=birth))
    night.turn()  # in the same night
    assert counted()["families"] == 1
    end_reading()
    assert is_done(day_of(NOON + AFTER))


def test_what_a_reporter_wrote_is_forgotten_and_so_is_why_it_was_shown_again(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    wish = v.published(village)
    case = cases.report(VISITOR, reason="other", words="他们家盖了新楼。", wish_ref=wish, reply="13800000000")
    with transaction() as tx:
        colleague = v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP))
    takedowns.take_down(village.reviewer, case, scope="thing")
    takedowns.bring_back(colleague, case, reason="查看后没有问题，重新公开")
    end_reading()
    assert {"finding", "reason"} <= set(reading().scalars(select(EntrySalt.name)))
    with transaction() as tx:
        tx.session.execute(update(Case).values(state="closed", ruled_at=NOON))
    travel(NOON + timedelta(days=RULES[Record.REPORTS].days + 1))
    night.turn()
    assert counted() == {"reports": 1}
    end_reading()
    assert not {"finding", "reason"} & set(reading().scalars(select(EntrySalt.name)))


def test_a_paper_is_forgotten_when_no_consent_has_stood_for_long(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    others = files(app)
    out = BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    key = put_sealed(draw(out.getvalue()), photo_store())
    consent_papers.keep(village.volunteer, village.family.ref, village.family.child_ref, key=key)
    with transaction() as tx:
        paper = tx.session.scalars(select(ConsentPaper)).one()
    travel(NOON + AFTER)
    night.turn()
    assert counted() == {}  # a consent stands
    files_of.open_file(village.volunteer, village.family.ref, purpose=files_of.FilePurpose.VISIT)
    consent_papers.look(village.volunteer, village.family.ref, paper.ref)
    with transaction() as tx:
        tx.session.execute(update(Consent).values(valid_until=NOON.date()))
    travel(NOON + AFTER + timedelta(days=1))
    night.turn()
    assert counted() == {"consent-papers": 1}
    assert files(app) == others
    assert "欧阳建国" in names()
    files_of.open_file(village.volunteer, village.family.ref, purpose=files_of.FilePurpose.VISIT)
    assert list_papers(village.family.ref) == ()
    end_reading()
    with pytest.raises(Missing):
        consent_papers.look(village.volunteer, village.family.ref, paper.ref)
    end_reading()
    assert reading().scalar(select(PaperSeen.paper_id)) == paper.id  # who looked is told in its own time
    travel(NOON + AFTER + timedelta(days=RULES[Record.LOOKS].days + 1))
    night.turn()
    end_reading()
    assert [reading().scalar(select(func.count()).select_from(table)) for table in (PaperSeen, ConsentPaper)] == [0, 0]


def test_a_period_is_set_by_two_within_its_bounds_and_told_in_the_book(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
        other = v.add_person(tx, (Role.AUDITOR, v.PROVINCE))
    usual = RULES[Record.PARCELS].days
    client = signed_in(app, office)
    url = "/admin/retention/parcels"
    data = {"days": "120", "reason": "快递单号一个季度后无用", "shown": str(usual)}
    assert post(client, url, data).location == "/opinions"  # asked for, and not set yet
    page = client.get("/admin/retention").get_data(as_text=True)
    assert "已更改" not in page
    opinions.agree(other, newest_question())
    end_reading()
    assert post(client, url, data).status_code == 303
    assert "120" in client.get(url).get_data(as_text=True)
    assert "快递单号一个季度后无用" in client.get(url).get_data(as_text=True)
    end_reading()
    assert reading().scalar(select(func.count()).where(Entry.kind == "retention.changed")) == 1
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0
    pledge = confirmed(village)
    travel(NOON + timedelta(days=130))
    night.turn()
    assert counted() == {"parcels": 1}, pledge
    end_reading()
    assert reading().scalar(select(func.count()).where(EntrySalt.name == "slip")) == 1  # slips are kept longer
    end_reading()
    for days, shown, refusal in ((89, 120, Invalid), (1096, 120, Invalid), (100, usual, Conflict), (120, 120, Invalid)):
        with pytest.raises(refusal):
            keep_for(office, "parcels", days=days, shown=shown, reason="x")
    for who in (village.administrator, village.reviewer, other):
        with pytest.raises(NotPermitted):
            keep_for(who, "parcels", days=100, shown=120, reason="x")


def test_a_notice_is_kept_as_long_as_it_stands_for_not_being_said_again(village: v.Village) -> None:
    with transaction() as tx:  # set before the least was raised
        said = {"was": 365, "days": 30, "made_by_id": village.volunteer.account_id, "made_at": NOON}
        tx.session.add(RetentionChange(ref=new_ref(), record=Record.NOTICES.value, **said))
    with transaction() as tx:
        assert tx.now - kept_until(tx, Record.NOTICES) > TOLD
        assert timedelta(days=kept_for(tx.session)[Record.NOTICES]) > TOLD


def test_the_stop_of_a_living_family_outlives_the_one_it_looks_like(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    confirmed(village)
    likes = [(True, False), (False, False), (True, True)]  # of the living family, cleared
    with transaction() as tx:
        living = v.add_family(tx, village.volunteer).id
        for of_living, cleared in likes:
            one, other = (living, village.family.id) if of_living else (village.family.id, living)
            at = NOON if cleared else None
            said = {"reason_sealed": b"x", "recorded_by_id": village.volunteer.account_id, "recorded_at": NOON}
            like = LookAlike(ref=new_ref(), household_id=one, other_household_id=other, cleared_at=at, **said)
            tx.session.add(like)
    travel(NOON + AFTER)
    night.turn()
    assert counted()["families"] == 1
    end_reading()
    left = reading().execute(select(LookAlike.household_id, LookAlike.cleared_at)).all()
    assert [tuple(row) for row in left] == [(living, None)]


@pytest.mark.parametrize("is_older", [False, True])
def test_why_a_likeness_was_cleared_is_forgotten_with_the_family(
    app: Flask, village: v.Village, travel: Travel, monkeypatch: pytest.MonkeyPatch, is_older: bool
) -> None:
    if is_older:  # entries of before name their likeness in the body alone
        monkeypatch.delitem(writing._TOPICS, "double")  # pyright: ignore[reportPrivateUsage]

    def written() -> set[bytes]:
        end_reading()
        told = select(Entry.id).where(Entry.kind == "double.cleared")
        return set(reading().scalars(select(EntrySalt.salt).where(EntrySalt.entry_id.in_(told))))

    confirmed(village)
    with transaction() as tx:
        others = [v.add_family(tx, village.volunteer) for _ in range(3)]
        for one, other in ((village.family, others[0]), (others[1], others[2])):
            said = {"reason_sealed": b"x", "recorded_by_id": village.volunteer.account_id, "recorded_at": NOON}
            tx.session.add(LookAlike(ref=new_ref(), household_id=one.id, other_household_id=other.id, **said))
    end_reading()
    for home, like in (
        reading()
        .execute(select(Household.ref, LookAlike.ref).join(LookAlike, LookAlike.household_id == Household.id))
        .all()
    ):
        look_alikes.clear_look_alike(village.reviewer, home, like, reason="走访过两家")
    assert len(written()) == 2
    travel(NOON + AFTER)
    night.turn()
    assert counted()["families"] == 1
    assert len(written()) == 1  # of the two living families


def test_what_was_written_beside_a_gift_goes_with_it_or_with_its_family(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    beside.write_words(village, confirmed(village), at=NOON)
    with transaction() as tx:
        before = tx.session.scalar(select(func.count()).select_from(AddressShown))
        held = update(Household).where(Household.id == village.family.id)
        tx.session.execute(held.values(life_since=NOON + AFTER))  # the family's own time is not over yet
    travel(NOON + AFTER)
    night.turn()
    assert counted() == {"slips": 4, "parcels": 1}
    end_reading()
    gone = (TransferSaid.receipt_sealed, ServiceVisit.second_adult_sealed, ServiceTerms.second_adult_sealed)
    assert [reading().scalars(select(column)).all() for column in gone] == [[None]] * 3
    assert reading().scalars(select(CircleTerms.second_adult_sealed)).all() == [b"x"]
    with transaction() as tx:
        tx.session.execute(update(Household).values(life_since=NOON))
    travel(NOON + AFTER + timedelta(days=1))
    night.turn()
    end_reading()
    assert reading().scalars(select(CircleTerms.second_adult_sealed)).all() == [None]
    letter = reading().scalars(select(Letter)).one()
    assert unseal(letter.text_sealed, place=letter_place(letter.ref)) == ""
    assert reading().scalar(select(func.count()).select_from(AddressShown)) == before
    travel(NOON + timedelta(days=RULES[Record.LOOKS].days + 1))
    night.turn()
    end_reading()
    for shown in (AddressShown, BuyerShown):
        assert reading().scalar(select(func.count()).select_from(shown)) == 0


def test_auditors_read_and_everybody_sees_the_periods(app: Flask, village: v.Village) -> None:
    with transaction() as tx:
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    assert signed_in(app, auditor).get("/admin/retention").status_code == 200
    assert signed_in(app, village.donor).get("/admin/retention").status_code == 403
    assert "1825" in app.test_client().get("/privacy?lang=en").get_data(as_text=True).replace(",", "")
