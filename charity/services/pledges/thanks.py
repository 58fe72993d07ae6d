"""The board lines a confirmation gives, a dispute takes back and a ruling restores."""

from collections.abc import Sequence
from dataclasses import dataclass

from charity.adapters.db import Tx
from charity.domain.boards import Confirmation, Display, Metric, is_self_dealing, lines_for_confirmation, reverse
from charity.domain.calendar import month_of
from charity.domain.entries import BoardLine
from charity.domain.kinds import Kind, PledgeState
from charity.models.board_lines import (
    add_lines,
    count_month,
    find_pseudonym,
    has_month_line,
    has_wish_line,
    list_digests,
    list_first_lines,
    list_roles,
    list_standing_lines,
)
from charity.models.counties import public_county
from charity.models.moving import PledgeRow, list_pledges_of_wish

STANDS = {Metric.WISHES.value: has_wish_line, Metric.MONTHS.value: has_month_line}
ONCE = frozenset(STANDS)  # these stand once for a donor and a wish, on one of its parts
ALWAYS_THANKED = frozenset({Kind.SERVICE, Kind.PRODUCE})  # no confirmed part is without a line, but by self-dealing


@dataclass(frozen=True, slots=True)
class Thanks:
    """Board lines to write with an entry: under which fact, and with which sign."""

    fact: str
    lines: tuple[BoardLine, ...]

    @property
    def signed(self) -> tuple[BoardLine, ...]:
        """Give the lines as the table adds them up."""
        return reverse(self.lines) if self.fact == "reversed" else self.lines


def thanks_for(tx: Tx, pledge: PledgeRow, after: PledgeState) -> Thanks | None:
    """Judge what a move gives to the boards; the donor's row is locked, so counting is safe."""
    if pledge.state is PledgeState.CONFIRMED and after is not PledgeState.CONFIRMED:
        return Thanks("reversed", tuple(list_standing_lines(tx, pledge.id)))
    if after is not PledgeState.CONFIRMED or pledge.state is PledgeState.CONFIRMED:
        return None
    earlier = list_first_lines(tx, pledge.id)
    if earlier:
        lines = [line for line in earlier if line.metric not in ONCE]
        return Thanks("restored", (*lines, *_once(tx, pledge, earlier, ONCE)))
    return Thanks("lines", _new_lines(tx, pledge))


def list_heirs(tx: Tx, pledge: PledgeRow, fallen: Thanks) -> list[PledgeRow]:
    """List the donor's other confirmed parts of a wish, the first confirmed first, when their common line falls."""
    if fallen.fact != "reversed" or ONCE.isdisjoint(line.metric for line in fallen.lines):
        return []
    parts = list_pledges_of_wish(tx.session, pledge.wish_id, frozenset({PledgeState.CONFIRMED}))
    heirs = [part for part in parts if part.account_id == pledge.account_id and part.id != pledge.id]
    return sorted(heirs, key=lambda part: (part.confirmed_at or tx.now, part.id))


def carried_on(tx: Tx, heir: PledgeRow, fallen: Thanks) -> Thanks | None:
    """Give the lines that another part carries on from one that fell; None where all that fell stand by now."""
    metrics = ONCE.intersection(line.metric for line in fallen.lines)
    lines = _once(tx, heir, list_standing_lines(tx, heir.id), metrics)
    return Thanks("lines", lines) if lines else None


def _once(tx: Tx, pledge: PledgeRow, own: Sequence[BoardLine], metrics: frozenset[str]) -> tuple[BoardLine, ...]:
    """Give those lines of a donor and a wish that stand nowhere: as this part gave them, or judged for it now."""
    if not own and pledge.kind in ALWAYS_THANKED:
        return ()  # counted for nobody when it was confirmed
    given = [line for line in own if line.metric in metrics]
    missing = metrics.difference(line.metric for line in given)
    judged = [line for line in _new_lines(tx, pledge) if line.metric in missing]
    return (*(line for line in given if not STANDS[line.metric](tx, pledge.account_id, pledge.wish_id)), *judged)


def keep_thanks(tx: Tx, pledge: PledgeRow, thanks: Thanks, entry_id: int) -> None:
    """Keep the lines an entry carries, so that boards can be asked in SQL."""
    add_lines(
        tx,
        thanks.signed,
        entry_id=entry_id,
        pledge_id=pledge.id,
        wish_id=pledge.wish_id,
        account_id=None if pledge.display == Display.ANONYMOUS.value else pledge.account_id,
        beneficiary=pledge.beneficiary,
    )


def _new_lines(tx: Tx, pledge: PledgeRow) -> tuple[BoardLine, ...]:
    on = pledge.confirmed_at or tx.now
    donor, members = list_digests(tx, pledge.account_id, pledge.household_id)
    facts = Confirmation(
        kind=pledge.kind,
        units=pledge.units,
        amount_fen=pledge.amount_fen,
        display=Display(pledge.display),
        pseudonym=find_pseudonym(tx, pledge.account_id),
        county=public_county(tx.session, pledge.county, household_id=pledge.household_id),
        confirmed_at=on,
        is_first_of_wish=not has_wish_line(tx, pledge.account_id, pledge.wish_id),
        counted_this_month=count_month(tx, pledge.account_id, pledge.beneficiary, month_of(on)),
        is_self_dealing=is_self_dealing(
            donor_digests=donor,
            member_digests=members,
            donor_roles_in=list_roles(tx, pledge.account_id),
            village=pledge.region_code,
        ),
        is_seat_month=pledge.circle_id is not None and not has_month_line(tx, pledge.account_id, pledge.wish_id),
    )
    return lines_for_confirmation(facts)
