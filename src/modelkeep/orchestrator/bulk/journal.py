"""What of an interrupted bulk work is done, where the registry itself cannot tell."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from modelkeep import canonical
from modelkeep.orchestrator.bulk.task import Result
from modelkeep.storage import durable
from modelkeep.storage.layout import StoreLayout

_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Items that are done.

    Attributes:
        work: What was done with them.
        items: In their order.
        arguments: What else it was done with.
        result: What came out.
    """

    work: str
    items: tuple[str, ...]
    arguments: Mapping[str, Any]
    result: Result


class Journal:
    """A folder with one file for each task that is done, written whole and synced.

    Args:
        layout: Of the registry whose files it lies among.
        name: Tells one kind of command, with what it was told to do, from others.
    """

    def __init__(self, layout: StoreLayout, name: str) -> None:
        self._layout = layout
        self.folder: Path = layout.bulk / _digest(name.encode()).hex()[:16]

    def entries(self) -> Iterator[Entry]:
        """Give what is done; files that are damaged are taken for not written."""
        with durable.disk_errors(self.folder):
            files = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
            contents = [file.read_bytes() for file in files]
        for content in contents:
            digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
            if digest == _digest(body):
                found = canonical.decode(body)
                yield Entry(**{**found, "items": tuple(found["items"])})

    def note(self, entry: Entry) -> None:
        """Keep what is done, durably."""
        body = canonical.encode(
            {
                "work": entry.work,
                "items": entry.items,
                "arguments": entry.arguments,
                "result": entry.result,
            }
        )
        name = _digest(canonical.encode([entry.work, entry.items, entry.arguments])).hex()[:32]
        with durable.disk_errors(self.folder):
            durable.write_file(
                self.folder / f"{name}.json",
                _digest(body) + body,
                staging=self._layout.staging_path(),
                folders=self._layout.folders,
            )

    def remove(self) -> None:
        """Forget all: the work is done to its end."""
        with durable.disk_errors(self.folder):
            if self.folder.is_dir():
                shutil.rmtree(self.folder)


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_BYTES).digest()
