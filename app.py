"""The WSGI application: `granian --interface wsgi app:app`, `flask --app app ...`."""

import gc
import sys

gc.disable()  # almost everything made while starting stays: looking for garbage in it takes a fifth of the start


from charity.adapters.allocating import give_large_blocks_back  # noqa: E402
from charity.adapters.settings import BadSettings  # noqa: E402
from charity.factory import create_app  # noqa: E402

give_large_blocks_back()
try:
    app = create_app()
except BadSettings as bad:
    sys.exit(str(bad))

gc.collect()
gc.freeze()  # it is never looked through again, so that no request waits for that either
gc.enable()
