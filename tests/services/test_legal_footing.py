"""Legal footing: documents of a basis on file, publication refused without, and one page for officials."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.sealed_documents import MAX_BYTES, keep_copy, open_copy
from charity.adapters.storage import MemoryStore
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.kinds import Kind
from charity.domain.legal import Standing, may_stand_on
from charity.domain.reviews import NEED_CHECKLIST
from charity.models.ledger import Entry
from charity.models.papers import BasisDocument, BasisFile
from charity.models.programmes import Programme
from charity.models.wishes import Wish
from charity.queries.bases import get_basis
from charity.services import programmes
from charity.services.wishes import review
from charity.web.kit.pictures import photo_store
from tests.kit import village as v
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-03-02T04:00:00+00:00")


@pytest.fixture
def village(app: Flask, travel: Travel) -> v.Village:
    travel(NOON)
    return v.build()


def programme() -> str:
    end_reading()
    ref = reading().scalars(select(Programme.ref)).one()
    end_reading()
    return ref


def office_of(region: str = v.PROVINCE) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.ADMINISTRATOR, region))


def bare() -> None:
    """Take from the programme what stands on file."""
    with transaction() as tx:
        tx.session.execute(delete(BasisFile))
        tx.session.execute(delete(BasisDocument))


def put(office: Actor, document: str, data: bytes = v.PDF, *, instead_of: str = "") -> None:
    copy = keep_copy(data, photo_store())
    programmes.keep_file(
        office,
        programme(),
        document,
        key=copy.key,
        media_type=copy.media_type,
        size=copy.size,
        sha256=copy.sha256,
        instead_of=instead_of,
    )


def refused(village: v.Village, title: str) -> str:
    """Hand a wish in and give why it cannot be published."""
    ref = v.submitted(village, v.replace(v.BOOKS, title=title))
    with pytest.raises(Conflict) as refusal:
        review.approve(village.reviewer, ref, checks=v.CHECKS)
    return refusal.value.code


def test_without_a_document_on_file_nothing_is_published_and_the_reviewer_reads_what_is_missing(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    bare()
    office = office_of()
    client, reader = signed_in(app, office), signed_in(app, village.reviewer)
    wish = v.submitted(village, v.BOOKS)
    form = {"checks": [*NEED_CHECKLIST], "programme_code": ""}
    answer = post(reader, f"/reviews/wishes/{wish}/approve", form, shown_at=f"/reviews/wishes/{wish}")
    assert answer.status_code == 409
    assert "WINTER 尚未登记任何法律依据文件" in answer.get_data(as_text=True)
    url = f"/admin/programmes/{programme()}/documents"
    data = {"kind": "certificate", "number": "慈证字001号", "issued_by": "云桥省民政厅", "valid_until": "2026-03-31"}
    copies = post(client, url, data).location
    assert "慈证字001号" in client.get(url).get_data(as_text=True)
    assert refused(village, "还没有副本") == "basis-without-file"
    assert "没有存档其法律依据文件" in reader.get(f"/reviews/wishes/{wish}").get_data(as_text=True)
    assert post(client, copies, {"file": (BytesIO(v.PDF), "证书.pdf"), "instead_of": ""}).status_code == 303
    assert post(reader, f"/reviews/wishes/{wish}/approve", form, shown_at=f"/reviews/wishes/{wish}").status_code == 303
    travel(datetime.fromisoformat("2026-04-02T04:00:00+00:00"))
    assert refused(village, "证书已过期") == "basis-run-out"
    assert app.test_client().get(f"/wishes/{wish}").status_code == 200  # what is public stays
    newer = programmes.add_document(
        office, programme(), kind="certificate", number="慈证字002号", issued_by="云桥省民政厅", valid_until=None
    )
    assert refused(village, "新证书没有副本") == "basis-without-file"
    put(office, newer)
    v.published(village, v.replace(v.BOOKS, title="又一套读物"))
    programmes.end_document(office, programme(), newer)
    assert refused(village, "第三套读物") == "basis-run-out"


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize(
    ("kind", "needs", "stands"),
    [
        *((kind, needs, True) for kind in Kind for needs in ("certificate", "filing")),
        *((kind, "platform", False) for kind in Kind),
        (Kind.GOODS, "approval", False),
        (Kind.MONEY, "approval", False),
        (Kind.SERVICE, "approval", True),
        (Kind.PRODUCE, "approval", True),
    ],
)
def test_only_a_document_that_is_a_basis_of_its_kind_of_help_lets_publish(kind: Kind, needs: str, stands: bool) -> None:
    papers = [Standing(needs, None, has_file=True)]
    if stands:
        may_stand_on(papers, NOON.date(), programme="WINTER", kind=kind)
        return
    with pytest.raises(Conflict, match="basis-of-no-kind"):
        may_stand_on(papers, NOON.date(), programme="WINTER", kind=kind)


def test_an_agreement_with_a_platform_or_an_approval_alone_publishes_no_goods(app: Flask, village: v.Village) -> None:
    bare()
    office = office_of()
    with pytest.raises(Invalid, match="platform-without-link"):
        programmes.add_document(
            office, programme(), kind="platform", number="协议9号", issued_by="某平台", valid_until=None
        )
    with transaction() as tx:
        tx.session.execute(update(Programme).values(platform_url="https://platform.example.org/9"))
    for kind in ("platform", "approval"):
        paper = programmes.add_document(
            office, programme(), kind=kind, number="协议9号", issued_by="某平台", valid_until=None
        )
        put(office, paper, v.PDF + kind.encode())
    assert refused(village, "只有平台协议") == "basis-of-no-kind"
    end_reading()
    basis, documents = get_basis(office, programme())
    assert (basis.is_on_file, [one.is_basis for one in documents]) == (False, [False, False])
    shown = signed_in(app, office).get(f"/admin/programmes/{programme()}/documents?lang=en").text
    assert shown.count("alone no legal basis") == 2
    assert "No document on file" in shown
    filing = programmes.add_document(
        office, programme(), kind="filing", number="备案9", issued_by="民政厅", valid_until=None
    )
    assert refused(village, "备案还没有副本") == "basis-without-file"
    put(office, filing)
    v.published(village, v.replace(v.BOOKS, title="有备案的读物"))


def test_a_programme_without_documents_is_passed_over_for_one_that_has_them(village: v.Village) -> None:
    with transaction() as tx:
        v.add_programme(tx, code="NEAR", region=v.COUNTY, is_on_file=False)
    wish = v.submitted(village, v.BOOKS)
    with pytest.raises(Conflict, match="basis-without-document"):
        review.approve(village.reviewer, wish, checks=v.CHECKS, programme_code="NEAR")
    review.approve(village.reviewer, wish, checks=v.CHECKS)
    assert reading().scalars(select(Programme.code).join(Wish, Wish.programme_id == Programme.id)).one() == "WINTER"


def test_copies_are_sealed_replaced_in_the_open_and_leave_as_downloads_to_those_of_the_region(
    app: Flask, village: v.Village
) -> None:
    office = office_of()
    document = programmes.add_document(
        office, programme(), kind="filing", number="备案7", issued_by="民政厅", valid_until=None
    )
    put(office, document)
    end_reading()
    first = get_basis(office, programme())[1][0].copies[0]
    secret = b"%PDF-1.7 " + "民政厅批复".encode() + b" %%EOF"
    put(office, document, secret, instead_of=first.ref)
    end_reading()
    newer, old = get_basis(office, programme())[1][0].copies
    assert (old.ref, old.replaced_at is None, newer.replaced_at) == (first.ref, False, None)
    kept = [path.read_bytes() for path in Path(app.extensions["settings"].instance_path).rglob("*-copy.bin")]
    assert kept
    assert not any("批复".encode() in data or data.startswith(b"%PDF") for data in kept)
    answer = signed_in(app, village.reviewer).get(f"/basis/copies/{newer.ref}")
    assert answer.data == secret
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert hashlib.sha256(answer.data).hexdigest() == newer.digest
    assert newer.digest.encode() in b"".join(reading().scalars(select(Entry.body)))  # told in the public book
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0
    with transaction() as tx:
        elsewhere = v.add_person(tx, (Role.REVIEWER, "980101001"))
    for stranger, status in ((elsewhere, 404), (village.donor, 403)):
        assert signed_in(app, stranger).get(f"/basis/copies/{newer.ref}").status_code in {status, 404}
    assert app.test_client().get(f"/basis/copies/{newer.ref}").status_code == 401
    with pytest.raises(Conflict, match="copy-known"):
        put(office, document, secret)
    with pytest.raises(Conflict, match="copy-replaced"):
        put(office, document, instead_of=first.ref)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"<html><script>alert(1)</script>", "copy-neither"),
        (b"PK\x03\x04 not a paper", "copy-neither"),
        (b"%PDF-1.4 half of it", "copy-cut-off"),
        (b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >> %%EOF", "copy-not-plain"),
        (b"%PDF-1.4 /Names << /EmbeddedFiles 4 0 R >> %%EOF", "copy-not-plain"),
        (b"%PDF-1.4" + b"0" * MAX_BYTES, "copy-too-large"),
    ],
)
def test_what_is_no_plain_paper_is_refused_whatever_its_name(data: bytes, code: str) -> None:
    store = MemoryStore()
    with pytest.raises(Invalid, match=code):
        keep_copy(data, store)
    assert not store.kept


def test_a_photographed_page_is_drawn_anew() -> None:
    out, store = BytesIO(), MemoryStore()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG", comment=b"GPS 31.2 121.4")
    copy = keep_copy(out.getvalue(), store)
    assert copy.media_type == "image/webp"
    assert b"GPS" not in open_copy(copy.key, store)


def test_only_the_office_of_the_programme_records_documents(village: v.Village) -> None:
    def add(who: Actor, *, kind: str = "filing", number: str = "1", until: date | None = None) -> str:
        return programmes.add_document(who, programme(), kind=kind, number=number, issued_by="x", valid_until=until)

    for who in (village.administrator, village.reviewer, village.donor):  # the programme is the province's
        with pytest.raises(Missing):
            add(who)
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    for wrong in (
        lambda: add(office, kind="letter"),
        lambda: add(office, number=" "),
        lambda: add(office, until=date(2020, 1, 1)),
    ):
        with pytest.raises(Invalid):
            wrong()


def test_officials_read_on_one_page_what_may_be_published(app: Flask) -> None:
    client = app.test_client()
    text = client.get("/officials?lang=en").get_data(as_text=True)
    assert "Counts below five" in text
    assert 'href="/officials"' in client.get("/").get_data(as_text=True)
