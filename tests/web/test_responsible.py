"""The pages of the people responsible: in the book with its sheet and paper, and in a family's open file."""

import io
import zipfile

import pytest
from flask import Flask

from charity.domain.households import FilePurpose
from charity.services.register import files
from tests.kit import village as v
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
NAME, PHONE = "慕容青", "13912345678"
SAID = {"name": NAME, "phone": PHONE, "since": "2026-01-05"}


def test_a_village_book_tells_who_is_responsible(app: Flask) -> None:
    at = v.build()
    volunteer, reviewer = signed_in(app, at.volunteer), signed_in(app, at.reviewer)
    assert f"/registers/{v.VILLAGE}/people" in volunteer.get(f"/registers/{v.VILLAGE}").text
    assert volunteer.get(f"/registers/{v.TOWNSHIP}/people").status_code == 404
    assert signed_in(app, at.administrator).get(f"/registers/{v.COUNTY}/people").status_code == 404
    answer = post(volunteer, f"/registers/{v.VILLAGE}/people", SAID | {"duty": "first-secretary"})
    assert answer.status_code == 303
    for client in (volunteer, reviewer):
        shown = client.get(f"/registers/{v.VILLAGE}").text
        assert NAME in shown
        assert PHONE in shown
    assert NAME not in reviewer.get(f"/registers/{v.TOWNSHIP}").text
    sheet = reviewer.get(f"/registers/{v.VILLAGE}/sheet")
    with zipfile.ZipFile(io.BytesIO(sheet.data)) as book:
        told = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    sheet.close()
    assert NAME in told
    assert reviewer.get(f"/registers/{v.VILLAGE}/paper").data.startswith(b"%PDF")


def test_a_family_shows_its_official_in_the_open_file_alone(app: Flask) -> None:
    at = v.build()
    volunteer, home = signed_in(app, at.volunteer), f"/households/{at.family.ref}"
    wrong = post(volunteer, f"{home}/people", SAID | {"duty": "class-teacher"})
    assert wrong.status_code == 422
    assert post(volunteer, f"{home}/people", SAID | {"duty": "official"}).status_code == 303
    assert NAME not in volunteer.get(home).text
    files.open_file(at.volunteer, at.family.ref, purpose=FilePurpose.VISIT)
    assert NAME in volunteer.get(home).text
    printed = post(volunteer, f"{home}/family-card", shown_at=home)
    assert printed.data.startswith(b"%PDF")
    assert signed_in(app, at.donor).get(f"{home}/people").status_code in {403, 404}
