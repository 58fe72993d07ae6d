"""The books of the register over the API: from the province's store down to a household's card, as on the pages."""

from datetime import date, datetime
from typing import Annotated

from flask import Blueprint
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from spectree import Response

from charity.api.shapes import Given, Problem, Short
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.actors import Role
from charity.domain.errors import Missing
from charity.domain.households import FilePurpose
from charity.domain.regions import is_code
from charity.queries import household_files, households
from charity.queries import register_books as books
from charity.services.register import files
from charity.web.kit.doors import roles
from charity.web.kit.formats import alias, place
from charity.web.kit.places import name_places
from charity.web.kit.viewer import viewer

bp = Blueprint("api_registers", __name__)
STAFF = roles(Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
DOORS = {"own": STAFF, "show": STAFF, "home": STAFF, "open_file": roles(Role.VOLUNTEER, Role.REVIEWER)}
READING = {f"HTTP_{status}": Problem for status in (401, 403, 404, 422)}
BOOK, HOME = "/api/v1/registers/", "/api/v1/households/"
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


class LangQuery(Given):
    """In which language places are named."""

    lang: Short = ""


class BookQuery(LangQuery):
    """Of a village's book, from which household on: what `next` of the page before said."""

    cursor: Annotated[str, Field(max_length=20)] = ""


class BookLink(BaseModel):
    """A region and the address of its book."""

    region: str
    name: str
    url: str


class BookList(BaseModel):
    """The widest books the caller may open."""

    items: list[BookLink]


class BookLine(BaseModel):
    """A place below, or a household of a village book by its alias; the address leads one step down."""

    id: str
    name: str
    category: str
    life_state: str
    figures: dict[str, int]
    url: str


class BookCheck(BaseModel):
    """The newest nightly check that each level equals the sum below; no difference is none."""

    model_config = ConfigDict(from_attributes=True)
    day: date
    checked_at: Moment
    villages: int
    differences: int
    region: str
    figure: str


class BookDetail(BaseModel):
    """A region's book: its totals (money in fen), the lines they are the sum of, and the books above.

    A village's households come page by page: `next` is the cursor of the following page, none of the last.
    """

    region: str
    name: str
    level: int
    above: list[BookLink]
    totals: dict[str, int]
    lines: list[BookLine]
    is_cut: bool
    next: str | None
    check: BookCheck | None


class FromCard(BaseModel):
    """What is taken from a card of the pages, name by name."""

    model_config = ConfigDict(from_attributes=True)


class Person(FromCard):
    """A member of a household."""

    ref: str
    name: str
    birth: date
    age: int
    sex: str
    relation: str
    school_stage: str | None


class FileFact(FromCard):
    """The newest answer to one question, its age and who recorded it."""

    group: str
    key: str
    value: str
    member: str | None
    as_of: date
    is_fresh: bool
    recorded_by: str
    recorded_at: Moment


class FileConsent(FromCard):
    """The newest word about one use of a person's data."""

    member: str
    purpose: str
    is_granted: bool
    given_by: str
    valid_until: date | None
    is_due: bool
    recorded_at: Moment


class HouseholdFile(FromCard):
    """A household's open file."""

    head_name: str
    address: str
    phone: str
    relative_phone: str
    people: list[Person]
    facts: list[FileFact]
    consents: list[FileConsent]


class HouseholdDetail(BaseModel):
    """A household's card by its alias; its file only while the caller has it open for a purpose."""

    id: str
    alias: str
    region: str
    category: str
    life_state: str
    members: int
    open_wishes: int
    registered_at: str
    verified_at: str | None
    verify_again_on: str | None
    book_url: str
    open_until: str | None
    purposes: list[str]
    file: HouseholdFile | None


class OpenBody(Given):
    """For what the file is opened; it is written down first, and the household may ask who looked."""

    purpose: FilePurpose


class Opened(BaseModel):
    """The household whose file is open for fifteen minutes."""

    id: str


@bp.get("/api/v1/registers")
@spec.validate(resp=Response(HTTP_200=BookList, **READING), tags=["register"], security=TOKEN)
def own(query: LangQuery) -> dict[str, object]:
    """List the widest books the caller may open."""
    del query
    return BookList(items=_links(books.list_own_books(viewer()))).model_dump()


def _links(regions: tuple[str, ...]) -> list[BookLink]:
    name_places(regions)
    return [BookLink(region=code, name=place(code), url=BOOK + code) for code in regions]


@bp.get("/api/v1/registers/<code>")
@spec.validate(resp=Response(HTTP_200=BookDetail, **READING), tags=["register"], security=TOKEN)
def show(code: str, query: BookQuery) -> dict[str, object]:
    """Give a region's book; totals equal the sum of the lines, and each line leads to the book or card below."""
    if not is_code(code) or not code:
        raise Missing
    book = books.get_book(viewer(), code, cursor=query.cursor)
    name_places([code, *(line.key for line in book.lines if not line.alias)])
    return BookDetail(
        region=code,
        name=place(code),
        level=book.level,
        above=_links(book.path),
        totals=dict(book.totals),
        lines=[_line(line, is_home=book.is_village) for line in book.lines],
        is_cut=book.next is not None,
        next=book.next,
        check=None if book.check is None else BookCheck.model_validate(book.check),
    ).model_dump(mode="json")


def _line(line: books.PlaceLine, *, is_home: bool) -> BookLine:
    return BookLine(
        id=line.key,
        name=alias(line.alias) if is_home else place(line.key),
        category=line.category,
        life_state=line.life_state,
        figures=dict(line.figures),
        url=(HOME if is_home else BOOK) + line.key,
    )


@bp.get("/api/v1/households/<ref>")
@spec.validate(resp=Response(HTTP_200=HouseholdDetail, **READING), tags=["register"], security=TOKEN)
def home(ref: str, query: LangQuery) -> dict[str, object]:
    """Give a household's card; names and facts only within the fifteen minutes after `open`."""
    del query
    card = households.get_household(viewer(), ref, pooled=True)
    file = household_files.get_file(viewer(), ref) if card.open_until else None
    return HouseholdDetail(
        id=card.ref,
        alias=alias(card.alias),
        region=card.region,
        category=card.category,
        life_state=card.life_state,
        members=card.members,
        open_wishes=card.open_wishes,
        registered_at=iso(card.registered_at),
        verified_at=None if card.verified_at is None else iso(card.verified_at),
        verify_again_on=None if card.verify_again_on is None else card.verify_again_on.isoformat(),
        book_url=BOOK + card.region,
        open_until=None if card.open_until is None else iso(card.open_until),
        purposes=sorted(card.purposes),
        file=None if file is None else HouseholdFile.model_validate(file),
    ).model_dump(mode="json")


@bp.post("/api/v1/households/<ref>/open")
@spec.validate(resp=Response(HTTP_200=Opened, **REFUSALS), tags=["register"], security=TOKEN)
def open_file(ref: str, json: OpenBody) -> dict[str, object]:
    """Open a household's file for a purpose, which is written down before anything shows."""
    files.open_file(viewer(), ref, purpose=json.purpose)
    return Opened(id=ref).model_dump()
