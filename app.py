"""The WSGI application: `granian --interface wsgi app:app`, `flask --app app ...`."""

import gc

gc.disable()  # almost everything made while starting stays: looking for garbage in it takes a fifth of the start

from charity.factory import create_app  # noqa: E402

app = create_app()

gc.collect()
gc.freeze()  # it is never looked through again, so that no request waits for that either
gc.enable()
