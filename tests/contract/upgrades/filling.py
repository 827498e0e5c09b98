"""Puts something into every table of a registry, through its public parts."""

import math
import random

from modelkeep.catalogue.abort_requests import AbortRequests
from modelkeep.orchestrator.backends import choose_backends
from modelkeep.provenance.keys import generate_key
from modelkeep.provenance.model_policy import ModelPolicy

VISITORS = 200


def fill(mk, clock):
    """Fill a registry whose clock is moved by hand."""
    _versions(mk, clock)
    _stages(mk, clock)
    _splits(mk, clock)
    _use(mk, clock)
    mk.versions.load_model("m@1.0.0")
    mk.loads.flush()
    mk.driver.look()
    mk.watch.look()
    mk.upkeep.look()


def fill_guest(mk):
    """Fill a registry that is copied into the other one, so that it knows of a copy."""
    version = mk.versions.create_version("guest", {"n": 1}, format="json")
    mk.tracking.log(version.version_id, prediction="cat", latency_seconds=0.02)
    mk.tracking.flush()


def ask_for_abort(mk):
    """Leave the request to abort a rollout, as who dies in the middle of one does."""
    requests = AbortRequests(database=choose_backends(mk.config).evidence)
    requests.put(mk.rollouts.list_open()[0])
    requests._database.close()


def _versions(mk, clock):
    def create(model, value, **more):
        clock.advance(minutes=7)
        return mk.versions.create_version(model, value, format="json", **more).version_id

    metrics = {"accuracy": 0.1, "loss": math.nan, "note": "ünï", "rows": 10**9}
    first = create("m", {"n": 0}, tags=["x", "ü"], metadata=metrics, description="zwölf\n'")
    for n in range(1, 4):
        create("m", {"n": n, "words": ["so"] * 200 * n}, parent_version=first)
    mk.versions.create_version("m", status="training")
    for n in range(2):
        create("n", {"n": n})
    mk.versions.set_card(first, "# A card with 'quotes' and ünï")
    mk.versions.set_policy("m", ModelPolicy())
    mk.versions.sign_version(first, generate_key()[0])


def _stages(mk, clock):
    for reference, stage in (
        ("m@1.0.0", "staging"),
        ("m@1.0.0", "production"),
        ("m@1.0.1", "production"),
        ("n@1.0.0", "production"),
    ):
        clock.advance(minutes=7)
        mk.deployments.deploy_version(reference, stage, reason=f"to {stage}")
    mk.deployments.rollback_deployment("m", "production", reason="worse")
    clock.advance(minutes=7)
    mk.deployments.deploy_version("m@1.0.2", "production", {"replicas": 2})
    mk.versions.delete_version("m@1.0.1")


def _splits(mk, clock):
    ended = mk.rollouts.start("m@1.0.3", {"steps": [0.01, 0.5]})
    mk.rollouts.abort(ended.rollout_id, reason="no")
    clock.advance(minutes=7)
    mk.rollouts.start("m@1.0.3", {"steps": [0.25, 0.5]})
    mk.rollouts.set_override("m", "tester", "canary")
    mk.experiments.start("n", {"b": mk.versions.get_version("n@1.0.1").version_id})
    rng = random.Random(1)
    mk.driver.look()
    for model_id in ("m", "n"):
        router = mk.router(model_id)
        for unit in range(VISITORS):
            choice = router.choose(f"u{unit}")
            router.record(choice, success=rng.random() < 0.9, latency_seconds=rng.random())
        router.recorder.flush()
    mk.driver.look()


def _use(mk, clock):
    version = mk.versions.get_version("m@1.0.2").version_id
    mk.tracking.set_reference(version, features={"age": list(range(50))})
    for n in range(60):
        clock.advance(seconds=20)
        mk.tracking.log(
            version,
            prediction="cat" if n % 3 else "dog",
            probability=0.5 + n / 200,
            label="cat" if n % 2 else None,
            latency_seconds=0.01 + n / 1000,
            features={"age": float(n)},
            prediction_id=f"p{n}",
        )
    mk.tracking.flush()
    mk.alerts.add({"model_id": "m", "name": "slow", "metric": "latency_p99", "above": 0.01})
    mk.alerts.add({"model_id": "m", "name": "quiet", "metric": "count", "below": 1.0})
    mk.alerts.disable(mk.alerts.list_alerts("m")[0].rule_id)
    mk.alerts.look()
