"""Carrying messages: mail and SMS leave here, after the commit that put them into the outbox."""

import structlog
from flask import current_app

from charity.adapters.locale import speaking
from charity.adapters.mail import DeliveryFailed, mailer
from charity.adapters.settings import Settings
from charity.adapters.sms import texter
from charity.jobs.loop import Turn
from charity.queries.notices import words_of
from charity.services import outbox

_log = structlog.get_logger()


def carry() -> int:
    """Carry the messages that are due; returns how many were taken."""
    messages = outbox.take_due()
    for message in messages:
        outbox.settle(message.id, sent=_carry(message))
    return len(messages)


def _carry(message: outbox.Message) -> bool:
    settings: Settings = current_app.extensions["settings"]
    with speaking(message.language):
        subject, body = words_of(message.kind, message.params)
    try:
        if message.channel == "mail":
            mailer(settings).send(to=message.to, subject=subject, body=f"{body}\n\n{settings.public_url}\n")
        else:
            texter(settings).send(to=message.to, body=body)
    except DeliveryFailed as failure:
        _log.warning("message not delivered", message=message.id, channel=message.channel, reason=str(failure.args[:1]))
        return False
    return True


TURNS = (
    Turn("outbox", 1.0, carry),
    Turn("outbox-forget", 3600.0, outbox.forget_done),
)
