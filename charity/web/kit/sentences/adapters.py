"""Sentences for what pictures, tables and the coarse limits refuse."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "photo-empty": _l("The photo is empty. Please choose it again."),
    "photo-too-large": _l("The photo is too large. It may have up to %(megabytes)s MB."),
    "photo-too-many-pixels": _l("The photo has too many pixels. Please take it smaller."),
    "photo-not-a-picture": _l("This file is not a picture that can be read."),
    "photo-heic": _l("This phone's photo format (HEIC) cannot be read. Please send the photo as JPEG."),
    "sheet-too-large": _l("The table is too large. It may have up to %(megabytes)s MB."),
    "sheet-empty": _l("The table is empty."),
    "sheet-heading": _l("The first row must name each column once."),
    "sheet-encoding": _l("The table's characters cannot be read. Please save it as UTF-8."),
    "sheet-malformed": _l("Row %(row)s of the table cannot be read."),
    "sheet-row-too-long": _l("Row %(row)s has more cells than the heading."),
    "sheet-too-many-rows": _l("The table has more than %(rows)s rows."),
    "sheet-too-many-columns": _l("The table has more than %(columns)s columns."),
    "too-many-requests": _l("Too many requests came from this network. Please wait %(seconds)s seconds."),
}
