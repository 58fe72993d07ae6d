"""Numbers and refs of the world that no service gives back."""

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.models.accounts import ApiToken, RoleGrant
from charity.models.cases import Case
from charity.models.households import LookAlike
from charity.models.intentions import IntentOffer
from charity.models.outbox import Notice
from charity.models.papers import ConsentPaper
from charity.models.photos import Photo
from charity.models.pledges import Pledge, Slip
from charity.models.waiting import Offer
from charity.models.wishes import Wish


def note_numbers(refs: dict[str, str], volunteer: int, donor: Actor) -> None:
    """Note them beside the others."""
    read = reading()
    refs["grant"] = str(read.scalar(select(RoleGrant.id).where(RoleGrant.account_id == volunteer)))
    refs["token_id"] = str(read.scalar(select(ApiToken.id).where(ApiToken.account_id == donor.account_id)))
    refs["session"] = str(donor.session_id)
    refs["notice"] = str(read.scalar(select(Notice.id).where(Notice.account_id == donor.account_id).limit(1)))
    refs["offer"] = str(read.scalar(select(Offer.ref).where(Offer.account_id == donor.account_id)))
    refs["pool_offer"] = str(read.scalar(select(IntentOffer.ref).where(IntentOffer.account_id == donor.account_id)))
    cases_of = select(Case.ref).join(Pledge, Pledge.id == Case.pledge_id)
    refs["case"] = str(read.scalar(cases_of.where(Pledge.ref == refs["disputed"])))
    refs["ruled_case"] = str(read.scalar(cases_of.where(Pledge.ref == refs["ruled"])))
    refs["like"] = str(read.scalar(select(LookAlike.ref)))
    refs["paper"] = str(read.scalar(select(ConsentPaper.ref)))
    refs["slip"] = str(read.scalar(select(Slip.ref)))
    refs["slip_photo"] = str(read.scalar(select(Photo.ref).join(Slip, Slip.photo_id == Photo.id)))
    photo_of = select(Photo.ref).join(Wish, Wish.photo_id == Photo.id)
    refs["photo"] = str(read.scalar(photo_of.where(Wish.ref == refs["submitted"])))
    refs["public_photo"] = str(read.scalar(photo_of.where(Wish.ref == refs["wish"])))
    end_reading()
