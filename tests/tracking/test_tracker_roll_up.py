"""Older activity is kept in less detail, and tells the same."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from modelkeep.tracking.roll_up import DAY, HOUR, MINUTE

RNG = np.random.default_rng(3)


def buckets(mk):
    with mk.tracking._store.read() as rows:
        return [bucket.key.width_seconds for bucket in rows.buckets()]


def totals(mk, clock):
    end = clock.now() + timedelta(days=1)
    found = mk.tracking.histories(
        "m",
        ("count", "accuracy", "latency_p50", "latency_p99", "mean:x"),
        end - timedelta(days=1200),
        end,
        step_seconds=86400 * 10_000,
    )
    return {name: [point.value for point in history] for name, history in found.items()}


def test_what_is_rolled_up_tells_the_same_over_the_whole_time(mk, clock):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    latency = RNG.lognormal(0, 1, (30, 200))
    for part in latency:
        mk.tracking.log_batch(
            version, predictions=RNG.integers(0, 3, 200), labels=RNG.integers(0, 3, 200),
            latency_seconds=part, features={"x": part},
        )  # fmt: skip
        mk.tracking.flush()
        clock.advance(seconds=1200)
    before = totals(mk, clock)
    assert before["latency_p99"][0] == pytest.approx(np.quantile(latency, 0.99), rel=0.02)
    assert buckets(mk) == [MINUTE] * 30
    clock.advance(seconds=3 * 86400)
    mk.tracking.roll_up()
    assert set(buckets(mk)) == {HOUR}
    assert totals(mk, clock) == {key: pytest.approx(value) for key, value in before.items()}
    clock.advance(seconds=100 * 86400)
    mk.tracking.roll_up()
    assert set(buckets(mk)) == {DAY}
    assert totals(mk, clock) == {key: pytest.approx(value) for key, value in before.items()}
    assert mk.tracking.roll_up() == 0
    clock.advance(seconds=3 * 365 * 86400)
    mk.tracking.roll_up()
    assert buckets(mk) == []


def test_ten_times_the_traffic_takes_no_more_room(mk, clock):
    sizes = []
    for rows, model in ((2_000, "few"), (20_000, "many")):
        version = mk.versions.create_version(model, {"n": 1}).version_id
        for _ in range(20):
            mk.tracking.log_batch(
                version, predictions=RNG.integers(0, 5, rows), labels=RNG.integers(0, 5, rows),
                latency_seconds=RNG.lognormal(-3, 0.6, rows),
                features={name: RNG.normal(size=rows) for name in "abc"},
            )  # fmt: skip
            mk.tracking.flush()
            clock.advance(seconds=60)
        sizes.append(mk.tracking.size_bytes()[model])
    assert sizes[1] < 1.5 * sizes[0]


def test_two_processes_that_roll_up_at_once_lose_nothing(mk, clock, open_registry):
    import threading

    version = mk.versions.create_version("m", {"n": 1}).version_id
    for _ in range(60):
        mk.tracking.log_batch(
            version, predictions=[1, 0], labels=[1, 1], latency_seconds=[0.1, 0.2]
        )
        mk.tracking.flush()
        clock.advance(seconds=60)
    before = totals(mk, clock)
    clock.advance(seconds=3 * 86400)
    other = open_registry()
    threads = [threading.Thread(target=each.tracking.roll_up) for each in (mk, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(buckets(mk)) == {HOUR}
    assert totals(mk, clock)["count"] == before["count"] == [120.0]
