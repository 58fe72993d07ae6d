"""Words for the documents a programme stands on."""

from charity.adapters.sealed_documents import PDF, PICTURE
from charity.web.kit.lazy import lazy as _l

DOCUMENT_KINDS = {
    "certificate": _l("Public-fundraising certificate"),
    "filing": _l("Filing of the campaign"),
    "platform": _l("Agreement with the platform"),
    "approval": _l("Approval of an authority"),
}
COPY_KINDS = {PDF: "PDF", PICTURE: _l("Photographed page")}
