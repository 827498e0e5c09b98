"""What it takes to have the library: the time of its import, the size of its install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks import bench, environments
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, Sample, interleave, timed
from benchmarks.mlflow_process import ENVIRONMENT

_MB = 1_000_000


def measure(run: Bench) -> None:
    """Time imports, then install and weigh."""
    _measure_imports(run)
    _measure_size(run)


def _measure_imports(run: Bench) -> None:
    ours, theirs = Path(sys.executable), run.mlflow_python
    runs: dict[str, Run] = {
        "pass": lambda: _start(run, ours, "pass"),
        "import": lambda: _start(run, ours, "import modelkeep"),
        "connect": lambda: _start(run, ours, "from modelkeep import connect"),
        "mlflow pass": lambda: _start(run, theirs, "pass"),
        "mlflow": lambda: _start(run, theirs, "import mlflow"),
    }
    found = interleave(runs, rounds=run.scaled(15, 5), warmups=1)
    mlflow = _without(found["mlflow"], found["mlflow pass"])
    for name, what, bound in (
        ("import", "import modelkeep", Bound("value", 0.15)),
        ("connect", "from modelkeep import connect", None),
    ):
        run.findings.append(
            Finding(
                group="footprint",
                measure=what,
                ours=_without(found[name], found["pass"]),
                other=mlflow,
                against="import mlflow",
                bound=bound,
            )
        )


def _start(run: Bench, python: Path, code: str) -> float:
    """Time a fresh interpreter from its start to its end."""
    environment = os.environ | ENVIRONMENT
    command = [python, "-c", code]
    return timed(subprocess.run, command, check=True, cwd=run.work, env=environment)


def _without(whole: Sample, start: Sample) -> float:
    return whole.median - start.median


def _measure_size(run: Bench) -> None:
    with run.folder("core") as folder:
        venv = folder / "venv"
        environments.make(venv)
        before = environments.site_packages_bytes(environments.python_of(venv))
        wheel = environments.build_wheel(bench.HERE.parent, venv, folder)
        environments.install(venv, str(wheel))
        ours = environments.site_packages_bytes(environments.python_of(venv))
    theirs = environments.site_packages_bytes(run.mlflow_python)
    run.findings.append(
        Finding(
            group="footprint",
            measure="what a core install brings with it",
            ours=(ours - before) / _MB,
            other=(theirs - before) / _MB,
            against="MLflow",
            unit="MB",
            bound=Bound("value", 150),
        )
    )
    run.findings.append(
        Finding(
            group="footprint",
            measure="the environment with it, pip and setuptools included",
            ours=ours / _MB,
            other=theirs / _MB,
            against="MLflow",
            unit="MB",
        )
    )
