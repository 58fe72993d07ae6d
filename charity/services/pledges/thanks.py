"""The board lines a confirmation gives, a dispute takes back and a ruling restores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charity.adapters.db import Tx
from charity.domain.boards import Confirmation, Display, Metric, is_self_dealing, lines_for_confirmation, reverse
from charity.domain.calendar import month_of
from charity.domain.entries import BoardLine
from charity.domain.kinds import PledgeState
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

MONTHS = Metric.MONTHS.value


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
        taken = has_wish_line(tx, pledge.account_id, pledge.wish_id)
        lines = [line for line in earlier if line.metric != MONTHS and not (taken and line.metric == "wishes")]
        return Thanks("restored", (*lines, *_month_of(tx, pledge, earlier)))
    return Thanks("lines", _new_lines(tx, pledge))


def carried_on(tx: Tx, pledge: PledgeRow, thanks: Thanks) -> tuple[PledgeRow, Thanks] | None:
    """Find which other gift of a seat's month carries its line on when the one that carried it falls, and the line."""
    if thanks.fact != "reversed" or all(line.metric != MONTHS for line in thanks.lines):
        return None
    for part in list_pledges_of_wish(tx.session, pledge.wish_id, frozenset({PledgeState.CONFIRMED})):
        if part.account_id != pledge.account_id or part.id == pledge.id:
            continue
        month = _month_of(tx, part, list_standing_lines(tx, part.id))
        if month:
            return part, Thanks("lines", month)
    return None


def _month_of(tx: Tx, pledge: PledgeRow, own: Sequence[BoardLine]) -> tuple[BoardLine, ...]:
    """Give the line of a seat's month where none stands; what counts for nobody carries none."""
    if pledge.circle_id is None or not own or has_month_line(tx, pledge.account_id, pledge.wish_id):
        return ()
    return (replace(own[0], metric=MONTHS, value=1),)


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
    donor, members = list_digests(tx, pledge.account_id, pledge.household_id)
    facts = Confirmation(
        kind=pledge.kind,
        units=pledge.units,
        amount_fen=pledge.amount_fen,
        display=Display(pledge.display),
        pseudonym=find_pseudonym(tx, pledge.account_id),
        county=public_county(tx.session, pledge.county, household_id=pledge.household_id),
        confirmed_at=tx.now,
        is_first_of_wish=not has_wish_line(tx, pledge.account_id, pledge.wish_id),
        counted_this_month=count_month(tx, pledge.account_id, pledge.beneficiary, month_of(tx.now)),
        is_self_dealing=is_self_dealing(
            donor_digests=donor,
            member_digests=members,
            donor_roles_in=list_roles(tx, pledge.account_id),
            village=pledge.region_code,
        ),
        is_seat_month=pledge.circle_id is not None and not has_month_line(tx, pledge.account_id, pledge.wish_id),
    )
    return lines_for_confirmation(facts)
