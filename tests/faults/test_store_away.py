"""A create that waits for the object store holds up nobody who does not need it."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

LARGE = random.Random(7).randbytes(20_000_000)


@pytest.mark.parametrize(
    ("model", "fault"),
    [({"n": 3}, "reset before"), (LARGE, "reset within")],
    ids=["away", "takes nothing large"],
)
def test_others_deploy_and_roll_back_meanwhile(connect, new_proxy, monkeypatch, model, fault):
    proxy = new_proxy(rate=0, seed=20261207, faults=(fault,))
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    with connect() as mk, connect(busy_timeout_seconds=1.0) as other:
        first, second = (mk.versions.create_version("m", {"n": n}).version_id for n in range(2))
        proxy.rate = 1
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(mk.versions.create_version, "m", model)
            try:
                deadline = time.monotonic() + 30
                while proxy.seen[fault] < 4:
                    assert time.monotonic() < deadline, proxy.seen
                    time.sleep(0.02)
                for each in (first, second):
                    other.deployments.deploy_version(each, "production")
                assert other.deployments.rollback_deployment("m").version_id == first
                assert not waiting.done()
            finally:
                proxy.rate = 0
            made = waiting.result()
        assert mk.versions.load_model(made.version_id) == model
        assert made.version_number == "1.0.2"
        assert mk.scrubber.verify().problems == []
        assert mk.versions.cleanup_old_versions().leftovers.packs == []
