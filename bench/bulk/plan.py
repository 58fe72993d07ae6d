"""What the bulk is made of: how many of each, and which belongs to which, by arithmetic that SQL can do as well."""

from dataclasses import dataclass

from bench.bulk.tongues import Tongue
from charity.domain.wall import TAKEN_WEIGHT

ROUNDS = 10  # each wish of things was claimed ten times: one confirmed, one held, eight cancelled
CONFIRMED, HELD = 0, 1
STRIDE = 7_919  # from round to round a wish meets other donors
DAY = 86_400
SPAN = 79 * DAY  # wishes were published evenly over these days, which ended yesterday
THINGS = ("books", "desk-chair", "heater", "sports", "hygiene")
LESSONS = "lessons"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is to be."""

    pledges: int
    donors: int

    @property
    def given(self) -> int:
        """Count the wishes of things; every one has ten pledges."""
        return max(ROUNDS, self.pledges // ROUNDS)

    @property
    def lessons(self) -> int:
        """Count the wishes of lessons, which nobody has claimed."""
        return self.given // 10

    @property
    def wishes(self) -> int:
        """Count all wishes."""
        return self.given + self.lessons

    @property
    def sites(self) -> int:
        """Count schools: half of the wishes are theirs, a hundred each."""
        return self.wishes // 200 + 1

    @property
    def families(self) -> int:
        """Count families: the other half is theirs, three each at most."""
        return self.wishes // 6 + 1

    @property
    def posters(self) -> int:
        """Count the volunteers who posted nine of ten wishes."""
        return self.wishes // 200 + 1

    @property
    def people(self) -> int:
        """Count posters and donors (every wish of things needs one in each round)."""
        return self.posters + max(self.donors, self.given)

    @property
    def notices(self) -> int:
        """Count the notices of the one reader whose inbox is long."""
        return max(100, self.given // 10)


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes, the numbers each table begins with, and what follows from a wish's place n or a person's."""

    sizes: Sizes
    tongue: Tongue
    now: int
    account: int
    site: int
    household: int
    wish: int
    pledge: int
    entry: int
    step: int
    leaf: int
    places: int
    poster: int  # the account with every tenth wish and the long inbox
    reviewer: int  # the account that agreed to every wish

    @property
    def donor(self) -> int:
        """Name the first donor."""
        return self.account + self.sizes.posters

    def is_of_site(self, n: str) -> str:
        """Say whether a wish is a school's."""
        return f"({n}) % 2 = 0"

    def home(self, n: str) -> str:
        """Give the place of a wish's school or family in its table."""
        at = f"(({n}) / 2)"
        return f"CASE WHEN {self.is_of_site(n)} THEN {at} % {self.sizes.sites} ELSE {at} % {self.sizes.families} END"

    def thing(self, n: str) -> str:
        """Give which of the things a wish asks for; lessons come last."""
        return f"CASE WHEN {n} < {self.sizes.given} THEN {n} % {len(THINGS)} ELSE {len(THINGS)} END"

    def price(self, n: str) -> str:
        """Give what a unit costs, in fen."""
        return f"CASE WHEN {n} < {self.sizes.given} THEN (({n}) % 37 + 1) * 1100 ELSE 1 END"

    def wanted(self, n: str) -> str:
        """Give how many units a wish asks for."""
        return f"(({n}) % 29 + 12)"

    def taken(self, n: str) -> str:
        """Give how many units are taken: of things the confirmed and the held one."""
        return f"CASE WHEN {n} < {self.sizes.given} THEN 2 ELSE 0 END"

    def published(self, n: str) -> str:
        """Give the second in which a wish was published."""
        given, lessons = self.sizes.given, max(1, self.sizes.lessons)
        done = f"CASE WHEN {n} < {given} THEN ({n}) * {SPAN} / {given} ELSE (({n}) - {given}) * {SPAN} / {lessons} END"
        return f"({self.now - DAY - SPAN} + {done})"

    def wall_at(self, n: str) -> str:
        """Give a wish's place on the wall."""
        return f"{self.published(n)} + {TAKEN_WEIGHT} * ({self.taken(n)}) / {self.wanted(n)}"

    def claimer(self, n: str, turn: int) -> str:
        """Give the account that claimed a wish in a round."""
        return f"{self.donor} + (({n}) + {turn * STRIDE}) % {self.sizes.given}"

    def claimed(self, n: str, turn: int) -> str:
        """Give the second of the claim; what is still held was claimed within the last hour."""
        return f"{self.now - 3_600} + ({n}) % 3000" if turn == HELD else f"{self.published(n)} + {600 * (turn + 1)}"

    def first_pledge(self, turn: int) -> int:
        """Give the first pledge of a round."""
        return self.pledge + turn * self.sizes.given
