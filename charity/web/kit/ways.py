"""The words for the ways a household confirms that it has received."""

from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels

WAYS: Labels = {
    "card": _l("Code from the family's card"),
    "sms": _l("Code by text message to a relative"),
    "slip": _l("Slip with a thumbprint and a witness"),
    "call-back": _l("Call-back by the township"),
    "ruling": _l("By ruling of an auditor"),
}
