"""The documents on which the invented programmes stand: one page that says it is none, put on file for each."""

from charity.adapters.pdf import Paper
from charity.adapters.sealed_documents import keep_copy
from charity.adapters.storage import Store
from charity.domain.actors import Actor
from charity.services import programmes

ISSUER = "同心省民政厅（虚构）"


def put_on_file(office: Actor, store: Store, programme: str, *, number: str, kind: str = "certificate") -> None:
    """Record a document of a programme's legal basis and put a copy of it on file."""
    copy = keep_copy(_draw(number), store)
    document = programmes.add_document(office, programme, kind=kind, number=number, issued_by=ISSUER, valid_until=None)
    programmes.keep_file(
        office, programme, document, key=copy.key, media_type=copy.media_type, size=copy.size, sha256=copy.sha256
    )


def _draw(number: str) -> bytes:
    lines = (
        "演示文件",
        number,
        ISSUER,
        "这是虚构的示例，不是任何机关的文件。",
        "An invented example, no document at all.",
    )
    paper = Paper(lines[0], lines)
    paper.add_page()
    for place, line in enumerate(lines):
        paper.write_lines(line, 14 if place else 26)
        paper.ln(6)
    return bytes(paper.output())
