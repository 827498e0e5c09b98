"""Moving what a stage serves, and going back, beside MLflow's move of an alias."""

from __future__ import annotations

import itertools

from benchmarks.bench import Bench
from benchmarks.measure import Run, compared, interleave, timed
from benchmarks.models import small_models
from modelkeep.orchestrator.services import Services


def measure(run: Bench) -> None:
    """Deploy and roll back in turns with MLflow."""
    models = small_models()
    with run.folder("deployments") as folder, run.registry("deployments-ours") as services:
        peer = run.peer(folder)
        peer.call("register", name="m")
        for _ in range(2):
            services.versions.create_version("m", next(models), format="pickle")
            peer.call("create", name="m", source=str(folder))
        for _ in range(3):
            _deploy_other(services)
        numbers = itertools.cycle("12")
        runs: dict[str, Run] = {
            "deploy": lambda: _deploy_other(services),
            "mlflow": lambda: peer.seconds(
                "alias", name="m", alias="production", version=next(numbers)
            ),
            "rollback": lambda: timed(services.deployments.rollback_deployment, "m"),
        }
        found = interleave(runs, rounds=run.scaled(120, 20), warmups=5)
    for name in ("deploy", "rollback"):
        run.findings.append(
            compared("deploy", name, found[name], found["mlflow"], "MLflow, set alias")
        )


def _deploy_other(services: Services) -> float:
    """Have production serve the other one of two versions."""
    serving = services.versions.get_version("m@1.0.0").is_active
    other = "m@1.0.1" if serving else "m@1.0.0"
    return timed(services.deployments.deploy_version, other, "production")
