"""The kit's sample pages, served on the loopback."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.look.samples import DONOR, VISITOR, sample_app


@pytest.fixture(scope="session")
def sample_sites() -> Iterator[dict[str, str]]:
    """Give the addresses of the sample pages, as a visitor and as somebody signed in sees them."""
    servers = {
        who: make_server("127.0.0.1", 0, sample_app(viewer), threaded=True)
        for who, viewer in (("visitor", VISITOR), ("donor", DONOR))
    }
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {who: f"http://127.0.0.1:{server.server_port}" for who, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()
