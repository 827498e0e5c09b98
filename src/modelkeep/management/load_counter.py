"""Counts loads of versions, so that what is loaded most can be made the quickest to read."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress

from modelkeep.catalogue import loads
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.errors import DamagedCatalogueError, StorageUnavailableError

_MOST_WAITING = 100


class LoadCounter:
    """Counts in memory, and writes now and then: a load does not wait for the disk.

    Args:
        catalogue: Where the counts are kept.
        clock: The time.
    """

    def __init__(self, *, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, version_id: str) -> None:
        """Count a load."""
        with self._lock:
            self._waiting[version_id] += 1
            due = self._waiting.total() >= _MOST_WAITING
        if due:
            self.flush()

    def flush(self) -> None:
        """Write what was counted; where the registry cannot be written, it is forgotten."""
        with self._lock:
            counts, self._waiting = self._waiting, Counter()
        if not counts:
            return
        # A hint is not worth an error: loads work in a registry that is read-only or busy, and
        # `verify` tells of damage.
        hindered = suppress(StorageUnavailableError, DamagedCatalogueError)
        with hindered, self._catalogue.write() as connection:
            loads.add(connection, counts, self._clock.now())
