"""Routing starts and records while the catalogue is away, and follows it when it is back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import modelkeep
from modelkeep.errors import StorageUnavailableError


def test_a_start_without_the_catalogue_uses_the_copy(tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    with modelkeep.connect(registry) as mk:
        for value in (1, 2):
            mk.versions.create_version("m", {"a": value})
        mk.deployments.deploy_version("m@1.0.0", "production")
        rollout = mk.deployments.start_canary("m", "m@1.0.1", {"steps": [0.5]})
        router = mk.router("m")
        units = [f"user-{number}" for number in range(200)]
        wanted = {unit: router.choose(unit).arm for unit in units}
    assert set(wanted.values()) == {"stable", "canary"}
    database, aside = registry / "catalogue.sqlite", tmp_path / "aside.sqlite"
    database.rename(aside)
    with modelkeep.connect_traffic(registry) as traffic:
        router = traffic.router("m")
        assert router.from_copy
        for unit in units:
            choice = router.choose(unit)
            assert choice.arm == wanted[unit]
            router.record(choice, success=True)
        assert not database.exists()
        aside.rename(database)
        until = time.monotonic() + 10
        while router.from_copy and time.monotonic() < until:
            time.sleep(0.05)
        assert not router.from_copy
    with modelkeep.connect(registry) as mk:
        mk.conductor.advance(rollout.rollout_id, checked=lambda _: None)
        assert sum(mk.rollouts.get("m").verdict["units"]) == len(units)


def test_without_catalogue_and_copy_it_says_so(tmp_path: Path) -> None:
    with modelkeep.connect_traffic(tmp_path) as traffic, pytest.raises(StorageUnavailableError):
        traffic.router("m")
    assert not (tmp_path / "catalogue.sqlite").exists()


def test_what_was_chosen_before_an_experiment_ended_is_still_taken(mk) -> None:
    for value in (1, 2):
        mk.versions.create_version("m", {"a": value})
    mk.deployments.deploy_version("m@1.0.0", "production")
    test = mk.experiments.start("m", {"b": "m@1.0.1"})
    router = mk.router("m")
    choice = router.choose("user-1")
    mk.experiments.stop(test.experiment_id)
    router.refresh()
    assert router.table.split_id == ""
    mk.experiments.record(choice, success=True)
    router.recorder.flush()
    assert mk.traffic._evidence.count(test.experiment_id)[0] == 1
