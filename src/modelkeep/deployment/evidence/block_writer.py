"""Writes what a recorder has taken, each block once, also when a write fails between two."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from modelkeep.clock import Clock
from modelkeep.deployment.evidence.blocks import Block, LabelBlock, Revision
from modelkeep.deployment.evidence.conversion import to_blocks
from modelkeep.deployment.evidence.encoding import encode
from modelkeep.deployment.evidence.waiting import Waiting

WriteBlock = Callable[[str, bytes, int], object]
"""Gets split_id, payload and how many records that has; keeps all of it or raises."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class BlockWriter:
    """What a recorder's buffer is emptied into.

    Args:
        write: Keeps a block.
        clock: The time.
        revisions: All that rows may refer to, by their number; it may grow.

    Attributes:
        opened_at: When the first item was taken since the last write; None when none was.
    """

    def __init__(
        self, *, write: WriteBlock, clock: Clock, revisions: Mapping[int, Revision]
    ) -> None:
        self._write = write
        self._clock = clock
        self._revisions = revisions
        self.opened_at: datetime | None = None
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        # Blocks of items that the buffer still holds, because a write failed.
        self._encoded: deque[tuple[str, bytes, int]] = deque()
        self._encoded_items = 0

    def write(self, items: list[Waiting]) -> None:
        """Write items as blocks.

        Args:
            items: What was taken. After a failure the same must come again, and more may follow.

        Raises:
            Exception: What keeping a block raised; blocks kept before are not written again.
        """
        if self._process != os.getpid():
            # A forked child has items of its own; these blocks are the parent's.
            self._forget()
        fresh = items[self._encoded_items :]
        if fresh:
            now = self._clock.now()
            first_at, self.opened_at = self.opened_at or now, None
            blocks = to_blocks(
                fresh, self._revisions, first_at=_micros(first_at), last_at=_micros(now)
            )
            encoded = [_encoded(block) for block in blocks]
            self._encoded.extend(encoded)
            self._encoded_items = len(items)
        while self._encoded:
            self._write(*self._encoded[0])
            self._encoded.popleft()
        self._encoded_items = 0


def _encoded(block: Block | LabelBlock) -> tuple[str, bytes, int]:
    return block.split_id, encode(block), block.count


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
