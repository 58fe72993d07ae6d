"""Taking in a row of a foreign list as a submitted wish of a site, by the rules of the form."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict
from charity.domain.permissions import may
from charity.domain.wishes import BeneficiaryKind
from charity.models.acts import act
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import get_whose
from charity.services.wishes.needs import Need
from charity.services.wishes.post import hand_in, write_draft
from charity.services.wishes.publishing import get_programme


@act
def take_in(
    tx: Tx,
    actor: Actor,
    site_ref: str,
    *,
    need: Need,
    source_key: str,
    source_posted_at: datetime,
    programme_code: str,
    school_stage: str = "",
    tells: bool = False,
) -> str:
    """Post and hand in a foreign need and give its ref; Conflict when it was taken in before.

    The source's own date is kept and shown; clocks start now. Reviewers are told only when asked to: of a list of
    thousands one word is enough.
    """
    whose = get_whose(tx, actor, BeneficiaryKind.SITE, site_ref)
    may(actor, "wishes.import", whose.region)
    known = select(Wish.id).where(Wish.source_key == source_key)
    if tx.session.execute(known).first() is not None:
        raise Conflict("taken-in-before")
    whose = replace(whose, school_stage=school_stage or None)
    wish = write_draft(tx, actor, whose, need, source_key=source_key, source_posted_at=source_posted_at)
    wish.programme_id = get_programme(tx, wish, programme_code).id
    hand_in(tx, wish, whose, tells=tells)
    return wish.ref
