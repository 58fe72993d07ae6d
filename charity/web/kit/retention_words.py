"""Words for kinds of records that are forgotten in their time: what it is, from when it counts, what is forgotten."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain.retention import Record


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What a kind of record is, when its time begins, and what forgetting takes away."""

    name: LazyString
    since: LazyString
    gone: LazyString


_R = Record
RECORDS: dict[str, RecordWords] = {
    _R.FAMILIES.value: RecordWords(
        _l("Files of families"),
        _l("since they need no help any more"),
        _l("names, addresses, numbers, facts, letters; what was given stays countable"),
    ),
    _R.CONSENT_PAPERS.value: RecordWords(
        _l("Photos of signed consents"), _l("since no consent of the person stands"), _l("the pictures")
    ),
    _R.SLIPS.value: RecordWords(
        _l("Slips of hand-overs"),
        _l("since the end of the gift"),
        _l("the pictures, the names of witnesses and second adults, words of disputes, receipts"),
    ),
    _R.PARCELS.value: RecordWords(
        _l("Parcels and their numbers"), _l("since the end of the gift"), _l("couriers, tracking and order numbers")
    ),
    _R.REPORTS.value: RecordWords(
        _l("Words of reporters"), _l("since the case was closed"), _l("what they wrote, how they can be reached")
    ),
    _R.VETTINGS.value: RecordWords(
        _l("Real names of vetted people"), _l("since the vetting ended"), _l("the name; that they were vetted stays")
    ),
    _R.LOOKS.value: RecordWords(_l("Who looked at files and evidence"), _l("since the look"), _l("the whole record")),
    _R.RESPONSIBLE.value: RecordWords(
        _l("Former officials, secretaries and teachers"), _l("since their duty ended"), _l("the whole record")
    ),
    _R.SIGN_INS.value: RecordWords(_l("Ended sign-ins"), _l("since they ended"), _l("the whole record")),
    _R.NOTICES.value: RecordWords(_l("Notices in inboxes"), _l("since they were made"), _l("the whole record")),
    _R.MESSAGES.value: RecordWords(
        _l("Mails and text messages"),
        _l("since they left or failed"),
        _l("that they were sent; their words go at once"),
    ),
    _R.LIST_ROWS.value: RecordWords(
        _l("Rows of counties' lists"), _l("since the list was done or left alone"), _l("what stood in the cells")
    ),
    _R.WALL_LISTS.value: RecordWords(
        _l("Lists of wishes that were shown"),
        _l("since they were shown"),
        _l("which wishes stood in them and were seen; how often each was seen stays"),
    ),
}
