"""The catalogue as it stands: for its keepers with history and figures, for posters as what can be asked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.catalogue import Category, Necessity
from charity.domain.errors import Missing, NotPermitted
from charity.domain.interests import kinds_offered
from charity.domain.items import ItemChange, ItemNames, may_keep_catalogue
from charity.domain.kinds import Kind
from charity.domain.permissions import may_anywhere
from charity.domain.wishes import PUBLIC, BeneficiaryKind
from charity.models.accounts import Account
from charity.models.catalogue import CatalogueChange, CatalogueName, change_of, find_category, list_names, list_present
from charity.models.wishes import Wish

READ = "queue.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One thing: as it stands now, how many public wishes ask for it, how many of them above its band of today."""

    category: Category
    wishes: int
    over_band: int
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """How many public wishes ask for things of one class of necessity."""

    necessity: Necessity
    wishes: int
    share: int  # in hundredths


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """The whole catalogue of goods."""

    items: tuple[ItemRow, ...]
    classes: tuple[ClassLine, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of the past."""

    change: ItemChange
    reason: str
    who: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """One name of the past."""

    names: ItemNames
    reason: str
    who: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One thing with its history, newest first."""

    category: Category
    changes: tuple[ChangeLine, ...]
    names: tuple[NameLine, ...]
    may_change: bool


def get_catalogue(viewer: Actor) -> CataloguePage:
    """Show the catalogue to those who review, administer or audit."""
    may_anywhere(viewer, READ)
    session = reading()
    present = {code: it for code, it in list_present(session).items() if it.kind is Kind.GOODS}
    touched = set(session.scalars(select(CatalogueChange.code).distinct()))
    asked = {
        (code, fen): count
        for code, fen, count in session.execute(
            select(Wish.category, Wish.unit_fen, func.count())
            .where(Wish.state.in_([state.value for state in sorted(PUBLIC)]), Wish.kind == Kind.GOODS.value)
            .group_by(Wish.category, Wish.unit_fen)
        )
    }
    items = tuple(_row(it, asked, is_changed=code in touched) for code, it in present.items())
    return CataloguePage(items=items, classes=_classes(items), may_change=_may_change(viewer))


def _row(category: Category, asked: dict[tuple[str, int], int], *, is_changed: bool) -> ItemRow:
    mine = {fen: count for (code, fen), count in asked.items() if code == category.code}
    over = sum(count for fen, count in mine.items() if fen > category.top_fen)
    return ItemRow(category=category, wishes=sum(mine.values()), over_band=over, is_changed=is_changed)


def _classes(items: tuple[ItemRow, ...]) -> tuple[ClassLine, ...]:
    total = sum(item.wishes for item in items)
    sums = {each: sum(item.wishes for item in items if item.category.necessity is each) for each in Necessity}
    return tuple(
        ClassLine(necessity=each, wishes=count, share=round(100 * count / total) if total else 0)
        for each, count in sums.items()
    )


def get_item(viewer: Actor, code: str) -> ItemPage:
    """Show one thing with its whole history; what is no goods of the catalogue is missing."""
    may_anywhere(viewer, READ)
    session = reading()
    present = list_present(session).get(code)
    if present is None or present.kind is not Kind.GOODS:
        raise Missing
    rows = session.execute(
        select(CatalogueChange, Account.nickname)
        .join(Account, Account.id == CatalogueChange.made_by_id)
        .where(CatalogueChange.code == code)
        .order_by(CatalogueChange.id.desc())
    )
    changes = tuple(
        ChangeLine(change=change_of(row), reason=row.reason, who=who, made_at=row.made_at) for row, who in rows
    )
    return ItemPage(category=present, changes=changes, names=_list_names(code), may_change=_may_change(viewer))


def _list_names(code: str) -> tuple[NameLine, ...]:
    rows = reading().execute(
        select(CatalogueName, Account.nickname)
        .join(Account, Account.id == CatalogueName.made_by_id)
        .where(CatalogueName.code == code)
        .order_by(CatalogueName.id.desc())
    )
    return tuple(
        NameLine(names=ItemNames(row.zh, row.en), reason=row.reason, who=who, made_at=row.made_at) for row, who in rows
    )


def list_item_names() -> dict[str, ItemNames]:
    """Give what things are called that administrators added or renamed."""
    return list_names(reading())


def _may_change(viewer: Actor) -> bool:
    if not viewer.has_role(Role.ADMINISTRATOR):
        return False
    try:
        may_keep_catalogue(viewer)
    except NotPermitted:
        return False
    return True


def list_offered(kind: Kind, beneficiary: BeneficiaryKind) -> tuple[Category, ...]:
    """List what a beneficiary may ask for now."""
    present = list_present(reading()).values()
    return tuple(it for it in present if it.kind is kind and beneficiary in it.beneficiaries and it.is_offered)


def list_goods(_viewer: Actor) -> tuple[Category, ...]:
    """List all goods of the catalogue as they stand, those that cannot be asked for any more too; for everybody."""
    return tuple(it for it in list_present(reading()).values() if it.kind is Kind.GOODS)


def list_to_give() -> tuple[str, ...]:
    """List what somebody may say he would like to give, as the catalogue has it now."""
    return kinds_offered(list_present(reading()))


def category_now(code: str) -> Category:
    """Give a thing as it stands now."""
    return find_category(reading(), code)
