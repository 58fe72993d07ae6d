"""Sentences for what the API refuses."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "bad-input": _l("This input is not well formed: %(field)s."),
    "idempotency-key-needed": _l("A claim needs the header Idempotency-Key."),
    "region-shape": _l("This is not the code of a region."),
}
