"""Registries of all kinds for tests of copies and examinations, and one with something of all."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import (
    EVENTS,
    EXPERIMENTS,
    MODEL_POLICIES,
    MODELS,
    REMOVED_VERSIONS,
    ROLLOUTS,
    ROUTING_TABLES,
    STAGE_POINTERS,
    VERSION_CARDS,
    VERSION_FILES,
    VERSION_METRICS,
    VERSION_SIGNATURES,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
from modelkeep.provenance.keys import generate_key
from modelkeep.provenance.model_policy import ModelPolicy

TABLES = (
    MODELS, VERSIONS, VERSION_TAGS, VERSION_METRICS, VERSION_FILES, REMOVED_VERSIONS, EVENTS,
    STAGE_POINTERS, MODEL_POLICIES, ROUTING_TABLES, ROLLOUTS, EXPERIMENTS, ALERT_RULES,
    VERSION_CARDS, VERSION_SIGNATURES,
)  # fmt: skip
Settings = dict[str, str]
Open = Callable[[Settings], Services]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Settings]:
    """Names a registry in a folder of its own."""
    return lambda name: {"storage_path": f"{tmp_path}/{name}"}


@pytest.fixture
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A registry in PostgreSQL and an object store."""
    request.getfixturevalue("seaweed")
    server = request.getfixturevalue("postgres")
    url = server.new_database()
    yield {
        "storage_path": f"s3://tests/{uuid.uuid4().hex}",
        "catalogue_url": url,
        "work_path": f"{tmp_path}/work",
    }
    server.drop_database(url)


@pytest.fixture
def open_at(tmp_path: Path, clock) -> Iterator[Open]:
    """Opens registries with one clock, and closes them in the end."""
    opened: list[Services] = []

    def open_it(settings: Settings) -> Services:
        config = ModelVersioningConfig(
            **settings, backup_path=f"{tmp_path}/backups", actor="ada", retention_days=0
        )
        opened.append(wiring.open_services(config, clock=clock))
        return opened[-1]

    yield open_it
    for services in opened:
        services.close()


def fill(mk: Services, clock: Any) -> dict[str, Any]:
    """Put something of all in a registry; return what its versions load to, by id."""
    random = np.random.default_rng(20260124)
    weights = random.normal(size=200_000).astype(np.float32)
    objects: dict[str, Any] = {}

    def create(model: str, value: Any, **more: Any) -> str:
        clock.advance(minutes=7)
        version = mk.versions.create_version(model, value, **more)
        objects[version.version_id] = value
        return version.version_id

    metrics = {"accuracy": 0.1, "loss": math.nan, "note": "ünï"}
    first = create("m", {"w": weights}, tags=["x", "ü"], metadata=metrics)
    create("n", {"n": 0}, description="zwölf\n'")
    for n in range(3):
        weights = weights + random.normal(scale=1e-4, size=weights.size).astype(np.float32)
        create("m", {"w": weights, "n": np.int64(n)}, parent_version=first)
    mk.versions.create_version("m", status="training")
    mk.deployments.deploy_version("m@1.0.0", "staging")
    mk.deployments.deploy_version("m@1.0.0", "production", reason="first")
    mk.deployments.deploy_version("m@1.0.1", "production")
    mk.deployments.rollback_deployment("m", "production", reason="worse")
    mk.deployments.deploy_version("m@1.0.2", "production")
    del objects[mk.versions.delete_version("m@1.0.1").version_id]
    mk.versions.set_card(first, "# A card")
    mk.versions.set_policy("m", ModelPolicy())
    mk.versions.sign_version(first, generate_key()[0])
    rollout = mk.rollouts.start("m@1.0.3", {"steps": [0.01, 0.5]})
    mk.rollouts.abort(rollout.rollout_id, reason="no")
    mk.rollouts.start("m@1.0.3", {"steps": [0.01, 0.5]})
    other = create("n", {"n": 1})
    mk.deployments.deploy_version("n@1.0.0", "production")
    mk.experiments.start("n", {"b": other})
    mk.alerts.add({"model_id": "m", "name": "slow", "metric": "count", "above": 3.0})
    return objects


def rows_of(mk: Services) -> dict[str, list[dict[str, Any]]]:
    """Return all rows, with the place of an event in its model for its id, and without seals."""
    found: dict[str, list[dict[str, Any]]] = {}
    with mk.catalogue.read() as connection:
        places: dict[Any, Any] = {None: None}
        counts: dict[str, int] = {}
        for key, model in connection.execute(
            select(EVENTS.c.event_id, EVENTS.c.model_id).order_by(EVENTS.c.event_id)
        ):
            counts[model] = counts.get(model, 0) + 1
            places[key] = (model, counts[model])
        for table in TABLES:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            for row in rows:
                row.pop("row_blake2b", None)
                for name in ("event_id", "returns_to"):
                    if name in row:
                        row[name] = places[row[name]]
            found[table.name] = sorted(rows, key=repr)
    return found


def same(value: Any, other: Any) -> bool:
    """Whether two loaded models are equal."""
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(same(value[k], other[k]) for k in value)
    return np.array_equal(value, other) if isinstance(value, np.ndarray) else value == other
