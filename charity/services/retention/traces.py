"""Forgetting traces of people: who looked at which file, what reporters wrote, under which name somebody was vetted."""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Executable, and_, delete, exists, or_, select
from sqlalchemy.orm import aliased

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.retention import OPEN_CASES, TEXTS_OF_REPORTS, Record
from charity.models.cases import Case
from charity.models.evidence import EvidenceOpened
from charity.models.households import FileOpened
from charity.models.ledger import Entry
from charity.models.names_down import forget_names_of
from charity.models.organisations import BankShown
from charity.models.papers import ConsentPaper, PaperSeen
from charity.models.payees import PayeeShown
from charity.models.points import AddressShown
from charity.models.produce import BuyerShown
from charity.models.responsible import ResponsiblePerson
from charity.models.retention import ForgottenRow, mark_forgotten
from charity.models.service import Vetting, real_name_place
from charity.services.retention.holding import REPORT
from charity.services.retention.texts import forget_told

Shown = PayeeShown | AddressShown | BankShown | BuyerShown
SHOWN: Final[tuple[type[Shown], ...]] = (PayeeShown, AddressShown, BankShown, BuyerShown)


def forget_looks(tx: Tx, before: datetime, most: int) -> int:
    """Forget who opened files, evidence and signed papers long ago, and to whom addresses and accounts were shown."""
    files = select(FileOpened.id).where(FileOpened.opened_at <= before).limit(most)
    evidence = select(EvidenceOpened.id).where(EvidenceOpened.opened_at <= before).limit(most)
    papers = select(PaperSeen.id).where(PaperSeen.seen_at <= before).limit(most)
    count = (
        _count(tx, delete(FileOpened).where(FileOpened.id.in_(files)))
        + _count(tx, delete(EvidenceOpened).where(EvidenceOpened.id.in_(evidence)))
        + _count(tx, delete(PaperSeen).where(PaperSeen.id.in_(papers)))
        + sum(_forget_shown(tx, shown, before, most) for shown in SHOWN)
    )
    _drop_empty_papers(tx)
    return count


def _forget_shown(tx: Tx, shown: type[Shown], before: datetime, most: int) -> int:
    old = select(shown.id).where(shown.shown_at <= before).limit(most)
    return _count(tx, delete(shown).where(shown.id.in_(old)))


def _drop_empty_papers(tx: Tx) -> None:
    """Delete the rows of papers whose pictures are gone and which only the looks at them had kept."""
    looked_at = exists().where(PaperSeen.paper_id == ConsentPaper.id)
    tx.session.execute(delete(ConsentPaper).where(ConsentPaper.storage_key == "", ~looked_at))


def forget_reports(tx: Tx, before: datetime, most: int) -> int:
    """Forget what reporters of concerns wrote and how they could be reached, once the case is long closed."""
    appeal = aliased(Case)
    appealed = exists().where(appeal.appeal_of_id == Case.id, appeal.state.in_(OPEN_CASES))
    told_by = or_(Case.kind == REPORT, and_(Case.kind == "appeal", Case.pledge_id.is_(None)))
    told = or_(Case.words_sealed.is_not(None), Case.reply_sealed.is_not(None))
    cases = tx.session.scalars(
        select(Case)
        .where(told_by, Case.state.not_in(OPEN_CASES), Case.ruled_at <= before, told, ~appealed)
        .order_by(Case.id)
        .limit(most)
        .with_for_update()
    ).all()
    for case in cases:
        case.words_sealed = case.reply_sealed = None
    forget_names_of(tx, [case.id for case in cases])
    topics = [f"case:{case.ref}" for case in cases]
    forget_told(tx, Entry.topic.in_(topics), TEXTS_OF_REPORTS)
    return len(cases)


def forget_vettings(tx: Tx, before: datetime, most: int) -> int:
    """Forget the real names under which people were vetted, once the vetting is long over; that it was stays."""
    known = exists().where(ForgottenRow.record == Record.VETTINGS.value, ForgottenRow.row_id == Vetting.id)
    over = or_(Vetting.until <= day_of(before), Vetting.revoked_at <= before)
    rows = tx.session.scalars(select(Vetting).where(over, ~known).order_by(Vetting.id).limit(most).with_for_update())
    ids: list[int] = []
    for row in rows:
        row.real_name_sealed = seal("", place=real_name_place(row.ref))
        ids.append(row.id)
    tx.session.flush()
    mark_forgotten(tx, Record.VETTINGS, ids)
    return len(ids)


def forget_responsible(tx: Tx, before: datetime, most: int) -> int:
    """Forget who was responsible for a family or a place until long ago."""
    old = select(ResponsiblePerson.id).where(ResponsiblePerson.until <= day_of(before)).limit(most)
    return _count(tx, delete(ResponsiblePerson).where(ResponsiblePerson.id.in_(old)))


def _count(tx: Tx, statement: Executable) -> int:
    return cast(CursorResult[Any], tx.session.execute(statement)).rowcount
