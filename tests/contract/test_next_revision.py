"""What a release with one migration more does to a registry of this one, full of data."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelkeep.catalogue.catalogue import HEAD
from modelkeep.catalogue.tracked import TrackedStore
from modelkeep.errors import NewerFormatError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.backends import choose_backends

HERE = Path(__file__).parent
release = SimpleNamespace(**runpy.run_path(str(HERE / "next_release.py")))
reading = SimpleNamespace(**runpy.run_path(str(HERE / "upgrades/reading.py")))
PROCESSES = 8
NOTES = [("guest", "about guest"), ("m", "about m"), ("n", "about n")]


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    return release.make(tmp_path_factory.mktemp("later"))


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, data_set):
    return data_set(f"{HEAD}/{request.param}")


class Crew:
    """Processes of the later release, which open a registry when they are told to."""

    def __init__(self, later, kept, runs, count=1, *words, **environment):
        settings = json.dumps(kept.settings)
        child = str(HERE / "next_child.py")
        environment = {**os.environ, "PYTHONPATH": str(later), "UPGRADE_RUNS": str(runs)} | (
            environment
        )
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.children = [
            subprocess.Popen(
                [sys.executable, child, settings, kept.clock.now().isoformat(), *words],
                env=environment,
                text=True,
                **pipes,
            )
            for _ in range(count)
        ]

    def go(self):
        """Let all go on at once; return what each told, and the errors of those that failed."""
        try:
            assert {each.stdout.readline() for each in self.children} == {"ready\n"}
            for each in self.children:
                each.stdin.write("\n")
                each.stdin.flush()
            told = [each.communicate(timeout=60) for each in self.children]
        finally:
            for each in self.children:
                each.kill()
                each.wait()
        codes = [each.returncode for each in self.children]
        good = [json.loads(out) for (out, _), code in zip(told, codes, strict=True) if not code]
        return good, [error for (_, error), code in zip(told, codes, strict=True) if code]


def test_a_migration_with_data_runs_once_when_many_processes_start_at_once(later, kept, tmp_path):
    runs = tmp_path / "runs"
    told, errors = Crew(later, kept, runs, PROCESSES).go()
    assert errors == []
    assert told == [{"revision": release.NEXT}] * PROCESSES
    assert runs.read_text() == "run\n"
    assert kept.ask("SELECT model_id, notes FROM models ORDER BY model_id") == NOTES
    assert kept.ask("SELECT note FROM notes") == [("made",)]

    # The later release reads all as it was, with every seal, and goes on.
    ((found,), errors) = Crew(later, kept, runs, 1, "--all").go()
    assert errors == []
    assert reading.differences(kept.told, found["all"]) == []
    assert found["problems"] == []
    assert found["made"] == "1.0.5"
    assert runs.read_text() == "run\n"

    # This one, which is older now, says what is to be done.
    with pytest.raises(NewerFormatError, match=f"schema {release.NEXT}.*upgrade modelkeep"):
        kept.open()
    # Also what is beside the catalogue, which is upgraded when it is first used.
    revision = kept.ask("SELECT version_num FROM tracking_revision", "tracking")
    assert revision == [(release.NEXT_TRACKING,)]
    noted = kept.ask("SELECT model_id, note FROM tracked_copies", "tracking")
    assert noted == [("guest", "about guest")]
    backends = choose_backends(ModelVersioningConfig(**kept.settings))
    tracked = TrackedStore(database=backends.tracking)
    told = f"schema {release.NEXT_TRACKING}.*upgrade modelkeep"
    with pytest.raises(NewerFormatError, match=told), tracked.read():
        pass
    backends.close()


def test_a_migration_that_fails_half_way_leaves_what_was(later, kept, tmp_path):
    runs = tmp_path / "runs"
    told, (error,) = Crew(later, kept, runs, UPGRADE_FAILS="1").go()
    assert told == []
    assert "name_key" in error
    assert runs.read_text() == "run\n"
    assert kept.ask("SELECT version_num FROM alembic_version") == [(HEAD,)]
    with kept.open() as mk:
        assert kept.differences(mk) == []
        assert mk.scrubber.verify().problems == []
    # Nothing is left in the way of the next try.
    told, errors = Crew(later, kept, runs).go()
    assert (told, errors) == ([{"revision": release.NEXT}], [])
    assert kept.ask("SELECT model_id, notes FROM models ORDER BY model_id") == NOTES


def test_a_row_that_was_damaged_is_still_found_after_it(later, kept, tmp_path):
    kept.tell("UPDATE models SET last_ordinal = last_ordinal + 8 WHERE model_id = 'n'")
    ((found,), errors) = Crew(later, kept, tmp_path / "runs", 1, "--all").go()
    assert errors == []
    assert [each for each in found["problems"] if "models(model_id=n)" in each]
    with pytest.raises(NewerFormatError):
        kept.open()
