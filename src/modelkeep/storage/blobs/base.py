"""What a place for blobs can do: six methods, the seam behind which stores differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A blob in a listing.

    Attributes:
        name: BLAKE3 of its bytes, hexadecimal.
        stored_bytes: How much room it takes.
    """

    name: str
    stored_bytes: int


class Blobs(Protocol):
    """Content-addressed, immutable, durable bytes.

    `modelkeep.testing.blobs` holds the contract as tests; every implementation passes it.
    """

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file under its digest; it is durable when this returns.

        Args:
            name: BLAKE3 of the file, hexadecimal, computed by the caller from these bytes.
            staged: The file, made by the caller and taken over; it is gone afterwards.

        Returns:
            Whether it is new; False when the store already held these bytes whole.

        Raises:
            StorageUnavailableError: It could not be kept; the store is as before.
        """
        ...

    def get(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open the blob for reading from its start.

        Raises:
            IntegrityError: It is not there.
        """
        ...

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob.

        Raises:
            IntegrityError: It is not there.
        """
        ...

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        ...

    def delete(self, name: str) -> int:
        """Remove the blob, if it is there; return how many bytes that freed."""
        ...

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names."""
        ...


@runtime_checkable
class LocalPaths(Protocol):
    """A small ability: the blobs are plain files of this machine, so they can be mapped."""

    def path(self, name: str) -> Path:
        """Return the file that holds the blob; it must not be written."""
        ...


@runtime_checkable
class LocalCopies(Protocol):
    """A small ability: of what was read a copy is kept on this machine."""

    def forget(self, name: str) -> None:
        """Remove the copy of a blob; it is fetched again when it is read."""
        ...
