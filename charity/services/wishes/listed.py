"""Needs of a county's list: judged by the rules of the form while the list is checked, and drafted when it came in.

A need becomes a draft on the desk of the village's volunteer, who knows the family, asks it, and hands the need in:
without a volunteer and without the family's consent nothing of it goes further.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from charity.adapters.county_sheets import cell_name
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Grant, Role
from charity.domain.calendar import day_of
from charity.domain.catalogue import Category
from charity.domain.county_lists import ListState, NeedState, RowState
from charity.domain.errors import Conflict, Refused
from charity.domain.identity import is_child
from charity.domain.list_columns import Column
from charity.domain.list_words import words_for_things
from charity.domain.listed_families import Row, birth_in
from charity.domain.listed_needs import column_of, read_need
from charity.domain.wishes import BeneficiaryKind
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import act
from charity.models.catalogue import list_names, list_present
from charity.models.county_list_rows import (
    change_rows,
    columns_of,
    list_families_rows,
    list_rows,
    lock_county_list,
    read_row,
)
from charity.models.county_lists import CountyList
from charity.models.households import Household, Member
from charity.models.outbox import notify
from charity.models.roles import is_running
from charity.services.wishes.beneficiaries import get_whose, whose_listed
from charity.services.wishes.needs import Need, check
from charity.services.wishes.post import write_draft

CHUNK = 200


@act
def check_needs(tx: Tx, actor: Actor, ref: str) -> int:
    """Judge what the next rows of a list ask for, as the form would; gives how many rows, at last none."""
    del actor
    brought = lock_county_list(tx, ref)
    if brought is None or brought.state != ListState.CHECKING.value:
        return 0
    found = list_rows(tx, brought.id, RowState.READY, CHUNK, need=NeedState.RAW)
    if not found:
        return 0
    columns, today = columns_of(brought), day_of(tx.now)
    families = _families(tx, brought, columns, {row.family for row in found})
    changes: list[dict[str, Any]] = []
    things, words = list_present(tx.session), _words(tx)
    for row in found:
        said = read_row(brought, columns, row.line, row.cells_sealed)
        wrong = _wrong(tx, row.village, said, families[row.family], (things, words), today)
        changes.append({"id": row.id} | _note(columns, row.line, wrong))
    change_rows(tx, changes)
    return len(found)


def _families(
    tx: Tx, brought: CountyList, columns: Sequence[Column | None], wanted: set[int]
) -> Mapping[int, list[Row]]:
    families: dict[int, list[Row]] = defaultdict(list)
    for row in list_families_rows(tx, brought.id, wanted):
        families[row.family].append(read_row(brought, columns, row.line, row.cells_sealed))
    return families


def _words(tx: Tx) -> Mapping[str, str]:
    """Give the words for all things of the catalogue as it is now, with those that administrators added or renamed."""
    names = {code: (said.zh, said.en) for code, said in list_names(tx.session).items()}
    return words_for_things(list_present(tx.session), names)


def _wrong(
    tx: Tx,
    village: str,
    row: Row,
    family: Sequence[Row],
    catalogue: tuple[Mapping[str, Category], Mapping[str, str]],
    today: date,
) -> Refused | None:
    things, words = catalogue
    names = {row.get(column) for row in family for column in (Column.HEAD, Column.NAME)}
    birth = birth_in(row, today=today)
    whose = whose_listed(
        tx, village, sorted(name for name in names if name), is_child=birth is not None and is_child(birth, today)
    )
    try:
        need = _need(row, words)
        check(need, whose, things[need.category], today=today)
        _poster(tx, village)
    except Refused as refused:
        return refused
    return None


def _need(row: Row, words: Mapping[str, str]) -> Need:
    said = read_need(row, words)
    return Need(
        title=said.title,
        details=said.details,
        category=said.category,
        reason_code=said.reason_code,
        unit_label=said.unit_label,
        unit_fen=said.unit_fen,
        wanted=said.wanted,
        size=said.size,
    )


def _note(columns: Sequence[Column | None], line: int, wrong: Refused | None) -> dict[str, Any]:
    if wrong is None:
        return {"state": RowState.READY.value, "need_state": NeedState.READY.value, "cell": "", "reason": ""}
    cell = _cell(columns, line, wrong)
    return {"state": RowState.WRONG.value, "need_state": NeedState.REFUSED.value, "cell": cell, "reason": wrong.code}


def _cell(columns: Sequence[Column | None], line: int, wrong: Refused) -> str:
    column = column_of(wrong.field)
    return cell_name(columns.index(column), line) if column in columns else ""


def _poster(tx: Tx, village: str) -> Actor:
    """Give the volunteer on whose desk a village's drafts lie: who has the role longest, if several have."""
    today = day_of(tx.now)
    found = tx.session.execute(
        select(Account.id, Account.ref)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.VOLUNTEER.value,
            RoleGrant.region_code == village,
            RoleGrant.starts_on <= today,
            is_running(today),
            Account.disabled_at.is_(None),
            Account.closed_at.is_(None),
        )
        .order_by(RoleGrant.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise Conflict("list-no-volunteer", field=Column.NEED.value)
    return Actor(account_id=found.id, ref=found.ref, grants=(Grant(role=Role.VOLUNTEER, region=village),))


@act
def draft_needs(tx: Tx, actor: Actor, ref: str) -> int:
    """Draft what the next rows that came in ask for; gives how many rows, at last none."""
    del actor
    brought = lock_county_list(tx, ref)
    if brought is None or brought.state != ListState.APPLYING.value:
        return 0
    found = list_rows(tx, brought.id, RowState.TAKEN, CHUNK, need=NeedState.READY)
    columns, told, words = columns_of(brought), Counter[int](), _words(tx) if found else {}
    changes = [_drafted(tx, brought, columns, row, words, told) for row in found]
    change_rows(tx, changes)
    for account_id, count in sorted(told.items()):
        notify(tx, account_id=account_id, kind="drafts-from-list", params={"count": count})
    return len(found)


def _drafted(
    tx: Tx,
    brought: CountyList,
    columns: Sequence[Column | None],
    row: Any,
    words: Mapping[str, str],
    told: Counter[int],
) -> dict[str, Any]:
    said = read_row(brought, columns, row.line, row.cells_sealed)
    try:
        with tx.session.begin_nested():  # what is refused leaves no trace
            wish_id, poster_id = _write(tx, row, _need(said, words))
    except Refused as refused:
        refusal = {"cell": _cell(columns, row.line, refused), "reason": refused.code}
        kept = {"wish_id": None, "cells_sealed": row.cells_sealed, "need_state": NeedState.REFUSED.value}
        return {"id": row.id} | refusal | kept
    told[poster_id] += 1
    done = {"wish_id": wish_id, "cells_sealed": None, "need_state": NeedState.DRAFTED.value}
    return {"id": row.id, "cell": "", "reason": ""} | done


def _write(tx: Tx, row: Any, need: Need) -> tuple[int, int]:
    household = tx.session.get_one(Household, row.household_id)
    poster = _poster(tx, household.region_code)
    member = None if row.member_id is None else tx.session.get_one(Member, row.member_id)
    if member is not None and member.school_stage is not None:
        whose = get_whose(tx, poster, BeneficiaryKind.CHILD, member.ref)
    else:
        whose = get_whose(tx, poster, BeneficiaryKind.HOUSEHOLD, household.ref)
    return write_draft(tx, poster, whose, need).id, poster.account_id
