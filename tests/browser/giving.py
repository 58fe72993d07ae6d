"""What givers and volunteers do behind the scenes, by the same services the pages use."""

from charity.domain.actors import Actor
from charity.services.pledges import confirm, plan, receive, send
from charity.services.pledges.claim import claim
from tests.kit import village as v
from tests.kit.village import Village


def sent(donor: Actor, wish: str, *, units: int = 1) -> str:
    """Let a donor claim, plan and send; gives the pledge's ref."""
    pledge = claim(donor, wish, units=units, display="nickname").id
    plan.plan(donor, pledge, method="own-parcel")
    send.send(donor, pledge, courier="sf", tracking="SF1234567890123")
    return pledge


def handed_over(village: Village, wish: str) -> str:
    """Let a pledge come as far as the hand-over; gives its ref."""
    pledge = sent(village.donor, wish)
    receive.receive(village.volunteer, pledge)
    receive.hand_over(village.volunteer, pledge)
    return pledge


def slip_stored(village: Village, pledge: str) -> None:
    """Let the volunteer store a thumb-printed slip."""
    photo = v.photo()
    confirm.store_slip(
        village.volunteer,
        pledge,
        storage_key=photo.key,
        sha256=photo.sha256,
        look=photo.dhash,
        width=photo.width,
        height=photo.height,
        witness="南宫雁",
    )
