"""Local blobs pass the contract, are read-only, and heal what a repeated write finds damaged."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from modelkeep.errors import InvalidInputError
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.testing.blobs import BlobsContract, Stage, name_of


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    (tmp_path / "blobs").mkdir()
    return LocalBlobs(tmp_path / "blobs")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    count = iter(range(1_000_000))

    def write(content: bytes) -> Path:
        path = tmp_path / f"staged-{next(count)}"
        path.write_bytes(content)
        return path

    return write


class TestLocalBlobs(BlobsContract):
    def test_a_blob_is_a_read_only_file_in_two_levels(self, blobs, stage) -> None:
        name = name_of(b"content")
        blobs.put(name, stage(b"content"))
        path = blobs.path(name)
        assert path.parent.name == name[:2]
        assert stat.S_IMODE(path.stat().st_mode) == 0o444

    def test_a_damaged_blob_is_replaced_by_a_repeated_write(self, blobs, stage) -> None:
        name = name_of(b"content")
        blobs.put(name, stage(b"content"))
        blobs.path(name).chmod(0o600)
        blobs.path(name).write_bytes(b"damaged")
        assert blobs.put(name, stage(b"content"))
        assert blobs.range(name, 0, 100) == b"content"

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "ABC", "0" * 63, "g" * 64])
    def test_a_name_that_is_no_digest_leads_nowhere(self, blobs, name) -> None:
        with pytest.raises(InvalidInputError, match="64 hexadecimal digits"):
            blobs.path(name)
