"""The S3 server is killed while whole models go there and come back, and is away for longer."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from modelkeep.errors import StorageUnavailableError
from modelkeep.storage.blobs.objects import open_object_store

MODEL_BYTES = 20_000_000
SMALL = {"n": 1}


def model(seed):
    return random.Random(seed).randbytes(MODEL_BYTES)


def test_uploads_and_downloads_go_on_after_a_kill_with_nothing_lost(connect, seaweed, tmp_path):
    """Requests are made again until the server is back: callers see only that it takes longer."""
    wanted = {f"m@1.0.{number}": model(number) for number in range(5)}
    with (
        connect(max_versions_per_model=50) as mk,
        connect(work_path=f"{tmp_path}/second", cache_bytes=0) as reader,
    ):
        for number in range(2):
            mk.versions.create_version("m", wanted[f"m@1.0.{number}"])
        under_way, stop = threading.Semaphore(0), threading.Event()

        def upload():
            for number in range(2, 5):
                under_way.release()
                mk.versions.create_version("m", wanted[f"m@1.0.{number}"])

        def download():
            rounds = 0
            while not stop.is_set():
                for number in range(2):
                    under_way.release()
                    name = f"m@1.0.{number}"
                    assert reader.versions.load_model(name) == wanted[name]
                    rounds += 1
            return rounds

        rng = random.Random(20261203)
        with ThreadPoolExecutor(3) as pool:
            uploads, downloads = pool.submit(upload), [pool.submit(download) for _ in range(2)]
            try:
                for _ in range(2):
                    while under_way.acquire(blocking=False):
                        pass
                    for _ in range(2):
                        assert under_way.acquire(timeout=60)
                    time.sleep(rng.uniform(0, 0.3))
                    seaweed.restart()
                uploads.result()
            finally:
                stop.set()
            assert sum(each.result() for each in downloads) >= 4
        for name, content in wanted.items():
            assert reader.versions.load_model(name) == content
        assert mk.scrubber.verify().problems == []
        assert mk.versions.cleanup_old_versions().leftovers.packs == []


def test_a_server_that_stays_away_is_told_and_nothing_is_kept(
    connect, seaweed, monkeypatch, tmp_path
):
    with monkeypatch.context() as patch:
        # Otherwise a minute, for each request.
        patch.setitem(open_object_store.__kwdefaults__, "retry_seconds", 0.5)
        hasty = connect(cache_bytes=0)
    with hasty, connect(work_path=f"{tmp_path}/second") as mk:
        kept = mk.versions.create_version("m", model(1))
        gone = mk.versions.create_version("m", SMALL)
        seaweed.kill()
        try:
            for attempt in (
                lambda: hasty.versions.create_version("m", model(2)),
                lambda: hasty.versions.create_version("m", SMALL),
                lambda: hasty.versions.load_model(kept.version_id),
            ):
                with pytest.raises(StorageUnavailableError, match="check the endpoint"):
                    attempt()
            # What needs no bytes needs no object store.
            assert hasty.deployments.deploy_version(kept.version_id, "production").version_id
            assert len(hasty.versions.get_versions("m")) == 2
            # The version is gone; its bytes go later.
            hasty.versions.delete_version(gone.version_id, backup=False)
        finally:
            seaweed.start()
        assert [each.version_id for each in mk.versions.get_versions("m")] == [kept.version_id]
        assert mk.versions.load_model(kept.version_id) == model(1)
        assert len(mk.versions.cleanup_old_versions().leftovers.packs) == 1
        assert mk.versions.create_version("m", SMALL).version_number == "1.0.2"
        assert mk.scrubber.verify().problems == []
