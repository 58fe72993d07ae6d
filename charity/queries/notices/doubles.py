"""Notices about records that the township ended because the same family or person stood in the register twice."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "record-ended": (
        _l("A record you wrote down has ended: %(alias)s"),
        _l(
            "The township found that it stands in the register twice. What is still needed can be asked for under the "
            "record that stays."
        ),
    ),
}

PATHS: dict[str, str] = {"record-ended": "/households/%(household)s"}
