"""Because of a reported concern: taking things out of sight at once, bringing them back with a reason, taking it up."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, exists, false, insert, or_, select, update

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.concerns import (
    ConcernState,
    Scope,
    Thing,
    about,
    may_bring_back,
    may_take_down,
    may_take_unknown,
)
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing, Refused
from charity.domain.households import OUT_OF_HARDSHIP, LifeState
from charity.domain.regions import WIDTHS, Level, county_of, level_of
from charity.domain.wishes import OPEN, READABLE, WishState
from charity.ledger import append
from charity.ledger.names import show_names
from charity.ledger.showing import hide_circle, show_circle
from charity.ledger.waiting import end_waiting
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.case_rows import CaseRow, find_case
from charity.models.cases import Case
from charity.models.circle_rows import find_circle
from charity.models.circles import Circle
from charity.models.concerned import (
    PAGE,
    count_posted,
    find_place_of,
    has_part_in,
    is_taken_by_others,
    list_page_owners,
)
from charity.models.doubles import list_alike
from charity.models.households import Household
from charity.models.names_down import NAME, put_names_away
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.outbox import notify
from charity.models.photos import Photo
from charity.models.produce import ProduceBatch, ProducePart
from charity.models.searching import drop_words, write_words
from charity.models.takedowns import CaseTakenUp, TakeDown, is_circle_down, is_taken_up, is_wish_down, why_place
from charity.models.willing import is_circle_agreed, may_meet_children
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import may_publish_about, whose_of
from charity.services.wishes.ground import lock_wish
from charity.services.wishes.naming import name_thing
from charity.services.wishes.publishing import public_words
from charity.services.wishes.standing import may_stand

LEAST_REASON = 4
_WAITING = [state.value for state in sorted(OPEN | {WishState.DRAFT})]
_READABLE = [state.value for state in sorted(READABLE)]
_SHOWN = Wish.state.in_(_READABLE) & Wish.published_at.is_not(None)


@act
def take_up(tx: Tx, actor: Actor, case_ref: str, *, thing: str = "") -> None:
    """Say that somebody looks into a concern now; whoever has its number can see that.

    `thing` says what it is about where its page did not tell: an address, a reference or a code.
    """
    case, region, known = _find(tx, case_ref)
    role = _role(actor, region, known)
    if not thing.strip():
        return _take_up(tx, actor, case, role)
    wish = name_thing(tx, actor, case, known, thing.strip())
    named = find_case(tx, case_ref) or case
    if not is_taken_up(tx.session, case.id):
        _write_taken_up(tx, actor, case)
    return _note(tx, "case.taken-up", named, "", role, wish=wish)


@act
def take_down(tx: Tx, actor: Actor, case_ref: str, *, scope: str, name: str = "") -> int:
    """Take what a concern is about out of sight at once; gives how many things. Their deliveries run on unseen.

    `name` is the account whose names go, where nothing else does. It may go as long as nobody has said that the concern
    is unfounded: being right hides nothing by itself.
    """
    case, region, thing = _find(tx, case_ref)
    role = _role(actor, region, thing)
    if thing is None:
        raise Conflict("thing-unknown")
    if scope not in set(Scope):
        raise Invalid("scope-unknown", field="scope")
    if case.ruling not in {"", ConcernState.UPHELD}:
        raise Conflict("concern-closed")
    if scope == Scope.NAME:
        taken = _take_names(tx, actor, case, thing, name)
    elif scope == Scope.PHOTO:
        taken = _take_photo(tx, actor, case, thing)
    elif scope == Scope.THING and thing[0] is not Thing.BOARD:
        taken = _take_things(tx, actor, case, *_one(tx, thing)) + _take_page(tx, actor, case, thing)
    elif thing[0] in {Thing.WISH, Thing.CIRCLE}:
        taken = _take_things(tx, actor, case, *_all(tx, thing))
    else:
        raise Invalid("scope-unknown", field="scope")
    if not taken:
        raise Conflict("nothing-to-take-down", field="scope")
    _take_up(tx, actor, case, role)
    _note(tx, "case.hidden", case, scope, role)
    _tell_owners(tx, actor, case, TakeDown.taken_at == tx.now, "taken-down")
    return taken


@act
def bring_back(tx: Tx, actor: Actor, case_ref: str, *, reason: str) -> int:
    """Bring back what a concern took out of sight, with a reason; gives how many things are in sight again.

    What other reasons keep out of sight (a withdrawn consent, an ended life) stays there until they are gone. What an
    auditor upheld comes back by an auditor alone, and nothing by the person who posted it or let it through.
    """
    case, region, thing = _find(tx, case_ref)
    role = _role(actor, region, thing)
    may_bring_back(
        role,
        ruling=case.ruling,
        region=region,
        is_own=has_part_in(tx.session, actor.account_id, case.id),
        is_of_others=is_taken_by_others(tx.session, actor.account_id, case.id),
    )
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid("reason-needed", field="reason")
    live = TakeDown.case_id == case.id, TakeDown.restored_at.is_(None)
    ended = update(TakeDown).where(*live).values(
        restored_at=tx.now, restored_by_id=actor.account_id, why_sealed=seal(reason.strip(), place=why_place(case.ref))
    )  # fmt: skip
    rows = tx.session.execute(
        ended.returning(TakeDown.id, TakeDown.thing, TakeDown.wish_id, TakeDown.circle_id, TakeDown.photo_id)
    ).all()
    if not rows:
        raise Conflict("nothing-taken-down")
    shown = sum(_show_circle(tx, row.circle_id) for row in rows if row.circle_id is not None)
    for row in sorted((row for row in rows if row.wish_id is not None), key=lambda row: row.wish_id):
        shown += _show_wish(tx, row.wish_id, row.photo_id)
    shown += show_names(tx, case.ref, [row.id for row in rows if row.thing == NAME])
    _note(tx, "case.shown", case, "", role, reason=reason.strip())
    _tell_owners(tx, actor, case, TakeDown.restored_at == tx.now, "given-back")
    return shown + sum(row.thing == PAGE for row in rows)


def _find(tx: Tx, case_ref: str) -> tuple[CaseRow, str, tuple[Thing, str] | None]:
    """Give an open or closed concern, the region and the thing it is about, if known; other cases look missing."""
    case = find_case(tx, case_ref)
    if case is None or case.kind != "report":
        raise Missing
    asked = select(Case.page, Wish.ref).outerjoin(Wish, Wish.id == Case.wish_id).where(Case.id == case.id)
    found = tx.session.execute(asked).one()
    thing = (Thing.WISH, found.ref) if found.ref else about(found.page)
    region = None if thing is None else find_place_of(tx.session, *thing)
    return (case, case.region_code, None) if thing is None or region is None else (case, region, thing)


def _role(actor: Actor, region: str, thing: tuple[Thing, str] | None) -> Role:
    return may_take_unknown(actor, region) if thing is None else may_take_down(actor, region)


def _take_up(tx: Tx, actor: Actor, case: CaseRow, role: Role) -> None:
    if is_taken_up(tx.session, case.id):
        return
    _write_taken_up(tx, actor, case)
    _note(tx, "case.taken-up", case, "", role)


def _write_taken_up(tx: Tx, actor: Actor, case: CaseRow) -> None:
    row = {"case_id": case.id, "account_id": actor.account_id, "taken_up_at": tx.now}
    tx.session.execute(insert(CaseTakenUp).values(row))


def _one(tx: Tx, thing: tuple[Thing, str]) -> tuple[list[Circle], list[Wish]]:
    """Lock what a page shows: a wish, a circle, each family's part of a batch, the circles behind a code.

    A circle and the wishes of its months tell the same about a family, in the same words, and go together.
    """
    kind, ref = thing
    circles, wishes = _meant(kind, ref)
    if circles is None:
        return [], []
    of_wishes = select(Circle.ref).join(Wish, Wish.circle_id == Circle.id).where(wishes)
    refs = {*tx.session.scalars(circles), *tx.session.scalars(of_wishes)}
    locked = _lock_circles(tx, refs)
    months = Wish.circle_id.in_([circle.id for circle in locked]) & _SHOWN
    return locked, _lock_wishes(tx, or_(wishes, months))


def _meant(kind: Thing, ref: str) -> tuple[Select[str] | None, ColumnElement[bool]]:
    """Give which circles and which wishes a page itself shows; nothing for the page of no such thing."""
    circles = select(Circle.ref)
    if kind is Thing.WISH:
        return circles.where(false()), Wish.ref == ref
    if kind is Thing.CIRCLE:
        return circles.where(Circle.ref == ref), false()
    if kind is Thing.BATCH:
        part = select(ProducePart.wish_id).join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id)
        return circles.where(false()), Wish.id.in_(part.where(ProduceBatch.ref == ref)) & _SHOWN
    if kind is Thing.LIST:
        behind = circles.join(OpeningRow, OpeningRow.circle_id == Circle.id)
        behind = behind.join(CircleOpening, CircleOpening.id == OpeningRow.opening_id)
        return behind.where(CircleOpening.join_code == ref), false()
    return None, false()


def _lock_circles(tx: Tx, refs: Iterable[str]) -> list[Circle]:
    return [circle for ref in sorted(refs) if (circle := find_circle(tx, ref)) is not None]


def _lock_wishes(tx: Tx, *which: ColumnElement[bool]) -> list[Wish]:
    wishes = select(Wish).where(*which).order_by(Wish.id).with_for_update()
    return list(tx.session.scalars(wishes.execution_options(populate_existing=True)))


def _all(tx: Tx, thing: tuple[Thing, str]) -> tuple[list[Circle], list[Wish]]:
    """Lock everything of the same family or site: the household's row, its circles, its wishes.

    Of the wishes also those taken back that can still be read, and those that wait: they are not let through meanwhile.
    """
    table = Wish if thing[0] is Thing.WISH else Circle
    home = tx.session.scalar(select(table.household_id).where(table.ref == thing[1]))
    site = tx.session.scalar(select(Wish.site_id).where(Wish.ref == thing[1])) if thing[0] is Thing.WISH else None
    if home is not None:
        tx.session.execute(select(Household.id).where(Household.id == home).with_for_update())
    refs = tx.session.scalars(select(Circle.ref).where(Circle.household_id == (home or 0))).all()
    theirs = Wish.household_id == home if home is not None else Wish.site_id == site
    return _lock_circles(tx, refs), _lock_wishes(tx, theirs, _SHOWN | Wish.state.in_(_WAITING))


def _take_things(tx: Tx, actor: Actor, case: CaseRow, circles: Iterable[Circle], wishes: Iterable[Wish]) -> int:
    taken = 0
    for circle in circles:
        if not is_circle_down(tx.session, circle.id):
            if circle.hidden_at is None:
                hide_circle(tx, circle)
            _write(tx, actor, case, thing="circle", circle_id=circle.id)
            taken += 1
    for wish in wishes:
        if is_wish_down(tx.session, wish.id):
            continue
        if wish.hidden_at is None and WishState(wish.state) in READABLE:
            wish.hidden_at = tx.now
            drop_words(tx, [wish.id])
            tx.session.flush()
            end_waiting(tx, wish, by_clock=False)
        _write(tx, actor, case, thing="wish", wish_id=wish.id)
        taken += 1
    return taken


def _take_page(tx: Tx, actor: Actor, case: CaseRow, thing: tuple[Thing, str]) -> int:
    """Shut the page of an organisation or of a code, or take the line of an agreement out of every list."""
    if thing[0] not in {Thing.ORGANISATION, Thing.AGREEMENT, Thing.LIST}:
        return 0
    live = TakeDown.case_id == case.id, TakeDown.thing == PAGE, TakeDown.restored_at.is_(None)
    if tx.session.scalar(select(exists().where(*live))):
        return 0
    _write(tx, actor, case, thing=PAGE)
    return 1


def _take_photo(tx: Tx, actor: Actor, case: CaseRow, thing: tuple[Thing, str]) -> int:
    """Take a picture off its wish, and off every wish that shows the same one or one that looks much alike."""
    if thing[0] is not Thing.WISH:
        return 0
    showing = select(Wish.id, Wish.county, Photo).join(Photo, Photo.id == Wish.photo_id).where(Wish.ref == thing[1])
    shown = tx.session.execute(showing).one_or_none()
    if shown is None:
        return 0
    wish_id, county, photo = shown
    alike = list_alike(tx.session, wish_id=wish_id, county=county, photo=photo, taken_back=True)
    refs, pictures = {thing[1]} | {row.ref for _, row in alike}, {photo.id} | {row.photo_id for _, row in alike}
    taken = [wish for wish in _lock_wishes(tx, Wish.ref.in_(refs)) if wish.photo_id in pictures]
    for wish in taken:
        _write(tx, actor, case, thing="photo", wish_id=wish.id, photo_id=wish.photo_id)
        wish.photo_id = None
    tx.session.flush()
    return len(taken)


def _take_names(tx: Tx, actor: Actor, case: CaseRow, thing: tuple[Thing, str], name: str) -> int:
    """Take the names of one account out of sight and tell its owner, who may choose others or disagree."""
    if thing[0] not in {Thing.BOARD, Thing.CIRCLE}:
        return 0
    whose = select(Account).where(Account.ref == name, Account.closed_at.is_(None)).with_for_update()
    account = tx.session.scalars(whose.execution_options(populate_existing=True)).one_or_none()
    if account is None:
        raise Invalid("name-missing", field="name")
    if not account.nickname:
        return 0
    down = _write(tx, actor, case, thing=NAME)
    put_names_away(tx, account, down)
    notify(tx, account_id=account.id, kind="name-taken-down", params={"case": case.ref})
    return 1


def _tell_owners(tx: Tx, actor: Actor, case: CaseRow, at: ColumnElement[bool], what: str) -> None:
    """Tell whoever posted it or speaks for it, in one notice: without what it says."""
    posted = count_posted(tx.session, case.id, at)
    for account_id, count in posted.items():
        if account_id != actor.account_id:
            notify(tx, account_id=account_id, kind=f"posted-{what}", params={"case": case.ref, "count": count})
    for account_id in list_page_owners(tx.session, case.id, at):
        if account_id != actor.account_id and account_id not in posted:
            notify(tx, account_id=account_id, kind=f"page-{what}", params={"case": case.ref})


def _write(
    tx: Tx,
    actor: Actor,
    case: CaseRow,
    *,
    thing: str,
    wish_id: int | None = None,
    circle_id: int | None = None,
    photo_id: int | None = None,
) -> int:
    row = {"case_id": case.id, "thing": thing, "wish_id": wish_id, "circle_id": circle_id, "photo_id": photo_id}
    taken = insert(TakeDown).values(row | {"taken_at": tx.now, "taken_by_id": actor.account_id})
    return tx.session.execute(taken.returning(TakeDown.id)).scalar_one()


def _show_circle(tx: Tx, circle_id: int) -> int:
    ref = tx.session.scalar(select(Circle.ref).where(Circle.id == circle_id))
    circle = find_circle(tx, ref or "")
    if circle is None or circle.hidden_at is None:
        return 0
    home = tx.session.get_one(Household, circle.household_id)
    if not is_circle_agreed(tx.session, circle, moment=tx.now) or LifeState(home.life_state) in OUT_OF_HARDSHIP:
        return 0
    return int(show_circle(tx, circle))


def _show_wish(tx: Tx, wish_id: int, photo_id: int | None) -> int:
    wish = lock_wish(tx, tx.session.execute(select(Wish.ref).where(Wish.id == wish_id)).scalar_one())
    if photo_id is not None:
        if wish.photo_id is None:
            wish.photo_id = photo_id
        return 1
    if wish.hidden_at is None or WishState(wish.state) not in READABLE or not _stands(tx, wish):
        return 0
    wish.hidden_at = None
    tx.session.flush()
    if wish.state == WishState.APPROVED.value:
        write_words(tx, wish.id, wish.published_at or tx.now, public_words(tx, wish))
    return 1


def _stands(tx: Tx, wish: Wish) -> bool:
    """Say whether nothing else keeps a wish out of sight: the family's need, each yes, its point, another concern.

    A concern about its circle is one about each of its months.
    """
    if wish.circle_id is not None and is_circle_down(tx.session, wish.circle_id):
        return False
    try:
        whose = whose_of(tx, wish)
        may_publish_about(tx, whose)
        may_stand(tx, wish, whose)
    except Refused:
        return False
    circle = None if wish.circle_id is None else tx.session.get(Circle, wish.circle_id)
    return circle is None or may_meet_children(tx.session, circle, moment=tx.now)


def _note(tx: Tx, kind: str, case: CaseRow, scope: str, role: Role, *, reason: str = "", wish: str = "") -> None:
    facts: dict[str, JSON] = {"kind": "report", "by": role.value}
    if scope:
        facts["outcome"] = scope
    region = case.region_code
    if len(region) >= WIDTHS[Level.COUNTY]:
        facts["county"] = county_of(region) if level_of(region) > Level.COUNTY else region
    append(
        tx,
        kind,
        {"case": case.ref} | ({"wish": wish} if wish else {}),
        facts,
        texts={"reason": reason} if reason else {},
    )
