"""The public book in plain words: what each kind of record means, and what its facts say."""

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from charity.web.kit.formats import day, moment, number, place, yuan
from charity.web.kit.labels import KINDS, PLEDGE_STATES, ROLES, WISH_STATES, Labels

Value = str | int | bool | None

ENTRY_WORDS: Labels = {
    "wish.submitted": _l("The wish was handed in for review"),
    "wish.returned": _l("The wish was sent back for changes"),
    "wish.rejected": _l("The wish was not accepted"),
    "wish.referred": _l("The wish was referred to public assistance"),
    "wish.published": _l("The wish was checked and published"),
    "wish.renewed": _l("The wish was renewed: the need still stands"),
    "wish.stale": _l("The wish waits for renewal"),
    "wish.withdrawn": _l("The wish was taken down"),
    "wish.lowered": _l("Fewer units are wanted than before"),
    "wish.closed": _l("The wish is finished"),
    "wish.reopened": _l("The wish looks for givers again"),
    "pledge.claimed": _l("Somebody claimed a share"),
    "pledge.planned": _l("The giver chose how to give"),
    "pledge.extended": _l("The giver got more time"),
    "pledge.sent": _l("The gift is on its way"),
    "pledge.received": _l("The gift has arrived and waits to be handed on"),
    "pledge.split": _l("Only a part arrived; the rest is still on its way"),
    "pledge.handed-over": _l("The gift was handed over"),
    "pledge.undone": _l("A step entered by mistake was undone"),
    "pledge.acknowledged": _l("The receiving side signed for the gift"),
    "pledge.confirmed": _l("The gift was confirmed: the wish came true"),
    "pledge.cancelled": _l("The claim was cancelled, its units are free again"),
    "pledge.lapsed": _l("The claim ran out of time"),
    "pledge.returned": _l("The gift was sent back, its units are free again"),
    "pledge.refunded": _l("The organisation named the document by which a ruling's money went back"),
    "pledge.disputed": _l("Somebody objected: the gift is being looked into"),
    "pledge.ruled": _l("An auditor decided about the gift"),
    "pledge.carried": _l("What counts once for several gifts of a donor counts by this one from now on"),
    "offer.opened": _l("Freed units were offered to the first in the waiting list"),
    "offer.accepted": _l("An offer was accepted"),
    "offer.declined": _l("An offer was declined"),
    "offer.expired": _l("An offer ran out of time"),
    "offer.ended": _l("An offer ended with its wish"),
    "case.opened": _l("A case was opened"),
    "case.ruled": _l("A case was decided"),
    "case.appealed": _l("A decision was appealed"),
    "case.answered": _l("A party said whether the money was sent or came"),
    "case.taken-up": _l("Somebody looks into a concern"),
    "case.hidden": _l("What a concern is about was taken out of sight"),
    "case.shown": _l("What a concern had taken out of sight is shown again"),
    "correction": _l("An earlier record was corrected by this one"),
    "point.opened": _l("A service point was opened"),
    "point.changed": _l("A service point changed"),
    "point.closed": _l("A service point was closed"),
    "catalogue.changed": _l("The catalogue of things changed"),
    "programme.opened": _l("A programme began"),
    "programme.changed": _l("A programme changed"),
    "programme.closed": _l("A programme ended"),
    "retention.changed": _l("How long records are kept was changed"),
    "boards.digest": _l("The day's figures of the boards were fixed"),
    "register.imported": _l("Households of a county's list were registered"),
    "register.undone": _l("The registering of a county's list was undone"),
    "double.kept": _l("Somebody was registered although another one looks alike"),
    "double.same": _l("The township found that two who look alike are the same, and one record ended"),
    "double.ended": _l("A likeness ended, as the person is not in the register any more"),
    "double.cleared": _l("The township found that two who look alike are not the same"),
    "opinion.asked": _l("An office asked for a second person's yes"),
    "opinion.agreed": _l("A second person agreed"),
    "opinion.refused": _l("A second person refused"),
    "opinion.used": _l("An act that two people agreed on was carried out"),
    "opinion.withdrawn": _l("An office took its question for a second person's yes back"),
    "opinion.expired": _l("A question for a second person's yes ran out unused"),
    "circle.proposed": _l("A circle was proposed"),
    "circle.opened": _l("A circle was checked and opened"),
    "circle.started": _l("A circle began"),
    "circle.renewed": _l("A circle goes on for another term"),
    "circle.ended": _l("A circle ended"),
    "circle.refused": _l("A circle was ended by the family or the township"),
    "circle.joined": _l("Somebody joined a circle"),
    "circle.left": _l("Somebody gave notice to leave a circle"),
    "seat.opened": _l("A seat of a circle is free"),
    "seat.offered": _l("A seat was offered to the first in the waiting list"),
    "seat.freed": _l("An offered seat is free again"),
    "seat.active": _l("A seat's company began"),
    "seat.moved": _l("A group's seat passed to another adult of the group"),
    "seat.ended": _l("A seat ended"),
    "month.opened": _l("A month of a seat began"),
    "month.kept": _l("A month of a seat was kept"),
    "month.missed": _l("A month of a seat was missed"),
    "letter.passed": _l("A letter passed the review"),
    "letter.brought": _l("A letter was brought to its family"),
    "organisation.verified": _l("An organisation was checked and verified"),
    "organisation.refused": _l("An organisation was not accepted"),
    "organisation.changed": _l("What an organisation may do was changed"),
    "organisation.ended": _l("An organisation has ended here"),
    "organisation.limited": _l("How much an organisation may promise was changed"),
    "agreement.opened": _l("An organisation and a place agreed on a pairing"),
    "agreement.met": _l("A milestone of a pairing was met"),
    "agreement.ended": _l("A pairing has ended"),
}

FACT_WORDS: Labels = {
    "units": _l("Units"),
    "left": _l("Units that stay"),
    "wanted": _l("Units wanted"),
    "price": _l("Price of one unit"),
    "from": _l("State before"),
    "to": _l("State after"),
    "state": _l("State of the wish"),
    "was": _l("State before"),
    "by": _l("Done by"),
    "county": _l("County"),
    "kind": _l("Kind"),
    "until": _l("Until"),
    "day": _l("Day"),
    "count": _l("How many"),
    "corrects": _l("Corrects record number"),
    "by_clock": _l("A deadline passed"),
}
_DAY_LENGTH = len("2026-05-01")


def entry_words(kind: str) -> LazyString | str:
    """Say what a kind of record means; a kind without words of its own shows its code."""
    return ENTRY_WORDS.get(kind, kind)


def fact_rows(facts: Iterable[tuple[str, Value]]) -> list[tuple[str, str]]:
    """Say the facts that have words, in the words' order; a record's exact bytes show them all."""
    given = {name: value for name, value in facts if value is not None}
    return [(str(words), _said(name, given[name])) for name, words in FACT_WORDS.items() if name in given]


def _said(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return yuan(value) if name == "price" else number(value)
    return _text(name, value or "")


def _text(name: str, value: str) -> str:
    if name == "county":
        return place(value)
    if name in ("until", "day"):
        return day(date.fromisoformat(value)) if len(value) == _DAY_LENGTH else moment(datetime.fromisoformat(value))
    labels = {"from": PLEDGE_STATES, "to": PLEDGE_STATES, "state": WISH_STATES, "was": WISH_STATES, "by": ROLES}
    return str(labels.get(name, KINDS).get(value, value))
