"""The cookie of a browser: signed, and believed whatever the clock of the server that signed it said."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class TimelessCookies(SecureCookieSessionInterface):
    """Cookies whose age does not matter: whether a session runs stands in the database, by one clock.

    The usual reading refuses a cookie from the future, so every clock set back by a second would sign people out.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the browser's cookie; an absent or a foreign one is an empty session."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        said = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(signer.loads(said)) if said else self.session_class()
        except BadSignature:
            return self.session_class()
