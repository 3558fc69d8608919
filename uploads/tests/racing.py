"""Deeds at once, and the worker's view."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from key2key.common import background, clock
from key2key.common.errors import DomainError
from uploads import services
from uploads.models import Upload
from uploads.tests import pictures
from uploads.tests.factories import OwnerFactory


def stored(owner: Any = None, data: bytes | None = None) -> Upload:
    return services.store_photo(owner=owner or OwnerFactory(), file=data or pictures.jpeg())


def in_threads(*deeds: Callable[[], Any]) -> list[Any]:
    """What the deeds, run at once on connections of their own, return or raise."""
    outcomes: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number: int) -> None:
        try:
            start.wait(5)
            outcomes[number] = deeds[number]()
        except DomainError as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes


def working(upload: Upload) -> Upload:
    """The upload as the worker that has claimed it sees it."""
    Upload.objects.filter(pk=upload.pk).update(due_at=clock.now() - timedelta(days=1))
    return next(duty for duty in background.claim(Upload, limit=20) if duty.pk == upload.pk)
