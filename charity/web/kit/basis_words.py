"""Words for the documents a programme stands on."""

from flask_babel import lazy_gettext as _l

from charity.adapters.sealed_documents import PDF, PICTURE

DOCUMENT_KINDS = {
    "certificate": _l("Public-fundraising certificate"),
    "filing": _l("Filing of the campaign"),
    "platform": _l("Agreement with the platform"),
    "approval": _l("Approval of an authority"),
}
COPY_KINDS = {PDF: "PDF", PICTURE: _l("Photographed page")}
