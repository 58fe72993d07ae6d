"""The catalogue over the API: what can be asked for, for everybody; administrators add, change, rename and retire."""

from typing import Annotated

from flask import Blueprint
from pydantic import BaseModel, Field
from spectree import Response

from charity.api.shapes import Given, Line, Problem, Short
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN
from charity.domain.actors import Role
from charity.domain.catalogue import Category, Necessity, SizeOf, sizes_of
from charity.domain.errors import Missing
from charity.domain.items import LONGEST_CODE, LONGEST_NAME, MOST_BAND_FEN, ItemChange, ItemNames, NewItem
from charity.domain.wishes import BeneficiaryKind
from charity.queries.catalogue import get_item, list_goods
from charity.services.catalogue import add_item, change_item, rename_item
from charity.web.kit.doors import OPEN, roles
from charity.web.kit.item_names import item_names
from charity.web.kit.viewer import viewer

bp = Blueprint("api_catalogue", __name__)
KEEPERS = roles(Role.ADMINISTRATOR)
DOORS = {"show": OPEN, "item": OPEN, "add": KEEPERS, "change": KEEPERS, "rename": KEEPERS}
Fen = Annotated[int, Field(ge=1, le=MOST_BAND_FEN)]
Month = Annotated[int, Field(ge=1, le=12)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]


class Standing(Given):
    """What may be changed of a thing: band in fen for a piece, class, which size is asked, months, whether offered."""

    low_fen: Fen
    top_fen: Fen
    necessity: Necessity
    size: SizeOf
    season: Annotated[list[Month], Field(max_length=12)] = []
    is_offered: bool = True

    def item(self) -> ItemChange:
        """Read it."""
        return ItemChange(
            low_fen=self.low_fen,
            top_fen=self.top_fen,
            necessity=self.necessity,
            size=self.size,
            season=tuple(sorted(set(self.season))),
            is_offered=self.is_offered,
        )


class CatalogueThing(BaseModel):
    """A thing of the catalogue as it stands; `season`: the months in which it is needed, none means all the year."""

    code: str
    name_zh: str
    name_en: str
    low_fen: int
    top_fen: int
    necessity: str
    season: list[int]
    size: str
    sizes: list[str]
    beneficiaries: list[str]
    is_offered: bool


class CatalogueThings(BaseModel):
    """The whole catalogue of goods."""

    items: list[CatalogueThing]


class NamesBody(Given):
    """What a thing is called from now on, and why."""

    name_zh: Name
    name_en: Name
    reason: Line

    def names(self) -> ItemNames:
        """Read the names."""
        return ItemNames(self.name_zh, self.name_en)


class NewThingBody(Standing, NamesBody):
    """A thing that the catalogue lacks."""

    code: Annotated[str, Field(max_length=LONGEST_CODE)]
    beneficiaries: Annotated[list[BeneficiaryKind], Field(max_length=len(BeneficiaryKind))]
    asks_interest: bool = False


class ChangeBody(Given):
    """What a thing is from now on, and why; refused when it does not stand as `was` says."""

    was: Standing
    change: Standing
    reason: Line


class Kept(BaseModel):
    """The thing that was added, changed or renamed."""

    code: Short


@bp.get("/api/v1/catalogue")
@spec.validate(resp=Response(HTTP_200=CatalogueThings, HTTP_503=Problem), tags=["catalogue"])
def show() -> dict[str, object]:
    """List all goods, also those that cannot be asked for any more."""
    return CatalogueThings(items=[_thing(it) for it in list_goods(viewer())]).model_dump()


@bp.get("/api/v1/catalogue/<code>")
@spec.validate(resp=Response(HTTP_200=CatalogueThing, HTTP_404=Problem), tags=["catalogue"])
def item(code: str) -> dict[str, object]:
    """Give one thing."""
    found = next((it for it in list_goods(viewer()) if it.code == code), None)
    if found is None:
        raise Missing
    return _thing(found).model_dump()


def _thing(found: Category) -> CatalogueThing:
    names = item_names(found.code)
    return CatalogueThing(
        code=found.code,
        name_zh=names.zh,
        name_en=names.en,
        low_fen=found.low_fen,
        top_fen=found.top_fen,
        necessity=found.necessity.value,
        season=list(found.season),
        size=found.size.value,
        sizes=list(sizes_of(found)),
        beneficiaries=sorted(each.value for each in found.beneficiaries),
        is_offered=found.is_offered,
    )


@bp.post("/api/v1/catalogue")
@spec.validate(resp=Response(HTTP_201=Kept, **REFUSALS), tags=["catalogue"], security=TOKEN)
def add(json: NewThingBody) -> tuple[dict[str, object], int]:
    """Add a thing, as an administrator of a province or the country; it can be asked for from now on."""
    new = NewItem(
        code=json.code,
        beneficiaries=frozenset(json.beneficiaries),
        asks_interest=json.asks_interest,
        names=json.names(),
        item=json.item(),
    )
    return Kept(code=add_item(viewer(), new=new, reason=json.reason)).model_dump(), 201


@bp.post("/api/v1/catalogue/<code>")
@spec.validate(resp=Response(HTTP_200=Kept, **REFUSALS), tags=["catalogue"], security=TOKEN)
def change(code: str, json: ChangeBody) -> dict[str, object]:
    """Change a thing from now on, or retire it: what is not offered any more stays where it was asked for."""
    get_item(viewer(), code)
    change_item(viewer(), code, was=json.was.item(), change=json.change.item(), reason=json.reason)
    return Kept(code=code).model_dump()


@bp.post("/api/v1/catalogue/<code>/name")
@spec.validate(resp=Response(HTTP_200=Kept, **REFUSALS), tags=["catalogue"], security=TOKEN)
def rename(code: str, json: NamesBody) -> dict[str, object]:
    """Call a thing by other names from now on, in both languages."""
    get_item(viewer(), code)
    rename_item(viewer(), code, names=json.names(), reason=json.reason)
    return Kept(code=code).model_dump()
