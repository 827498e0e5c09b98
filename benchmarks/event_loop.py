"""How late an event loop is while the async face works, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks import bench
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding

_BOUND = Bound("value", 0.005)
_BUSY = "busy thread"
_IDLE = "idle"


def measure(run: Bench) -> None:
    """Run `event_loop_child.py` and put what it prints in the table."""
    with run.folder("loop") as folder:
        command = [sys.executable, "-m", "benchmarks.event_loop_child", str(folder)]
        if run.quick:
            command.append("--quick")
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, cwd=bench.HERE.parent
        )
    phases = json.loads(done.stdout)
    busy = phases[_BUSY]
    run.notes.append("Lateness of a heartbeat of 1 ms on the event loop, in ms:")
    run.notes.append(
        "| loop | median | p99 | max | beats | longest callback (CPU) | (wall) "
        "| longest garbage collection |"
    )
    run.notes.append("|---|---|---|---|---|---|---|---|")
    for name, phase in phases.items():
        run.notes.append(_note(name, phase))
        if name in (_BUSY, _IDLE):
            continue
        run.findings += [
            Finding(
                group="loop",
                measure=f"p99 lag, {name}",
                ours=phase["p99"],
                other=busy["p99"],
                against="a busy thread",
            ),
            Finding(
                group="loop",
                measure=f"longest callback on the loop, {name}",
                ours=phase["callback_cpu"],
                bound=_BOUND,
            ),
        ]


def _note(name: str, phase: dict[str, float]) -> str:
    keys = ("median", "p99", "max")
    lags = " | ".join(f"{phase[key] * 1e3:.2f}" for key in keys)
    longest = " | ".join(
        f"{phase[key] * 1e3:.2f}" for key in ("callback_cpu", "callback_wall", "collection")
    )
    return f"| {name} | {lags} | {phase['beats']:.0f} | {longest} |"
