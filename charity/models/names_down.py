"""Names that a reported concern took off boards and rooms: what they were, and whether their owner disagrees."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from charity.adapters.crypto import digest, seal, unseal, unseal_some
from charity.adapters.db import Base, Instant, Tx
from charity.domain.nicknames import bare_name
from charity.models.accounts import Account
from charity.models.takedowns import TakeDown

NAME = "name"  # a take-down of the names of an account


class NameDown(Base):
    """The names an account bore when a concern took them out of sight; they come back from here."""

    __tablename__ = "names_down"
    __table_args__ = (Index(None, "account_id"),)

    take_down_id: Mapped[int] = mapped_column(ForeignKey("take_downs.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    nickname_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # nothing: forgotten
    public_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    objected_at: Mapped[datetime | None] = mapped_column(Instant)


class NameKept(Base):
    """The digest of a name that a take-down keeps from everybody; outlives the name, and counts while that stands."""

    __tablename__ = "names_kept"
    __table_args__ = (Index(None, "digest"),)

    take_down_id: Mapped[int] = mapped_column(ForeignKey("take_downs.id"), primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


def _digest(name: str) -> bytes:
    return digest("name-taken-down", bare_name(name))


def _place(take_down_id: int) -> str:
    return f"names_down.name:{take_down_id}"


def _public_name(account: Account) -> str:
    return unseal_some(account.public_name_sealed, place=f"accounts.public_name:{account.ref}")


def put_names_away(tx: Tx, account: Account, take_down_id: int) -> None:
    """Keep the names of an account beside its take-down, and leave it none: whatever shows names shows nothing."""
    public, place = _public_name(account), _place(take_down_id)
    down = NameDown(
        take_down_id=take_down_id,
        account_id=account.id,
        nickname_sealed=seal(account.nickname, place=place),
        public_name_sealed=seal(public, place=place) if public else None,
    )
    kept = {_digest(name) for name in (account.nickname, public) if name}
    tx.session.add_all([down, *(NameKept(take_down_id=take_down_id, digest=one) for one in sorted(kept))])
    account.nickname, account.public_name_sealed = "", None
    tx.session.flush()


def give_names_back(tx: Tx, take_down_ids: Iterable[int]) -> list[int]:
    """Give accounts their names back where they chose no others meanwhile; lists those that bear them again."""
    rows = tx.session.scalars(select(NameDown).where(NameDown.take_down_id.in_(list(take_down_ids))))
    shown: list[int] = []
    for row in sorted(rows, key=lambda row: row.account_id):
        account = tx.session.get_one(Account, row.account_id, with_for_update=True, populate_existing=True)
        if account.nickname or row.nickname_sealed is None:
            continue
        place = _place(row.take_down_id)
        account.nickname = unseal(row.nickname_sealed, place=place)
        public = unseal_some(row.public_name_sealed, place=place)
        account.public_name_sealed = seal(public, place=f"accounts.public_name:{account.ref}") if public else None
        shown.append(row.account_id)
    tx.session.flush()
    return shown


def find_name_down(session: Session, account_id: int) -> tuple[NameDown, TakeDown] | None:
    """Find the newest standing take-down of an account's names."""
    row = session.execute(
        select(NameDown, TakeDown)
        .join(TakeDown, TakeDown.id == NameDown.take_down_id)
        .where(NameDown.account_id == account_id, TakeDown.restored_at.is_(None))
        .order_by(TakeDown.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def object_once(tx: Tx, down: NameDown) -> bool:
    """Remember that the owner disagrees; False when that was said before, in whichever window."""
    first = update(NameDown).where(NameDown.take_down_id == down.take_down_id, NameDown.objected_at.is_(None))
    return tx.session.scalar(first.values(objected_at=tx.now).returning(NameDown.take_down_id)) is not None


def list_takers(session: Session, case_id: int) -> set[int]:
    """List who took names out of sight by a case; an appeal about that is another person's to decide."""
    taken = select(TakeDown.taken_by_id).where(TakeDown.case_id == case_id, TakeDown.thing == NAME)
    return set(session.scalars(taken))


def list_owners(session: Session, case_id: int) -> set[int]:
    """List whose names a case took out of sight: none of them decides about it."""
    owners = select(NameDown.account_id).join(TakeDown, TakeDown.id == NameDown.take_down_id)
    return set(session.scalars(owners.where(TakeDown.case_id == case_id)))


def list_names_down(session: Session, account_id: int) -> set[str]:
    """List the names that an account may not bear again for now."""
    rows = session.scalars(
        select(NameDown)
        .join(TakeDown, TakeDown.id == NameDown.take_down_id)
        .where(NameDown.account_id == account_id, TakeDown.restored_at.is_(None))
    )
    return {
        unseal(sealed, place=_place(row.take_down_id))
        for row in rows
        for sealed in (row.nickname_sealed, row.public_name_sealed)
        if sealed is not None
    }


def list_names_kept(session: Session, *names: str) -> set[str]:
    """List which of these names a standing take-down keeps from everybody, whoever bore them."""
    asked = {name: _digest(name) for name in names if name}
    found = set(
        session.scalars(
            select(NameKept.digest)
            .join(TakeDown, TakeDown.id == NameKept.take_down_id)
            .where(NameKept.digest.in_(sorted(asked.values())), TakeDown.restored_at.is_(None))
        )
    )
    return {name for name, one in asked.items() if one in found}


def forget_names_down(tx: Tx, account_id: int) -> None:
    """Forget the names of an account that is closed."""
    theirs = update(NameDown).where(NameDown.account_id == account_id)
    tx.session.execute(theirs.values(nickname_sealed=None, public_name_sealed=None))


def forget_names_of(tx: Tx, case_ids: list[int]) -> None:
    """Forget the names that concerns long closed were about."""
    theirs = select(TakeDown.id).where(TakeDown.case_id.in_(case_ids), TakeDown.thing == NAME)
    gone = update(NameDown).where(NameDown.take_down_id.in_(theirs))
    tx.session.execute(gone.values(nickname_sealed=None, public_name_sealed=None))
