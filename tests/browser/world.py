"""What stands in the village when a journey begins, and what others do behind the scenes."""

import re
from pathlib import Path

from flask import current_app
from PIL import Image, ImageDraw
from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.mail import NullMailer, mailer
from charity.jobs import boards, outbox, sequencing
from charity.models.wishes import Wish
from tests.kit import village as v
from tests.kit.village import Village


def settle_book() -> None:
    """Let the worker have its turns: the book is sealed and signed, the boards follow, messages leave."""
    while sequencing.seal_waiting():
        pass
    sequencing.sign_growth()
    boards.carry()
    outbox.carry()


def mailed_code(address: str) -> str:
    """Read the code in the newest letter to an address, as its owner would."""
    settle_book()
    carrier = mailer(current_app.extensions["settings"])
    assert isinstance(carrier, NullMailer)
    letters = [letter.body for letter in carrier.sent if letter.to == address]
    found = re.search(r"\b[0-9]{6}\b", letters[-1])
    assert found is not None, letters[-1]
    return found[0]


def newest_wish() -> str:
    """Give the ref of the wish that was written down last."""
    end_reading()
    ref = reading().scalars(select(Wish.ref).order_by(Wish.id.desc()).limit(1)).one()
    end_reading()
    return ref


def build() -> Village:
    """Found the village, with a dozen public wishes of its school on the wall."""
    village = v.build()
    with transaction() as tx:
        for place, county in enumerate([v.COUNTY, v.OTHER_COUNTY] * 6):
            v.add_public(
                tx,
                village.volunteer,
                f"班级图书角绘本 {place + 1} 套",
                at=v.later(-place - 1),
                county=county,
                committed=place % 4,
                in_transit=place % 2,
                wanted=10 + place,
            )
        tx.session.flush()
    return village


def picture(folder: Path) -> Path:
    """Draw a picture of a thing, as a telephone would take it."""
    path = folder / f"coat-{now():%H%M%S%f}.jpg"
    image = Image.effect_noise((1200, 900), 60).convert("RGB")
    ImageDraw.Draw(image).rectangle((300, 150, 900, 820), fill=(60, 90, 150))
    image.save(path, quality=80)
    return path
