"""A fifth of the requests to S3 fail in one of eight ways: whole creates and loads succeed."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor


def contents(seed):
    rng = random.Random(seed)
    sizes = [0, 10, 3_000, 200_000, 1_000_000, 9_000_000]
    return [rng.randbytes(size) for size in rng.sample(sizes, len(sizes))]


def test_whole_creates_deletes_and_loads_succeed(connect, new_proxy, monkeypatch, tmp_path):
    proxy = new_proxy(rate=0.2, seed=20261204)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    with connect() as mk, connect(work_path=f"{tmp_path}/second", cache_bytes=0) as reader:
        wanted = {}

        def work(number):
            for turn, content in enumerate(contents(f"{number}")):
                made = mk.versions.create_version(f"m{number}", content, tags=["keep"])
                if turn in (1, 3):
                    mk.versions.delete_version(made.version_id, backup=turn == 3)
                    continue
                wanted[made.version_id] = content
                assert reader.versions.load_model(made.version_id) == content

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
        for version_id, content in wanted.items():
            assert reader.versions.load_model(version_id) == content
        assert mk.scrubber.verify().problems == []
        mk.versions.cleanup_old_versions()
        assert len(proxy.seen) == 9, proxy.seen
    monkeypatch.undo()
    with connect() as direct:
        assert len(wanted) == 12
        assert {
            each.version_id
            for name in direct.versions.get_models()
            for each in direct.versions.get_versions(name, limit=None)
        } == set(wanted)
        assert direct.scrubber.verify().problems == []
        assert direct.versions.cleanup_old_versions().leftovers.packs == []
