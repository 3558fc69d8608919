"""Draws the photos of offers in processes of their own, a few offers ahead of who hangs them up.

What runs there needs neither Django nor the database, so that a process starts in no time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from listings.management.scenes import draw_home, draw_vehicle
from listings.management.seeding.offers import Offer, Scene
from uploads.images import Derived, derive

PROCESSES, OFFERS_AHEAD = 2, 12


@dataclass(frozen=True)
class Picture:
    """A drawn photo: the file, what is shown of it, and which side of the thing it shows."""

    original: bytes
    derived: Derived
    shows: str


@contextmanager
def drawn(offers: Iterable[Offer]) -> Iterator[Iterator[tuple[Offer, list[Picture]]]]:
    """The offers in their order, each with its pictures. Leaves no process behind, however it is left."""
    pool = ProcessPoolExecutor(
        PROCESSES, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )
    try:
        yield _in_order(pool, offers)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, offers: Iterable[Offer]) -> Iterator[tuple[Offer, list[Picture]]]:
    waiting: deque[tuple[Offer, Future[list[Picture]]]] = deque()
    for offer in offers:
        waiting.append((offer, pool.submit(_draw, offer.scenes)))
        if len(waiting) > OFFERS_AHEAD:
            first, pictures = waiting.popleft()
            yield first, pictures.result()
    for first, pictures in waiting:
        yield first, pictures.result()


def _draw(scenes: Iterable[Scene]) -> list[Picture]:
    pictures = []
    for scene in scenes:
        draw = draw_home if scene.kind == "property" else draw_vehicle
        original = draw(**scene.arguments)
        pictures.append(Picture(original, derive(original), scene.shows))
    return pictures


def _end_with_parent() -> None:
    """Ctrl-C is for the parent, and its death is ours: nobody else would stop us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
