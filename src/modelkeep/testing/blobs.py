"""The contract of `Blobs` as tests: inherit from it and give the fixtures `blobs` and `stage`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from modelkeep.errors import IntegrityError
from modelkeep.storage.blobs import Blobs

Stage = Callable[[bytes], Path]


def name_of(content: bytes) -> str:
    """Return the name of a blob with this content."""
    return blake3(content).hexdigest()


class BlobsContract:
    """What every implementation of `Blobs` must do.

    Fixtures to give: `blobs`, an empty store; `stage`, a function that writes bytes to a file
    which `put` can take over.
    """

    def test_what_is_put_is_got(self, blobs: Blobs, stage: Stage) -> None:
        """Bytes come back equal, also none and many."""
        for content in (b"", b"a", bytes(range(256)) * 4096):
            assert blobs.put(name_of(content), stage(content))
            with blobs.get(name_of(content)) as stream:
                assert stream.read() == content

    def test_put_takes_the_file_over(self, blobs: Blobs, stage: Stage) -> None:
        """The staged file is gone, whether the blob was new or not."""
        first, second = stage(b"once"), stage(b"once")
        assert blobs.put(name_of(b"once"), first)
        assert not blobs.put(name_of(b"once"), second)
        assert not first.exists()
        assert not second.exists()

    def test_range_reads_a_part(self, blobs: Blobs, stage: Stage) -> None:
        """A range ends with the blob at the latest."""
        content = bytes(range(100))
        blobs.put(name_of(content), stage(content))
        assert blobs.range(name_of(content), 10, 5) == content[10:15]
        assert blobs.range(name_of(content), 95, 50) == content[95:]
        assert blobs.range(name_of(content), 200, 5) == b""

    def test_exists_and_delete(self, blobs: Blobs, stage: Stage) -> None:
        """Deleting frees the bytes; a second time there is nothing to free."""
        content = b"to be deleted"
        assert not blobs.exists(name_of(content))
        blobs.put(name_of(content), stage(content))
        assert blobs.exists(name_of(content))
        assert blobs.delete(name_of(content)) > 0
        assert not blobs.exists(name_of(content))
        assert blobs.delete(name_of(content)) == 0

    def test_what_is_missing_is_named(self, blobs: Blobs) -> None:
        """Reading a blob that is not there is damage, and says which."""
        name = name_of(b"never stored")
        with pytest.raises(IntegrityError, match=name), blobs.get(name):
            pass
        with pytest.raises(IntegrityError, match=name):
            blobs.range(name, 0, 1)

    def test_list_gives_all_in_order(self, blobs: Blobs, stage: Stage) -> None:
        """Every blob is listed once, by name."""
        contents = [str(number).encode() for number in range(40)]
        for content in contents:
            blobs.put(name_of(content), stage(content))
        assert [info.name for info in blobs.list()] == sorted(map(name_of, contents))
