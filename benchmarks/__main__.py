"""The one command: `python -m benchmarks`, from the root of the repository."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks import (
    bench,
    creation,
    deployments,
    event_loop,
    footprint,
    growth,
    large_files,
    lookups,
    million,
    objects,
    report,
    routing,
    storage,
    storage_huge,
    storage_small,
    storage_speed,
    trust,
)

GROUPS = {
    "create": creation.measure,
    "lookups": lookups.measure,
    "growth": growth.measure,
    "files": large_files.measure,
    "footprint": footprint.measure,
    "loop": event_loop.measure,
    "deploy": deployments.measure,
    "storage": storage.measure,
    "speed": storage_speed.measure,
    "small": storage_small.measure,
    "trust": trust.measure,
    "routing": routing.measure,
}
# Minutes and tens of gigabytes: only when named.
_ASKED = {
    "huge": storage_huge.measure,
    "million": million.measure,
    "objects": objects.measure,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here as well")
    parser.add_argument(
        "--only", choices=GROUPS | _ASKED, action="append", help="only this group; repeat"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, for development")
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        metavar="PATH",
        help="an interpreter that has MLflow; without it one is set up in benchmarks/.work",
    )
    return parser.parse_args()


def main() -> int:
    """Measure, print the table, and return 0 also where a bound is missed."""
    arguments = _arguments()
    with bench.Bench(quick=arguments.quick, mlflow_python=arguments.mlflow_python) as run:
        for name in arguments.only or GROUPS:
            began = time.monotonic()
            print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
            (GROUPS | _ASKED)[name](run)
            print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        machine = bench.describe_machine(run)
    print(report.as_text(machine, run.findings, run.notes))
    if arguments.json is not None:
        arguments.json.write_text(report.as_json(machine, run.findings, run.notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
