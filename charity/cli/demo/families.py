"""The invented families: registered by their village's volunteer, verified by the township, some with a code card."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from itertools import cycle
from random import Random

from charity.adapters import clock
from charity.adapters.pinyin import syllables
from charity.adapters.sealed_pictures import draw, put_sealed
from charity.adapters.storage import Store
from charity.cli.demo.cast import Cast, places
from charity.cli.demo.drawings import draw_slip
from charity.cli.demo.places import phone
from charity.cli.demo.words import names
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.consents import ADULT_FROM, ASKED_FROM, OWN_FROM, GivenBy, Purpose
from charity.domain.households import Category, FactGroup, FilePurpose, LifeAct, Relation, facts_of
from charity.domain.identity import Sex, check_digit
from charity.domain.regions import Level, township_of
from charity.services.register import cards, consent_papers, files, households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven

PUBLIC = (Purpose.REGISTER, Purpose.PUBLISH_WISH, Purpose.SHOW_SEX, Purpose.SHOW_SIZE, Purpose.SHOW_INTEREST)
# how many families live in a county of the story, of a hundred
SHARES = {"990101": 46, "990102": 48, "990201": 6}
STALE_DAYS = 800  # after which every answer is to be asked again
SOON_DAYS = 35  # from the story's end to the birthdays whose consents are to be asked for anew


@dataclass(slots=True)
class Child:
    """A child of the story, as far as a wish needs to know."""

    ref: str
    age: int
    sex: Sex


@dataclass(slots=True)
class Home:
    """A family of the story."""

    ref: str
    village: str
    volunteer: Actor
    head: str = ""
    children: list[Child] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def township(self) -> str:
        """Give the township the family belongs to."""
        return township_of(self.village)


class Registrar:
    """Registers families one after the other."""

    def __init__(self, chance: Random, cast: Cast, store: Store, *, ends: date) -> None:
        self._chance, self._cast, self._store = chance, cast, store
        self._birthday, self._nearly = ends + timedelta(days=SOON_DAYS), 0
        self._names = names(chance)
        self._phones = _unlike(chance)
        self._serial = 0
        self._asked, self._causes = 0, cycle(facts_of(FactGroup.CAUSES))
        self._used: set[str] = set()
        self._with_cards: set[str] = set()  # townships that have printed one
        self._signed = draw(BytesIO(draw_slip(Random(0))))

    def village(self) -> str:
        """Choose where the next family lives."""
        county = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
        return self._chance.choice([village for village in places(Level.VILLAGE) if village.startswith(county)])

    def register(self, village: str, ages: list[int]) -> Home:
        """Register a family with its head and children, and write down what they agreed to."""
        volunteer = self._cast.volunteers[village][0]
        surname, _ = next(self._names)
        head = self._name_of(surname, village)
        ref = households.register(volunteer, village, family=self._family(head))
        home = Home(ref, village, volunteer)
        old = self._chance.random() < 0.3  # the grandparents raise the children
        age = self._chance.randint(58, 74) if old else self._chance.randint(33, 52)
        adult = households.add_member(volunteer, ref, person=self._person(head, age, Relation.HEAD))
        home.head = adult
        records.record_consents(volunteer, ref, adult, given=_agreed(GivenBy.SELF, age))
        for years in ages:
            relation = Relation.GRANDCHILD if old else Relation.CHILD
            home.children.append(self._child(home, surname, years, relation))
        self._facts(home)
        if self._serial % 5:  # some families' papers are still to be photographed
            self._keep_paper(home)
        return home

    def _keep_paper(self, home: Home) -> None:
        """Keep the photos of the papers on which a family has signed what it allows for each of its people."""
        for person in (home.head, *(child.ref for child in home.children)):
            consent_papers.keep(home.volunteer, home.ref, person, key=put_sealed(self._signed, self._store))

    def _family(self, head: str) -> Family:
        return Family(
            category=self._chance.choice(list(Category)),
            head_name=head,
            address=f"虚构地址{self._chance.randint(1, 9)}组{self._chance.randint(1, 90)}号",
            phone=next(self._phones),
        )

    def _person(self, name: str, age: int, relation: Relation) -> Person:
        today = day_of(clock.now())
        # Nobody has a birthday while the story runs, so that a consent given at its beginning still suffices.
        birth = date(today.year - age, today.month, min(today.day, 28)) - timedelta(days=self._chance.randrange(5, 230))
        if age == OWN_FROM - 1:
            self._nearly += 1
            if self._nearly % 3 == 1:  # who will soon speak for itself waits to be asked
                birth = self._birthday.replace(year=self._birthday.year - OWN_FROM, day=min(self._birthday.day, 28))
        sex = self._chance.choice(list(Sex))
        self._serial += 1
        # Area 990101 is nobody's; the serial's last digit tells the sex.
        serial = f"{self._serial % 50:02}{int(sex is Sex.MALE) + 2 * self._chance.randrange(0, 4)}"
        first = f"9901{self._serial // 50 % 90 + 10}{birth:%Y%m%d}{serial}"
        return Person(name=name, birth=birth, sex=sex, relation=relation, id_number=first + check_digit(first))

    def _child(self, home: Home, surname: str, age: int, relation: Relation) -> Child:
        person = self._person(self._name_of(surname, home.village), age, relation)
        ref = households.add_member(home.volunteer, home.ref, person=person)
        elder = GivenBy.GUARDIAN if relation is Relation.GRANDCHILD else GivenBy.PARENT
        own = _agreed(GivenBy.SELF, age) if age >= OWN_FROM else ()
        records.record_consents(home.volunteer, home.ref, ref, given=(*_agreed(elder, age), *own))
        return Child(ref, age, person.sex)

    def _name_of(self, surname: str, village: str) -> str:
        """Give a member of a family a name nobody has, and that sounds like nobody's in the village."""
        while True:
            _, given = next(self._names)
            name = f"{surname}{given}"
            spoken = f"{village} {' '.join(syllables(name))}"
            if not {name, spoken} & self._used:
                self._used |= {name, spoken}
                return name

    def _facts(self, home: Home) -> None:
        today = day_of(clock.now())
        for key, value in (
            ("income-per-head", str(self._chance.randrange(4_000, 9_500) * 100)),
            ("housing", self._chance.choice(("safe", "safe", "repair-needed", "unsafe"))),
            ("minutes-to-school", str(self._chance.randrange(10, 90))),
        )[: self._chance.choice((0, 0, 1, 3))]:
            records.record_fact(home.volunteer, home.ref, key=key, value=value, as_of=today)
        self._cause(home, today)

    def _cause(self, home: Home, today: date) -> None:
        """Say of most families why life became hard, and of some so long ago that it is to be asked again."""
        self._asked += 1
        if not self._asked % 3:
            return
        day = today - timedelta(days=STALE_DAYS) if not self._asked % 7 else today
        records.record_fact(home.volunteer, home.ref, key=next(self._causes).key, value="yes", as_of=day)

    def verify(self, home: Home) -> None:
        """Let the township verify a family; its first and two in five get a code card, some files are opened for it."""
        reviewer = self._chance.choice(self._cast.reviewers[home.township])
        if self._chance.random() < 0.4:
            files.open_file(reviewer, home.ref, purpose=FilePurpose.REVIEW)
        households.verify(reviewer, home.ref)
        if self._chance.random() < 0.4 or home.township not in self._with_cards:
            self._with_cards.add(home.township)
            home.codes = list(cards.print_card(reviewer, home.ref).codes)

    def support(self, home: Home) -> None:
        """Write down that a verified family is being supported."""
        reviewer = self._cast.reviewers[home.township][0]
        households.move_on(reviewer, home.ref, life_act=LifeAct.SUPPORT)

    def register_twins(self, village: str) -> None:
        """Register two families of one name, so that a likeness waits for the township."""
        volunteer = self._cast.volunteers[village][0]
        surname, _ = next(self._names)
        first = self._family(self._name_of(surname, village))
        households.register(volunteer, village, family=first)
        households.register(
            volunteer, village, family=self._family(first.head_name), override="同名，不是同一家，已入户核对"
        )


def _agreed(by: GivenBy, age: int) -> tuple[ConsentGiven, ...]:
    asked = True if ASKED_FROM <= age < ADULT_FROM and by is not GivenBy.SELF else None
    purposes = PUBLIC if age < ADULT_FROM else PUBLIC[:2]
    return tuple(
        ConsentGiven(purpose=purpose, is_granted=True, given_by=by, child_agrees=asked) for purpose in purposes
    )


def _unlike(chance: Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        number = phone(chance)
        if number not in seen:
            seen.add(number)
            yield number
