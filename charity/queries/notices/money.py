"""Notices about gifts of money: to donors, to the officers of the organisation that receives them, to the township."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "due-send-money": (
        _l("To be transferred: %(title)s"),
        _l("Please transfer the money to the organisation by %(until)s and say so here. You may cancel until then."),
    ),
    "due-money-arrival": (
        _l("Has money come? %(title)s"),
        _l("Money was transferred to your organisation. Please confirm by %(until)s that it stands in your account."),
    ),
    "due-hand-over-money": (
        _l("To be paid out: %(title)s"),
        _l("Money has arrived at your organisation. Please pay it to the family's account by %(until)s."),
    ),
    "due-refund": (
        _l("To be sent back: %(title)s"),
        _l("A ruling gives this money back. Please transfer it to its donor by %(until)s and name the document."),
    ),
    "due-acknowledge-money": (
        _l("To be called back: %(title)s"),
        _l("Money was paid to the family. Please call it back by %(until)s and ask whether it came."),
    ),
    "due-unsettled": (
        _l("Was money sent? %(title)s"),
        _l("Please find out by %(until)s whether anything was transferred, and rule."),
    ),
    "due-unsettled-overdue": (
        _l("Was money sent? %(title)s"),
        _l("Please find out by %(until)s whether anything was transferred, and rule."),
    ),
    "money-on-its-way": (
        _l("Money is on its way, reference %(reference)s"),
        _l("A donor says that %(units)s shares were transferred. Please confirm when they stand in your account."),
    ),
    "money-found": (
        _l("An organisation says that the money came"),
        _l("Case %(case)s: the organisation found the transfer in its account. Please rule."),
    ),
    "money-stopped": (
        _l("Please do not transfer: %(title)s"),
        _l("The organisation takes no money just now. If you have transferred, say so; if not, cancel: no lapse."),
    ),
    "receiver-stopped": (
        _l("Nobody receives its money just now: %(title)s"),
        _l("The organisation that receives the money of this wish takes none just now, so it cannot be claimed."),
    ),
    "money-unsettled": (
        _l("Did money come with reference %(reference)s?"),
        _l("A donor did not say in time whether %(units)s shares were transferred. Tell the auditor what you find."),
    ),
    "transfer-said": (
        _l("A donor said whether the money was sent"),
        _l("Case %(case)s: read what the donor says, ask the organisation, and rule."),
    ),
    "transfer-said-sent": (
        _l("The donor says that it was sent, reference %(reference)s"),
        _l("Please look into your account again, and say so if it came."),
    ),
    "transfer-said-not": (
        _l("The donor says that nothing was sent, reference %(reference)s"),
        _l("If it came all the same, say so: the auditor decides."),
    ),
    "payee-needed": (
        _l("Money has come for a family: %(title)s"),
        _l("No account of the family is written down. Please ask it, and write the account down with its yes."),
    ),
    "payee-to-second": (
        _l("A family's account waits for a second person"),
        _l("Please write its number down again from the paper, or say that it is not right."),
    ),
    "payee-to-tell": (
        _l("Please tell a family: its account for payments was changed"),
        _l("Ask it whether it wanted that, and write its answer down under Today. You see no number; ask for none."),
    ),
    "payee-to-tell-nobody": (
        _l("Please tell a family: its account for payments was changed"),
        _l("No volunteer of its village can, or none did. Ask whether it wanted that, under Accounts for payments."),
    ),
    "due-payee-second": (
        _l("A family's account waits for a second person"),
        _l("Please write its number down again from the paper by %(until)s, or say that it is not right."),
    ),
    "due-payee-tell": (
        _l("Please tell a family: its account for payments was changed"),
        _l("Ask it by %(until)s whether it wanted that, and write its answer down under Today. No money goes before."),
    ),
    "due-payee-tell-county": (
        _l("Please tell a family: its account for payments was changed"),
        _l("Ask it by %(until)s whether it wanted that; answer under Accounts for payments. No money goes before."),
    ),
    "payee-overdue": (
        _l("An account of a family waits too long"),
        _l("Nobody of the county confirmed it or asked the family. Reviewers around may now; please see who is there."),
    ),
    "payee-told-yes": (
        _l("A family was asked about its changed account"),
        _l("It wanted the change. Money may follow the account once its 72 hours are over."),
    ),
    "money-doubted": (
        _l("A family does not know of the account you paid to, reference %(reference)s"),
        _l("Please ask your bank at once to stop the payment or call it back. An auditor of the county rules."),
    ),
    "payee-doubted": (
        _l("A family does not know of its changed account"),
        _l("It was asked. Its accounts are taken away: please ask the family, and write the right one down."),
    ),
    "payee-refused": (
        _l("An account you wrote down was not confirmed"),
        _l("What stood before goes on. Please ask the family once more."),
    ),
    "payee-coming": (
        _l("A family's account is being written down"),
        _l("A second person of the township confirms it. You are told when it stands."),
    ),
    "payee-changing": (
        _l("A family's account is being changed: please do not pay now"),
        _l("A second person of the township confirms it. Until then nobody opens an account of this family."),
    ),
    "payee-there": (
        _l("A family's account stands now"),
        _l("Open it with the gift, pay, and write the document's number down."),
    ),
    "payee-changed": (
        _l("A family's account was changed"),
        _l("Money follows it only after 72 hours. If you doubt it, ask the township by a number you know."),
    ),
    "payee-kept": (
        _l("A family's account stays as it was"),
        _l("The change was not confirmed. You may pay to the account that stood before, if there is one."),
    ),
    "payee-gone": (
        _l("A family took its account away"),
        _l("Please do not pay until the township has written another one down."),
    ),
    "money-arrived": (
        _l("Your money has arrived: %(title)s"),
        _l("The organisation confirms that %(units)s shares have come. It pays them out within 15 days."),
    ),
    "money-paid": (
        _l("Your money was paid to the family: %(title)s"),
        _l("Shares paid: %(units)s. The township now calls the family back."),
    ),
    "money-to-call-back": (
        _l("Please call a family back: %(title)s"),
        _l("An organisation says that it paid the family. Ask the family whether the money came, and confirm."),
    ),
    "money-returned": (
        _l("Your money was sent back: %(title)s"),
        _l("The organisation says it transferred it back. If it has not come after some days, say so within 30 days."),
    ),
    "money-not-back": (
        _l("A donor says that no refund came, reference %(reference)s"),
        _l("Please look into your account, and have the bank's document ready: an auditor of the county rules."),
    ),
    "money-came-late": (
        _l("Your money came after its time: %(title)s"),
        _l("The organisation keeps it until an auditor has decided whether it goes to the family or back to you."),
    ),
    "case-to-rule": (
        _l("A case about money waits for you"),
        _l("Case %(case)s: please find out what was transferred, and rule."),
    ),
}

PATHS: dict[str, str] = {
    "due-money-arrival": "/organisations/mine",
    "due-hand-over-money": "/organisations/mine",
    "due-refund": "/organisations/mine",
    "due-acknowledge-money": "/confirmations/%(pledge)s",
    "due-unsettled": "/audit/pledges/%(pledge)s",
    "due-unsettled-overdue": "/audit/pledges/%(pledge)s",
    "receiver-stopped": "/desk/wishes",
    "money-on-its-way": "/organisations/%(organisation)s/money",
    "money-unsettled": "/organisations/%(organisation)s/money",
    "money-to-call-back": "/confirmations/%(pledge)s",
    "money-found": "/audit/cases/%(case)s",
    "money-not-back": "/organisations/%(organisation)s/money/%(pledge)s",
    "payee-needed": "/households/%(household)s/payee",
    "payee-to-second": "/payees/%(payee)s",
    "payee-refused": "/households/%(household)s/payee",
    "payee-doubted": "/households/%(household)s/payee",
    "payee-to-tell": "/desk/today",
    "payee-to-tell-nobody": "/payees",
    "due-payee-second": "/payees/%(payee)s",
    "due-payee-tell": "/desk/today",
    "due-payee-tell-county": "/payees",
    "money-doubted": "/organisations/%(organisation)s/money/%(pledge)s",
    **dict.fromkeys(
        (
            "payee-coming",
            "payee-changing",
            "payee-there",
            "payee-changed",
            "payee-kept",
            "payee-gone",
            "payee-told-yes",
        ),
        "/organisations/%(organisation)s/money/%(pledge)s",
    ),
    "transfer-said": "/audit/cases/%(case)s",
    "transfer-said-sent": "/organisations/%(organisation)s/money/%(pledge)s",
    "transfer-said-not": "/organisations/%(organisation)s/money/%(pledge)s",
    "case-to-rule": "/audit/cases/%(case)s",
}
