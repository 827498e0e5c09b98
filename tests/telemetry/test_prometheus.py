"""What Prometheus scrapes of a real registry."""

from __future__ import annotations

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from modelkeep.errors import (
    InvalidInputError,
    NotDeployableError,
    UnknownChoiceError,
    VersionInUseError,
    VersionNotFoundError,
)
from modelkeep.telemetry.metrics import METRICS
from modelkeep.telemetry.prometheus import PrometheusProbe

PLAN = {"steps": [{"weight": 0.1, "min_duration_seconds": 60}], "metrics": ["errors"]}


def at(found, name, **labels):
    return found.get((f"modelkeep_{name}", frozenset(labels.items())), 0)


def ended(found, operation, error="", **labels):
    outcome = "error" if error else "ok"
    return at(
        found, "operations_total", operation=operation, outcome=outcome, error=error, **labels
    )


def test_the_life_of_a_version(open_with, registry, scrape) -> None:
    mk = open_with(PrometheusProbe(registry))
    weights = np.random.default_rng(1).random(4000)
    first = mk.versions.create_version("m", weights)
    second = mk.versions.create_version("m", {"w": 2})
    mk.versions.load_model(first.version_id)
    mk.deployments.deploy_version("m@1.0.0", "production")
    mk.deployments.deploy_version("m@1.0.1", "production")
    mk.deployments.rollback_deployment("m")
    mk.versions.delete_version(second.version_id)

    found = scrape()
    assert ended(found, "create_version") == 2
    assert ended(found, "load_model") == 1
    assert ended(found, "deploy_version") == 2
    assert ended(found, "rollback_deployment") == 1
    assert ended(found, "delete_version") == 1
    assert at(found, "bytes_total", operation="create_versions", direction="in") == (
        first.size_bytes + second.size_bytes
    )
    assert at(found, "bytes_total", operation="load_model", direction="out") == first.size_bytes
    assert [at(found, "events_total", kind=kind) for kind in ("deployed", "rolled_back")] == [2, 1]
    durations = {"operation": "deploy_version", "outcome": "ok"}
    assert at(found, "operation_duration_seconds_count", **durations) == 2
    assert 0 < at(found, "operation_duration_seconds_sum", **durations) < 60
    assert at(found, "operations_in_progress", operation="deploy_version") == 0
    assert not [labels for _, labels in found if "model" in dict(labels)]


def test_errors_are_counted_by_class(open_with, registry, scrape) -> None:
    mk = open_with(PrometheusProbe(registry))
    version = mk.versions.create_version("m", {"w": 1})
    mk.deployments.deploy_version("m@latest", "production")
    for _ in range(2):
        with pytest.raises(VersionNotFoundError):
            mk.versions.load_model("m@9.9.9")
    with pytest.raises(VersionInUseError):
        mk.versions.delete_version(version.version_id)
    with pytest.raises(NotDeployableError):
        mk.deployments.deploy_version("m@latest", "rollback")

    found = scrape()
    assert ended(found, "load_model", "VersionNotFoundError") == 2
    assert ended(found, "delete_version", "VersionInUseError") == 1
    assert ended(found, "deploy_version", "NotDeployableError") == 1
    assert ended(found, "load_model") == 0
    failed = {"operation": "load_model", "outcome": "error"}
    assert at(found, "operation_duration_seconds_count", **failed) == 2
    assert at(found, "operations_in_progress", operation="load_model") == 0


def test_models_are_named_only_where_asked_and_only_those_there_are(
    open_with, registry, scrape
) -> None:
    mk = open_with(PrometheusProbe(registry, by_model=True))
    mk.versions.create_version("m", {"w": 1})
    mk.versions.load_model("m@latest")
    with pytest.raises(VersionNotFoundError):
        mk.versions.load_model("invented@latest")

    found = scrape()
    assert ended(found, "create_version", model="m") == 1
    assert ended(found, "load_model", model="m") == 1
    assert ended(found, "load_model", "VersionNotFoundError", model="") == 1
    assert at(found, "events_total", kind="model_registered", model="m") == 1
    assert {dict(labels).get("model", "") for _, labels in found} == {"", "m"}


def test_a_rollout_is_told_by_its_states(open_with, registry, scrape) -> None:
    mk = open_with(PrometheusProbe(registry))
    for weight in (1, 2):
        mk.versions.create_version("m", {"w": weight})
    mk.deployments.deploy_version("m@1.0.0", "production")
    mk.deployments.start_canary("m", "m@1.0.1", PLAN)
    mk.rollouts.pause("m")
    mk.rollouts.resume("m")
    mk.rollouts.abort("m", reason="enough")

    found = scrape()
    states = ("pending", "running", "paused", "aborting", "aborted")
    told = {state: at(found, "events_total", kind=f"rollout_{state}") for state in states}
    assert told == {"pending": 1, "running": 2, "paused": 1, "aborting": 1, "aborted": 1}
    for operation in ("start_rollout", "pause_rollout", "resume_rollout", "abort_rollout"):
        assert ended(found, operation) == 1


def test_dropped_records_are_read_and_stay_after_the_end(open_with, registry, scrape) -> None:
    mk = open_with(PrometheusProbe(registry))
    mk.versions.create_version("m", {"w": 1})
    mk.deployments.deploy_version("m@latest", "production")
    assert ("modelkeep_records_dropped_total", frozenset({("buffer", "evidence")})) not in scrape()
    routers = [mk.router("m"), mk.router("m")]
    for router, dropped in zip(routers, (3, 4), strict=True):
        router.recorder._dropped = dropped
    assert at(scrape(), "records_dropped_total", buffer="evidence") == 7
    mk.close()
    assert at(scrape(), "records_dropped_total", buffer="evidence") == 7


def test_a_gauge_ends_with_what_it_reads(registry, scrape) -> None:
    probe = PrometheusProbe(registry)
    ends = [probe.watch("records_waiting", lambda: 5, buffer="tracking") for _ in range(2)]
    assert at(scrape(), "records_waiting", buffer="tracking") == 10
    ends[0]()
    ends[0]()
    assert at(scrape(), "records_waiting", buffer="tracking") == 5
    ends[1]()
    assert ("modelkeep_records_waiting", frozenset({("buffer", "tracking")})) not in scrape()


def test_two_registries_share_one_probe(open_with, registry, scrape, tmp_path, config) -> None:
    from dataclasses import replace

    from modelkeep.orchestrator import wiring

    probe = PrometheusProbe(registry)
    open_with(probe).versions.create_version("m", {"w": 1})
    with wiring.open_services(replace(config, storage_path=f"{tmp_path}/other"), probe=probe) as mk:
        mk.versions.create_version("m", {"w": 1})
    assert ended(scrape(), "create_version") == 2
    with pytest.raises(InvalidInputError, match="hand one probe to all"):
        PrometheusProbe(registry)


def test_every_metric_of_the_table_is_one_of_prometheus(registry, scrape) -> None:
    probe = PrometheusProbe(registry)
    with probe.operation("x") as operation:
        operation.add_bytes(1, "in")
    probe.count("events", kind="deployed", model="m")
    probe.count("tracking_rows", 500)
    probe.watch("records_dropped", lambda: 1, buffer="x")
    probe.watch("records_waiting", lambda: 1, buffer="x")
    found = scrape()
    endings = {"counter": "_total", "gauge": "", "histogram": "_count"}
    expected = {f"modelkeep_{each.name}{endings[each.kind]}" for each in METRICS.values()}
    assert expected <= {name for name, _ in found}
    assert at(found, "tracking_rows_total") == 500


@pytest.mark.parametrize("use", ["count", "watch"])
def test_a_metric_is_used_with_its_labels(use) -> None:
    probe = PrometheusProbe(CollectorRegistry())

    def told(name, **labels):
        return getattr(probe, use)(name, 1 if use == "count" else lambda: 1, **labels)

    with pytest.raises(UnknownChoiceError, match="metric"):
        told("deployments")
    with pytest.raises(InvalidInputError, match=r"used with the labels \['sort'\].*\['kind'\]"):
        told("events", sort="deployed")
    with pytest.raises(InvalidInputError, match="records_dropped"):
        told("records_dropped", buffer="x", model="m")
