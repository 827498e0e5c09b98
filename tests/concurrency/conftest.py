"""What the tests of this folder share: a crew of processes that begin in the same instant."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import modelkeep


@pytest.fixture
def registry(tmp_path):
    """Where the registry of a test is; nothing is there yet."""
    return tmp_path / "new" / "registry"


@pytest.fixture
def connect(registry):
    """A function that opens the registry as the processes of the crew do."""

    def call(**settings):
        return modelkeep.connect(
            registry, backup_path=f"{registry}-backups", busy_timeout_seconds=300.0, **settings
        )

    return call


@pytest.fixture
def crew(tmp_path, registry):
    """A function that runs jobs at the same time, and gives what each returned."""
    rounds = iter(range(1000))

    def run(jobs):
        folder = tmp_path / f"crew-{next(rounds)}"
        folder.mkdir()
        named = [
            {"registry": str(registry), "name": f"p{place:02}", **job}
            for place, job in enumerate(jobs)
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
