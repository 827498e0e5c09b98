"""The cache of blocks: shared by threads and processes, within its room, never wrong for long."""

from __future__ import annotations

import logging
import os
import random
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelkeep.catalogue import chunks
from modelkeep.errors import IntegrityError
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.blobs.cached import CachedBlobs
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.testing.blobs import BlobsContract, name_of

_BLOCK = 4 << 20


class CountedBlobs(LocalBlobs):
    """Local blobs that tell which ranges were read, and let nobody read while they are held."""

    def __init__(self, root):
        super().__init__(root)
        self.ranges = []
        self.may_read = threading.Event()
        self.may_read.set()

    def range(self, name, offset, length):
        self.ranges.append((offset, length))
        assert self.may_read.wait(30)
        return super().range(name, offset, length)


@pytest.fixture
def below(tmp_path):
    (tmp_path / "blobs").mkdir()
    return CountedBlobs(tmp_path / "blobs")


@pytest.fixture
def blobs(below, tmp_path):
    return CachedBlobs(below, tmp_path / "read", 64 << 20)


@pytest.fixture
def put(blobs, stage):
    def keep(size, seed=0):
        content = random.Random(seed).randbytes(size)
        blobs.put(name_of(content), stage(content))
        return name_of(content), content

    return keep


def _files(folder):
    return sorted(path for path in folder.glob("*/*") if path.is_file())


class TestCachedBlobs(BlobsContract):
    pass


def test_each_range_is_right_and_each_block_is_fetched_once(blobs, below, put):
    name, content = put(2 * _BLOCK + 12345)
    rng = random.Random(1)
    edges = [0, 1, _BLOCK - 1, _BLOCK, _BLOCK + 1, 2 * _BLOCK, len(content) - 1, len(content)]
    for offset in edges + [rng.randrange(len(content)) for _ in range(20)]:
        for length in (1, 1000, _BLOCK, 3 * _BLOCK):
            assert blobs.range(name, offset, length) == content[offset : offset + length]
    assert sorted(below.ranges) == [(0, _BLOCK), (_BLOCK, _BLOCK), (2 * _BLOCK, _BLOCK)]


def test_threads_that_want_one_block_fetch_it_once(blobs, below, put):
    name, content = put(100_000)
    below.may_read.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(blobs.range, name, at * 1000, 500) for at in range(8)]
        below.may_read.set()
        for at, each in enumerate(asked):
            assert each.result() == content[at * 1000 :][:500]
    assert below.ranges == [(0, _BLOCK)]


def test_threads_that_wait_for_a_block_that_fails_are_all_told(blobs, below):
    below.may_read.clear()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(blobs.range, "0" * 64, 0, 10) for _ in range(4)]
        below.may_read.set()
        for each in asked:
            with pytest.raises(IntegrityError, match="missing"):
                each.result()


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "of another block"])
def test_a_block_that_is_not_what_was_cached_is_fetched_again(
    blobs, below, put, tmp_path, damage, caplog
):
    name, content = put(_BLOCK + 5000)
    blobs.range(name, 0, len(content))
    first, second = _files(tmp_path / "read")
    kept = first.read_bytes()
    changed = {
        "flipped": bytes([kept[0] ^ 1]) + kept[1:],
        "cut": kept[:-1],
        "empty": b"",
        "of another block": second.read_bytes(),
    }[damage]
    first.write_bytes(changed)
    with caplog.at_level(logging.WARNING, logger="modelkeep"):
        assert blobs.range(name, 0, 1000) == content[:1000]
    assert "damaged block" in caplog.text
    assert first.read_bytes() == kept
    assert len(below.ranges) == 3


def test_what_takes_the_place_of_a_damaged_blob_is_read_and_not_the_cache(blobs, below, put, stage):
    name, content = put(1000)
    below.path(name).chmod(0o600)
    below.path(name).write_bytes(b"damaged")
    assert blobs.range(name, 0, 7) == b"damaged"
    assert blobs.put(name, stage(content))
    assert blobs.range(name, 0, 7) == content[:7]


def test_forgetting_and_deleting_remove_the_blocks(blobs, below, put, tmp_path):
    name, content = put(2 * _BLOCK)
    other, _ = put(10, seed=9)
    for each in (name, other):
        blobs.range(each, 0, 2 * _BLOCK)
    blobs.forget(name)
    assert len(_files(tmp_path / "read")) == 1
    assert blobs.range(name, 5, 5) == content[5:10]
    blobs.delete(name)
    assert [path.name for path in _files(tmp_path / "read")] == [f"{other}-0"]
    with pytest.raises(IntegrityError):
        blobs.range(name, 0, 1)


def test_the_room_is_kept_at_each_moment_and_what_was_used_last_stays(below, stage, tmp_path):
    most = 20 << 20
    blobs = CachedBlobs(below, tmp_path / "read", most)
    contents = [random.Random(seed).randbytes(2 << 20) for seed in range(24)]
    names = [name_of(content) for content in contents]
    for content in contents:
        blobs.put(name_of(content), stage(content))
    used = tmp_path / "read" / names[0][:2] / f"{names[0]}-0"
    for turn, name in enumerate(names):
        blobs.range(name, 0, 10)
        # The clock of a file system may be coarse.
        for age, each in enumerate(reversed(names[: turn + 1])):
            path = tmp_path / "read" / each[:2] / f"{each}-0"
            if path.exists():
                os.utime(path, (1_000_000 - age, 1_000_000 - age))
        blobs.range(names[0], 0, 10)
        assert used.exists()
        assert sum(path.stat().st_size for path in _files(tmp_path / "read")) <= most
    assert len(_files(tmp_path / "read")) >= 5


def test_what_a_killed_process_left_half_written_goes_in_its_turn(below, stage, tmp_path):
    blobs = CachedBlobs(below, tmp_path / "read", 12 << 20)
    left = tmp_path / "read" / "ab" / ".0123456789"
    left.parent.mkdir(parents=True)
    left.write_bytes(bytes(1 << 20))
    os.utime(left, (1, 1))
    for seed in range(8):
        content = random.Random(seed).randbytes(3 << 20)
        blobs.put(name_of(content), stage(content))
        blobs.range(name_of(content), 0, 1)
    assert not left.exists()


@pytest.mark.parametrize("most_bytes", [0, 1, _BLOCK - 1])
def test_with_less_room_than_a_block_nothing_is_cached(below, stage, tmp_path, most_bytes):
    blobs = CachedBlobs(below, tmp_path / "read", most_bytes)
    blobs.put(name_of(b"x" * 100), stage(b"x" * 100))
    assert blobs.range(name_of(b"x" * 100), 10, 10) == b"x" * 10
    assert below.ranges == [(10, 10)]
    assert not (tmp_path / "read").exists()


def test_a_disk_that_takes_no_more_is_no_cache_and_is_told_once(blobs, put, tmp_path, caplog):
    name, content = put(_BLOCK + 1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_BLOCK // 2, limits[1]))
    try:
        with caplog.at_level(logging.WARNING, logger="modelkeep"):
            assert blobs.range(name, 0, len(content)) == content
            assert blobs.range(name, 7, 7) == content[7:14]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caplog.text.count("nothing is cached") == 1
    # The last block was small enough; of the first nothing is left.
    assert [path.name for path in _files(tmp_path / "read")] == [f"{name}-1"]


_READER = """
import random, sys
from pathlib import Path
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.blobs.cached import CachedBlobs
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.testing.blobs import name_of
contents = [random.Random(seed).randbytes(1 << 20) for seed in range(10)]
blobs = CachedBlobs(LocalBlobs(Path(sys.argv[1])), Path(sys.argv[2]), 8 << 20)
rng = random.Random(sys.argv[3])
for _ in range(150):
    content, at = rng.choice(contents), rng.randrange(1 << 20)
    assert blobs.range(name_of(content), at, 5000) == content[at : at + 5000]
"""


def test_processes_share_a_folder_that_is_too_small_for_them(below, stage, tmp_path):
    for seed in range(10):
        content = random.Random(seed).randbytes(1 << 20)
        below.put(name_of(content), stage(content))
    places = [str(tmp_path / "blobs"), str(tmp_path / "read")]
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _READER, *places, str(seed)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(3)
    ]
    for each in started:
        _, said = each.communicate(timeout=60)
        assert each.returncode == 0, said
        assert "damaged" not in said
    assert _files(tmp_path / "read")


def test_what_was_repaired_elsewhere_is_fetched_again(mk, tmp_path):
    """Another machine may mend a blob whose damaged bytes are in the cache of this one."""
    mk.versions.create_version("m", os.urandom(100_000))
    blobs = LocalBlobs(tmp_path / "registry/blobs")
    reader = ChunkReader(
        catalogue=mk.catalogue, blobs=CachedBlobs(blobs, tmp_path / "read", 64 << 20)
    )
    with mk.catalogue.read() as connection:
        names = [row.chunk for row, _ in chunks.all_chunks(connection) if row.raw_bytes > 1000]
    (info,) = blobs.list()
    path = blobs.path(info.name)
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(bytes(len(sound)))
    for name in names:
        with pytest.raises(IntegrityError):
            reader.read(name)
    path.write_bytes(sound)
    assert names
    assert all(reader.is_sound(name) for name in names)
