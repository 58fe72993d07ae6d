"""Sentences for what gifts of money refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "document-missing": _l("The payment document has between 4 and 40 signs."),
    "no-receiver-now": _l("No organisation receives money for this wish just now."),
    "receiver-unknown": _l("Please choose an organisation that may receive money."),
    "no-receiver": _l("A wish for money needs a verified organisation that receives it."),
    "money-for-families": _l("Money is asked for families only; a school or village asks for things."),
    "said-most": _l("You said so %(most)s times already. The auditor has read it."),
    "sent-on-impossible": _l("Please give the day: not before your claim and not after today."),
    "receipt-missing": _l("The receipt has between %(least)s and %(most)s signs."),
    "case-open-already": _l("A case about it is open already."),
}
