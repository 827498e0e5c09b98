"""Metrics and spans of Modelkeep itself: what it does, how long that takes, and what fails.

The names below are imported when they are first used: neither library is needed by those who
switch nothing on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkeep.telemetry.http import MetricsServer, start_http
    from modelkeep.telemetry.joined import JoinedProbe
    from modelkeep.telemetry.probe import NO_PROBE, Operation, Probe
    from modelkeep.telemetry.prometheus import PrometheusProbe
    from modelkeep.telemetry.spans import SpanProbe

_HOMES = {
    "NO_PROBE": "modelkeep.telemetry.probe",
    "JoinedProbe": "modelkeep.telemetry.joined",
    "MetricsServer": "modelkeep.telemetry.http",
    "Operation": "modelkeep.telemetry.probe",
    "Probe": "modelkeep.telemetry.probe",
    "PrometheusProbe": "modelkeep.telemetry.prometheus",
    "SpanProbe": "modelkeep.telemetry.spans",
    "start_http": "modelkeep.telemetry.http",
}

__all__ = [
    "NO_PROBE",
    "JoinedProbe",
    "MetricsServer",
    "Operation",
    "Probe",
    "PrometheusProbe",
    "SpanProbe",
    "start_http",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
