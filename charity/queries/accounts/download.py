"""Everything kept about the reader, to take away; of nobody else."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circles import Direction
from charity.domain.errors import SignInNeeded
from charity.models.accounts import AccountSession, ApiToken, ExportMade, RoleGrant, TermsAccepted
from charity.models.cases import Case
from charity.models.circles import Circle, Letter, Seat, SeatOffer, SeatPlace, letter_place
from charity.models.groups import Group, GroupMember, YoungMember
from charity.models.intentions import Intent, IntentOffer
from charity.models.interests import Interest
from charity.models.organisations import BankShown, Organisation, OrganisationPerson
from charity.models.outbox import Notice
from charity.models.payees import PayeeShown, TransferSaid, receipt_place
from charity.models.pledges import Parcel, Pledge
from charity.models.points import AddressShown, ServicePoint
from charity.models.produce import ProduceSale, buyer_place
from charity.models.service import Vetting, real_name_place
from charity.models.waiting import Offer, QueuePlace
from charity.models.wishes import Wish
from charity.queries.accounts.own import get_own_account

Columns = Sequence[InstrumentedAttribute[Any]]
_THINGS: dict[object, str] = {
    Wish: "wish",
    Pledge: "pledge",
    ServicePoint: "point",
    Group: "group",
    Circle: "circle",
    Organisation: "organisation",
}


def get_own_data(viewer: Actor) -> dict[str, Any]:
    """Gather the viewer's profile, agreements, roles, sessions, tokens, notices, gifts, places and interests."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    me = viewer.account_id
    own = get_own_account(viewer)
    return {
        "account": {name: _plain(getattr(own, name)) for name in own.__slots__},
        "agreements": _rows(
            (TermsAccepted.document, TermsAccepted.version, TermsAccepted.accepted_at), TermsAccepted.account_id == me
        ),
        "roles": _rows(
            (RoleGrant.role, RoleGrant.region_code, RoleGrant.starts_on, RoleGrant.ends_on, RoleGrant.revoked_at),
            RoleGrant.account_id == me,
        ),
        "sessions": _rows(
            (AccountSession.device, AccountSession.created_at, AccountSession.seen_at, AccountSession.ended_at),
            AccountSession.account_id == me,
        ),
        "tokens": _rows((ApiToken.name, ApiToken.created_at, ApiToken.ended_at), ApiToken.account_id == me),
        "notices": _rows((Notice.kind, Notice.params, Notice.made_at, Notice.read_at), Notice.account_id == me),
        "pledges": _rows(
            (Pledge.ref, Wish.ref, Pledge.kind, Pledge.units, Pledge.amount_fen, Pledge.display, Pledge.state,
             Pledge.claimed_at, Pledge.sent_at, Pledge.confirmed_at),
            Pledge.account_id == me,
            Pledge.wish_id == Wish.id,
        ),
        "parcels": _parcels(me),
        "cases": _cases(me),
        "addresses_shown": _rows(
            (AddressShown.shown_at, Pledge.ref, ServicePoint.ref),
            AddressShown.account_id == me,
            AddressShown.pledge_id == Pledge.id,
            AddressShown.point_id == ServicePoint.id,
        ),
        "waiting": _rows(
            (QueuePlace.units, QueuePlace.joined_at, QueuePlace.left_at), QueuePlace.account_id == me
        ),
        "offers": _rows((Offer.ref, Offer.units, Offer.state, Offer.made_at, Offer.settled_at), Offer.account_id == me),
        **_stated(me),
        **_together(me),
        **_as_giver(me),
        "exports": _rows((ExportMade.what, ExportMade.form, ExportMade.made_at), ExportMade.account_id == me),
    }  # fmt: skip


def _stated(me: int) -> dict[str, list[dict[str, Any]]]:
    """Gather what the reader said he would like to give, and what was offered to him for it."""
    return {
        "interests": _rows(
            (Interest.places, Interest.kinds, Interest.forms, Interest.ages, Interest.need, Interest.budget_fen,
             Interest.units, Interest.seats, Interest.changed_at),
            Interest.account_id == me,
        ),
        "intentions": _rows(
            (Intent.ref, Intent.kind, Intent.category, Intent.beneficiary_kind, Intent.school_stage, Intent.region_code,
             Intent.most_fen, Intent.units, Intent.units_left, Intent.until, Intent.state, Intent.left_at,
             Intent.ended_at),
            Intent.account_id == me,
        ),
        "intention_offers": _rows(
            (IntentOffer.ref, Wish.ref, IntentOffer.units, IntentOffer.state, IntentOffer.made_at,
             IntentOffer.settled_at),
            IntentOffer.account_id == me,
            IntentOffer.wish_id == Wish.id,
        ),
    }  # fmt: skip


def _together(me: int) -> dict[str, list[dict[str, Any]]]:
    """Gather the reader's part in circles, the groups he is or was in, and the young members he acts for."""
    return {
        "seats": _rows(
            (Seat.ref, Circle.ref, Seat.state, Seat.display, Seat.since, Seat.accepted_at, Seat.leaves_on,
             Seat.ended_at),
            Seat.account_id == me,
            Seat.circle_id == Circle.id,
        ),
        "seats_awaited": _rows(
            (SeatPlace.joined_at, Circle.ref, SeatPlace.display, SeatPlace.left_at),
            SeatPlace.account_id == me,
            SeatPlace.circle_id == Circle.id,
        ),
        "seats_offered": _rows(
            (SeatOffer.ref, SeatOffer.state, SeatOffer.made_at, SeatOffer.settled_at), SeatOffer.account_id == me
        ),
        "letters": _letters(me),
        "groups": _rows(
            (GroupMember.joined_at, Group.ref, GroupMember.left_at),
            GroupMember.account_id == me,
            GroupMember.group_id == Group.id,
        ),
        "young_members": _rows(
            (YoungMember.name, Group.ref, YoungMember.added_at),
            YoungMember.adult_id == me,
            YoungMember.group_id == Group.id,
        ),
    }  # fmt: skip


def _as_giver(me: int) -> dict[str, list[dict[str, Any]]]:
    """Gather the organisations the reader is or was in, how he was vetted, and what purchases and transfers tell."""
    return {
        "organisations": _rows(
            (OrganisationPerson.part, Organisation.ref, OrganisationPerson.is_counted, OrganisationPerson.joined_at,
             OrganisationPerson.left_at),
            OrganisationPerson.account_id == me,
            OrganisationPerson.organisation_id == Organisation.id,
        ),
        "vettings": _opened(
            select(Vetting.ref, Vetting.region_code, Vetting.proof, Vetting.vetted_at, Vetting.until,
                   Vetting.revoked_at, Vetting.real_name_sealed)
            .where(Vetting.account_id == me).order_by(Vetting.id),
            "real_name", real_name_place,
        ),
        "purchases": _opened(
            select(Pledge.ref, ProduceSale.given_at, ProduceSale.buyer_sealed)
            .join(ProduceSale, ProduceSale.pledge_id == Pledge.id)
            .where(Pledge.account_id == me).order_by(Pledge.id),
            "buyer", buyer_place,
        ),
        "bank_accounts_shown": _rows(
            (BankShown.shown_at, Pledge.ref, Organisation.ref),
            BankShown.account_id == me,
            BankShown.pledge_id == Pledge.id,
            BankShown.organisation_id == Organisation.id,
        ),
        "family_accounts_opened": _rows(
            (PayeeShown.shown_at, PayeeShown.purpose, Pledge.ref),
            PayeeShown.account_id == me,
            PayeeShown.pledge_id == Pledge.id,
        ),
        "transfers_said": _opened(
            select(
                TransferSaid.ref, TransferSaid.was_sent, TransferSaid.sent_on, TransferSaid.said_at,
                TransferSaid.receipt_sealed,
            ).where(TransferSaid.said_by_id == me).order_by(TransferSaid.id),
            "receipt", receipt_place,
        ),
    }  # fmt: skip


def _opened(asked: Select[*tuple[Any, ...]], name: str, place: Callable[[str], str]) -> list[dict[str, Any]]:
    """Open the one sealed word of each row, which is bound to the reference beside it."""
    sealed = f"{name}_sealed"
    return [
        {key: _plain(value) for key, value in row.items() if key != sealed}
        | {name: unseal_some(row[sealed], place=place(row["ref"]))}
        for row in reading().execute(asked).mappings()
    ]


def _letters(account_id: int) -> list[dict[str, Any]]:
    """Open the letters the reader wrote; those written to him are the family's."""
    rows = reading().execute(
        select(
            Letter.ref, Circle.ref.label("circle"), Letter.month, Letter.text_sealed, Letter.state, Letter.written_at
        )
        .join(Circle, Circle.id == Letter.circle_id)
        .where(Letter.writer_id == account_id, Letter.direction == Direction.TO_FAMILY.value)
        .order_by(Letter.id)
    )
    return [
        {
            "ref": row.ref,
            "circle": row.circle,
            "month": row.month,
            "text": unseal(row.text_sealed, place=letter_place(row.ref)),
            "state": row.state,
            "written_at": _plain(row.written_at),
        }
        for row in rows
    ]


def _rows(columns: Columns, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    names = [_name(column, columns[0].class_) for column in columns]
    rows = reading().execute(
        select(*columns).where(*where).order_by(columns[0].class_.__table__.primary_key.columns[0])
    )
    return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]


def _name(column: InstrumentedAttribute[Any], of: object) -> str:
    """Name a column; the reference of another thing is called after that thing."""
    return column.key if column.class_ is of else _THINGS[column.class_]


def _cases(account_id: int) -> list[dict[str, Any]]:
    """Open the words the reader wrote in disputes, appeals and concerns; grounds of a ruling are another's."""
    rows = reading().execute(
        select(
            Case.ref,
            Case.kind,
            Case.reason,
            Case.page,
            Case.words_sealed,
            Case.reply_sealed,
            Case.opened_at,
            Case.state,
        )
        .where(Case.opened_by_id == account_id)
        .order_by(Case.id)
    )
    return [
        {
            "ref": row.ref,
            "kind": row.kind,
            "reason": row.reason,
            "page": row.page,
            "words": unseal_some(row.words_sealed, place=f"cases.words:{row.ref}"),
            "reply": unseal_some(row.reply_sealed, place=f"cases.reply:{row.ref}"),
            "opened_at": _plain(row.opened_at),
            "state": row.state,
        }
        for row in rows
    ]


def _parcels(account_id: int) -> list[dict[str, Any]]:
    """Open the tracking numbers the reader typed himself; parcels sent back are other people's words."""
    rows = reading().execute(
        select(Parcel.ref, Parcel.courier, Parcel.tracking_sealed, Parcel.added_at)
        .where(Parcel.added_by_id == account_id, Parcel.is_return.is_(False))
        .order_by(Parcel.id)
    )
    return [
        {
            "courier": row.courier,
            "tracking": unseal(row.tracking_sealed, place=f"parcels.tracking:{row.ref}"),
            "added_at": _plain(row.added_at),
        }
        for row in rows
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value
