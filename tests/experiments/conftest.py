"""Real parts for tests of experiments: a registry, evidence in SQLite, a router and a recorder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from modelkeep.catalogue import pointers, rollouts
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.dialects import sqlite
from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.deployment.evidence.recorder import Recorder
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.table import RoutingTable
from modelkeep.errors import NoActiveDeploymentError
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.models import DeploymentStage


class CatalogueTables:
    """Reads the table of a model from the catalogue, as a router asks for it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._asked = catalogue, 0

    def version(self) -> int:
        self._asked += 1
        return self._asked

    def read(self, model_id: str) -> RoutingTable:
        with self._catalogue.read() as connection:
            text = rollouts.find_table(connection, model_id)
            serving = pointers.find(connection, model_id, DeploymentStage.PRODUCTION)
        if text is None or serving is None:
            raise NoActiveDeploymentError(model_id, "production")
        return RoutingTable.from_json(text)


@pytest.fixture
def fixed_salts(monkeypatch) -> None:
    """Gives each split the same salt in every run of the tests."""
    numbers = itertools.count()
    monkeypatch.setattr("secrets.token_hex", lambda size: f"{next(numbers):0{2 * size}x}")


@pytest.fixture
def evidence(tmp_path: Path) -> Iterator[EvidenceStore]:
    path = tmp_path / "evidence.sqlite"
    engine = sqlite.open_engine(path, busy_timeout_seconds=5.0, survives_power_loss=False)
    store = EvidenceStore(database=Catalogue(engine=engine, path=path))
    yield store
    store.close()


@pytest.fixture
def versions(mk) -> list[str]:
    """Three versions of `m`; the first serves production."""
    made = [mk.versions.create_version("m", {"n": n}).version_id for n in range(3)]
    mk.deployments.deploy_version(made[0], "production")
    return made


@pytest.fixture
def experiments(mk, evidence, clock) -> Experiments:
    return Experiments(
        catalogue=mk.catalogue,
        journal=Journal(clock=clock, actor="ada"),
        evidence=evidence,
        check=mk.versions.check_deployable,
        ids=VersionIds(),
    )


@pytest.fixture
def open_router(mk, evidence, clock):
    """Opens a router with a recorder that writes to the evidence."""
    opened = []

    def open_it(model_id="m"):
        recorder = Recorder(write=evidence.append, clock=clock, interval_seconds=60)
        source = CatalogueTables(mk.catalogue)
        router = Router(
            model_id=model_id,
            source=source,
            copy_path=None,
            clock=clock,
            poll_seconds=60,
            recorder=recorder,
        )
        opened.append(router)
        return SimpleNamespace(router=router, recorder=recorder)

    yield open_it
    for router in opened:
        router.close()


@pytest.fixture
def traffic():
    """Sends units through a router: each arm converts at its rate, and all is written."""

    def send(opened, units, rates, *, first=0, seed=1, metric="bought", **more):
        random = np.random.default_rng(seed)
        choices = opened.router.choose_batch([f"u{n}" for n in range(first, first + units)])
        had = random.random(units) < np.array(rates)[choices.arm_index]
        values = {metric: had.astype(float), **more}
        opened.router.record_batch(choices, success=~had, values=values)
        opened.recorder.flush()
        return choices

    return send
