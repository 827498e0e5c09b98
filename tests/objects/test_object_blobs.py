"""Blobs in a real S3 server, alone and behind the cache of blocks."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelkeep.errors import (
    InvalidSettingError,
    StorageReadOnlyError,
    StorageUnavailableError,
)
from modelkeep.storage.blobs.cached import CachedBlobs
from modelkeep.storage.blobs.objects import open_object_store
from modelkeep.testing.blobs import BlobsContract, name_of


@pytest.fixture
def stage(tmp_path):
    def make(content):
        path = tmp_path / uuid.uuid4().hex
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def objects(seaweed):
    return open_object_store(f"s3://tests/{uuid.uuid4().hex}")


class TestObjectBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, objects):
        return objects


class TestCachedBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, objects, tmp_path):
        return CachedBlobs(objects, tmp_path / "read", 64 << 20)


def test_a_damaged_object_is_replaced_by_a_put(objects, stage):
    import obstore

    content = os.urandom(100_000)
    name = name_of(content)
    obstore.put(objects._store, f"blobs/{name[:2]}/{name}", b"damaged")
    assert objects.put(name, stage(content))
    with objects.get(name) as stream:
        assert stream.read() == content


def test_two_writers_of_one_name_both_succeed_and_one_says_new(objects, stage):
    for turn in range(20):
        content = f"turn {turn}".encode()
        with ThreadPoolExecutor(2) as pool:
            staged = [stage(content) for _ in range(2)]
            told = list(pool.map(objects.put, [name_of(content)] * 2, staged))
        assert sorted(told) == [False, True]


def test_a_damaged_block_of_the_cache_is_fetched_again(objects, stage, tmp_path):
    cached = CachedBlobs(objects, tmp_path / "read", 64 << 20)
    content = os.urandom(9_000_000)
    cached.put(name_of(content), stage(content))
    assert cached.range(name_of(content), 4_000_000, 1_000_000) == content[4_000_000:5_000_000]
    blocks = sorted((tmp_path / "read").glob("*/*"))
    assert len(blocks) == 2
    damaged = bytearray(blocks[0].read_bytes())
    damaged[17] ^= 1
    blocks[0].write_bytes(damaged)
    assert cached.range(name_of(content), 0, 100) == content[:100]
    assert blocks[0].read_bytes() != bytes(damaged)


def test_the_cache_stays_within_its_room_and_serves_without_the_store(objects, stage, tmp_path):
    cached = CachedBlobs(objects, tmp_path / "read", 10 << 20)
    contents = [os.urandom(3 << 20) for _ in range(12)]
    for content in contents:
        cached.put(name_of(content), stage(content))
    for _ in range(3):
        for content in contents:
            assert cached.range(name_of(content), 5, 10) == content[5:15]
    cached._make_room()
    taken = sum(path.stat().st_size for path in (tmp_path / "read").glob("*/*"))
    assert 0 < taken <= 10 << 20
    kept = [c for c in contents if list((tmp_path / "read").glob(f"*/{name_of(c)}-0"))]
    objects.delete(name_of(kept[0]))
    assert cached.range(name_of(kept[0]), 5, 10) == kept[0][5:15]


def test_a_folder_that_cannot_be_written_is_no_cache(objects, stage, tmp_path):
    (tmp_path / "file").write_bytes(b"in the way")
    cached = CachedBlobs(objects, tmp_path / "file" / "read", 10 << 20)
    content = os.urandom(1000)
    cached.put(name_of(content), stage(content))
    assert cached.range(name_of(content), 0, 10) == content[:10]


def test_wrong_credentials_and_missing_buckets_are_told(seaweed, monkeypatch):
    with pytest.raises(StorageUnavailableError, match="no such bucket"):
        open_object_store("s3://not-there/x").range("0" * 64, 0, 1)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(StorageReadOnlyError, match="credentials") as told:
        open_object_store("s3://tests/x").exists("0" * 64)
    assert "wrong" not in str(told.value)


@pytest.mark.parametrize("url", ["s3://", "ftp://x/y", "s3:/x"])
def test_what_is_no_url_of_a_store_is_refused(url):
    with pytest.raises(InvalidSettingError, match="storage_path"):
        open_object_store(url)
