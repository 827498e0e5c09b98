"""Spans of a real registry, made by the SDK of OpenTelemetry."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from opentelemetry.trace import StatusCode

from modelkeep.errors import VersionNotFoundError
from modelkeep.orchestrator.versioning_orchestrator import VersioningOrchestrator
from modelkeep.telemetry.spans import SpanProbe


def named(exporter, name):
    return [span for span in exporter.get_finished_spans() if span.name == f"modelkeep.{name}"]


def is_within(inner, outer) -> bool:
    return inner.parent is not None and inner.parent.span_id == outer.context.span_id


def test_a_span_says_what_was_done(open_with, tracer, exporter) -> None:
    mk = open_with(SpanProbe(tracer))
    version = mk.versions.create_version("m", {"w": 1})
    mk.deployments.deploy_version("m@latest", "production")

    (created,) = named(exporter, "create_version")
    assert created.attributes == {
        "modelkeep.model": "m",
        "modelkeep.version": version.version_id,
    }
    (batch,) = named(exporter, "create_versions")
    assert is_within(batch, created)
    assert batch.attributes["modelkeep.bytes_in"] == version.size_bytes
    (deployed,) = named(exporter, "deploy_version")
    assert deployed.parent is None
    assert deployed.status.status_code is not StatusCode.ERROR
    assert deployed.attributes["modelkeep.stage"] == "production"
    assert deployed.attributes["modelkeep.version"] == version.version_id
    kinds = [event.attributes["modelkeep.kind"] for event in deployed.events]
    assert kinds == ["deployed"]


def test_an_error_is_recorded(open_with, tracer, exporter) -> None:
    mk = open_with(SpanProbe(tracer))
    with pytest.raises(VersionNotFoundError):
        mk.versions.load_model("m@production")
    (span,) = named(exporter, "load_model")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "VersionNotFoundError"
    assert span.attributes["modelkeep.version"] == "m@production"
    (recorded,) = span.events
    assert recorded.attributes["exception.type"] == "modelkeep.errors.VersionNotFoundError"


def test_the_caller_of_the_async_face_is_the_parent_over_the_thread(
    config, tracer, exporter
) -> None:
    async def create(service, model_id) -> None:
        with tracer.start_as_current_span(f"request {model_id}"):
            await service.create_model_version(model_id, {"w": model_id})

    async def main() -> None:
        async with VersioningOrchestrator(config, probe=SpanProbe(tracer)) as service:
            await asyncio.gather(*(create(service, f"m{each}") for each in range(4)))

    asyncio.run(main())
    requests = {s.name: s for s in exporter.get_finished_spans() if s.name.startswith("request")}
    faces = {span.context.span_id: span for span in named(exporter, "async_create_version")}
    created = named(exporter, "create_version")
    assert len(requests) == len(faces) == len(created) == 4
    for span in created:
        face = faces[span.parent.span_id]
        assert is_within(face, requests[f"request {span.attributes['modelkeep.model']}"])


def test_rounds_in_the_background_are_no_part_of_what_opened_the_registry(
    config, tracer, exporter
) -> None:
    config = replace(config, auto_cleanup_enabled=True, cleanup_interval_seconds=0.05)

    async def main() -> None:
        with tracer.start_as_current_span("start of the program"):
            async with VersioningOrchestrator(config, probe=SpanProbe(tracer)) as service:
                await service.create_model_version("m", {"w": 1})
                async with asyncio.timeout(30):
                    while not service.services.upkeep.rounds:  # noqa: ASYNC110 - it tells nobody
                        await asyncio.sleep(0.02)

    asyncio.run(main())
    rounds = named(exporter, "apply_retention")
    assert rounds
    assert {span.parent for span in rounds} == {None}
    (face,) = named(exporter, "async_create_version")
    assert face.parent is not None
