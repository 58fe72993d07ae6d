"""The words for groups: what one is, and its name with that; names themselves were drawn and are said by `alias`."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from charity.domain.groups import GroupKind
from charity.web.kit.formats import alias
from charity.web.kit.labels import Labels

GROUP_KINDS: Labels = {
    "class": _l("A class"),
    "team": _l("A team"),
}


def group_label(kind: str, name: str) -> str:
    """Name a group: a class or a team, and its drawn name in the reader's language."""
    if kind == GroupKind.CLASS.value:
        return _("Class %(name)s", name=alias(name))
    return _("Team %(name)s", name=alias(name))
