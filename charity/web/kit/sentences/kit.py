"""Sentences for the refusals that any page can meet."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "sign-in-needed": _l("You need to be signed in for this."),
    "missing": _l("There is nothing at this address, or it is not open to you."),
    "busy": _l("Very many people are here just now. Please try again in a few seconds."),
    "database-away": _l("The store of our records does not answer just now. Please try again in a minute."),
    "no-room": _l("There is no room left to store anything; reading goes on. The operator has been told."),
    "bad-request": _l("Something in the request is missing or out of date. Go back, load the page again and retry."),
    "method-not-allowed": _l("This address only answers to a form. Go back and use the button there."),
    "too-large": _l("What you sent is too large. A photo may have at most 12 MB."),
    "too-many": _l("There were too many tries from here."),
    "role-needed": _l("Your account has no right to do this."),
    "form-too-old": _l("This form had been open too long, so nothing was done. Please look it over and send it again."),
    "request-in-progress": _l("The same request is still being worked on. Please wait a moment."),
    "other-body-same-key": _l("This form was already sent with other content. Please open it again."),
    "bad-idempotency-key": _l("The request key is not well formed."),
    "idempotency-key-shape": _l("The request key is not well formed."),
    "failed": _l("The page could not be made. The operator has been told."),
}
