"""What the tests of this folder share: a crew of processes that begin in the same instant."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import modelkeep
from modelkeep.orchestrator.backends import choose_backends


def packs_there(services):
    """The names of all packs that are stored, wherever that is."""
    return {info.name for info in choose_backends(services.config).blobs.list()}


def staged_there(services):
    """What is being written on this machine, or was left half-written."""
    folder = choose_backends(services.config).layout.root / "tmp"
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(backends, tmp_path):
    """The settings that say where the registry of a test lies; nothing is there yet."""
    return {**backends, "backup_path": f"{tmp_path}/backups"}


@pytest.fixture
def connect(place):
    """A function that opens the registry as the processes of the crew do."""

    def call(**settings):
        where = {**place, "busy_timeout_seconds": 300.0, **settings}
        return modelkeep.connect(where.pop("storage_path"), **where)

    return call


@pytest.fixture
def crew(tmp_path, place):
    """A function that runs jobs at the same time, and gives what each returned."""
    rounds = iter(range(1000))

    def run(jobs):
        folder = tmp_path / f"crew-{next(rounds)}"
        folder.mkdir()
        named = [
            {"place": place, "name": f"p{number:02}", **job} for number, job in enumerate(jobs)
        ]
        spec = folder / "spec.json"
        spec.write_text(json.dumps({"folder": str(folder), "jobs": named}))
        program = Path(__file__).with_name("crew.py")
        done = subprocess.run(
            [sys.executable, str(program), str(spec)], capture_output=True, text=True, timeout=550
        )
        assert done.returncode == 0, done.stderr
        found = [json.loads((folder / f"{n}.json").read_text()) for n in range(len(named))]
        errors = [each["error"] for each in found if "error" in each]
        assert not errors, f"{len(errors)} of {len(found)} processes failed; one:\n{errors[0]}"
        return [each["result"] for each in found]

    return run
