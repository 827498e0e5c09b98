"""Getting, listing and counting versions of a model that has 10,000, against MLflow."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measure import Bound, Run, compared, interleave, timed
from benchmarks.mlflow_process import MlflowProcess
from benchmarks.population import RARE, populate
from modelkeep.orchestrator.services import Services

_PAGE = 100


def measure(run: Bench) -> None:
    """Fill both registries alike and time what is read."""
    count = run.scaled(10_000, 1_000)
    with run.folder("lookups") as folder, run.registry("lookups-ours") as services:
        populate(services, "m", count)
        peer = run.peer(folder)
        peer.call("populate", name="m", count=count, rare=RARE)
        _measure_get(run, services, peer, count)
        _measure_pages(run, services, peer)
        _measure_whole(run, services, peer, count)


def _measure_get(run: Bench, services: Services, peer: MlflowProcess, count: int) -> None:
    middle = count // 2
    services.deployments.deploy_version(f"m@1.0.{middle}", "production")
    peer.call("alias", name="m", alias="production", version=str(middle))
    one: dict[str, Run] = {
        "ours": lambda: timed(services.versions.get_version, "m@production"),
        "mlflow": lambda: peer.seconds("get", name="m", alias="production"),
    }
    several: dict[str, Run] = {
        name: partial(_mean_of, get, run.scaled(20, 5)) for name, get in one.items()
    }
    found = interleave(several, rounds=run.scaled(60, 10))
    alone = interleave(one, rounds=run.scaled(300, 50), warmups=10)
    what = "get of model@production"
    bound = Bound("speed", 10)
    # A turn of one call pays for waking up after the other's turn; both ways are shown.
    run.findings += [
        compared(
            "lookups",
            f"{what}, 20 in a turn",
            found["ours"],
            found["mlflow"],
            "MLflow",
            bound,
        ),
        compared(
            "lookups",
            f"{what}, 1 in a turn",
            alone["ours"],
            alone["mlflow"],
            "MLflow",
            bound,
        ),
    ]


def _mean_of(get: Run, times: int) -> float:
    return statistics.mean(get() for _ in range(times))


def _measure_pages(run: Bench, services: Services, peer: MlflowProcess) -> None:
    get = services.versions.get_versions
    runs: dict[str, Run] = {
        "by tag": lambda: _page(get, tags=["good"]),
        "by metric": lambda: _page(get, metrics=["accuracy>=0.5"]),
        "mlflow": lambda: peer.seconds("page", name="m", tag="quality", value="good", limit=_PAGE),
    }
    found = interleave(runs, rounds=run.scaled(60, 10))
    for way in ("by tag", "by metric"):
        what = f"page of {_PAGE} {way}"
        bound = Bound("speed", 5)
        run.findings.append(
            compared("lookups", what, found[way], found["mlflow"], "MLflow, by tag", bound)
        )


def _page(get: Callable[..., Any], **conditions: list[str]) -> float:
    found: list[Any] = []
    seconds = timed(lambda: found.extend(get("m", limit=_PAGE, **conditions)))
    assert len(found) == _PAGE, len(found)
    return seconds


def _measure_whole(run: Bench, services: Services, peer: MlflowProcess, count: int) -> None:
    whole: dict[str, Run] = {
        "ours": lambda: timed(services.versions.get_versions, "m", limit=None),
        "mlflow": lambda: peer.seconds("all", name="m", count=count),
    }
    found = interleave(whole, rounds=run.scaled(15, 5), warmups=1)
    what = f"all {count:,} versions"
    bound = Bound("speed", 5)
    run.findings.append(compared("lookups", what, found["ours"], found["mlflow"], "MLflow", bound))
    overview: dict[str, Run] = {
        "ours": lambda: timed(services.versions.get_statistics, "m"),
        "mlflow": lambda: peer.seconds("overview", name="m"),
    }
    found = interleave(overview, rounds=run.scaled(15, 5), warmups=1)
    what = f"overview of a model with {count:,}"
    bound = Bound("speed", 20)
    run.findings.append(compared("lookups", what, found["ours"], found["mlflow"], "MLflow", bound))
