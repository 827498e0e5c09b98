"""Connections that break while evidence and tracking are written: all of it counts, and once."""

from __future__ import annotations

from contextlib import suppress

import pytest

from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.errors import StorageUnavailableError
from modelkeep.orchestrator.backends import choose_backends

KINDS = ("before", "within", "with it", "lost answer")
ROUNDS, ROWS = 12, 40
TAKEN = ROUNDS * ROWS + 1
PLAN = {"steps": [{"weight": 0.5, "min_duration_seconds": 3600}], "metrics": ["errors"]}


@pytest.fixture
def cutter(new_cutter):
    return new_cutter(seed=20261206)


@pytest.fixture
def mk(connect, cutter, place):
    """The registry by way of the proxy, with two versions of which one serves."""
    connect().close()
    url = cutter.url(place["catalogue_url"])
    with connect(catalogue_url=url, busy_timeout_seconds=5.0) as services:
        for number in range(2):
            services.versions.create_version("m", {"n": number})
        services.deployments.deploy_version("m@1.0.0", "production")
        yield services


def written(cutter, take, flush):
    """Take rows and write them, with a commit that is cut in each round but the first."""
    take()
    flush()
    for turn in range(ROUNDS):
        cutter.next_commit = KINDS[turn % len(KINDS)]
        for _ in range(ROWS):
            take()
        with suppress(StorageUnavailableError):
            flush()
    cutter.calm()
    flush()
    assert all(cutter.seen[kind] >= 2 for kind in KINDS), cutter.seen


def test_rows_that_are_tracked_count_once(mk, cutter):
    tracker = mk.tracking
    written(cutter, lambda: tracker.log("m@1.0.0", prediction=1), tracker.flush)
    points = tracker.history("m", "count", by="model").points
    assert sum(point.value for point in points) == TAKEN
    assert tracker.dropped == 0


def test_evidence_is_kept_once(mk, cutter):
    rollout = mk.rollouts.start("m@1.0.1", PLAN)
    router = mk.router("m")
    router.refresh()
    units = iter(range(TAKEN))

    def take():
        router.record(router.choose(next(units)), success=True)

    written(cutter, take, router.recorder.flush)
    backends = choose_backends(mk.config)
    store = EvidenceStore(database=backends.evidence)
    assert store.count(rollout.rollout_id)[0] == TAKEN
    assert router.recorder.dropped == 0
    backends.close()
