"""A disk that fills, and one that cannot be written: each told, nothing kept of the attempt.

A limit on the size of files (RLIMIT_FSIZE) stands for the full disk: the kernel refuses the byte
that goes over it, in the middle of a file, as it does when there is no room.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import modelkeep

ATTEMPT = """
import resource, sys
from pathlib import Path
import modelkeep
from modelkeep.errors import StorageFullError

folder, what, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
mk = modelkeep.connect(f"{folder}/registry", backup_path=f"{folder}/backups")
import joblib, numpy, safetensors.numpy  # before the limit: nothing may be compiled under it
zeros = numpy.random.default_rng(1).bytes(2_000_000)
models = {
    "pickle": zeros,
    "joblib": numpy.frombuffer(zeros, numpy.uint8),
    "numpy": numpy.frombuffer(zeros, numpy.uint8),
    "safetensors": {"a": numpy.frombuffer(zeros, numpy.uint8)},
    "file": Path(folder, "another big"),
    "folder": Path(folder, "big folder"),
}
if what == "backup":
    call = lambda: mk.versions.delete_version("m@1.0.0")
elif what == "commit":
    # The log of the database grows over the limit, in some transaction or other.
    call = lambda: [mk.versions.update_description("m@1.0.0", str(n) * 20_000) for n in range(400)]
else:
    call = lambda: mk.versions.create_version("m", models[what], format=what)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    call()
except StorageFullError as error:
    print(f"told: {error}")
else:
    sys.exit("nothing was told")
"""


def content(root: Path) -> dict[str, bytes]:
    """Return every file but those of the database and empty folders."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "catalogue.sqlite" not in path.name
    }


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    (tmp_path / "big").write_bytes(os.urandom(2_000_000))
    (tmp_path / "another big").write_bytes(os.urandom(2_000_000))
    (tmp_path / "big folder").mkdir()
    (tmp_path / "big folder/small").write_bytes(b"fits")
    (tmp_path / "big folder/weights").write_bytes(os.urandom(2_000_000))
    with connect(tmp_path) as mk:
        mk.versions.create_version("m", tmp_path / "big")
    return tmp_path


def connect(folder: Path):
    return modelkeep.connect(folder / "registry", backup_path=folder / "backups")


def attempt(folder: Path, what: str, limit: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPT, str(folder), what, str(limit)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "what", ["pickle", "joblib", "numpy", "safetensors", "file", "folder", "backup", "commit"]
)
def test_a_full_disk_is_told_and_the_store_is_as_before(registry: Path, what: str) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    before = content(registry)
    said = attempt(registry, what, limit=1_000_000)
    assert "no room" in said or "could not be written" in said
    assert content(registry) == before
    with connect(registry) as mk:
        assert [version.version_number for version in mk.versions.get_versions("m")] == ["1.0.0"]
        assert mk.versions.generate_version_number("m") == "1.0.1"
        assert mk.scrubber.verify().problems == []
        # After there is room again all goes on.
        assert mk.versions.create_version("m", {"a": 1}).version_number == "1.0.1"


UNPRIVILEGED = """
import os, sys, tempfile
import modelkeep
from modelkeep.errors import StorageReadOnlyError

# All that is needed is imported before the rights are given up: the interpreter may be root's own.
with tempfile.TemporaryDirectory() as folder, modelkeep.connect(folder + "/r") as mk:
    mk.versions.create_version("m", {"a": 1})
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with modelkeep.connect(sys.argv[1], backup_path=sys.argv[1] + "-b") as mk:
        mk.versions.create_version("m", {"a": 2})
except StorageReadOnlyError as error:
    print(f"told: {error}")
"""


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    for part in (tmp_path, *tmp_path.parents[:2]):
        part.chmod(0o755)
    with modelkeep.connect(tmp_path / "registry") as mk:
        mk.versions.create_version("m", {"a": 1})
    # Root may write everywhere, so the attempt is made as nobody; others lose the right to.
    for path in (tmp_path / "registry").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (tmp_path / "registry").chmod(0o555)
    before = content(tmp_path)
    for place in ("registry", "new"):
        tmp_path.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(tmp_path / place)],
            capture_output=True,
            text=True,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("told: ")
        assert str(tmp_path / place) in done.stdout
    assert content(tmp_path) == before
    assert not (tmp_path / "new").exists()
    for path in (tmp_path, tmp_path / "registry", *(tmp_path / "registry").rglob("*")):
        path.chmod(0o755)
    with modelkeep.connect(tmp_path / "registry") as mk:
        assert mk.scrubber.verify().problems == []
