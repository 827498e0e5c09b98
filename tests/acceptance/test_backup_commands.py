"""Backup and restore of a whole registry, as their user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def run(tmp_path: Path):
    def call(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "modelkeep.cli", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if code else done.stdout

    (tmp_path / "model.bin").write_bytes(b"weights" * 100)
    return call


def test_a_lost_registry_comes_back(run, tmp_path: Path) -> None:
    run("create", "m", "model.bin", "-t", "x")
    run("deploy", "m@1.0.0")
    first = json.loads(run("backup-registry", "safe", "--json"))
    assert (first["versions"], first["packs_copied"], first["pruned"]) == (1, 1, None)
    assert first["copied_bytes"] == first["stored_bytes"] > 100
    run("create", "m", "model.bin", "-m", "accuracy=0.9")
    said = run("backup-registry", "safe", "--keep", "2")
    assert said.startswith("backed up 2 versions as 2")
    assert "1 packs copied, 1 there already" in said
    second = json.loads(run("backup-registry", "safe", "--keep", "1", "--json"))
    assert second["packs_copied"] == 0
    assert second["pruned"]["snapshots"][0] == first["snapshot"]
    listed = run("list", "m", "--json")
    (tmp_path / "model_versions").rename(tmp_path / "lost")
    said = run("restore-registry", "safe", "--into", "model_versions")
    assert f"as it was at {second['snapshot']}: 2 versions" in said
    assert run("list", "m", "--json") == listed
    assert "all is as it was stored" in run("verify")
    run("load", "m@production", "out.bin")
    assert (tmp_path / "out.bin").read_bytes() == b"weights" * 100
    args = ("restore-registry", "safe", "--into", "again", "--snapshot", second["snapshot"])
    assert json.loads(run(*args, "--json"))["path"] == str(tmp_path / "again")


def test_what_cannot_be_done_is_one_line_and_an_exit_code(run, tmp_path: Path) -> None:
    run("create", "m", "model.bin")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("mine")
    for words, code, message in (
        (("backup-registry", "mine"), 2, "holds other things (file)"),
        (("backup-registry", "model_versions/x"), 2, "must not lie in one another"),
        (("backup-registry", "safe", "--keep", "0"), 2, "must be 1 or more"),
        (("backup-registry", "model.bin"), 7, "model.bin"),
        (("restore-registry", "missing", "--into", "new"), 2, "no folder with backups"),
    ):
        said = run(*words, code=code)
        assert message in said
        assert said.startswith("modelkeep: ")
        assert said.count("\n") == 1
    assert not (tmp_path / "safe").exists()
    run("backup-registry", "safe")
    assert "is not empty" in run("restore-registry", "safe", "--into", "mine", code=2)
    words = ("restore-registry", "safe", "--into", "new", "--snapshot", "x", "--json")
    assert json.loads(run(*words, code=3))["error"]["code"] == "not_found"
    for pack in tmp_path.glob("safe/blobs/*/*"):
        pack.chmod(0o600)
        pack.write_bytes(b"other")
    assert "is damaged" in run("restore-registry", "safe", "--into", "new", code=6)
    assert not (tmp_path / "new").exists()
