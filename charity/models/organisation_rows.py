"""Statements about organisations and their people; whoever changes one locks its row first; no rule."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.orm import Session

from charity.adapters.crypto import digest, hidden_ref, new_ref, seal, unseal_some
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.kinds import Kind, PledgeState
from charity.domain.organisations import BankAccount, OrganisationState, Part
from charity.domain.wishes import OPEN
from charity.models.accounts import Account
from charity.models.organisations import (
    BankShown,
    Organisation,
    OrganisationAct,
    OrganisationPerson,
    WishReceiver,
    place,
)
from charity.models.pledges import Pledge
from charity.models.sessions import end_sessions, end_tokens
from charity.models.wishes import Wish

REFERENCE_LENGTH = 10
ON_THE_WAY = frozenset(
    {
        PledgeState.HELD,
        PledgeState.SENT,
        PledgeState.AT_POINT,
        PledgeState.DISPUTED,
        PledgeState.LAPSED_UNSETTLED,
    }
)
STANDS = (OrganisationState.APPLIED.value, OrganisationState.VERIFIED.value)


def code_digest(code: str) -> bytes:
    """Give the digest by which an organisation is found from its join code."""
    return digest("organisation-code", code)


def find_organisation(tx: Tx, ref: str) -> Organisation | None:
    """Find an organisation and lock it; people's accounts are locked before, households after."""
    return _locked(tx, select(Organisation).where(Organisation.ref == ref))


def find_by_account(tx: Tx, account_id: int) -> Organisation | None:
    """Find the organisation that gives by an account, and lock it."""
    return _locked(tx, select(Organisation).where(Organisation.account_id == account_id))


def find_state(tx: Tx, account_id: int) -> str | None:
    """Give where the organisation stands that gives by an account; None where the account is nobody's."""
    mine = select(Organisation.state).where(Organisation.account_id == account_id)
    return tx.session.execute(mine).scalar_one_or_none()


def list_unverified(tx: Tx, account_ids: Iterable[int]) -> set[int]:
    """List those of some accounts that are organisations' and not those of verified ones."""
    verified = exists().where(
        Organisation.account_id == Account.id, Organisation.state == OrganisationState.VERIFIED.value
    )
    return set(
        tx.session.scalars(
            select(Account.id).where(
                Account.id.in_(list(account_ids)), Account.kind == AccountKind.ORGANISATION.value, ~verified
            )
        )
    )


def find_ref_by_code(tx: Tx, code: str) -> str | None:
    """Find the verified organisation whose join code this is and still runs."""
    return tx.session.execute(
        select(Organisation.ref).where(
            Organisation.code_digest == code_digest(code),
            Organisation.code_expires_at > tx.now,
            Organisation.state == OrganisationState.VERIFIED.value,
        )
    ).scalar_one_or_none()


def _locked(tx: Tx, query: Select[Organisation]) -> Organisation | None:
    return tx.session.scalars(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()


def is_number_taken(tx: Tx, number: str) -> bool:
    """Say whether an organisation with this number stands or waits."""
    taken = select(Organisation.id).where(Organisation.number == number, Organisation.state.in_(STANDS))
    return tx.session.execute(taken.limit(1)).first() is not None


def count_applied(tx: Tx, account_id: int) -> int:
    """Count the applications of an account that wait."""
    waiting = select(func.count()).where(
        Organisation.applied_by_id == account_id, Organisation.state == OrganisationState.APPLIED.value
    )
    return tx.session.scalar(waiting.select_from(Organisation)) or 0


def list_officers(session: Session, organisation_id: int) -> list[int]:
    """List the accounts that speak for an organisation now; one that is closed speaks for nobody."""
    inside = (
        select(OrganisationPerson.account_id)
        .join(Account, Account.id == OrganisationPerson.account_id)
        .where(
            OrganisationPerson.organisation_id == organisation_id,
            OrganisationPerson.part == Part.OFFICER.value,
            OrganisationPerson.left_at.is_(None),
            Account.closed_at.is_(None),
        )
    )
    return sorted(session.scalars(inside))


def list_able_officers(session: Session, organisation_id: int) -> list[int]:
    """List the officers who can act now: those whose accounts are neither closed nor shut out."""
    able = select(Account.id).where(
        Account.id.in_(list_officers(session, organisation_id)), Account.disabled_at.is_(None)
    )
    return sorted(session.scalars(able))


def find_person(tx: Tx, organisation_id: int, account_id: int) -> OrganisationPerson | None:
    """Find an account's present time in an organisation."""
    mine = (
        OrganisationPerson.organisation_id == organisation_id,
        OrganisationPerson.account_id == account_id,
        OrganisationPerson.left_at.is_(None),
    )
    return tx.session.scalars(select(OrganisationPerson).where(*mine)).one_or_none()


def find_person_by_ref(tx: Tx, organisation_id: int, ref: str) -> OrganisationPerson | None:
    """Find somebody's present time in an organisation by its reference."""
    named = (
        OrganisationPerson.organisation_id == organisation_id,
        OrganisationPerson.ref == ref,
        OrganisationPerson.left_at.is_(None),
    )
    return tx.session.scalars(select(OrganisationPerson).where(*named)).one_or_none()


def put_person(tx: Tx, organisation_id: int, account_id: int, part: Part, *, is_counted: bool) -> str:
    """Begin somebody's time in an organisation; gives its reference."""
    ref = new_ref()
    tx.session.execute(
        insert(OrganisationPerson).values(
            ref=ref,
            organisation_id=organisation_id,
            account_id=account_id,
            part=part.value,
            is_counted=is_counted,
            joined_at=tx.now,
        )
    )
    return ref


def end_person(tx: Tx, person: OrganisationPerson) -> None:
    """End somebody's time in an organisation; what was counted of it stays in the sum."""
    person.left_at = tx.now
    tx.session.flush()


def lock_offices(tx: Tx, account_id: int) -> list[list[int]]:
    """Lock the organisations that stand or wait and that an account speaks for; gives the officers of each."""
    mine = (
        select(Organisation)
        .join(OrganisationPerson, OrganisationPerson.organisation_id == Organisation.id)
        .where(
            OrganisationPerson.account_id == account_id,
            OrganisationPerson.part == Part.OFFICER.value,
            OrganisationPerson.left_at.is_(None),
            Organisation.state.in_(STANDS),
        )
        .order_by(Organisation.id)
        .with_for_update(of=Organisation, key_share=True)
    )
    rows = tx.session.scalars(mine).all()
    # The account is closing in this very transaction: it is counted with the others here.
    return [sorted({account_id, *list_able_officers(tx.session, row.id)}) for row in rows]


def forget_places(tx: Tx, account_id: int) -> None:
    """End every time of an account that is closed."""
    _shut_spoken_for(tx, account_id)
    theirs = (OrganisationPerson.account_id == account_id, OrganisationPerson.left_at.is_(None))
    tx.session.execute(update(OrganisationPerson).where(*theirs).values(left_at=tx.now))


def _shut_spoken_for(tx: Tx, account_id: int) -> None:
    """End what may be open of the accounts an officer could sign in to: those of the organisations he spoke for."""
    spoken_for = (
        select(Organisation.account_id)
        .join(OrganisationPerson, OrganisationPerson.organisation_id == Organisation.id)
        .where(
            OrganisationPerson.account_id == account_id,
            OrganisationPerson.part == Part.OFFICER.value,
            OrganisationPerson.left_at.is_(None),
            Organisation.account_id.is_not(None),
        )
    )
    for own in tx.session.scalars(spoken_for).all():
        shut_doors(tx, own or 0)


def shut_doors(tx: Tx, account_id: int) -> None:
    """End what is open of an organisation's own account; its password, which goers know, counts no more.

    Whoever reads the mail of its address sets a new one by a code.
    """
    end_sessions(tx, account_id)
    end_tokens(tx, account_id)
    tx.session.execute(update(Account).where(Account.id == account_id).values(password_hash=None))


def write_act(tx: Tx, *, account_id: int, officer_id: int, act: str) -> None:
    """Write down which officer did something in an organisation's name."""
    tx.session.execute(
        insert(OrganisationAct).values(account_id=account_id, officer_id=officer_id, act=act[:40], done_at=tx.now)
    )


def seal_bank(bank: BankAccount, *, ref: str) -> bytes | None:
    """Seal where money is transferred to; nothing stands for nothing."""
    if not bank.is_given:
        return None
    told = json.dumps({"holder": bank.holder, "bank": bank.bank, "number": bank.number}, ensure_ascii=False)
    return seal(told, place=place(ref, "bank"))


def read_bank(organisation: Organisation) -> BankAccount:
    """Open where money is transferred to."""
    told = unseal_some(organisation.bank_sealed, place=place(organisation.ref, "bank"))
    return BankAccount(**json.loads(told)) if told else BankAccount()


def reference_of(pledge_ref: str) -> str:
    """Give the reference a donor writes on his transfer: always the same for a pledge, and told by the keys alone."""
    code = hidden_ref("money-reference", pledge_ref)[:REFERENCE_LENGTH].upper()
    return f"{code[: REFERENCE_LENGTH // 2]}-{code[REFERENCE_LENGTH // 2 :]}"


def find_receiver(session: Session, wish_id: int) -> Organisation | None:
    """Find the organisation that receives the money of a wish."""
    named = select(Organisation).join(WishReceiver, WishReceiver.organisation_id == Organisation.id)
    return session.scalars(named.where(WishReceiver.wish_id == wish_id)).one_or_none()


def gives_to(session: Session, organisation_id: int, account_id: int) -> bool:
    """Say whether somebody's gift of money to an organisation is still on its way there, or nobody knows."""
    gift = (
        exists()
        .where(WishReceiver.wish_id == Pledge.wish_id, WishReceiver.organisation_id == organisation_id)
        .where(Pledge.account_id == account_id, Pledge.kind == Kind.MONEY.value)
        .where(Pledge.state.in_([state.value for state in ON_THE_WAY]))
    )
    return bool(session.scalar(select(gift)))


@dataclass(frozen=True, slots=True)
class HeldGift:
    """A gift of money that is claimed and not transferred yet, as far as anybody has said."""

    ref: str
    account_id: int
    is_shown: bool


def list_held_gifts(session: Session, organisation_id: int) -> list[HeldGift]:
    """List the held gifts of money to an organisation, and whether the donor has seen its account."""
    is_shown = exists().where(BankShown.pledge_id == Pledge.id).label("is_shown")
    rows = session.execute(
        select(Pledge.ref, Pledge.account_id, is_shown)
        .join(WishReceiver, WishReceiver.wish_id == Pledge.wish_id)
        .where(
            WishReceiver.organisation_id == organisation_id,
            Pledge.kind == Kind.MONEY.value,
            Pledge.state == PledgeState.HELD.value,
        )
        .order_by(Pledge.wish_id, Pledge.id)
    )
    return [HeldGift(ref, account_id, bool(shown)) for ref, account_id, shown in rows]


def list_posters(session: Session, organisation_id: int) -> list[tuple[str, str, int]]:
    """List the public wishes whose money an organisation receives, with who posted each."""
    rows = session.execute(
        select(Wish.ref, Wish.title, Wish.poster_id)
        .join(WishReceiver, WishReceiver.wish_id == Wish.id)
        .where(WishReceiver.organisation_id == organisation_id, Wish.state.in_([one.value for one in OPEN]))
        .order_by(Wish.id)
    )
    return [(ref, title, poster) for ref, title, poster in rows]


def put_receiver(tx: Tx, wish_id: int, organisation_id: int) -> None:
    """Name the organisation that receives the money of a wish, in the place of one named before."""
    named = tx.session.get(WishReceiver, wish_id)
    if named is None:
        tx.session.add(WishReceiver(wish_id=wish_id, organisation_id=organisation_id))
    else:
        named.organisation_id = organisation_id
    tx.session.flush()


def is_vetted(session: Session, account_id: int) -> bool:
    """Say whether an account is that of a verified organisation with a record of vetting for services to children."""
    vetted = select(Organisation.id).where(
        Organisation.account_id == account_id,
        Organisation.state == OrganisationState.VERIFIED.value,
        Organisation.is_vetted.is_(True),
    )
    return session.execute(vetted.limit(1)).first() is not None


def limit_place(ref: str) -> str:
    """Name the place to which the reason of a limit is bound."""
    return f"organisation_limits.reason:{ref}"


def shut_account(tx: Tx, account_id: int) -> None:
    """Let nobody sign in to, or promise anything by, the account of an organisation that has ended."""
    tx.session.execute(update(Account).where(Account.id == account_id).values(disabled_at=tx.now))
