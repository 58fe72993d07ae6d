"""What the API takes and gives: the models its description is made from."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Given(BaseModel):
    """A body or a query that came in; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


Line = Annotated[str, Field(max_length=200)]
Short = Annotated[str, Field(max_length=60)]


class Problem(BaseModel):
    """A refusal (RFC 9457) with its stable code."""

    type: str
    title: str
    status: int
    code: str


class WallQuery(Given):
    """Filters of the wall."""

    kind: Short = ""
    region: Annotated[str, Field(max_length=6, pattern=r"^\d*$")] = ""
    stage: Short = ""
    q: Short = ""
    able: bool = False  # only hours that the caller said he can give
    cursor: Annotated[str | None, Field(max_length=200)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    lang: Short = ""


class WishItem(BaseModel):
    """A wish in a list."""

    id: str
    title: str
    kind: str
    county: str
    units_wanted: int
    units_left: int
    state: str
    posted_at: str


class WishList(BaseModel):
    """A page of wishes; next is the cursor of the following page."""

    items: list[WishItem]
    next: str | None


class Event(BaseModel):
    """One line of a wish's public timeline."""

    kind: str
    at: str
    leaf: int | None
    units: int | None
    to: str | None


class WishDetail(WishItem):
    """One wish with its timeline."""

    unit_price_fen: int | None
    category: str
    beneficiary: str
    school_stage: str | None
    reason: str
    timeline: list[Event]


class ClaimBody(Given):
    """What a claim asks for."""

    units: Annotated[int, Field(ge=1, le=100_000)] = 1
    display: Literal["name", "nickname", "anonymous"] = "nickname"


class QueueBody(Given):
    """What somebody waits for."""

    units: Annotated[int, Field(ge=1, le=100_000)] = 1


class AcceptBody(Given):
    """Under which name an offer is taken."""

    display: Literal["name", "nickname", "anonymous"] = "nickname"


class Claimed(BaseModel):
    """A new pledge."""

    id: str
    state: str
    units: int
    wish_id: str
    act_by: str


class Acted(BaseModel):
    """Where a pledge stands after an act."""

    id: str
    state: str
    units: int
    act_by: str | None


class PledgeItem(BaseModel):
    """One of the caller's own pledges."""

    id: str
    wish_id: str
    title: str
    kind: str
    units: int
    amount_fen: int
    state: str
    must_act: str | None
    act_by: str | None
    claimed_at: str
    confirmed_at: str | None


class PledgeList(BaseModel):
    """A page of the caller's pledges."""

    items: list[PledgeItem]
    next: str | None


class OwnQuery(Given):
    """Which of the caller's pledges."""

    open: bool = True
    cursor: Annotated[str | None, Field(max_length=40)] = None
    lang: Short = ""


class InboxQuery(Given):
    """Where the inbox goes on."""

    cursor: Annotated[str | None, Field(max_length=200)] = None
    lang: Short = ""


class NoticeItem(BaseModel):
    """One line of the caller's inbox."""

    id: str
    kind: str
    subject: str
    body: str
    at: str
    is_read: bool


class Inbox(BaseModel):
    """A page of the inbox."""

    items: list[NoticeItem]
    next: str | None


class ActBody(Given):
    """What an act on a pledge may need; each act reads its own names."""

    method: Short = "shop"
    made_to_order: bool = False
    courier: Short = ""
    tracking: Short = ""
    shop_order: Short = ""
    day: date | None = None
    more_days: Annotated[list[date], Field(max_length=7)] = []
    hours: Annotated[int | None, Field(ge=0, le=200)] = None
    people: Annotated[int, Field(ge=1, le=50)] = 1
    next_on: date | None = None
    is_last: bool = False
    second_adult: Short = ""
    document: Short = ""
    recipient: Short = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    address: Line = ""
    income_fen: Annotated[int | None, Field(ge=0)] = None
    units: Annotated[int | None, Field(ge=1, le=100_000)] = None
    family_away: bool = False
    code: Annotated[str, Field(max_length=20)] = ""
    basis: Short = ""
    checks: Annotated[list[Short], Field(max_length=10)] | None = None
    reason: Line = ""
    words: Annotated[str, Field(max_length=600)] = ""
    ruling: Short = ""
    grounds: Annotated[str, Field(max_length=600)] = ""
    was_sent: bool = False
    sent_on: date | None = None
    receipt: Line = ""


class BoardQuery(Given):
    """Which board."""

    region: Annotated[str, Field(max_length=6, pattern=r"^\d*$")] = ""
    period: Annotated[str, Field(max_length=7)] = "all"
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    lang: Short = ""


class BoardLine(BaseModel):
    """One row of a board."""

    rank: int
    name: str
    value: int


class Board(BaseModel):
    """A board; me is the caller's own place, with a token."""

    as_of: str | None
    stale: bool
    rows: list[BoardLine]
    me: BoardLine | None
