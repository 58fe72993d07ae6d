"""The questions of a search along the wall, each built once for its shape; see docs/decisions for how one is chosen.

Words that few wishes share are looked up by their rarest pieces and sorted. Words that many share are met while walking
along the wall, which is cut off where it would take too long. What the wall is too thin for, because its wishes came
late or lie elsewhere, is followed along the pieces of the rarest word, which lie in the order of publication.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from charity.domain.search import Writing
from charity.domain.wall import Order
from charity.models.photos import Photo
from charity.models.search_rows import SearchPiece, SearchText
from charity.models.wishes import IsOpen, Wish
from charity.queries.cursors import LARGEST
from charity.queries.wall_questions import COLUMNS, ORDERS, RARE, Shape, conditions, goes_on
from charity.queries.wish_cards import CARD_COLUMNS

FEW: Final = 1_000  # wishes that are looked up and sorted
WALKED: Final = 6_000  # of the wall, before a search follows the pieces instead
SHARED: Final = 5_000  # counted of each piece: the rarest of commoner ones than this stays unknown
NUMBERED: Final = 2_000  # of the wall, among which hits are counted
FOLLOWED: Final = 500  # pieces at a time
_WRITINGS = {
    Writing.PLAIN: SearchText.plain,
    Writing.SPOKEN: SearchText.spoken,
    Writing.INITIALS: SearchText.initials,
}


class contains(FunctionElement[bool]):  # noqa: N801 (reads like the database's own functions)
    """That a text contains another, sign by sign."""

    type = Boolean()
    inherit_cache = True


@compiles(contains, "sqlite")
def _instr(element: contains, compiler: Any, **more: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **more)}) > 0)"


@compiles(contains, "postgresql")
def _strpos(element: contains, compiler: Any, **more: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **more)}) > 0)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of a search without their letters: their writings, and which spans of the rarest one are whole."""

    read: tuple[tuple[Writing, ...], ...] = ()  # values `text0_0`, `text0_1`, ... `text1_0`
    spans: tuple[bool, ...] = ()  # values `low0`, `high0` ...; whether it is one piece, not the beginning of several


@lru_cache(maxsize=200)
def counting(shape: Shape, spans: int) -> Select[*tuple[Any, ...]]:
    """Build the question how many wishes have each span, up to SHARED, and where a walk and its count end."""
    ranked = ORDERS[shape.order]
    here = [] if shape.level is None else [COLUMNS[shape.level] == bindparam("region")]
    walk = select(ranked).where(IsOpen(), *here, *goes_on(shape)).order_by(ranked, Wish.id)
    counts = [
        select(func.count()).select_from(select(literal(1)).where(_within(number)).limit(SHARED).subquery())
        for number in range(spans)
    ]
    named = [count.scalar_subquery().label(f"count{number}") for number, count in enumerate(counts)]
    ends = [("bound", WALKED), ("near", NUMBERED)]
    return select(*named, *(walk.offset(most).limit(1).scalar_subquery().label(name) for name, most in ends))


@lru_cache(maxsize=1_000)
def walking(shape: Shape, words: Words) -> Select[*tuple[Any, ...]]:
    """Build the question that walks along the wall as far as `bound`, reads the words of each, and counts to `near`."""
    ranked = ORDERS[shape.order]
    where = [IsOpen(), *conditions(shape), *_reading(words)]
    bound, near = (ranked <= bindparam(name, type_=ranked.type) for name in ("bound", "near"))
    met = Wish.__table__.join(SearchText.__table__, SearchText.wish_id == Wish.id)
    counted = select(Wish.id).select_from(met).where(*where, near).limit(RARE).subquery()
    pictured = met.outerjoin(Photo.__table__, Photo.id == Wish.photo_id)
    found = select(*CARD_COLUMNS, _total(counted, shape)).select_from(pictured)
    return found.where(*where, bound, *goes_on(shape)).order_by(ranked, Wish.id).limit(_most())


@lru_cache(maxsize=1_000)
def looking_up(shape: Shape, words: Words) -> Select[*tuple[Any, ...]]:
    """Build the question for words that few wishes share: all that have the rarest one's pieces, sorted."""
    each = [select(SearchPiece.wish_id.label("wish_id")).where(_within(n)).limit(FEW) for n in range(len(words.spans))]
    every = union_all(*(select(one.subquery()) for one in each)) if len(each) > 1 else each[0]
    found = select(every.subquery()).distinct().subquery("found")
    hits = _hits(found, shape, words).cte("hits")
    return _page(hits, shape, is_all=literal(True))


@lru_cache(maxsize=1_000)
def following(shape: Shape, words: Words) -> Select[*tuple[Any, ...]]:
    """Build the question that follows the pieces of the rarest word, `steps` of them, in the order of publication.

    A claim moves a wish back by less than TAKEN_WEIGHT seconds and never forward; so whatever stands before the last
    step's second is complete.
    """
    steps = bindparam("steps", type_=BigInteger())
    each = [
        select(SearchPiece.wish_id.label("wish_id"), SearchPiece.at.label("at"))
        .where(_is(n) if is_whole else _within(n), SearchPiece.at >= bindparam("since", type_=BigInteger()))
        .order_by(SearchPiece.at, SearchPiece.wish_id)
        .limit(steps)
        for n, is_whole in enumerate(words.spans)
    ]
    every = each[0] if len(each) == 1 else union_all(*(select(one.subquery()) for one in each))
    taken = every.subquery("every")
    passed = select(taken.c.wish_id, taken.c.at).order_by(taken.c.at, taken.c.wish_id).limit(steps).cte("passed")
    end = (
        select(case((func.count() < steps, null()), else_=func.max(passed.c.at))).select_from(passed).scalar_subquery()
    )
    found = select(passed.c.wish_id, func.min(passed.c.at).label("at")).group_by(passed.c.wish_id).subquery("found")
    ranked = Wish.wall_at.expression if shape.order is Order.FAIR else found.c.at
    hits = _hits(found, shape, words).where(ranked < func.coalesce(end, LARGEST)).cte("hits")
    return _page(hits, shape, is_all=end.is_(None))


def _hits(found: Subquery, shape: Shape, words: Words) -> Select[*tuple[Any, ...]]:
    ranked = ORDERS[shape.order]
    met: FromClause = found.join(Wish.__table__, Wish.id == found.c.wish_id)
    if words.read:
        met = met.join(SearchText.__table__, SearchText.wish_id == found.c.wish_id)
    hits = select(Wish.id.label("id"), ranked.label("place")).select_from(met)
    return hits.where(IsOpen(), *conditions(shape), *_reading(words), *goes_on(shape))


def _page(hits: CTE, shape: Shape, *, is_all: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    page = select(hits.c.id, hits.c.place).order_by(hits.c.place, hits.c.id).limit(_most()).subquery("page")
    cards = page.join(Wish.__table__, Wish.id == page.c.id).outerjoin(Photo.__table__, Photo.id == Wish.photo_id)
    found = select(*CARD_COLUMNS, _total(hits, shape), is_all.label("is_all")).select_from(cards)
    return found.order_by(page.c.place, page.c.id)


def _total(hits: FromClause, shape: Shape) -> ColumnElement[Any]:
    counted = select(func.count()).select_from(hits).scalar_subquery() if shape.counts else null()
    return counted.label("total")


def _most() -> BindParameter[int]:
    return bindparam("most", type_=BigInteger())


def _within(number: int) -> ColumnElement[bool]:
    low, high = (bindparam(f"{end}{number}", type_=BigInteger()) for end in ("low", "high"))
    return and_(SearchPiece.piece >= low, SearchPiece.piece < high)


def _is(number: int) -> ColumnElement[bool]:
    """Ask for one piece, whose wishes come in the order of publication without being sorted."""
    return SearchPiece.piece == bindparam(f"low{number}", type_=BigInteger())


def _reading(words: Words) -> list[ColumnElement[bool]]:
    return [
        or_(*(contains(_WRITINGS[each], bindparam(f"text{n}_{m}", type_=Text())) for m, each in enumerate(writings)))
        for n, writings in enumerate(words.read)
    ]
