"""Reads all that a registry tells, as JSON, through its public parts."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum

VISITORS = 40
METRICS = ("count", "accuracy", "error_rate", "latency_p90", "mean:age", "estimated_accuracy")


def read_all(mk):
    """Return what a registry tells: only what JSON has, so that it can be kept."""
    found = {"models": {model: _model(mk, model) for model in sorted(mk.versions.get_models())}}
    found["active"] = mk.deployments.get_all_active_deployments()
    found["alerts"] = mk.alerts.list_alerts()
    found["open_rollouts"] = mk.rollouts.list_open()
    found["statistics"] = mk.versions.get_statistics()
    found["deployment_statistics"] = mk.deployments.get_deployment_statistics()
    return json.loads(json.dumps(_plain(found), sort_keys=True))


def differences(expected, found, place=""):
    """Return where something reads otherwise than it was; what is new is no difference."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            each
            for key, value in expected.items()
            for each in differences(value, found.get(key, "(missing)"), f"{place}/{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [
            each
            for at, pair in enumerate(zip(expected, found, strict=True))
            for each in differences(*pair, f"{place}/{at}")
        ]
    return [] if expected == found else [f"{place}: {found!r} and not {expected!r}"]


def _model(mk, model_id):
    versions = mk.versions.get_versions(model_id, limit=None)
    rollouts = mk.rollouts.list_rollouts(model_id)
    experiments = mk.experiments.list(model_id)
    found = {
        "versions": versions,
        "loaded": {
            each.version_id: mk.versions.load_model(each.version_id)
            for each in versions
            if each.size_bytes
        },
        "events": {each.version_id: mk.versions.get_events(each.version_id) for each in versions},
        "cards": {each.version_id: mk.versions.get_card(each.version_id) for each in versions[-1:]},
        "policy": mk.versions.get_policy(model_id),
        "history": mk.deployments.get_deployment_history(model_id),
        "rollouts": rollouts,
        "evidence": {
            each: mk.conductor._evidence.count(each)[0]
            for each in [*(r.rollout_id for r in rollouts), *(e.experiment_id for e in experiments)]
        },
        "experiments": experiments,
        "results": {e.experiment_id: mk.experiments.result(e.experiment_id) for e in experiments},
        "tracked": mk.tracking.histories(
            model_id,
            METRICS,
            mk.clock.now() - timedelta(days=2),
            mk.clock.now() + timedelta(hours=1),
            step_seconds=3600,
        ),
        "drift": {each.version_id: mk.tracking.drift(each.version_id) for each in versions},
    }
    if mk.deployments.find_active_deployment(model_id, "production") is not None:
        router = mk.router(model_id)
        found["routes"] = [router.choose(f"u{n}").version_id for n in range(VISITORS)]
        found["override"] = router.choose("tester").version_id
    return found


def _plain(value):
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(each) for each in value)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    # Numbers that are not whole as text, so that NaN is equal to itself.
    return value if value is None or isinstance(value, (str, int)) else str(value)
