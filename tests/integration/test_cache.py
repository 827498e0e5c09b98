"""Files decoded once: shared, read-only, within a budget, and made again when they are damaged."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelkeep.errors import (
    IntegrityError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnavailableError,
)
from modelkeep.storage import durable
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.cache import CacheUsage, MaterialisedCache

SIZE = 3 << 20
RANDOM = np.random.default_rng(3)


@pytest.fixture
def store(mk, tmp_path):
    """Stores bytes as a file, and returns its entry."""

    def keep(content: bytes):
        path = tmp_path / "source.bin"
        path.write_bytes(content)
        version = mk.versions.create_version("m", path, format="file")
        return mk.versions.get_manifest(version.version_id).files[0]

    return keep


class CountingAssembler(Assembler):
    def __init__(self, assembler: Assembler) -> None:
        super().__init__(assembler._reader)
        self.written = 0

    def write(self, *arguments):
        self.written += 1
        super().write(*arguments)


@pytest.fixture
def assembler(mk) -> CountingAssembler:
    return CountingAssembler(mk.storage._assembler)


@pytest.fixture
def cache(assembler, tmp_path) -> MaterialisedCache:
    return MaterialisedCache(tmp_path / "cache", 10 * SIZE, assembler)


def age(path: Path, seconds: int) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns - seconds * 10**9))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, 5000, SIZE])
def test_the_bytes_are_made_once(cache, store, assembler, tmp_path, size) -> None:
    content = RANDOM.bytes(size)
    entry = store(content)
    told = []
    path = cache.path(entry, told.append)
    digest = hashlib.sha256(content).hexdigest()
    assert path == tmp_path / "cache" / digest[:2] / digest
    assert path.read_bytes() == content
    assert sum(told) == size
    assert (path.stat().st_mode & 0o7777, path.stat().st_nlink) == (0o444, 1)
    age(path, 100)
    before = path.stat()
    assert cache.path(entry) == path
    assert assembler.written == 1
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns > before.st_mtime_ns) == (before.st_ino, True)
    assert files_in(tmp_path / "cache") == [digest]


def test_a_second_use_reads_nothing(cache, store, mk, monkeypatch) -> None:
    entry = store(RANDOM.bytes(SIZE))
    path = cache.path(entry)
    path.chmod(0)
    path.chmod(0o444)
    for name in ("open", "listdir", "scandir", "pread"):
        monkeypatch.setattr(os, name, None)
    monkeypatch.setattr(Path, "open", None)
    assert cache.path(entry) == path


def test_what_was_used_least_recently_goes(cache, store, tmp_path) -> None:
    entries = [store(RANDOM.bytes(SIZE + number)) for number in range(4)]
    small = MaterialisedCache(tmp_path / "cache", 3 * SIZE + 100, cache._assembler)
    for number, entry in enumerate(entries[:3]):
        age(small.path(entry), 100 - number)
    small.path(entries[0])
    small.path(entries[3])
    kept = {entries[index].sha256 for index in (0, 2, 3)}
    assert set(files_in(tmp_path / "cache")) == kept
    assert small.usage() == CacheUsage(files=3, bytes=3 * SIZE + 5, budget_bytes=3 * SIZE + 100)


def test_one_that_is_larger_than_the_budget(store, assembler, tmp_path) -> None:
    cache = MaterialisedCache(tmp_path / "cache", SIZE // 2, assembler)
    first, second = store(RANDOM.bytes(SIZE)), store(RANDOM.bytes(SIZE))
    cache.path(first)
    assert cache.path(second).stat().st_size == SIZE
    cache.path(second)
    assert files_in(tmp_path / "cache") == [second.sha256]
    assert assembler.written == 2


def test_a_mapped_file_outlives_its_removal(cache, store) -> None:
    content = RANDOM.bytes(SIZE)
    with cache.open(store(content)) as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert cache.clear() == SIZE
    assert mapped[:] == content
    assert cache.usage().files == 0
    assert cache.clear() == 0


def truncate(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, 5)
    path.chmod(0o444)


def make_writable(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"x" * SIZE)


def replace_by_link(path: Path) -> None:
    other = path.parent.parent.parent / "other"
    other.write_bytes(b"x" * SIZE)
    other.chmod(0o444)
    path.unlink()
    path.symlink_to(other)


@pytest.mark.parametrize("change", [truncate, make_writable, replace_by_link, Path.unlink])
def test_a_changed_file_is_made_anew(cache, store, assembler, change) -> None:
    content = RANDOM.bytes(SIZE)
    entry = store(content)
    change(cache.path(entry))
    path = cache.path(entry)
    assert (path.read_bytes(), path.is_symlink(), assembler.written) == (content, False, 2)
    assert path.stat().st_mode & 0o7777 == 0o444


def test_verify_finds_what_a_look_does_not(cache, store) -> None:
    good, bad = store(RANDOM.bytes(SIZE)), store(RANDOM.bytes(SIZE))
    cache.path(good)
    path = cache.path(bad)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(SIZE // 2)
        file.write(b"damage")
    path.chmod(0o444)
    told = []
    assert cache.verify(told.append) == [bad.sha256]
    assert sum(told) == 2 * SIZE
    assert cache.verify() == []
    assert cache.usage().files == 1
    assert hashlib.sha256(cache.path(bad).read_bytes()).hexdigest() == bad.sha256


def test_damaged_storage_leaves_nothing(cache, store, tmp_path) -> None:
    entry = store(RANDOM.bytes(SIZE))
    for pack in (tmp_path / "registry" / "blobs").rglob("?" * 64):
        if pack.stat().st_size > SIZE // 2:
            pack.chmod(0o644)
            content = bytearray(pack.read_bytes())
            content[SIZE // 2] ^= 1
            pack.write_bytes(content)
    with pytest.raises(IntegrityError):
        cache.path(entry)
    assert files_in(tmp_path / "cache") == []


def test_the_sha256_must_hold(cache, store, assembler, tmp_path, monkeypatch) -> None:
    entry = store(RANDOM.bytes(SIZE))

    def write(_entry, handle, progress):
        os.pwrite(handle, b"x" * SIZE, 0)
        progress(SIZE)

    monkeypatch.setattr(assembler, "write", write)
    with pytest.raises(IntegrityError, match=entry.sha256):
        cache.path(entry)
    assert files_in(tmp_path / "cache") == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFullError),
        (errno.EROFS, StorageReadOnlyError),
        (errno.EIO, StorageUnavailableError),
    ],
)
def test_trouble_with_the_disk(cache, store, tmp_path, monkeypatch, number, kind) -> None:
    entry = store(RANDOM.bytes(SIZE))

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "pwrite", fail)
    with pytest.raises(kind, match=entry.sha256):
        cache.path(entry)
    assert files_in(tmp_path / "cache") == []


def test_a_digest_is_not_a_way_out_of_the_folder(cache, store) -> None:
    entry = replace(store(b"abc"), sha256="../../" + "0" * 58)
    with pytest.raises(IntegrityError, match="is not a SHA-256"):
        cache.path(entry)


def test_a_folder_that_cannot_be_made(store, assembler, tmp_path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    cache = MaterialisedCache(tmp_path / "taken" / "cache", SIZE, assembler)
    with pytest.raises(StorageUnavailableError):
        cache.path(store(b"abc"))


def test_a_read_only_cache_gives_what_it_has(cache, store, monkeypatch) -> None:
    entry = store(RANDOM.bytes(SIZE))
    path = cache.path(entry)

    def fail(*_):
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "utime", fail)
    assert cache.path(entry) == path


def test_it_is_on_the_disk_before_it_has_its_name(cache, store, monkeypatch) -> None:
    steps = []
    real = (os.fsync, os.replace, durable.sync_folder)
    monkeypatch.setattr(os, "fsync", lambda h: (steps.append("sync"), real[0](h)))
    monkeypatch.setattr(os, "replace", lambda a, b: (steps.append("rename"), real[1](a, b)))
    entry = store(RANDOM.bytes(SIZE))
    cache._folders.make(cache._folder / entry.sha256[:2])
    steps.clear()
    cache.path(entry)
    assert steps == ["sync", "rename", "sync"]
