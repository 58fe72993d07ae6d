"""Pictures for the story's needs, drawn and encoded beside the telling of it, because encoding is most of the work."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

from charity.adapters import photos
from charity.adapters.storage import Store
from charity.cli.demo.drawings import draw, draw_slip

SLIPS_AHEAD = 3


class Pictures:
    """Draws pictures in the background and hands each out once."""

    def __init__(self, store: Store, chance: Random) -> None:
        self._store, self._chance = store, chance
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="drawing")
        self._waiting: dict[str, list[Future[photos.Photo]]] = {}
        self._slips: deque[Future[photos.Photo]] = deque()

    def order(self, categories: Iterable[str]) -> None:
        """Begin to draw a picture for each of these categories."""
        for category in categories:
            chance = Random(self._chance.random())
            self._waiting.setdefault(category, []).append(self._begin(lambda c=category, r=chance: draw(c, r)))

    def _begin(self, drawing: Callable[[], bytes]) -> Future[photos.Photo]:
        return self._pool.submit(lambda: photos.take_in(drawing(), self._store))

    def take(self, category: str) -> photos.Photo:
        """Give the next picture ordered for a category."""
        return self._waiting[category].pop(0).result()

    def slip(self) -> photos.Photo:
        """Give the picture of a receipt with a thumb print; some are drawn ahead."""
        while len(self._slips) < SLIPS_AHEAD:
            chance = Random(self._chance.random())
            self._slips.append(self._begin(lambda r=chance: draw_slip(r)))
        return self._slips.popleft().result()

    def close(self) -> None:
        """Stop drawing."""
        self._pool.shutdown(wait=True, cancel_futures=True)
