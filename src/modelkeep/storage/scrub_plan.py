"""Which packs a verification looks at, how fast, and where an interrupted one goes on."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modelkeep.catalogue.chunks import Pack
from modelkeep.errors import InvalidInputError
from modelkeep.storage import durable


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubPlan:
    """What to look at.

    Attributes:
        sample: Which part of the packs, above 0 and up to 1; chosen anew each time.
        most_bytes: Stop after about so many bytes of packs; None for all.
        bytes_per_second: Look at no more than this on average; None for as fast as it goes.
        resume: Go on behind the pack at which the last resumable one stopped.
        stopped: Asked before each pack; once it is true, no further one is looked at.
    """

    sample: float = 1.0
    most_bytes: int | None = None
    bytes_per_second: float | None = None
    resume: bool = False
    stopped: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        if not 0 < self.sample <= 1:
            raise InvalidInputError(f"sample is {self.sample}; it must be above 0 and at most 1")
        if self.bytes_per_second is not None and self.bytes_per_second <= 0:
            raise InvalidInputError(f"rate is {self.bytes_per_second}; it must be above 0")

    @property
    def is_whole(self) -> bool:
        """Whether everything is looked at."""
        return self.sample == 1 and self.most_bytes is None and not self.resume


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubPart:
    """A part of a verification that can be done by itself; the parts together are all of it.

    Attributes:
        kind: `catalogue` is the database with its rows and stages, `references` the counts of
            chunks; `packs` and `versions` are those that are named.
        names: Packs in hexadecimal, or ids of versions.
        touched: Versions that are known to be damaged; of `versions`, these are not put together.
        files: Whether the files of versions are put together.
    """

    kind: Literal["catalogue", "packs", "references", "versions"]
    names: tuple[str, ...] = ()
    touched: frozenset[str] = frozenset()
    files: bool = True


_NAME = re.compile(rb"[0-9a-f]{64}")


class Pace:
    """Goes through packs as a plan says.

    Args:
        plan: What to look at.
        cursor: The file that remembers where to go on.
    """

    def __init__(self, plan: ScrubPlan, cursor: Path) -> None:
        self._plan = plan
        self._cursor = cursor

    def choose(self, packs: Iterable[Pack]) -> Iterator[Pack]:
        """Give the packs one after another, when it is their time."""
        plan, began, done = self._plan, time.monotonic(), 0
        chosen = list(packs)
        if plan.sample < 1:
            count = max(1, round(plan.sample * len(chosen)))
            chosen = random.sample(chosen, min(count, len(chosen)))
        last = self._read() if plan.resume else ""
        for pack in sorted(chosen, key=lambda each: each.pack):
            if pack.pack.hex() <= last:
                continue
            if plan.stopped() or (plan.most_bytes is not None and done >= plan.most_bytes):
                return
            yield pack
            done += pack.stored_bytes
            if plan.resume:
                self._write(pack.pack.hex())
            if plan.bytes_per_second is not None:
                ahead = done / plan.bytes_per_second - (time.monotonic() - began)
                time.sleep(max(0.0, ahead))
        if plan.resume:
            self._cursor.unlink(missing_ok=True)

    def _read(self) -> str:
        if not self._cursor.is_file():
            return ""
        # Anything but the name of a pack is damage; then it goes on from the first.
        found = self._cursor.read_bytes().strip()
        return found.decode() if _NAME.fullmatch(found) else ""

    def _write(self, name: str) -> None:
        # Not synced: what a power loss takes is only looked at once more.
        with durable.disk_errors(self._cursor):
            self._cursor.write_text(name)
