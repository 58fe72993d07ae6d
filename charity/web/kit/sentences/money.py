"""Sentences for what gifts of money refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "document-missing": _l("The payment document has between 4 and 40 signs."),
    "no-receiver-now": _l("No organisation receives money for this wish just now."),
    "receiver-unknown": _l("Please choose an organisation that may receive money."),
    "no-receiver": _l("A wish for money needs a verified organisation that receives it."),
    "money-for-families": _l("Money is asked for families only; a school or village asks for things."),
    "payee-way": _l("Please choose how the family gets it."),
    "payee-note": _l("Please say how the village passes it on to the family."),
    "payment-with-account": _l("The township writes this yes down together with the account."),
    "payee-no-head": _l("The family has no head in the register who could agree."),
    "payee-speaks": _l(
        "By the head's age somebody else must agree: under 14 the guardian, from 14 to 17 both, then the head alone."
    ),
    "payee-not-agreed": _l("The family has not agreed that the organisation sees its account."),
    "payee-changing": _l("The account is being changed. A second person must confirm it first."),
    "payee-missing": _l("No account of the family is written down yet."),
    "payee-waits": _l("The account was changed a short time ago. The page says when it opens."),
    "payee-untold": _l("The account was changed, and the family was not asked yet whether it wanted that."),
    "payee-not-opened": _l("Please open the family's account first: money is paid only where the page says."),
    "payee-told": _l("The family was told already, or there is nothing to tell any more."),
    "payee-told-by-another": _l("Whoever wrote the account down does not ask the family: somebody else does."),
    "payee-not-waiting": _l("This account does not wait any more."),
    "payee-tries": _l("Too many wrong numbers. Please try again in an hour."),
    "payee-number-differs": _l("This is not the number that was written down first. Please look at the paper again."),
    "payee-recorder": _l("You alone wrote down the account it went to: somebody else calls the family back."),
    "said-most": _l("You said so %(most)s times already. The auditor has read it."),
    "sent-on-impossible": _l("Please give the day: not before your claim and not after today."),
    "receipt-missing": _l("The receipt has between %(least)s and %(most)s signs."),
    "case-open-already": _l("A case about it is open already."),
    "refund-awaited": _l("The organisation still has time to transfer it back. Say so when that time is over."),
}
