"""The cache among threads and processes: made once, never half, never taken away from a reader."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from modelkeep.storage.assembling import Assembler
from modelkeep.storage.cache import MaterialisedCache

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
        self.gate = threading.Event()
        self.gate.set()

    def write(self, *arguments):
        self.gate.wait(10)
        self.written += 1
        super().write(*arguments)


@pytest.fixture
def assembler(mk) -> CountingAssembler:
    return CountingAssembler(mk.storage._assembler)


@pytest.fixture
def cache(assembler, tmp_path) -> MaterialisedCache:
    return MaterialisedCache(tmp_path / "cache", 10 * SIZE, assembler)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_threads_wait_for_the_one_that_makes_it(cache, store, assembler) -> None:
    entry = store(RANDOM.bytes(SIZE))
    assembler.gate.clear()
    found = []
    threads = [threading.Thread(target=lambda: found.append(cache.path(entry))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assembler.gate.set()
    for thread in threads:
        thread.join(20)
    assert len(set(found)) == 1
    assert len(found) == 4
    assert assembler.written == 1


CHILD = """
import sys
from pathlib import Path
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.storage.cache import MaterialisedCache
folder, wanted = sys.argv[1:]
config = ModelVersioningConfig(storage_path=folder + "/registry", backup_path=folder + "/backups")
with wiring.open_services(config) as mk:
    cache = MaterialisedCache(Path(folder) / "cache", 4 << 20, mk.storage._assembler)
    entries = [mk.versions.get_manifest(version).files[0] for version in wanted.split()]
    for _ in range(10):
        for entry in entries:
            with cache.open(entry) as file:
                assert len(file.read()) == entry.size_bytes
"""


def test_processes_share_it(mk, tmp_path) -> None:
    wanted = []
    for number in range(3):
        path = tmp_path / "source.bin"
        path.write_bytes(RANDOM.bytes(SIZE + number))
        wanted.append(mk.versions.create_version("m", path, format="file").version_id)
    order = " ".join(wanted), " ".join(wanted[::-1])
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    pipes = {"stderr": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*command, order[0]], **pipes) as one,
        subprocess.Popen([*command, order[1]], **pipes) as other,
    ):
        assert [one.communicate(timeout=60)[1], other.communicate(timeout=60)[1]] == ["", ""]
    cache = MaterialisedCache(tmp_path / "cache", 4 << 20, mk.storage._assembler)
    assert cache.verify() == []
    assert cache.usage().bytes <= 4 << 20
    assert all(len(name) == 64 for name in files_in(tmp_path / "cache"))


def test_what_a_dead_process_left_goes(cache, store, tmp_path) -> None:
    first, second = store(RANDOM.bytes(SIZE)), store(RANDOM.bytes(SIZE))
    folder = cache.path(first).parent
    (folder / f".{first.sha256}.left").write_bytes(b"x")
    (folder / f".{first.sha256}.made").write_bytes(b"x")
    with (folder / f".{first.sha256}.made").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        cache.path(second)
        expected = {first.sha256, second.sha256, f".{first.sha256}.made"}
        assert set(files_in(tmp_path / "cache")) == expected
    cache.clear()
    assert files_in(tmp_path / "cache") == []


def test_a_file_swept_before_it_was_locked_is_made_again(cache, store, monkeypatch) -> None:
    content = RANDOM.bytes(SIZE)
    entry = store(content)
    swept = []
    real = fcntl.flock

    def sweep_first(handle, how):
        if how == fcntl.LOCK_EX and not swept:
            swept.extend(path for path in cache._folder.rglob(".*"))
            swept[0].unlink()
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", sweep_first)
    assert cache.path(entry).read_bytes() == content
    assert len(swept) == 1


def test_what_was_opened_stays_when_others_remove_it(cache, store, monkeypatch) -> None:
    content = RANDOM.bytes(SIZE)
    entry = store(content)
    real = os.replace

    def rename_and_remove(partial, target):
        real(partial, target)
        target.unlink()

    monkeypatch.setattr(os, "replace", rename_and_remove)
    with cache.open(entry) as file:
        assert file.read() == content
    assert cache.usage().files == 0
