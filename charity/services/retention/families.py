"""Forgetting families that need no help any more: who they were goes, what was given to them stays countable."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from charity.adapters.crypto import seal, unseal
from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.households import OUT_OF_HARDSHIP
from charity.domain.payees import PayeeAccount, PayeeState
from charity.domain.retention import TEXTS_OF_NEEDS, FileForm, Record
from charity.models.circles import Circle, CircleTerms, Letter, letter_place
from charity.models.households import CardCode, Consent, Fact, Household, LookAlike, Member
from charity.models.ledger import Entry
from charity.models.papers import ConsentPaper, PaperSeen
from charity.models.payee_rows import LIVE, seal_account
from charity.models.payees import Payee
from charity.models.responsible import ResponsiblePerson
from charity.models.retention import ForgottenRow, drop_later, mark_forgotten
from charity.models.service import ServiceTerms
from charity.models.wishes import Wish
from charity.services.retention.holding import family_is_held
from charity.services.retention.texts import forget_told, forget_told_of_doubles

DIGEST = 32


def forget_families(tx: Tx, before: datetime, most: int) -> int:
    """Forget the next families whose way out is long ago and of whom nothing runs any more."""
    gone = or_(
        Household.closed_at <= before,
        and_(
            Household.life_state.in_(sorted(state.value for state in OUT_OF_HARDSHIP)), Household.life_since <= before
        ),
    )
    known = exists().where(ForgottenRow.record == Record.FAMILIES.value, ForgottenRow.row_id == Household.id)
    homes = tx.session.scalars(
        select(Household)
        .where(gone, ~known, ~family_is_held(Household.id, tx.now))
        .order_by(Household.id)
        .limit(most)
        .with_for_update()
    ).all()
    ids = [home.id for home in homes]
    for home in homes:
        _wipe_home(tx, home)
    _wipe_members(tx, ids)
    _drop_what_hangs_on(tx, ids)
    mark_forgotten(tx, Record.FAMILIES, ids)
    return len(homes)


def _wipe_home(tx: Tx, home: Household) -> None:
    home.head_name_sealed = seal("", place=f"households.head_name:{home.ref}")
    home.address_sealed = seal("", place=f"households.address:{home.ref}")
    home.head_digest = secrets.token_bytes(DIGEST)  # finds nobody any more
    home.phone_sealed = home.phone_digest = home.relative_phone_sealed = home.relative_phone_digest = None
    home.closed_at = home.closed_at or tx.now


def _wipe_members(tx: Tx, homes: Sequence[int]) -> None:
    """Leave of each person no more than the year of birth and the sex."""
    for member in tx.session.scalars(select(Member).where(Member.household_id.in_(homes)).with_for_update()):
        place = f"members.birth:{member.ref}"
        year = date.fromisoformat(unseal(member.birth_sealed, place=place)).year
        member.birth_sealed = seal(date(year, 1, 1).isoformat(), place=place)
        member.name_sealed = seal("", place=f"members.name:{member.ref}")
        member.name_digest = secrets.token_bytes(DIGEST)
        member.id_number_sealed = member.id_digest = None
        member.left_at = member.left_at or tx.now
    tx.session.flush()


def _drop_what_hangs_on(tx: Tx, homes: Sequence[int]) -> None:
    papers = select(ConsentPaper).where(ConsentPaper.household_id.in_(homes), ConsentPaper.storage_key != "")
    _drop_papers(tx, list(tx.session.scalars(papers)))
    tx.session.execute(delete(Fact).where(Fact.household_id.in_(homes)))
    tx.session.execute(delete(ResponsiblePerson).where(ResponsiblePerson.household_id.in_(homes)))
    _drop_look_alikes(tx, homes)
    _wipe_circles(tx, homes)
    tx.session.execute(delete(CardCode).where(CardCode.household_id.in_(homes), CardCode.pledge_id.is_(None)))
    for payee in tx.session.scalars(select(Payee).where(Payee.household_id.in_(homes)).with_for_update()):
        _wipe_payee(tx, payee)
    wishes = select(Wish.ref).where(Wish.household_id.in_(homes))
    forget_told(tx, Entry.wish.in_(wishes), TEXTS_OF_NEEDS)


def _drop_look_alikes(tx: Tx, homes: Sequence[int]) -> None:
    """Let likenesses go; one that still stops a living family until somebody has cleared it stays."""
    of_living = and_(LookAlike.other_household_id.in_(homes), LookAlike.cleared_at.is_not(None))
    theirs = delete(LookAlike).where(or_(LookAlike.household_id.in_(homes), of_living))
    forget_told_of_doubles(tx, set(tx.session.scalars(theirs.returning(LookAlike.ref)).all()))


def _wipe_circles(tx: Tx, homes: Sequence[int]) -> None:
    """Let the letters of their circles go, and who was the second adult there; that there were letters stays."""
    circles = select(Circle.id).where(Circle.household_id.in_(homes))
    for letter in tx.session.scalars(select(Letter).where(Letter.circle_id.in_(circles)).with_for_update()):
        letter.text_sealed = seal("", place=letter_place(letter.ref))
    tx.session.flush()
    terms = update(CircleTerms).where(CircleTerms.circle_id.in_(circles))
    tx.session.execute(terms.values(second_adult_sealed=None))
    wishes = select(Wish.id).where(Wish.household_id.in_(homes))
    hours = update(ServiceTerms).where(ServiceTerms.wish_id.in_(wishes))
    tx.session.execute(hours.values(second_adult_sealed=None))


def _wipe_payee(tx: Tx, payee: Payee) -> None:
    """Leave an account that says nothing but can still be read, and to which no money goes any more."""
    nobody = PayeeAccount(way=payee.way, holder="", bank="", number="")
    payee.told_sealed = seal_account(nobody, ref=payee.ref)
    payee.number_digest, payee.reason_sealed = secrets.token_bytes(DIGEST), None
    if payee.state in LIVE:
        payee.state, payee.ended_at = PayeeState.ENDED.value, tx.now


def forget_consent_papers(tx: Tx, before: datetime, most: int) -> int:
    """Forget the next photos of signed papers of people of whom no consent has stood since long."""
    later, day = aliased(Consent), day_of(before)
    overruled = exists().where(
        later.member_id == Consent.member_id,
        later.purpose == Consent.purpose,
        later.audience == Consent.audience,
        later.id > Consent.id,
        later.recorded_at <= before,
    )
    stood = exists().where(
        Consent.member_id == ConsentPaper.member_id,
        Consent.is_granted,
        or_(Consent.valid_until.is_(None), Consent.valid_until >= day),
        ~overruled,
    )
    papers = tx.session.scalars(
        select(ConsentPaper)
        .join(Household, Household.id == ConsentPaper.household_id)
        .where(ConsentPaper.storage_key != "", ConsentPaper.recorded_at <= before, ~stood)
        .where(~family_is_held(Household.id, tx.now))
        .order_by(ConsentPaper.id)
        .limit(most)
        .with_for_update(of=ConsentPaper)
    ).all()
    _drop_papers(tx, papers)
    return len(papers)


def _drop_papers(tx: Tx, papers: Collection[Any]) -> None:
    """Let the pictures go; who looked at one is kept in its own time, and the paper's empty row as long."""
    drop_later(tx, FileForm.SEALED, (paper.storage_key for paper in papers))
    mine = ConsentPaper.id.in_([paper.id for paper in papers])
    looked_at = exists().where(PaperSeen.paper_id == ConsentPaper.id)
    tx.session.execute(delete(ConsentPaper).where(mine, ~looked_at))
    tx.session.execute(update(ConsentPaper).where(mine).values(storage_key=""))
