"""The small closed family of refusals: raised below, shown once above. They carry codes, never sentences."""

from collections.abc import Mapping


class Refused(Exception):
    """Something that may not happen, with a stable kebab-case code."""

    status = 400

    def __init__(self, code: str, *, field: str | None = None, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = dict(params or {})


class Invalid(Refused):
    """The input is not well formed or breaks a rule about its content."""

    status = 422


class SignInNeeded(Refused):
    """Nobody is signed in, and the door asks for somebody."""

    status = 401

    def __init__(self, code: str = "sign-in-needed") -> None:
        super().__init__(code)


class NotPermitted(Refused):
    """The actor is known and may see the thing, but may not do this."""

    status = 403


class CapReached(NotPermitted):
    """A fair limit is used up."""


class Missing(Refused):
    """The thing does not exist, or must look as if it did not."""

    status = 404

    def __init__(self, code: str = "missing") -> None:
        super().__init__(code)


class Conflict(Refused):
    """The thing is no longer in the state the act needs."""

    status = 409


class TooMany(Refused):
    """Too many tries from one place."""

    status = 429


class Busy(Refused):
    """The database could not take the work just now; trying again is safe."""

    status = 503

    def __init__(self, code: str = "busy") -> None:
        super().__init__(code)
