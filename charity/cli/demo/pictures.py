"""Pictures for the story's needs, drawn and encoded by another process, because that is half of the work."""

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from random import Random

from charity.adapters import photos
from charity.adapters.processes import tie, watch
from charity.adapters.storage import MemoryStore, Store
from charity.cli.demo.drawings import draw, draw_slip

PICTURES_A_SLIP = 4
SLIP = "slip"


def _end_with(parent: int) -> None:
    tie(parent)
    watch(parent)


def make(what: str, seed: float) -> tuple[photos.Photo, dict[str, bytes]]:
    """Draw a thing of a category (or a receipt) and encode it in all widths: what it is, and its files by name."""
    kept, chance = MemoryStore(), Random(seed)
    drawn = draw_slip(chance) if what == SLIP else draw(what, chance)
    photo = photos.take_in(drawn, kept, may_hold_codes=True)  # drawn by ourselves: there is nothing to look for
    return photo, {name: kept.get(name) for name in photos.names(photo.key)}


class Pictures:
    """Draws pictures in the background and hands each out once."""

    def __init__(self, store: Store, chance: Random) -> None:
        self.store, self._chance = store, chance
        # A process of its own, begun afresh: threads would wait for each other, a copy would share our connections.
        self._drawing = ProcessPoolExecutor(
            max_workers=1, mp_context=get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)
        )
        self._keeping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeping")
        self._waiting: dict[str, list[Future[photos.Photo]]] = {}
        self._slips: deque[Future[photos.Photo]] = deque()

    def order(self, categories: Iterable[str]) -> None:
        """Begin to draw a picture for each of these categories, and a receipt now and then."""
        for number, category in enumerate(categories):
            self._waiting.setdefault(category, []).append(self._begin(category))
            if number % PICTURES_A_SLIP == 0:
                self._slips.append(self._begin(SLIP))

    def _begin(self, what: str) -> Future[photos.Photo]:
        drawn = self._drawing.submit(make, what, self._chance.random())
        return self._keeping.submit(self._keep, drawn)

    def _keep(self, drawn: Future[tuple[photos.Photo, dict[str, bytes]]]) -> photos.Photo:
        photo, files = drawn.result()
        for name, data in files.items():
            self.store.put(name, data)
        return photo

    def take(self, category: str) -> photos.Photo:
        """Give the next picture ordered for a category."""
        return self._waiting[category].pop(0).result()

    def slip(self) -> photos.Photo:
        """Give the picture of a receipt with a thumb print, one of those drawn ahead while there are any."""
        return (self._slips.popleft() if self._slips else self._begin(SLIP)).result()

    def close(self) -> None:
        """Stop drawing."""
        self._drawing.shutdown(wait=True, cancel_futures=True)
        self._keeping.shutdown(wait=True, cancel_futures=True)
