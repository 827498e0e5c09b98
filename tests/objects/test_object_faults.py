"""Object stores behind a network that breaks, and servers that are away, killed, or too busy."""

from __future__ import annotations

import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelkeep.errors import StorageUnavailableError
from modelkeep.storage.blobs.cached import CachedBlobs
from modelkeep.testing.blobs import name_of


def _contents(seed, sizes):
    rng = random.Random(seed)
    return {name_of(content): content for content in map(rng.randbytes, sizes)}


def _read(blobs, name):
    with blobs.get(name) as stream:
        return stream.read()


def test_with_a_fifth_of_requests_failing_all_is_kept_and_read_right(new_proxy, through, stage):
    proxy = new_proxy(rate=0.2, seed=20261124)
    blobs = through(proxy.endpoint)
    contents = _contents(1, [0, 1, 10_000, 300_000, 2_000_000] * 8)
    names = sorted(contents)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: blobs.put(name, stage(contents[name])), names))
        assert list(pool.map(lambda name: _read(blobs, name), names)) == [
            contents[name] for name in names
        ]
        parts = list(pool.map(lambda name: blobs.range(name, 5_000, 4_000), names))
        assert parts == [contents[name][5_000:9_000] for name in names]
    assert [info.name for info in blobs.list()] == names
    for name in names[:5]:
        blobs.delete(name)
    assert [info.name for info in blobs.list()] == names[5:]
    # Otherwise it shows little.
    assert len(proxy.seen) == 9, proxy.seen


@pytest.mark.parametrize("fault", ["cut", "short"])
def test_a_body_that_ends_early_is_asked_for_again(new_proxy, through, objects, stage, fault):
    content = random.Random(2).randbytes(500_000)
    name = name_of(content)
    proxy = new_proxy(rate=0, seed=3, faults=(fault,))
    blobs = through(proxy.endpoint)
    blobs.put(name, stage(content))
    proxy.rate = 0.5
    for _ in range(8):
        assert blobs.range(name, 1000, 400_000) == content[1000:401_000]
    assert proxy.seen[fault] > 0


def test_a_body_that_always_ends_early_is_told(new_proxy, through, stage):
    proxy = new_proxy(rate=0, seed=3, faults=("short",))
    blobs = through(proxy.endpoint)
    blobs.put(name_of(b"cut" * 100), stage(b"cut" * 100))
    proxy.rate = 1
    with pytest.raises(StorageUnavailableError, match=f"{name_of(b'cut' * 100)}.*cut off 5 times"):
        blobs.range(name_of(b"cut" * 100), 0, 300)


def test_a_put_whose_answer_was_lost_is_kept_once(new_proxy, through, stage):
    proxy = new_proxy(rate=1, seed=4, faults=("lost answer",))
    blobs = through(proxy.endpoint, retry_seconds=0)
    with pytest.raises(StorageUnavailableError, match="status 500"):
        blobs.put(name_of(b"lost"), stage(b"lost"))
    proxy.rate = 0
    staged = stage(b"lost")
    assert not blobs.put(name_of(b"lost"), staged)
    assert not staged.exists()


def test_a_store_without_conditional_puts_is_used_all_the_same(new_proxy, through, stage):
    blobs = through(new_proxy(rate=1, seed=5, faults=("no condition",)).endpoint)
    name = name_of(b"content")
    assert blobs.put(name, stage(b"content"))
    assert not blobs.put(name, stage(b"content"))
    assert _read(blobs, name) == b"content"


@pytest.mark.parametrize(
    ("fault", "said"), [("slow down", "SlowDown"), ("reset before", "Connection reset")]
)
def test_a_server_that_never_does_it_is_given_up(new_proxy, through, stage, fault, said):
    blobs = through(new_proxy(rate=1, seed=6, faults=(fault,)).endpoint, retry_seconds=0.5)
    staged = stage(b"content")
    with pytest.raises(StorageUnavailableError, match=rf"s3://tests/.*{said}.*; attempts: [2-9]"):
        blobs.put(name_of(b"content"), staged)
    # The caller may want to put it again.
    assert staged.read_bytes() == b"content"
    with pytest.raises(StorageUnavailableError, match="check the endpoint"):
        list(blobs.list())


def test_an_endpoint_that_is_away_is_told_in_bounded_time(seaweed, through, stage):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{unused.getsockname()[1]}"
        blobs = through(away, "s3://tests/x", retry_seconds=0.5)
        for ask in (
            lambda: blobs.exists("0" * 64),
            lambda: blobs.range("0" * 64, 0, 1),
            lambda: _read(blobs, "0" * 64),
            lambda: blobs.delete("0" * 64),
            lambda: next(blobs.list()),
            lambda: blobs.put(name_of(b"x"), stage(b"x")),
        ):
            with pytest.raises(
                StorageUnavailableError, match="refused.*check the endpoint"
            ) as told:
                ask()
            assert "s3://tests/x" in str(told.value)
            assert "tester-secret" not in str(told.value)


def test_a_server_that_is_killed_and_comes_back_loses_nothing(seaweed, objects, stage, tmp_path):
    contents = _contents(7, [400_000] * 40)
    names = sorted(contents)
    before, after = names[:20], names[20:]
    for name in before:
        objects.put(name, stage(contents[name]))
    under_way = threading.Event()
    cached = CachedBlobs(objects, tmp_path / "read", 64 << 20)

    def upload():
        for name in after:
            objects.put(name, stage(contents[name]))
            under_way.set()
            time.sleep(0.02)

    def download():
        return [_read(objects, name) for name in before * 3]

    with ThreadPoolExecutor(3) as pool:
        uploads, downloads = pool.submit(upload), pool.submit(download)
        ranges = pool.submit(lambda: [cached.range(name, 100, 9000) for name in before * 3])
        assert under_way.wait(30)
        seaweed.kill()
        seaweed.start()
        uploads.result()
        assert downloads.result() == [contents[name] for name in before * 3]
        assert ranges.result() == [contents[name][100:9100] for name in before * 3]
    for name in names:
        assert _read(objects, name) == contents[name]
    assert [info.name for info in objects.list()] == names
