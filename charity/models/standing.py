"""How an account stands with its limits: asked when a claim was refused, and before an offer is made."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.limits import DEFAULTS, DonorStanding, Limits
from charity.models.accounts import Account
from charity.models.pledges import GivenYear


def find_standing(
    tx: Tx, account_id: int, *, beneficiary: str = "", year: int = 0, limits: Limits = DEFAULTS
) -> DonorStanding | None:
    """Give an account's standing, with what it gave a beneficiary in a year; None when it is closed or shut out."""
    of_year = (GivenYear.account_id == Account.id) & (GivenYear.beneficiary == beneficiary) & (GivenYear.year == year)
    row = tx.session.execute(
        select(
            Account.kind,
            Account.email_verified_at,
            Account.phone_verified_at,
            Account.confirmed_pledges,
            Account.open_pledges,
            Account.open_fen,
            Account.cooling_until,
            Account.open_limit,
            GivenYear.amount_fen,
        )
        .outerjoin(GivenYear, of_year)
        .where(Account.id == account_id, Account.closed_at.is_(None), Account.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    cooling = row.cooling_until
    return DonorStanding(
        kind=AccountKind(row.kind),
        verified=row.email_verified_at is not None or row.phone_verified_at is not None,
        confirmed=row.confirmed_pledges,
        open_pledges=row.open_pledges,
        open_fen=row.open_fen,
        year_fen=row.amount_fen or 0,
        lapses_in_a_row=limits.lapses_in_a_row if cooling else 0,
        last_lapse_at=None if cooling is None else cooling - limits.cooling,
        county_override=row.open_limit,
    )
