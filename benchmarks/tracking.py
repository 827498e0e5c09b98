"""What logging costs, what it keeps, and how right it is: `python -m benchmarks.tracking`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
from modelkeep.testing.clock import ManualClock
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.columns import Columns
from modelkeep.tracking.references import reference_from

SINGLES, ROUND, BATCH, BATCHES = 600_000, 200_000, 100_000, 100
RNG = np.random.default_rng(1)


@contextmanager
def registry(clock: ManualClock | None = None) -> Iterator[Services]:
    with tempfile.TemporaryDirectory() as folder:
        config = ModelVersioningConfig(
            storage_path=f"{folder}/registry", backup_path=f"{folder}/backups", actor="bench"
        )
        with wiring.open_services(config, clock=clock) as services:
            yield services


def version_of(services: Services, model: str = "m") -> str:
    return services.versions.create_version(model, {"n": 1}).version_id


def seconds(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def singles() -> None:
    answers = RNG.integers(0, 3, SINGLES).tolist()
    labels = RNG.integers(0, 3, SINGLES).tolist()
    times = RNG.lognormal(-4, 0.5, SINGLES).tolist()
    for name, more in (
        ("answer, label, latency", lambda _: {}),
        ("the same and two features", lambda n: {"features": {"age": times[n], "land": "de"}}),
        ("the same and a unit", lambda n: {"unit": f"user-{n % 5000}"}),
    ):
        with registry() as services:
            version, tracking = version_of(services), services.tracking

            def log(tracking: Any = tracking, version: str = version, more: Any = more) -> None:
                for n in range(SINGLES):
                    tracking.log(
                        version,
                        prediction=answers[n],
                        label=labels[n],
                        latency_seconds=times[n],
                        **more(n),
                    )
                    # A loop that does nothing else is faster than its writer: all is waited for.
                    if n % ROUND == ROUND - 1:
                        tracking.flush()

            took = seconds(log)
            dropped = tracking.dropped
        print(f"single rows, {name}: {SINGLES / took:,.0f} a second, {dropped} dropped")


def batches() -> None:
    rows = {
        "predictions": RNG.integers(0, 3, BATCH),
        "labels": RNG.integers(0, 3, BATCH),
        "latency_seconds": RNG.lognormal(-4, 0.5, BATCH),
    }
    many = {"features": {f"f{n}": RNG.normal(size=BATCH) for n in range(10)}}
    for name, more in (("answer, label, latency", {}), ("the same and ten features", many)):
        with registry() as services:
            version, tracking = version_of(services), services.tracking

            def log(tracking: Any = tracking, version: str = version, more: Any = more) -> None:
                for n in range(BATCHES):
                    tracking.log_batch(version, **rows, **more)
                    if n % 8 == 7:
                        tracking.flush()
                tracking.flush()

            took = seconds(log)
            print(f"batches of {BATCH:,}, {name}: {BATCH * BATCHES / took:,.0f} rows a second")


def ids() -> None:
    with registry() as services:
        version, tracking = version_of(services), services.tracking
        names = [f"id-{n}" for n in range(100_000)]
        answers = RNG.integers(0, 3, len(names))
        took = seconds(
            lambda: (
                tracking.log_batch(version, predictions=answers, prediction_ids=names),
                tracking.flush(),
            )
        )
        print(f"with ids for labels: {len(names) / took:,.0f} rows a second")
        took = seconds(lambda: (tracking.label_batch(names, answers), tracking.flush()))
        print(f"labels of them: {len(names) / took:,.0f} a second")


def quantiles() -> None:
    worst = 0.0
    for draw in (
        lambda: RNG.lognormal(-3, 1, 200_000),
        lambda: RNG.gamma(0.5, 1, 200_000),
        lambda: RNG.pareto(2.5, 200_000) + 0.01,
    ):
        values = draw()
        with registry(ManualClock()) as services:
            version, tracking = version_of(services), services.tracking
            for part in np.array_split(values, 50):
                tracking.log_batch(version, latency_seconds=part)
                tracking.flush()
            end = datetime(2100, 1, 1, tzinfo=UTC)
            for q in (0.5, 0.9, 0.99):
                points = tracking.history(
                    "m", f"latency_p{round(100 * q)}", end - timedelta(days=36500 * 2), end,
                    step_seconds=86400 * 365_000,
                )  # fmt: skip
                (found,) = [point.value for point in points]
                worst = max(worst, abs(float(found or 0) / float(np.quantile(values, q)) - 1))
    print(f"quantiles against numpy's, 3 distributions in 50 merged parts: within {worst:.3%}")


def sizes() -> None:
    for factor in (1, 10):
        clock = ManualClock()
        with registry(clock) as services:
            version = version_of(services)
            for _ in range(60):
                rows = 1_000 * factor
                services.tracking.log_batch(
                    version,
                    predictions=RNG.integers(0, 5, rows),
                    labels=RNG.integers(0, 5, rows),
                    latency_seconds=RNG.lognormal(-3, 0.6, rows),
                    features={f"f{n}": RNG.normal(size=rows) for n in range(5)},
                )
                services.tracking.flush()
                clock.advance(seconds=60)
            size = services.tracking.size_bytes()["m"]
        print(f"an hour at {factor}x the traffic: {size:,} bytes")


def year() -> None:
    """Sum up the buckets of a year: minutes of 48 hours, hours of 90 days, days of the rest."""
    features = {f"f{n}": RNG.normal(size=20_000) for n in range(10)}
    reference = reference_from({f"feature:{name}": each for name, each in features.items()})
    total, parts = (
        0,
        dict.fromkeys(("latency", "answers and labels", "probabilities", "a feature"), 0),
    )
    for count, rows in ((2_880, 50_000), (88 * 24, 200_000), (275, 1_000_000)):
        activity = {name: Activity() for name in (*parts, "all")}
        every = {
            "latency": {"latencies": RNG.lognormal(-3, 0.6, rows)},
            "answers and labels": {
                "predictions": RNG.integers(0, 5, rows), "labels": RNG.integers(0, 5, rows),
            },
            "probabilities": {
                "predictions": RNG.integers(0, 2, rows), "labels": RNG.integers(0, 2, rows),
                "probabilities": RNG.beta(5, 2, rows),
            },
            "a feature": {"features": {"f0": RNG.normal(size=rows)}},
        }  # fmt: skip
        for name, columns in every.items():
            given = Columns(version_id="v", count=rows, **columns)  # type: ignore[arg-type]
            activity[name].add(given, reference if name == "a feature" else None)
            parts[name] += count * len(activity[name].to_bytes())
        whole = Columns(
            version_id="v",
            count=rows,
            **every["latency"],
            **every["probabilities"],  # type: ignore[arg-type]
            features={name: RNG.normal(size=rows) for name in features},
        )
        activity["all"].add(whole, reference)
        total += count * len(activity["all"].to_bytes())
    for name, size in parts.items():
        print(f"a year of a series, {name}: {size / 1e6:.1f} MB")
    print(f"a year of a version in a stage, all of it with ten features: {total / 1e6:.1f} MB")


if __name__ == "__main__":
    for part in (singles, batches, ids, quantiles, sizes, year):
        part()
