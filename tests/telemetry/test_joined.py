"""Two probes are told the same."""

from __future__ import annotations

import pytest

from modelkeep.errors import InvalidInputError, VersionNotFoundError
from modelkeep.telemetry import JoinedProbe, PrometheusProbe, SpanProbe


def test_both_see_the_same(open_with, registry, tracer, exporter) -> None:
    mk = open_with(JoinedProbe(PrometheusProbe(registry, by_model=True), SpanProbe(tracer)))
    version = mk.versions.create_version("m", {"w": 1})
    with pytest.raises(VersionNotFoundError):
        mk.versions.load_model("x@1.0.0")

    spans = {span.name: span for span in exporter.get_finished_spans()}
    labels = {"operation": "create_versions", "direction": "in"}
    assert (
        registry.get_sample_value("modelkeep_bytes_total", labels)
        == spans["modelkeep.create_versions"].attributes["modelkeep.bytes_in"]
        == version.size_bytes
    )
    failed = {"operation": "load_model", "outcome": "error", "model": ""}
    failed["error"] = spans["modelkeep.load_model"].attributes["error.type"]
    assert registry.get_sample_value("modelkeep_operations_total", failed) == 1
    events = [event.attributes for event in spans["modelkeep.create_versions"].events]
    registered = {"kind": "model_registered", "model": "m"}
    assert {f"modelkeep.{key}": value for key, value in registered.items()} in events
    assert registry.get_sample_value("modelkeep_events_total", registered) == 1


def test_a_number_is_read_by_all_until_it_ends(tracer) -> None:
    from prometheus_client import CollectorRegistry

    registries = [CollectorRegistry(), CollectorRegistry()]
    probe = JoinedProbe(*(PrometheusProbe(each) for each in registries), SpanProbe(tracer))
    end = probe.watch("records_waiting", lambda: 2, buffer="x")

    def read():
        name = "modelkeep_records_waiting"
        return [each.get_sample_value(name, {"buffer": "x"}) for each in registries]

    assert read() == [2, 2]
    end()
    assert read() == [None, None]


def test_nothing_to_join_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least one probe"):
        JoinedProbe()
