"""What donors stated: to themselves, and to the score that ranks the wall for them."""

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import SignInNeeded
from charity.domain.interests import Interests
from charity.domain.matching import Stated
from charity.models.interests import read_interests


def find_stated(account_id: int) -> Stated:
    """Give what an account stated, as the score takes it; everything open where it stated nothing."""
    return find_interests(account_id).stated


def find_interests(account_id: int) -> Interests:
    """Give what an account stated with its budget for one unit, which is a gate and no part of the score."""
    return read_interests(reading(), account_id)


def get_own_interests(viewer: Actor) -> Interests:
    """Give the viewer what he stated himself."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    return read_interests(reading(), viewer.account_id)
