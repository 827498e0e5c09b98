"""Services that are measured are otherwise as they were."""

from __future__ import annotations

import inspect

import pytest
from prometheus_client import CollectorRegistry

from modelkeep.errors import InvalidInputError, NotFoundError
from modelkeep.management.version_manager import VersionManager
from modelkeep.orchestrator.observing import MEASURED, measured
from modelkeep.storage.version_storage_service import VersionStorageService
from modelkeep.telemetry.error_names import error_name
from modelkeep.telemetry.observed import Observed, observed
from modelkeep.telemetry.probe import NO_PROBE
from modelkeep.telemetry.prometheus import PrometheusProbe


@pytest.fixture
def probe() -> PrometheusProbe:
    return PrometheusProbe(CollectorRegistry())


@pytest.mark.parametrize("kind", MEASURED, ids=lambda kind: kind.__name__)
def test_a_measured_class_looks_the_same(kind, probe) -> None:
    made = measured(kind, probe)
    assert made is not kind
    assert issubclass(made, kind)
    assert repr(made) == repr(kind)
    assert inspect.signature(made) == inspect.signature(kind)
    for each in MEASURED[kind]:
        new, old = getattr(made, each.method), getattr(kind, each.method)
        assert new is not old
        assert inspect.signature(new) == inspect.signature(old)
        assert (new.__doc__, new.__qualname__) == (old.__doc__, old.__qualname__)


def test_what_is_off_is_the_class_itself() -> None:
    assert all(measured(kind, NO_PROBE) is kind for kind in MEASURED)


def test_names_of_operations_are_of_one_method_each() -> None:
    names = [each.operation or each.method for plans in MEASURED.values() for each in plans]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("kind", "plan"),
    [
        (VersionManager, Observed(method="create")),
        (VersionManager, Observed(method="__doc__")),
        (VersionStorageService, Observed(method="save_model_data")),
        (VersionStorageService, Observed(method="release_version")),
        (VersionManager, Observed(method="get_version", direction="out")),
    ],
)
def test_what_cannot_be_measured_is_refused(kind, plan, probe) -> None:
    with pytest.raises(InvalidInputError, match=plan.method):
        observed(kind, probe, [plan])


def test_progress_is_still_told(open_with, registry) -> None:
    mk = open_with(PrometheusProbe(registry))
    told: list[int] = []
    version = mk.versions.create_version("m", {"w": 1}, progress=told.append)
    mk.versions.load_model("m@latest", progress=told.append)
    assert sum(told) == 2 * version.size_bytes


class Asking:
    """A service of which nobody may ask anything but its methods."""

    def load_model(self, version: str) -> Asking:
        return self

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"asked for {name}")


def test_a_loaded_model_is_not_asked_for_anything(registry) -> None:
    probe = PrometheusProbe(registry, by_model=True)
    service = observed(Asking, probe, [Observed(method="load_model")])()
    assert service.load_model("m@latest") is service
    labels = {"operation": "load_model", "outcome": "ok", "error": "", "model": "m"}
    assert registry.get_sample_value("modelkeep_operations_total", labels) == 1


def test_an_error_of_a_library_is_named_by_what_python_has() -> None:
    strange = type("Strange", (ValueError,), {"__module__": "somewhere.deep"})
    stranger = type("Stranger", (Exception,), {"__module__": "somewhere"})
    ours = type("Ours", (NotFoundError,), {"__module__": "somewhere"})
    assert [error_name(kind("x")) for kind in (strange, stranger, ours)] == [
        "ValueError",
        "Exception",
        "NotFoundError",
    ]
    assert error_name(KeyboardInterrupt()) == "KeyboardInterrupt"
