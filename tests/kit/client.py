"""A test client whose requests stand alone, as they do on a server."""

from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from charity.adapters import clock
from charity.adapters.db import end_reading


class Client(FlaskClient):
    """Runs each request outside the test's own application context: its own `g`, log-in and database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request; the test's own read ends first, so that it afterwards sees what the request wrote."""
        if has_app_context():
            end_reading()
        moment = clock.held()

        def send() -> TestResponse:
            if moment is None:
                return super(Client, self).open(*args, **kwargs)
            with clock.hold(moment):
                return super(Client, self).open(*args, **kwargs)

        return Context().run(send)
