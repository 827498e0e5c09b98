"""What is told of an object store that cannot be used as it is, and how two writers meet there."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import obstore
import pytest

from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    MissingExtraError,
    StorageReadOnlyError,
    StorageUnavailableError,
)
from modelkeep.storage.blobs.objects import open_object_store
from modelkeep.testing.blobs import name_of

_NONE = "0" * 64


def _asks(blobs, stage):
    return {
        "exists": lambda: blobs.exists(_NONE),
        "get": lambda: blobs.get(_NONE).__enter__(),
        "range": lambda: blobs.range(_NONE, 0, 1),
        "delete": lambda: blobs.delete(_NONE),
        "list": lambda: next(blobs.list(), None),
        "put": lambda: blobs.put(name_of(b"x"), stage(b"x")),
    }


_WAYS = ("exists", "get", "range", "delete", "list", "put")


# This server makes a bucket that something is put in.
@pytest.mark.parametrize("way", [way for way in _WAYS if way != "put"])
def test_a_bucket_that_is_missing_is_told(seaweed, stage, way):
    blobs = open_object_store("s3://not-there/x")
    with pytest.raises(
        StorageUnavailableError, match=r"s3://not-there/x: .*no such bucket; make it"
    ):
        _asks(blobs, stage)[way]()


@pytest.mark.parametrize("way", _WAYS)
def test_a_wrong_secret_is_told_and_not_shown(seaweed, monkeypatch, stage, way):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    blobs = open_object_store("s3://tests/x")
    with pytest.raises(StorageReadOnlyError, match=r"s3://tests/x: .*credentials.*clock") as told:
        _asks(blobs, stage)[way]()
    assert "not-the-secret" not in str(told.value)
    assert "Debug source" not in str(told.value)
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)


def test_a_bucket_is_looked_for_once(new_proxy, through):
    proxy = new_proxy(rate=0, seed=0)
    blobs = through(proxy.endpoint)
    for _ in range(5):
        assert not blobs.exists(_NONE)
    assert proxy.seen["all"] == 6


def test_what_is_missing_is_named_with_its_url(objects):
    with pytest.raises(IntegrityError, match=rf"s3://tests/.*/blobs/00/{_NONE}.*missing"):
        objects.range(_NONE, 0, 1)


@pytest.mark.parametrize("name", ["", "../../x", "ABC", "0" * 63, "g" * 64])
def test_a_name_that_is_no_digest_leads_nowhere(objects, name):
    for ask in (objects.exists, objects.delete, lambda name: objects.range(name, 0, 1)):
        with pytest.raises(InvalidInputError, match="64 hexadecimal digits"):
            ask(name)


def test_only_the_blobs_of_this_prefix_are_listed(objects, stage):
    deeper = open_object_store(f"{objects._url}/deeper")
    deeper.put(name_of(b"deeper"), stage(b"deeper"))
    objects.put(name_of(b"own"), stage(b"own"))
    obstore.put(objects._store, "blobs/ab/notes.txt", b"not a blob")
    assert [info.name for info in objects.list()] == [name_of(b"own")]
    assert [info.stored_bytes for info in deeper.list()] == [6]


def test_a_listing_of_several_pages_goes_on_where_one_was_cut(
    new_proxy, through, stage, monkeypatch
):
    monkeypatch.setattr("modelkeep.storage.blobs.objects._PAGE", 7)
    proxy = new_proxy(rate=0, seed=1, faults=("cut", "slow down"))
    blobs = through(proxy.endpoint)
    names = sorted(name_of(str(number).encode()) for number in range(40))
    for number in range(40):
        blobs.put(name_of(str(number).encode()), stage(str(number).encode()))
    proxy.rate = 0.5
    for _ in range(4):
        assert [info.name for info in blobs.list()] == names
    assert proxy.seen["cut"]


def test_two_writers_of_one_name_leave_it_whole_each_time(objects, stage):
    for turn in range(50):
        content = random.Random(turn).randbytes(20_000)
        name, meet = name_of(content), threading.Barrier(2)

        def write(path, name=name, meet=meet):
            meet.wait(10)
            return objects.put(name, path)

        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(write, [stage(content), stage(content)]))
        assert sorted(told) == [False, True]
        assert objects.range(name, 0, 30_000) == content


def test_writers_of_one_name_that_is_damaged_mend_it(objects, stage):
    for turn in range(5):
        content = random.Random(turn).randbytes(20_000)
        name = name_of(content)
        obstore.put(objects._store, f"blobs/{name[:2]}/{name}", content[:-1])
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(objects.put, [name] * 2, [stage(content), stage(content)]))
        assert any(told)
        assert objects.range(name, 0, 30_000) == content


def test_a_fork_of_a_process_that_used_the_store_is_told_and_does_not_hang(seaweed):
    code = (
        "import os, signal\n"
        "from modelkeep.storage.blobs.objects import open_object_store\n"
        "blobs = open_object_store('s3://tests/fork')\n"
        "assert not blobs.exists('0' * 64)\n"
        "if child := os.fork():\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "else:\n"
        "    signal.alarm(20)\n"
        "    try:\n"
        "        blobs.exists('0' * 64)\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error, flush=True)\n"
        "        os._exit(0)\n"
        "    os._exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "StorageUnavailableError s3://tests/fork: this process was forked" in done.stdout


def test_a_process_that_was_forked_before_the_store_was_used_may_use_it(seaweed):
    code = (
        "import os, signal\n"
        "from modelkeep.storage.blobs.objects import open_object_store\n"
        "blobs = open_object_store('s3://tests/fork')\n"
        "if child := os.fork():\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "else:\n"
        "    signal.alarm(20)\n"
        "    os._exit(blobs.exists('0' * 64))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_obstore_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(MissingExtraError, match=r'pip install "modelkeep\[objects\]"'):
        open_object_store("s3://tests/x")


_UPLOAD = """
import re, sys
from pathlib import Path
from modelkeep.storage.blobs.objects import open_object_store
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) << 10
blobs = open_object_store(sys.argv[1])
blobs.exists("0" * 64)
Path("/proc/self/clear_refs").write_text("5")
before = peak()
for path in sorted(Path(sys.argv[2]).iterdir()):
    blobs.put(path.name, path)
print(peak() - before)
"""


def test_memory_is_bounded_by_a_pack_however_many_are_put(objects, stage, tmp_path):
    (tmp_path / "packs").mkdir()
    for seed in range(4):
        content = random.Random(seed).randbytes(32 << 20)
        os.rename(stage(content), tmp_path / "packs" / name_of(content))
    words = [sys.executable, "-c", _UPLOAD, objects._url, str(tmp_path / "packs")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert 1 << 20 < int(done.stdout) < 48 << 20
