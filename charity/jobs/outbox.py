"""Carrying messages: mail and SMS leave here, after the commit that put them into the outbox."""

import time

import structlog
from flask import current_app

from charity.adapters.delivery import DeliveryFailed
from charity.adapters.locale import speaking
from charity.adapters.mail import mailer
from charity.adapters.settings import Settings
from charity.adapters.sms import texter
from charity.jobs.loop import Turn
from charity.queries.notices import path_of, words_of
from charity.services import outbox
from charity.services.outbox import CHANNELS, Message

_log = structlog.get_logger()
REST = 30.0
# A server that does not answer costs ten seconds each time: its channel rests, so that the other turns keep their pace.
_resting: dict[str, float] = {}


def carry() -> int:
    """Carry the messages that are due; returns how many were tried."""
    awake = [channel for channel in CHANNELS if not _is_resting(channel)]
    messages = outbox.take_due(awake) if awake else []
    left: list[int] = []
    for message in messages:
        if _is_resting(message.channel):  # since a message of this same turn
            left.append(message.id)
        else:
            _carry(message)
    outbox.put_back(left)
    return len(messages) - len(left)


def _is_resting(channel: str) -> bool:
    return _resting.get(channel, 0.0) > time.monotonic()


def wake() -> None:
    """Let every channel be tried again at once."""
    _resting.clear()


def _carry(message: Message) -> None:
    try:
        _send(message)
    except DeliveryFailed as failure:
        _log.warning("message not delivered", message=message.id, channel=message.channel, reason=failure.code)
        outbox.settle(message.id, sent=False, for_good=failure.permanent)
        if failure.code.endswith("-unreachable"):
            _resting[message.channel] = time.monotonic() + REST
    except Exception as error:  # one message that cannot be put into words must not hold up the others
        _log.error("message not written", message=message.id, kind=message.kind, error=type(error).__name__)
        outbox.settle(message.id, sent=False)
    else:
        outbox.settle(message.id, sent=True)


def _send(message: Message) -> None:
    settings: Settings = current_app.extensions["settings"]
    with speaking(message.language):
        subject, body = words_of(message.kind, message.params)
    if message.channel == "mail":
        link = f"{settings.public_url}{path_of(message.kind, message.params)}"
        mailer(settings).send(to=message.to, subject=subject, body=f"{body}\n\n{link}\n")
    else:
        texter(settings).send(to=message.to, subject="", body=body)


TURNS = (
    Turn("outbox", 1.0, carry),
    Turn("outbox-forget", 3600.0, outbox.forget_done),
    Turn("inbox-forget", 3600.0, outbox.forget_read),
)
