"""The board lines a confirmation gives, a dispute takes back and a ruling restores."""

from dataclasses import dataclass

from charity.adapters.db import Tx
from charity.domain.boards import Confirmation, Display, is_self_dealing, lines_for_confirmation, reverse
from charity.domain.calendar import month_of
from charity.domain.entries import BoardLine
from charity.domain.kinds import PledgeState
from charity.models.board_lines import (
    add_lines,
    count_month,
    find_pseudonym,
    has_wish_line,
    list_digests,
    list_first_lines,
    list_roles,
    list_standing_lines,
)
from charity.models.circle_gifts import keeps_month
from charity.models.counties import public_county
from charity.models.moving import PledgeRow


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
        return Thanks("restored", tuple(line for line in earlier if not (taken and line.metric == "wishes")))
    return Thanks("lines", _new_lines(tx, pledge))


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
        is_seat_month=keeps_month(tx, pledge),
    )
    return lines_for_confirmation(facts)
