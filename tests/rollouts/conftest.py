"""What the tests of this folder share: a model with versions, visitors whose evidence is kept."""

import random

import numpy as np
import pytest

from modelkeep.catalogue import events
from modelkeep.deployment.rollouts import splits


class Visitors:
    """Units that come to a model; what became of them is evidence at once.

    Args:
        services: A registry.
        model_id: The model.
        seed: Of all that is drawn.
    """

    def __init__(self, services, model_id="m", seed=20260131):
        self.router = services.router(model_id)
        self.rng = np.random.default_rng(seed)
        self.next_unit = 0

    def fresh(self, count):
        """Return units that were never seen."""
        self.next_unit += count
        return np.arange(self.next_unit - count, self.next_unit)

    def visit(self, units, *, errors=(0.05, 0.04), latency=(0.010, 0.009), values=None):
        """Route units and record what became of them.

        Args:
            units: Units, or how many fresh ones.
            errors: Error rates of stable and canary; None to tell nothing of success.
            latency: Medians of a lognormal latency of both; None to tell none.
            values: Means of both by name, with the standard deviation 1.
        """
        units = self.fresh(units) if isinstance(units, int) else units
        self.router.refresh()
        choices = self.router.choose_batch(units)
        arms, told = choices.arm_index, {}
        if errors is not None:
            told["success"] = self.rng.random(len(arms)) >= np.array(errors)[arms]
        if latency is not None:
            noise = self.rng.lognormal(0.0, 0.5, len(arms))
            told["latency_seconds"] = np.array(latency)[arms] * noise
        if values:
            told["values"] = {
                name: np.array(means)[arms] + self.rng.normal(size=len(arms))
                for name, means in values.items()
            }
        self.router.record_batch(choices, **told)
        self.router._recorder.flush()
        return choices


def rollout_events(services, rollout_id):
    """Return the events of one rollout, the oldest first."""
    version_id = services.rollouts.get(rollout_id).version_id
    with services.catalogue.read() as connection:
        found = events.of_version(connection, version_id)
    return [each for each in found if each.after.get("rollout_id") == rollout_id]


def one_step(weight=0.5, **more):
    """Return a plan of one step that lasts for 200 units of the canary."""
    step = {"weight": weight, "min_duration_seconds": 0, "min_units": 200}
    return {"steps": [step], "metrics": ["errors"], **more}


@pytest.fixture(autouse=True)
def seeded_salts(monkeypatch):
    """Salts of a seeded generator, so that who is in which arm is the same in every run."""
    drawn = random.Random(20260131)
    monkeypatch.setattr(splits, "new_salt", lambda: drawn.randbytes(16).hex())


@pytest.fixture
def versions(mk):
    """The ids of three versions of the model m; the first serves production."""
    made = [mk.versions.create_version("m", {"n": n}).version_id for n in range(3)]
    mk.deployments.deploy_version(made[0], "production")
    return made


@pytest.fixture
def visitors(mk, versions):
    return Visitors(mk)


@pytest.fixture
def look(mk):
    """A function that looks at a rollout once, as the driver of the process with the lease does."""

    def call(name="m"):
        return mk.conductor.advance(name, checked=lambda _connection: None)

    return call


@pytest.fixture
def events_of(mk):
    return lambda rollout_id: rollout_events(mk, rollout_id)


@pytest.fixture
def plan():
    return one_step
