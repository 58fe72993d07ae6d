"""The WSGI application: `granian --interface wsgi app:app`, `flask --app app ...`."""

from charity.factory import create_app

app = create_app()
