"""Reading the rows of a county's list as families: who belongs together, what each cell says, and which cell is wrong.

Nothing is guessed: a cell that cannot be read is named with its reason, and holds its whole family back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, TypeVar

from charity.domain import list_words
from charity.domain.consents import ADULT_FROM, LASTS
from charity.domain.errors import Invalid
from charity.domain.households import Category, Relation
from charity.domain.identity import IdNumber, Sex, age_on, may_match, normal_phone, parse_id_number
from charity.domain.list_columns import Column
from charity.domain.regions import is_code

C = Column
Cells = Mapping[Column, str]
T = TypeVar("T")
LEAST_REASON: Final = 4
LONGEST_NAME: Final = 30
_ENDINGS: Final = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村", "街道办事处", "街道", "镇", "乡")
_OF_SOMEBODY: Final = (Column.ID_NUMBER, Column.BIRTH, Column.SEX, Column.RELATION)
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "total"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list by its columns; the line is the one a reader sees."""

    line: int
    cells: Cells

    def get(self, column: Column) -> str:
        """Give what a column says, nothing where there is no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot come in, and in which column."""

    line: int
    column: Column | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A member as a row tells of him."""

    line: int
    name: str
    relation: Relation
    sex: Sex
    birth: date
    identity: IdNumber | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFamily:
    """A family as its rows tell of it; agreed days only where a paper is named."""

    line: int
    village: str
    head: str
    address: str
    phone: str
    relative_phone: str
    category: Category
    causes: tuple[str, ...]
    override: str
    agreed_on: date | None
    publish_on: date | None
    paper: str
    people: tuple[ListedPerson, ...]


@dataclass(slots=True)
class Read:
    """What became of a family's rows: the family, or what is wrong in which row."""

    rows: Sequence[Row]
    family: ListedFamily | None = None
    troubles: list[Trouble] = field(default_factory=list[Trouble])

    def wrong(self, column: Column, code: str) -> None:
        """Note what is wrong with the family as a whole, in its first row."""
        self.troubles.append(Trouble(self.rows[0].line, column, code))


class Villages:
    """The villages of a list's region, by code and by name; a name that two villages bear needs its township."""

    def __init__(self, region: str, names: Mapping[str, str]) -> None:
        self._region, self.names = region, names
        self._codes: dict[str, set[str]] = {}
        for code, name in names.items():
            for said in {name, _short(name)}:
                self._codes.setdefault(said, set()).add(code)

    def find(self, township: str, village: str) -> str:
        """Give the code of a village by its code, or its name and that of its township."""
        if len(self._region) == 12 and not village:
            return self._region
        if is_code(village) and village in self.names and len(village) == 12:
            return village
        found = self._of(village, 12)
        if township:
            above = {township} if township in self.names else self._of(township, 9)
            found = {code for code in found if code[:9] in above}
        if len(found) > 1:
            raise Invalid("list-village-ambiguous")
        if not found:
            raise Invalid("list-village-unknown" if village else "list-village-missing")
        return found.pop()

    def _of(self, name: str, width: int) -> set[str]:
        exact = {code for code in self._codes.get(name, ()) if len(code) == width}
        return exact or {code for code in self._codes.get(_short(name), ()) if len(code) == width}


def _short(name: str) -> str:
    ending = next((end for end in _ENDINGS if name.endswith(end) and len(name) > len(end) + 1), "")
    return name.removesuffix(ending)


def is_total(cells: Iterable[str]) -> bool:
    """Say whether a row is a sum below the families."""
    first = next((cell for cell in cells if cell), "")
    return first.replace(" ", "").rstrip(":：").casefold() in _TOTALS


def families(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Put rows that stand together into families: by the number of the household, else by its head."""
    group: list[Row] = []
    for row in rows:
        if group and not _belongs(group, row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _belongs(group: Sequence[Row], row: Row) -> bool:
    first = group[0]
    if C.FAMILY in row.cells:
        return row.get(C.FAMILY) in ("", first.get(C.FAMILY))
    if _is_head(row) and any(_is_head(one) for one in group):
        return False
    if C.NAME not in row.cells:  # each row is a family of its own
        return not row.get(C.HEAD)
    if C.HEAD in row.cells:
        here = (row.get(C.HEAD), row.get(C.VILLAGE))
        return not here[0] or here == (first.get(C.HEAD), first.get(C.VILLAGE))
    return not _is_head(row) and C.RELATION in row.cells


def _is_head(row: Row) -> bool:
    try:
        return list_words.relation_of(row.get(C.RELATION)) is Relation.HEAD
    except Invalid:
        return False


class FamilyReader:
    """Reads families of one list; the category is what is meant where no cell says one."""

    def __init__(self, villages: Villages, *, today: date, category: Category | None = None) -> None:
        self._villages, self._today, self._category = villages, today, category

    def read(self, rows: Sequence[Row]) -> Read:
        """Read one family's rows; every cell that is wrong is told, not only the first."""
        reading = _Reading(rows)
        people = [person for row in rows if (person := self._person(reading, row)) is not None]
        family = self._family(reading, tuple(people))
        return Read(rows, None if reading.troubles else family, reading.troubles)

    def _family(self, reading: "_Reading", people: tuple[ListedPerson, ...]) -> ListedFamily | None:
        head = reading.said(C.HEAD) or next((one.name for one in people if one.relation is Relation.HEAD), "")
        if not head:
            reading.wrong(None, C.HEAD if C.HEAD in reading.rows[0].cells else C.NAME, "name-needed")
        self._may_live_together(reading, people)
        village = reading.tried(C.VILLAGE, lambda said: self._villages.find(reading.said(C.TOWNSHIP), said), "")
        address = reading.said(C.ADDRESS)
        if C.ADDRESS not in reading.rows[0].cells:
            address = self._villages.names.get(village, "")
        elif not address:
            reading.wrong(None, C.ADDRESS, "address-needed")
        agreed, publish, paper = self._consents(reading, people)
        return ListedFamily(
            line=reading.rows[0].line,
            village=village,
            head=head,
            address=address,
            phone=reading.tried(C.PHONE, _phone, ""),
            relative_phone=reading.tried(C.RELATIVE_PHONE, _phone, ""),
            category=reading.tried(C.CATEGORY, self._category_of, Category.LOW_INCOME),
            causes=reading.tried(C.CAUSE, list_words.causes_of, ()),
            override=reading.tried(C.OVERRIDE, _reason, ""),
            agreed_on=agreed,
            publish_on=publish,
            paper=paper,
            people=people,
        )

    def _category_of(self, said: str) -> Category:
        if not said and self._category is not None:
            return self._category
        return list_words.category_of(said)

    def _may_live_together(self, reading: "_Reading", people: Sequence[ListedPerson]) -> None:
        heads = [one for one in people if one.relation is Relation.HEAD]
        for one in heads[1:]:
            reading.wrong(one.line, C.RELATION, "head-registered")
        seen: set[str] = set()
        for one in people:
            if one.name in seen:
                reading.wrong(one.line, C.NAME, "person-registered")
            seen.add(one.name)
        numbers: set[str] = set()
        for one in people:
            if one.identity is None:
                continue
            if one.identity.number in numbers:
                reading.wrong(one.line, C.ID_NUMBER, "listed-twice")
            numbers.add(one.identity.number)

    def _person(self, reading: "_Reading", row: Row) -> ListedPerson | None:
        by_row, name = C.NAME in row.cells, name_in(row)
        if by_row and not name and any(row.get(column) for column in _OF_SOMEBODY):
            reading.wrong(row.line, C.NAME, "name-needed")  # somebody is told of, and would be left out unseen
        if not name or not ({C.BIRTH, C.ID_NUMBER} & row.cells.keys()):
            return None
        if len(name) > LONGEST_NAME:
            reading.wrong(row.line, C.NAME if by_row else C.HEAD, "list-name-long")
        identity = reading.tried_in(row, C.ID_NUMBER, self._identity)
        birth = identity.birth if identity is not None else None
        if row.get(C.BIRTH) or (identity is None and not row.get(C.ID_NUMBER)):
            birth = reading.tried_in(row, C.BIRTH, self._birth)
        sex = identity.sex if identity is not None else None
        if row.get(C.SEX) or (identity is None and not row.get(C.ID_NUMBER)):
            sex = reading.tried_in(row, C.SEX, list_words.sex_of)
        relation = self._relation(reading, row, name, by_row=by_row)
        if birth is None or sex is None or relation is None:
            return None
        if identity is not None:
            self._may_match(reading, row, identity, birth, sex)
        return ListedPerson(line=row.line, name=name, relation=relation, sex=sex, birth=birth, identity=identity)

    def _may_match(self, reading: "_Reading", row: Row, identity: IdNumber, birth: date, sex: Sex) -> None:
        try:
            may_match(identity, birth=birth, sex=sex)
        except Invalid as wrong:
            reading.wrong(row.line, C.BIRTH if wrong.field == "birth" else C.SEX, wrong.code)

    def _relation(self, reading: "_Reading", row: Row, name: str, *, by_row: bool) -> Relation | None:
        if not by_row or (not row.get(C.RELATION) and name == reading.said(C.HEAD)):
            return Relation.HEAD
        if C.RELATION not in row.cells:
            return Relation.OTHER
        return reading.tried_in(row, C.RELATION, list_words.relation_of)

    def _identity(self, said: str) -> IdNumber | None:
        return parse_id_number(said, today=self._today) if said else None

    def _birth(self, said: str) -> date:
        return list_words.birth_of(said, today=self._today)

    def _consents(self, reading: "_Reading", people: Sequence[ListedPerson]) -> tuple[date | None, date | None, str]:
        """Read on which days the head agreed on which paper; without a paper nothing was agreed."""
        agreed = reading.tried(C.CONSENT_ON, self._agreed, None)
        publish = reading.tried(C.PUBLISH_ON, self._agreed, None)
        paper = reading.said(C.CONSENT_PAPER)
        if (agreed or publish) and not paper:
            reading.wrong(None, C.CONSENT_PAPER, "list-paper-missing")
        if paper and not agreed:
            reading.wrong(None, C.CONSENT_ON, "list-consent-day-missing")
        speaks = next((one for one in people if one.relation is Relation.HEAD), None)
        if agreed and (speaks is None or age_on(speaks.birth, self._today) < ADULT_FROM):
            reading.wrong(None, C.CONSENT_ON, "list-consent-of-whom")
        return agreed, publish, paper

    def _agreed(self, said: str) -> date | None:
        if not said:
            return None
        try:
            day = date.fromisoformat(_padded(list_words.day_of_cell(said)))
        except ValueError:
            raise Invalid("list-day") from None
        if day > self._today:
            raise Invalid("list-day-in-future")
        if day <= self._today - timedelta(days=LASTS.days):
            raise Invalid("list-consent-over")
        return day


def _padded(day: str) -> str:
    return "-".join(part.zfill(2) for part in day.split("-"))


def _phone(said: str) -> str:
    if not said:
        return ""
    try:
        return normal_phone(said)
    except Invalid:
        raise Invalid("family-phone-shape") from None


def _reason(said: str) -> str:
    if said and len(said) < LEAST_REASON:
        raise Invalid("reason-needed")
    return said


def name_in(row: Row) -> str:
    """Give the name of a row's person: its own, or the head's where each row is a family."""
    return row.get(C.NAME) if C.NAME in row.cells else row.get(C.HEAD)


def birth_in(row: Row, *, today: date) -> date | None:
    """Give the date of birth that a row tells of its person; None where it tells none that can be read."""
    try:
        if number := row.get(C.ID_NUMBER):
            return parse_id_number(number, today=today).birth
        return list_words.birth_of(row.get(C.BIRTH), today=today)
    except Invalid:
        return None


class _Reading:
    """One family's rows while they are read, with what was found wrong."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.troubles: list[Trouble] = []

    def said(self, column: Column) -> str:
        """Give what a family's rows say in a column: the first that says anything."""
        return next((said for row in self.rows if (said := row.get(column))), "")

    def wrong(self, line: int | None, column: Column, code: str) -> None:
        """Note what is wrong where; for the family as a whole, in its first row that says anything there."""
        if line is None:
            line = next((row.line for row in self.rows if row.get(column)), self.rows[0].line)
        self.troubles.append(Trouble(line, column, code))

    def tried(self, column: Column, read: Callable[[str], T], instead: T) -> T:
        """Read what the family's rows say in a column, or note that it cannot be read."""
        try:
            return read(self.said(column))
        except Invalid as wrong:
            self.wrong(None, column, wrong.code)
            return instead

    def tried_in(self, row: Row, column: Column, read: Callable[[str], T]) -> T | None:
        """Read one row's cell, or note that it cannot be read."""
        try:
            return read(row.get(column))
        except Invalid as wrong:
            self.wrong(row.line, column, wrong.code)
            return None
