"""A disk that fills at every possible place of an operation: told each time, nothing kept of it.

An operation is tried with no room, with one page more, and so on until it succeeds, so the disk
fills while bytes are staged, while the document or a backup is written, while the catalogue is
changed and while that is committed. Once on a small file system of its own, where this process may
mount one, and once under a limit on the size of files, which the log of the catalogue reaches.
"""

import contextlib
import hashlib
import os
import random
import resource
import shutil
import subprocess

import pytest

import modelkeep
from modelkeep.errors import StorageFullError

PAGE = 4096
# More than any operation below needs: by then each has succeeded.
MOST_PAGES = 80


class MountedDisk:
    """A file system of 16 MB, filled by a file that leaves so much room."""

    def __init__(self, folder):
        self.folder = folder
        self.ballast = folder / "ballast"

    @contextlib.contextmanager
    def room(self, size):
        found = os.statvfs(self.folder)
        with self.ballast.open("wb", buffering=0) as file:
            for _ in range(found.f_bavail - size // found.f_frsize):
                file.write(b"\0" * found.f_frsize)
        try:
            yield
        finally:
            self.ballast.unlink()


class LimitedFiles:
    """A folder in which no file may become larger than the log of the catalogue is, and so much."""

    def __init__(self, folder):
        self.folder = folder

    @contextlib.contextmanager
    def room(self, size):
        log = self.folder / "registry" / "catalogue.sqlite-wal"
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = log.stat().st_size + size
        # SIGXFSZ is ignored by Python, so the write fails with EFBIG.
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.fixture(params=["file-system", "limit"])
def disk(request, tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "limit":
        yield LimitedFiles(folder)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "modelkeep-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here; the limit on files is tested instead")
    try:
        yield MountedDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def services(disk):
    """A registry with three versions, of which two have served."""
    with modelkeep.connect(
        disk.folder / "registry", backup_path=str(disk.folder / "backups")
    ) as opened:
        for n in range(3):
            made = opened.versions.create_version("m", {"n": n}, tags=["first"])
            opened.deployments.deploy_version(made.version_id, "production")
        yield opened


def state(disk, services):
    """All files with their digests, the database by what it tells."""
    files = {
        str(path.relative_to(disk.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in disk.folder.rglob("*")
        if path.is_file() and not path.name.startswith(("catalogue.sqlite", "ballast"))
    }
    staged = sorted((disk.folder / "registry" / "tmp").iterdir())
    models = services.versions.get_models()
    return {
        "files": files,
        "staged": staged,
        "versions": [v for m in models for v in services.versions.get_versions(m, limit=None)],
        "next": services.versions.generate_version_number("m"),
        "history": services.deployments.get_deployment_history("m"),
        "served": services.deployments.get_all_active_deployments(),
    }


def attempt(operation):
    """Do it; return the error where the disk was full, else None."""
    try:
        operation()
    except StorageFullError as error:
        return error
    return None


def sweep(disk, services, operation):
    """Try with more and more room; return how often there was too little."""
    failed = 0
    for pages in range(MOST_PAGES):
        before = state(disk, services)
        with disk.room(pages * PAGE):
            full = attempt(operation)
        if full is None:
            break
        failed += 1
        assert str(disk.folder) in full.path
        after = state(disk, services)
        for what, found in before.items():
            assert after[what] == found, f"{what} differ, with room for {pages} pages"
    else:
        pytest.fail(f"it does not succeed with room for {MOST_PAGES} pages")
    assert state(disk, services)["staged"] == []
    assert services.scrubber.verify().problems == []
    # There is room again, so all goes on.
    version = services.versions.create_version("m", {"later": True})
    assert services.versions.load_model(version.version_id) == {"later": True}
    return failed


def test_create(disk, services):
    content = random.Random(1).randbytes(9000)
    number = services.versions.generate_version_number("m")
    made = []
    failed = sweep(
        disk, services, lambda: made.append(services.versions.create_version("m", content))
    )
    assert failed > 5
    assert made[0].version_number == number
    assert services.versions.load_model(made[0].version_id) == content


def test_finish(disk, services):
    content = random.Random(2).randbytes(9000)
    opened = services.versions.create_version("m", status="training")
    assert (
        sweep(disk, services, lambda: services.versions.finish_version(opened.version_id, content))
        > 5
    )
    assert services.versions.load_model(opened.version_id) == content


def test_deploy(disk, services):
    first = services.versions.get_first_version("m")
    assert (
        sweep(
            disk,
            services,
            lambda: services.deployments.deploy_version(first.version_id, "staging"),
        )
        > 3
    )
    assert services.deployments.get_active_deployment("m", "staging").version_id == first.version_id


def test_rollback(disk, services):
    before = services.deployments.get_deployment_history("m", "production", limit=2)[1].version_id
    assert (
        sweep(disk, services, lambda: services.deployments.rollback_deployment("m", "production"))
        > 3
    )
    assert services.deployments.get_active_deployment("m", "production").version_id == before


@pytest.mark.parametrize("backup", [True, False], ids=["with-backup", "without"])
def test_delete(disk, services, backup):
    first = services.versions.get_first_version("m").version_id
    failed = sweep(disk, services, lambda: services.versions.delete_version(first, backup=backup))
    assert failed > 3
    removed = services.versions.find_removed_version(first)
    assert bool(removed.backup_path) == backup
    if backup:
        assert services.versions.restore_version(first).version_id == first
        assert services.versions.load_model(first) == {"n": 0}


def test_opening_a_new_registry(disk, services):
    """What a full disk left of its making does not hinder the next one who opens it."""
    home = disk.folder / "second"
    for pages in range(0, 400, 12):
        with disk.room(pages * PAGE):
            full = attempt(lambda: modelkeep.connect(home).close())
        if full is None:
            break
        assert str(home) in full.path
    with modelkeep.connect(home) as opened:
        version = opened.versions.create_version("m", {"n": 1})
        assert opened.versions.load_model(version.version_id) == {"n": 1}
        assert opened.scrubber.verify().problems == []
        assert list((home / "tmp").iterdir()) == []
