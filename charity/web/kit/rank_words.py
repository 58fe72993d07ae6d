"""Why a card stands where it stands, in words: one sentence for each term of the score, and the term's name."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain.matching import Reason, Term
from charity.domain.served import NOTHING_STATED
from charity.domain.wall import Order
from charity.queries.wall import WallPage

TERMS: Mapping[Term, LazyString] = {
    Term.PLACE: _l("Place you stated"),
    Term.KIND: _l("Thing you chose"),
    Term.FORM: _l("Form of help you chose"),
    Term.AGE: _l("School stage you chose"),
    Term.NEED: _l("How much it is needed"),
    Term.PACE: _l("Behind its time"),
    Term.FINISH: _l("Begun, and time runs"),
    Term.FIRST_HELPER: _l("No helper yet"),
    Term.FIRST_LOOK: _l("Hardly seen yet"),
    Term.REGION_LAG: _l("Region gets less help"),
}
SENTENCES: Mapping[Term, LazyString] = {
    Term.PLACE: _l("It is in a place you stated."),
    Term.KIND: _l("It is a thing you chose to help with."),
    Term.FORM: _l("It is a form of help you chose."),
    Term.AGE: _l("It is for a school stage you chose."),
    Term.NEED: _l("You asked for what is needed most, and this is."),
    Term.PACE: _l("It has fewer givers than it should have by now."),
    Term.FINISH: _l("Others have begun, and together it can still come true in time."),
    Term.FIRST_HELPER: _l("Nobody has helped yet."),
    Term.FIRST_LOOK: _l("Few people have seen it so far."),
    Term.REGION_LAG: _l("Its region gets less help than others."),
}

# How often an open wish was seen, as the public figures count.
SEEN: Mapping[str, LazyString] = {
    "never": _l("Not yet seen"),
    "1-2": _l("Seen once or twice"),
    "3-9": _l("Seen 3 to 9 times"),
    "10+": _l("Seen 10 times or more"),
}


def term_words(reason: Reason) -> str:
    """Name a term."""
    return str(TERMS[reason.term])


def reason_words(reason: Reason) -> str:
    """Say a true reason as a sentence."""
    return str(SENTENCES[reason.term])


FOR_YOU = _l(
    "What you stated counts first, then what each wish is owed: what is needed most, helped least and hardly seen."
)
OWED = _l("What is needed most, helped least and hardly seen stands first; every card says why.")
FAIR = _l("Who has waited longest and lacks most stands first.")
LONGEST = _l("Who has waited longest stands first.")
STATED_MEANWHILE = _l(
    "The usual order is just being prepared. Meanwhile, what agrees with what you stated comes first,"
    " and of it who has waited longest and lacks most."
)
FAIR_MEANWHILE = _l(
    "The usual order is just being prepared. Meanwhile, who has waited longest and lacks most stands first."
)


def order_words(found: WallPage, is_filtered: bool) -> str:
    """Say in which order a page of the wall stands."""
    if found.order is Order.RANKED:
        return str(OWED if found.served.stated == NOTHING_STATED else FOR_YOU)
    if found.order is Order.FAIR:
        return str(FAIR if is_filtered else FAIR_MEANWHILE)
    return str(STATED_MEANWHILE if found.order is Order.STATED else LONGEST)
