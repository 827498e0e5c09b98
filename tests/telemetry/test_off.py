"""Who switches nothing on imports nothing and pays nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modelkeep.management.version_manager import VersionManager
from modelkeep.telemetry.probe import NO_PROBE

USED = """
import sys
import modelkeep, modelkeep.telemetry
mk = modelkeep.connect({place!r})
mk.versions.create_version("m", {{"w": 1}})
assert mk.versions.load_model("m@latest") == {{"w": 1}}
mk.close()
tops = {{name.partition(".")[0] for name in sys.modules}}
print(sorted(tops & {{"prometheus_client", "opentelemetry"}}))
"""
HIDDEN = """
import sys
sys.modules.update(dict.fromkeys(("prometheus_client", "opentelemetry")))
import modelkeep
from modelkeep import telemetry
for name, *given in (("PrometheusProbe",), ("SpanProbe",), ("start_http", 0)):
    try:
        getattr(telemetry, name)(*given)
    except modelkeep.ModelkeepError as error:
        print(error.code, error)
"""


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_neither_library_is_imported(tmp_path) -> None:
    assert run(USED.format(place=f"{tmp_path}/registry")).strip() == "[]"


def test_what_is_not_installed_is_named_once_it_is_switched_on() -> None:
    lines = run(HIDDEN).splitlines()
    needs = 'missing_extra {} needs the library {!r}: pip install "modelkeep[{}]"'
    assert lines == [
        needs.format("PrometheusProbe", "prometheus-client", "prometheus"),
        needs.format("SpanProbe", "opentelemetry-api", "opentelemetry"),
        needs.format("start_http", "prometheus-client", "prometheus"),
    ]


def test_services_are_the_plain_classes(mk) -> None:
    assert type(mk.versions) is VersionManager


def test_nothing_is_made_for_an_operation_that_nobody_measures() -> None:
    with NO_PROBE.operation("x", model="m") as operation:
        operation.add_bytes(1, "in")
        operation.label(version="v")
    assert NO_PROBE.operation("y") is NO_PROBE.operation("z")
    NO_PROBE.count("events", kind="x")
    NO_PROBE.watch("records_dropped", lambda: pytest.fail("it was read"), buffer="x")()
