"""The contract of `Blobs` as tests: inherit from it and give the fixtures `blobs` and `stage`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from modelkeep.errors import IntegrityError
from modelkeep.storage.blobs import Blobs

Stage = Callable[[bytes], Path]


def sha256(content: bytes) -> str:
    """Return the name of a blob with this content."""
    return hashlib.sha256(content).hexdigest()


class BlobsContract:
    """What every implementation of `Blobs` must do.

    Fixtures to give: `blobs`, an empty store; `stage`, a function that writes bytes to a file
    which `put` can take over.
    """

    def test_what_is_put_is_got(self, blobs: Blobs, stage: Stage) -> None:
        """Bytes come back equal, also none and many."""
        for content in (b"", b"a", bytes(range(256)) * 4096):
            assert blobs.put(sha256(content), stage(content))
            with blobs.get(sha256(content)) as stream:
                assert stream.read() == content

    def test_put_takes_the_file_over(self, blobs: Blobs, stage: Stage) -> None:
        """The staged file is gone, whether the blob was new or not."""
        first, second = stage(b"once"), stage(b"once")
        assert blobs.put(sha256(b"once"), first)
        assert not blobs.put(sha256(b"once"), second)
        assert not first.exists()
        assert not second.exists()

    def test_range_reads_a_part(self, blobs: Blobs, stage: Stage) -> None:
        """A range ends with the blob at the latest."""
        content = bytes(range(100))
        blobs.put(sha256(content), stage(content))
        assert blobs.range(sha256(content), 10, 5) == content[10:15]
        assert blobs.range(sha256(content), 95, 50) == content[95:]
        assert blobs.range(sha256(content), 200, 5) == b""

    def test_exists_and_delete(self, blobs: Blobs, stage: Stage) -> None:
        """Deleting frees the bytes; a second time there is nothing to free."""
        content = b"to be deleted"
        assert not blobs.exists(sha256(content))
        blobs.put(sha256(content), stage(content))
        assert blobs.exists(sha256(content))
        assert blobs.delete(sha256(content)) > 0
        assert not blobs.exists(sha256(content))
        assert blobs.delete(sha256(content)) == 0

    def test_what_is_missing_is_named(self, blobs: Blobs) -> None:
        """Reading a blob that is not there is damage, and says which."""
        name = sha256(b"never stored")
        with pytest.raises(IntegrityError, match=name), blobs.get(name):
            pass
        with pytest.raises(IntegrityError, match=name):
            blobs.range(name, 0, 1)

    def test_list_gives_all_in_order(self, blobs: Blobs, stage: Stage) -> None:
        """Every blob is listed once, by name."""
        contents = [str(number).encode() for number in range(40)]
        for content in contents:
            blobs.put(sha256(content), stage(content))
        assert [info.sha256 for info in blobs.list()] == sorted(map(sha256, contents))
