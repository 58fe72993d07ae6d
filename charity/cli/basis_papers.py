"""Papers on which a programme stands, drawn from what somebody declares, and put on file as its legal basis."""

from collections.abc import Sequence

from charity.adapters.pdf import Paper
from charity.adapters.sealed_documents import keep_copy
from charity.adapters.storage import Store
from charity.domain.actors import Actor
from charity.services import programmes

INVENTED_BODY = "同心省民政厅（虚构）"


def put_invented_on_file(
    office: Actor, store: Store, programme: str, *, number: str, kind: str = "certificate"
) -> None:
    """Put a page on file for an invented programme that says it is no document."""
    lines = (
        "演示文件",
        number,
        INVENTED_BODY,
        "这是虚构的示例，不是任何机关的文件。",
        "An invented example, no document at all.",
    )
    put_on_file(office, store, programme, lines, number=number, kind=kind, issued_by=INVENTED_BODY)


def put_on_file(
    office: Actor, store: Store, programme: str, lines: Sequence[str], *, number: str, kind: str, issued_by: str
) -> None:
    """Record a document of a programme's legal basis and put a page with these lines on file as its copy."""
    copy = keep_copy(_draw(lines), store)
    document = programmes.add_document(
        office, programme, kind=kind, number=number, issued_by=issued_by, valid_until=None
    )
    programmes.keep_file(
        office, programme, document, key=copy.key, media_type=copy.media_type, size=copy.size, sha256=copy.sha256
    )


def _draw(lines: Sequence[str]) -> bytes:
    paper = Paper(lines[0], lines)
    paper.add_page()
    for place, line in enumerate(lines):
        paper.write_lines(line, 14 if place else 26)
        paper.ln(6)
    return bytes(paper.output())
