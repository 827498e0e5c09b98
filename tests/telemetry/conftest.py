"""A registry that tells a real probe of itself."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
from modelkeep.telemetry.http import start_http
from modelkeep.telemetry.probe import Probe

OpenWith = Callable[[Probe], Services]


@pytest.fixture
def config(tmp_path: Path) -> ModelVersioningConfig:
    return ModelVersioningConfig(
        storage_path=f"{tmp_path}/registry", backup_path=f"{tmp_path}/backups", actor="ada"
    )


@pytest.fixture
def open_with(config: ModelVersioningConfig) -> Iterator[OpenWith]:
    opened: list[Services] = []

    def open_it(probe: Probe) -> Services:
        opened.append(wiring.open_services(config, probe=probe))
        return opened[-1]

    yield open_it
    for services in opened:
        services.close()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Iterator[Tracer]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider.get_tracer("tests")
    provider.shutdown()


Scraped = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Shown:
    """The metrics of whichever test runs, so that one server does for all."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    def collect(self) -> Iterator[Metric]:
        yield from self.registry.collect()


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Shown, str]]:
    shown = Shown()
    with start_http(0, registry=shown) as server:
        yield shown, server.url


@pytest.fixture
def scrape(registry: CollectorRegistry, served: tuple[Shown, str]) -> Callable[[], Scraped]:
    """Asks over HTTP, as Prometheus does."""
    shown, url = served
    shown.registry = registry

    def ask() -> Scraped:
        with urllib.request.urlopen(url, timeout=10) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            return {
                (sample.name, frozenset(sample.labels.items())): sample.value
                for family in families
                for sample in family.samples
            }

    return ask
