"""What a first visit really transfers, as the browser counts it on the wire."""

from dataclasses import dataclass
from typing import Any

KINDS = {"Document": "page", "Stylesheet": "sheet", "Script": "script", "Image": "picture"}


@dataclass(slots=True)
class Visit:
    """Bytes of a first visit by kind, its largest picture, and how many answers it took."""

    sizes: dict[str, int]
    largest_picture: int
    requests: int

    @property
    def total(self) -> int:
        """Add everything up."""
        return sum(self.sizes.values())


def weigh(page: Any, path: str) -> Visit:
    """Visit a page with empty pockets and count what came over the wire before anybody scrolls."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    wire.on("Network.loadingFinished", lambda told: bytes_of.update({told["requestId"]: told["encodedDataLength"]}))
    assert page.goto(path, wait_until="networkidle").status == 200
    wire.detach()
    sizes: dict[str, int] = {}
    pictures = [0]
    for request, size in bytes_of.items():
        kind = KINDS.get(kinds.get(request, ""), "other")
        sizes[kind] = sizes.get(kind, 0) + int(size)
        if kind == "picture":
            pictures.append(int(size))
    return Visit(sizes, max(pictures), len(bytes_of))
