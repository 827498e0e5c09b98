"""A registry that a user may not write: what reads works, what would write says so and where.

The attempts are made in a process with the rights of nobody when the tests run as root, who may
write everywhere, and in a folder without the right to write otherwise.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import modelkeep

READER = Path(__file__).with_name("reader.py")
READS = ("list", "load", "served", "verify")
WRITES = ("create", "tag", "deploy", "roll back", "delete", "back up", "clean up")


@pytest.fixture
def folder():
    """A folder that everyone may enter; the one of pytest is for its owner alone."""
    made = Path(tempfile.mkdtemp(prefix="modelkeep-read-only-"))
    yield made
    set_modes(made, folders=0o755, files=0o644)
    shutil.rmtree(made)


def set_modes(folder, *, folders, files):
    for path in (folder, *folder.rglob("*")):
        path.chmod(folders if path.is_dir() else files)


def attempt(registry):
    done = subprocess.run(
        [sys.executable, str(READER), str(registry)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def make(registry):
    services = modelkeep.connect(registry)
    for n in range(2):
        version = services.versions.create_version("m", {"n": n})
        services.deployments.deploy_version(version.version_id, "production")
    services.versions.create_version("m", {"n": 2})
    return services


def digests(folder):
    """Every file with its bytes, but for what connections use among themselves."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".sqlite-shm", ".sqlite-wal")
    }


def check_refused(told, registry):
    assert "StorageUnavailableError" in told["family"], told
    assert "StorageReadOnlyError" in told["family"], told
    assert told["path"].startswith(str(registry))
    assert told["path"] in told["message"]


def test_beside_a_process_that_may_write_all_reading_works(folder):
    registry = folder / "registry"
    with make(registry) as services:
        set_modes(folder, folders=0o555, files=0o444)
        before = digests(folder)
        found = attempt(registry)
        assert "connect" not in found
        for name in READS:
            assert found[name] == "ok", (name, found[name])
        for name in WRITES:
            check_refused(found[name], registry)
        assert digests(folder) == before
        set_modes(folder, folders=0o755, files=0o644)
        assert len(services.versions.get_versions("m")) == 3
        assert services.scrubber.verify().problems == []


def test_alone_it_reads_or_says_that_it_cannot(folder):
    """With nobody else there the log of the catalogue has to be made, and may not be."""
    registry = folder / "registry"
    make(registry).close()
    set_modes(folder, folders=0o555, files=0o444)
    before = digests(folder)
    found = attempt(registry)
    if "connect" in found:
        check_refused(found["connect"], registry)
    else:
        assert {found[name] for name in READS if isinstance(found[name], str)} == {"ok"}
        for name in WRITES:
            check_refused(found[name], registry)
    assert digests(folder) == before


def test_a_registry_cannot_be_made_where_nothing_may_be_written(folder):
    folder.chmod(0o555)
    found = attempt(folder / "new")
    assert list(found) == ["connect"]
    check_refused(found["connect"], folder)
    assert list(folder.iterdir()) == []


def test_a_registry_that_may_not_even_be_read_is_told(folder):
    registry = folder / "registry"
    make(registry).close()
    registry.chmod(0)
    found = attempt(registry)
    assert list(found) == ["connect"]
    assert "StorageUnavailableError" in found["connect"]["family"], found
    assert found["connect"]["path"].startswith(str(registry))
