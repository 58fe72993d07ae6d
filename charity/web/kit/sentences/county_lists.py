"""Sentences for what counties' lists refuse: the file as a whole, a choice of columns, and single cells."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "sheet-unpacks-too-large": _l("Unpacked, this workbook would be larger than %(megabytes)s MB."),
    "sheet-declares": _l("This workbook declares things of its own, as no office program does. It is not read."),
    "sheet-formula": _l("Cell %(cell)s holds a formula. Please copy the table and paste it as values only."),
    "sheet-cell-too-long": _l("Cell %(cell)s holds more text than any list of families does."),
    "list-headings-missing": _l("Among the first rows there are no headings that name people or villages."),
    "list-of-one-county": _l("A list belongs to one county, or to a place in it."),
    "list-columns-changed": _l("The columns of the list were changed meanwhile. Please look again."),
    "list-column-twice": _l("Two columns are taken for the same thing."),
    "list-no-names": _l("No column names the heads of the households or their members."),
    "list-no-village": _l("No column names the village."),
    "list-no-paper": _l("Consents are taken over with the number of the signed paper only: choose its column, too."),
    "list-need-halved": _l("A need takes its name, its category and its price: choose all three columns or none."),
    "list-no-category": _l("No column tells the category of the households. Choose one for all of them."),
    "list-built-upon": _l(
        "Somebody has worked with one of these households since, so the list cannot be undone as a whole."
    ),
    "list-village-unknown": _l("There is no such village in the region of the list."),
    "list-village-ambiguous": _l("Several villages bear this name: name the township, too."),
    "list-village-missing": _l("The village is missing."),
    "list-relation": _l("This relation to the head is not known."),
    "list-sex": _l("This is neither 男 nor 女."),
    "list-category": _l("This category is not known."),
    "list-cause": _l("This cause of hardship is not known."),
    "list-name-long": _l("This is too long for a name."),
    "list-day": _l("This is no date."),
    "list-day-in-future": _l("This day has not come yet."),
    "list-consent-over": _l("A consent that was signed a year ago or earlier has ended."),
    "list-paper-missing": _l("A consent counts with the number of its signed paper only."),
    "list-consent-day-missing": _l("The day on which the paper was signed is missing."),
    "list-consent-of-whom": _l("Only the grown-up head of the household, named as a member, can agree by list."),
    "list-family-refused": _l("The register did not take this household. Please register it by hand, or ask for help."),
    "list-stopped": _l("The registering was stopped before this row."),
    "list-family-large": _l("So many rows are hardly one family: a number for each household would tell them apart."),
    "list-need-category": _l("This category of things is not known."),
    "list-need-reason": _l("This reason is not known."),
    "list-need-unit": _l("This unit is not known."),
    "list-price": _l("This is no price in yuan."),
    "list-count": _l("This is no number of things."),
    "list-no-volunteer": _l("The village has no volunteer who could ask the family and hand the need in."),
    "looks-alike-row": _l("Looks like the household of another row."),
    "listed-twice": _l("The same person stands in another row."),
}
